"""What the runner remembers between two calls, in one small JSON file."""

import json
from pathlib import Path
from typing import Any


def read(path: Path) -> dict[str, Any]:
    """The file's object; empty when there is no file or it was cut off while being written."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return content if isinstance(content, dict) else {}


def write(path: Path, content: dict[str, Any]) -> None:
    """Replaces the file at once: nobody reads half of it."""
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", "utf-8")
    fresh.replace(path)


def update(path: Path, **changes: Any) -> None:
    """Sets some keys of the file; a value of None removes its key."""
    merged = {**read(path), **changes}
    write(path, {key: value for key, value in merged.items() if value is not None})
