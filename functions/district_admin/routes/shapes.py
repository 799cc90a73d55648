"""Parameters and documented answers that the routes of administrators share."""

from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from homeroom.runtime import shapes
from homeroom.runtime.shapes import SECURITY, Cursor, Limit, Problem, Shape

DistrictId = Annotated[str, Path(description="The district's Clever id")]
RunId = Annotated[str, Path(description="The run's id, as a run's `run` says")]
School = Annotated[str | None, Query(description="Only what belongs to this school; all that a school's admin may ask")]
Format = Annotated[Literal["json", "csv"], Query(alias="format", description="`csv` gives the page as a spreadsheet")]

_ENDED = "Access ended (`district_access_ended`), or it reaches beyond the caller's schools (`out_of_scope`)"


def answers(told: str, *more: int, status: int = 200, **refused: str) -> dict[int, Any]:
    """A route's documented answers: what it says when all is well, in the shape it returns, and its refusals."""
    return shapes.answers(told, *more, status=status, **({"_403": _ENDED} | refused))


def refusals(*more: int, **told: str) -> dict[int, Any]:
    """The documented refusals of a route: the usual ones, `more`, and with `told` (`_409="…"`) in words of its own."""
    return shapes.refusals(*more, **({"_403": _ENDED} | told))


__all__ = [
    "SECURITY",
    "Cursor",
    "DistrictId",
    "Format",
    "Limit",
    "Problem",
    "RunId",
    "School",
    "Shape",
    "answers",
    "refusals",
]
