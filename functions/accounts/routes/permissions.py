"""`/accounts/{account}/permissions`: what somebody's age permits, for the learning platform's programs (A-06)."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from homeroom.runtime import http
from homeroom.runtime.auth import machine
from homeroom.runtime.shapes import answers

from . import deps
from .bodies import PermissionsBody

router = http.router()

SCOPE = "homeroom/permissions.read"
MACHINE = [{"access_token": [SCOPE]}]

AccountId = Annotated[str, Path(description="The account's id")]


@router.get(
    "/accounts/<account>/permissions",
    summary="What an account's age permits",
    operation_id="getPermissions",
    responses=answers(
        "The permissions at this moment",
        _401="Not the access token of a program (`unauthorized`)",
        _403="The scope `homeroom/permissions.read` is missing (`scope_missing`)",
        _404="No such account (`account_not_found`)",
    ),
    security=MACHINE,
)
def show(account: AccountId) -> PermissionsBody:
    """Reckoned at each request from the birth date on file and the account's time zone; nothing sent changes it."""
    machine(router.current_event.raw_event, SCOPE)
    return PermissionsBody.of(deps.me().permissions(account, deps.now()))
