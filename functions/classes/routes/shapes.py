"""Parameters and documented answers that the routes of classes share."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Path

from homeroom.runtime import shapes
from homeroom.runtime.shapes import SECURITY, Cursor, Key, Limit, Problem, Shape

# In the path it is `class`, which Python keeps for itself.
ClassRef = Annotated[str, Path(alias="class", description="The class's id, as a class's `id` says")]
AccountRef = Annotated[str, Path(alias="account", description="An account's id")]

_REFUSED = (
    "Not the caller's to do: a student of the class (`teachers_only`), a teacher who does not own it (`owner_only`), "
    "or the district's roster decides it (`class_is_rostered`)"
)


def answers(told: str, *more: int, status: int = 200, **refused: str) -> dict[int, Any]:
    """A route's documented answers: what it says when all is well, in the shape it returns, and its refusals."""
    return shapes.answers(told, *more, status=status, **({"_403": _REFUSED} | refused))


def refusals(*more: int, **told: str) -> dict[int, Any]:
    """The documented refusals of a route: the usual ones, `more`, and with `told` (`_409="…"`) in words of its own."""
    return shapes.refusals(*more, **({"_403": _REFUSED} | told))


__all__ = ["SECURITY", "AccountRef", "ClassRef", "Cursor", "Key", "Limit", "Problem", "Shape", "answers", "refusals"]
