"""`/me`: who the caller is here, what their age permits, and what they say of themselves (A-06, A-07)."""

from datetime import datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import Field

from homeroom.accounts.rules.edits import Edit
from homeroom.runtime import http
from homeroom.runtime.auth import Caller
from homeroom.runtime.shapes import SECURITY, Shape, answers

from . import deps
from .bodies import MeBody, StatedRole

router = http.router()


class MeChange(Shape):
    """What the account says of itself; what is absent or null stays."""

    name: str | None = Field(None, description="1 to 100 characters that can be read, in one line")
    role: StatedRole | None = None
    time_zone: str | None = Field(None, examples=["America/Chicago"])
    birth_date: str | None = Field(
        None,
        description="YYYY-MM-DD, or YYYY-MM. Afterwards it can be corrected, but never so that who counts as under 13 "
        "is 13 earlier",
        examples=["2012-02-29"],
    )


@router.get(
    "/me",
    summary="My account",
    operation_id="getMe",
    responses=answers("The account"),
    security=SECURITY,
)
def show() -> MeBody:
    """Who the caller is here, and what they may do at this moment. The first request makes the account."""
    caller = deps.caller(router.current_event)
    return _body(caller, deps.now())


@router.patch(
    "/me",
    summary="Change my account",
    operation_id="changeMe",
    responses=answers(
        "The account with what was changed",
        413,
        415,
        _403="The district's roster says it (`roster_decides`), or somebody who counts as under 13 would be 13 earlier "
        "(`birth_date_fixed`)",
    ),
    security=SECURITY,
)
def change(body: Annotated[MeChange, Body()]) -> MeBody:
    """Changes what is named and answers with everything; the same again changes nothing."""
    caller, now = deps.caller(router.current_event), deps.now()
    edit = Edit(name=body.name, role=body.role, zone=body.time_zone, birth_date=body.birth_date)
    deps.me().change(caller, edit, now, deps.cause(router.current_event))
    return _body(caller, now)


def _body(caller: Caller, now: datetime) -> MeBody:
    me = deps.me().look(caller, now)
    return MeBody.of(me, caller, deps.activations().proposed(me.account, caller))
