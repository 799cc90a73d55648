"""Pieces of operations that are described by hand."""

from typing import Any

Json = dict[str, Any]

PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
SIGNED_IN = [{"id_token": list[str]()}]

_ALWAYS = {
    "401": "Not signed in (`unauthorized`)",
    "500": "A fault of ours (`internal_error`)",
    "503": "Something that we depend on failed (`unavailable`); nothing has changed",
}


def header(name: str, description: str, **schema: object) -> Json:
    """A header that has to be sent."""
    return _parameter(name, "header", description, **schema)


def in_path(name: str, description: str) -> Json:
    """A part of the path."""
    return _parameter(name, "path", description)


def _parameter(name: str, place: str, description: str, **schema: object) -> Json:
    return {"name": name, "in": place, "required": True, "description": description,
            "schema": {"type": "string", **schema}}  # fmt: skip


# As the lists of other functions have them.
PAGED: list[Json] = [
    {"name": "limit", "in": "query", "required": False, "description": "How many items to give",
     "schema": {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}},
    {"name": "cursor", "in": "query", "required": False,
     "description": "Where to go on: the `next` of the page before", "schema": {"type": "string"}},
]  # fmt: skip


def refusal(description: str) -> Json:
    """A refusal, in words of the route's own."""
    return {"description": description, "content": PROBLEM}


def refusals(**told: str) -> Json:
    """The refusals of a route for people: the usual ones, and with `told` (`_409="…"`) its own."""
    words = _ALWAYS | {status.lstrip("_"): text for status, text in told.items()}
    return {status: refusal(words[status]) for status in sorted(words)}


def told(description: str, schema: Json) -> Json:
    """An answer of that shape."""
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def shape(**properties: Json) -> Json:
    """An object that always has all of these."""
    return {"type": "object", "required": list(properties), "properties": properties}


def text(description: str = "", **more: object) -> Json:
    """A text."""
    return {"type": "string", **({"description": description} if description else {}), **more}
