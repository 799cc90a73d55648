"""`/classes/{class}/invitations`: a teacher invites students by e-mail (I-01, I-04, I-06)."""

from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import Field

from homeroom.classes.rules.invitations import A_CALL, TOLD, Outcome
from homeroom.runtime import http

from . import deps
from .shapes import SECURITY, ClassRef, Cursor, Key, Limit, Shape, answers

if TYPE_CHECKING:
    from homeroom.classes.model import Invitation
    from homeroom.classes.service.invite import Invited
    from homeroom.runtime.pages import Page

router = http.router()

InvitationRef = Annotated[str, Path(alias="invitation", description="The invitation's id")]
STATES = "open, expired, accepted, declined, withdrawn, or settled: they joined without it"
ARCHIVED = "The class is archived (`class_archived`)"


class Addresses(Shape):
    """Whom to invite."""

    addresses: list[Annotated[str, Field(max_length=2000)]] = Field(min_length=1, max_length=A_CALL)


class InvitedAddress(Shape):
    """What became of an address."""

    address: str = Field(description="As it was given")
    outcome: Outcome
    detail: str = Field(description="The outcome as a sentence for a person")
    invitation: str | None = Field(None, description="The invitation's id, where there is one")
    problem: str | None = Field(
        None,
        description="What is wrong with an invalid address: `missing`, `too_long`, `space_or_control`, `at_sign`, "
        "`empty_part`, `domain`, `not_mailable`",
    )

    @classmethod
    def of(cls, one: "Invited") -> "InvitedAddress":
        """What is said of an address."""
        return cls(
            address=one.address, outcome=one.outcome, detail=TOLD[one.outcome], invitation=one.invitation or None,
            problem=one.problem or None,
        )  # fmt: skip


class InvitedAddresses(Shape):
    """An outcome for each address, in the order given."""

    items: list[InvitedAddress]


class SentInvitation(Shape):
    """An invitation as the class's teachers see it."""

    id: str
    state: Literal["open", "expired", "accepted", "declined", "withdrawn", "settled"] = Field(description=STATES)
    address: str | None = Field(description="Where it was sent; null once somebody used it")
    account: str | None = Field(description="Who used or declined it")
    sent_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, one: "Invitation", now: datetime) -> "SentInvitation":
        """What is shown of an invitation; never its secret's hash."""
        state = "expired" if one.state == "open" and one.expires <= now else one.state
        return cls(id=one.id, state=state, address=one.address or None, account=one.account or None,
                   sent_at=one.sent, expires_at=one.expires)  # fmt: skip


class SentInvitations(Shape):
    """A page of invitations."""

    items: list[SentInvitation]
    next: str | None

    @classmethod
    def of(cls, page: "Page[Invitation]", now: datetime) -> "SentInvitations":
        """What is shown of a page."""
        return cls(items=[SentInvitation.of(one, now) for one in page.items], next=page.next)


@router.post(
    "/classes/<class>/invitations",
    summary="Invite students by e-mail",
    operation_id="inviteStudents",
    responses=answers("What became of each address", 413, 415, _409=ARCHIVED),
    security=SECURITY,
)
def invite(klass: ClassRef, body: Addresses, key: Key = "") -> InvitedAddresses:
    """Up to 100 addresses, each with its own outcome. An address that was invited before gets its mail again, at most
    three times a day, and the invitation is good for another thirty days.
    """
    who, now = deps.account(router.current_event), deps.now()
    found = deps.inviting().invite(who, deps.klass(klass), body.addresses, now, key)
    return InvitedAddresses(items=[InvitedAddress.of(one) for one in found])


@router.get(
    "/classes/<class>/invitations",
    summary="The invitations of a class",
    operation_id="listInvitationsOfClass",
    responses=answers("A page of them"),
    security=SECURITY,
)
def sent(klass: ClassRef, limit: Limit = 50, cursor: Cursor = None) -> SentInvitations:
    """Every address that was invited, and what became of it."""
    who, now = deps.account(router.current_event), deps.now()
    return SentInvitations.of(deps.inviting().page(who, deps.klass(klass), now, limit, cursor), now)


@router.delete(
    "/classes/<class>/invitations/<invitation>",
    summary="Withdraw an invitation",
    status_code=HTTPStatus.NO_CONTENT,
    operation_id="withdrawInvitation",
    responses=answers(
        "It lets nobody in any more",
        status=HTTPStatus.NO_CONTENT,
        _409=f"It was answered (`invitation_used`, `invitation_declined`). {ARCHIVED}",
    ),
    security=SECURITY,
)
def withdraw(klass: ClassRef, invitation: InvitationRef) -> Response[None]:
    """The same again changes nothing."""
    who = deps.account(router.current_event)
    deps.inviting().withdraw(who, deps.klass(klass), invitation, deps.now())
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.post(
    "/classes/<class>/invitations/<invitation>/resend",
    summary="Send an invitation again",
    status_code=HTTPStatus.ACCEPTED,
    operation_id="resendInvitation",
    responses=answers(
        "The mail is on its way",
        status=HTTPStatus.ACCEPTED,
        _403="Not the caller's to do (`teachers_only`, `class_is_rostered`), or an invitation to teach where classes "
        "have one teacher (`co_teaching_not_available`)",
        _409="There is nothing to send: `invitation_used`, `invitation_withdrawn`, `invitation_declined` (within seven "
        f"days), `already_member`. {ARCHIVED}",
        _429="The mails of the day are used up (`too_many_invitations`); `Retry-After` says how long to wait",
    ),
    security=SECURITY,
)
def resend(klass: ClassRef, invitation: InvitationRef, key: Key = "") -> SentInvitation:
    """It is good for thirty days from now; the link of the mail before works no more."""
    who, now = deps.account(router.current_event), deps.now()
    return SentInvitation.of(deps.inviting().resend(who, deps.klass(klass), invitation, now, key), now)
