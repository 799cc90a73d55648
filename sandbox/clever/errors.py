"""What goes wrong in the sandbox, as the HTTP answer it becomes."""

import html


class Refused(Exception):
    """An answer other than 200; `html` bodies are what the recorded router sends for unknown paths."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message

    content_type = "application/json; charset=utf-8"

    @property
    def body(self) -> object:
        """The JSON body."""
        return {"message": self.message}


class NoSuchPath(Refused):
    """The recorded HTML answer to a path that is not there."""

    content_type = "text/html; charset=utf-8"

    def __init__(self, path: str) -> None:
        super().__init__(404, f"Cannot GET {html.escape(path)}")

    @property
    def body(self) -> object:
        """The HTML page, as recorded."""
        head = '<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>'
        page = f'<!DOCTYPE html>\n<html lang="en">\n{head}\n<body>\n<pre>{self.message}</pre>\n</body>\n</html>\n'
        return page.encode()
