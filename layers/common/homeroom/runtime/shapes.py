"""Parameters and documented answers that routes of all functions share."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Header, Query
from pydantic import BaseModel, ConfigDict, Field

from homeroom.runtime.problems import MEDIA_TYPE

Limit = Annotated[int, Query(ge=1, le=200, description="How many items to give")]
Cursor = Annotated[str | None, Query(description="Where to go on: the `next` of the page before")]

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=100,
        description="A name of your own for this request: sent again with the same, it does nothing a second time",
    ),
]

SECURITY = [{"id_token": list[str]()}]


class Shape(BaseModel):
    """A body, in or out: nothing in it that is not named."""

    # Built when a route first needs it: a cold start serves one route.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Problem(BaseModel):
    """Why a request was refused (RFC 9457). `code` is stable; some problems have further members."""

    type: str = Field(examples=["urn:homeroom:problem:not_found"])
    title: str
    status: int
    detail: str = Field(description="A sentence for a person")
    code: str = Field(examples=["not_found"])
    field: str | None = Field(None, description="The input at fault, as a dotted path")
    request_id: str


_REFUSALS = {
    401: "Not signed in (`unauthorized`)",
    403: "Seen, and not the caller's to do; `code` says why",
    404: "No such thing, or not the caller's to see",
    409: "Not possible in the present state",
    413: "More than 1 MB (`payload_too_large`)",
    415: "The body is not JSON (`unsupported_media_type`)",
    422: "The request is not valid (`invalid_input`); `field` says where",
    429: "Too often",
    500: "A fault of ours (`internal_error`)",
    503: "Something that we depend on failed (`unavailable`); nothing has changed",
}
_ALWAYS = (401, 403, 404, 422, 500, 503)


def answers(told: str, *more: int, status: int = 200, **refused: str) -> dict[int, Any]:
    """A route's documented answers: what it says when all is well, in the shape it returns, and its refusals."""
    return {int(status): {"description": told}, **refusals(*more, **refused)}


def refusals(*more: int, **told: str) -> dict[int, Any]:
    """The documented refusals of a route: the usual ones, `more`, and with `told` (`_409="…"`) in words of its own."""
    words = _REFUSALS | {int(status.lstrip("_")): text for status, text in told.items()}
    wanted = sorted({*_ALWAYS, *more, *(int(status.lstrip("_")) for status in told)})
    return {status: {"description": words[status], "content": {MEDIA_TYPE: {"model": Problem}}} for status in wanted}
