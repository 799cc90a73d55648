"""The tree of Homeroom's errors.

    HomeroomError
    ├── InvalidInput          422  the caller's data; `field` says where
    ├── NotFound              404  nothing there, or not for the caller's eyes (X-01)
    ├── Forbidden             403  seen, but not theirs to do
    ├── Conflict              409  the state of things forbids it now
    └── Fault                 503  something we depend on failed; nothing has changed

A leaf sets `code`, which is part of the API and never changes. `detail` is a sentence for a person and
holds no personal data (X-05); it is the only text of an error that ever leaves the system (X-02).
"""

from typing import ClassVar


class HomeroomError(Exception):
    """The root: every refusal and fault of ours. `field` names the input at fault, if one is.

    `challenge` is how a 401 wants to be answered, in HTTP's words.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Something went wrong on our side"
    challenge: ClassVar[str] = "Bearer"

    def __init__(self, detail: str = "", *, field: str | None = None, **extra: str) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.field = field
        self.extra = extra


class InvalidInput(HomeroomError):
    """What was sent is malformed or out of range."""

    status = 422
    code = "invalid_input"
    title = "The request is not valid"


class NotFound(HomeroomError):
    """It does not exist, or the caller may not know that it does (X-01)."""

    status = 404
    code = "not_found"
    title = "Not found"


class Forbidden(HomeroomError):
    """The caller may see it and may not do this."""

    status = 403
    code = "forbidden"
    title = "Not allowed"


class Conflict(HomeroomError):
    """The present state forbids it; the same request may succeed later."""

    status = 409
    code = "conflict"
    title = "Not possible in the present state"


class Fault(HomeroomError):
    """Something that Homeroom depends on failed. Nothing has been changed."""

    status = 503
    code = "unavailable"
    title = "Temporarily unavailable"
