"""`/me/aliases`, `/me/guardian`, `/guardian-approvals`: what is proved by a mailed link (A-05, J-09)."""

from http import HTTPStatus
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import Field

from homeroom.accounts.account import GuardianState
from homeroom.accounts.rules.accounts import login_address, owned
from homeroom.runtime import http
from homeroom.runtime.shapes import SECURITY, Shape, answers

from . import deps
from .bodies import GuardianBody

router = http.router()

# A token is the proof; there is nobody to sign in.
NO_SECURITY: list[dict[str, list[str]]] = []
_TOO_MANY = "As many mails as may go have gone (`too_many_mails`); `Retry-After` says how long to wait"


class AddressGiven(Shape):
    """An address."""

    address: str = Field(examples=["ada@people.example"])


class Accepted(Shape):
    """The request is taken; whether a mail goes out is told to nobody but its reader."""


class GuardianAnswer(Shape):
    """A guardian's answer, with the token of the mail."""

    token: str
    answer: Literal["yes", "no"]


class AnswerBody(Shape):
    """What holds now."""

    state: GuardianState


@router.post(
    "/me/aliases",
    summary="Add an address of mine",
    status_code=HTTPStatus.ACCEPTED,
    operation_id="addAlias",
    responses=answers(
        "A mail with a link goes to the address, whosever it is",
        413,
        415,
        status=HTTPStatus.ACCEPTED,
        _409="Ten addresses are the most (`too_many_addresses`)",
        _429=_TOO_MANY,
    ),
    security=SECURITY,
)
def add_alias(body: Annotated[AddressGiven, Body()]) -> Accepted:
    """Mails a link; who follows it with this account, by POST /activations/confirm, has the address as their own."""
    account = deps.account(router.current_event)
    deps.aliases().ask(account, body.address, deps.now())
    return Accepted()


@router.post(
    "/me/guardian",
    summary="Name my guardian",
    status_code=HTTPStatus.ACCEPTED,
    operation_id="nameGuardian",
    responses=answers(
        "The guardian, who is asked by mail",
        413,
        415,
        status=HTTPStatus.ACCEPTED,
        _409="Nothing of this account's waits for a guardian (`guardian_not_needed`)",
        _429=_TOO_MANY,
    ),
    security=SECURITY,
)
def name_guardian(body: Annotated[AddressGiven, Body()]) -> GuardianBody:
    """Mails a link to whom the caller names, in place of whom they named before; again sends it again."""
    caller, now = deps.caller(router.current_event), deps.now()
    account = deps.callers().account(caller, now)
    # Also a login's that is another account's: whoever signs in by it reads its mail.
    own = owned(account, caller.address) | {login_address(caller.address)}
    cause = deps.cause(router.current_event)
    return GuardianBody.of(deps.guardians().ask(account, body.address, own, now, cause))


@router.post(
    "/guardian-approvals",
    summary="Say yes or no as a guardian",
    operation_id="answerAsGuardian",
    responses=answers(
        "The answer is kept; after a yes the child is in wherever it waited",
        413,
        415,
        _404="The token is not valid, or no longer (`proof_invalid`)",
        _409="There was a yes already (`guardian_approved`)",
    ),
    security=NO_SECURITY,
)
def answer(body: Annotated[GuardianAnswer, Body()]) -> AnswerBody:
    """The token is the right to answer, for 30 days. The same again changes nothing; a no can become a yes."""
    cause = deps.cause(router.current_event)
    return AnswerBody(state=deps.guardians().answer(body.token, body.answer, deps.now(), cause).state)
