"""`/classes/{class}/transfer`, `/transfers/{transfer}/accept`: a class goes to another teacher (B-02)."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import Field

from homeroom.accounts.rules import LONGEST_ADDRESS
from homeroom.runtime import http

from . import deps
from .bodies import ClassBody
from .shapes import SECURITY, ClassRef, Shape, answers

router = http.router()

TransferRef = Annotated[str, Path(alias="transfer", description="The offer's id, as its mail says")]
OFF = "Classes cannot be handed over here (`transfer_not_available`)"


class NewTransfer(Shape):
    """To whom a class is offered."""

    address: str = Field(max_length=4 * LONGEST_ADDRESS, description="Of the account that is to own the class")
    stay_as_co_teacher: bool = Field(
        default=False, description="Whether the owner stays, where such classes can have co-teachers"
    )


class TransferBody(Shape):
    """An offer of a class. The class itself changes when it is accepted."""

    id: str
    address: str
    stay_as_co_teacher: bool
    offered_at: datetime
    accept_from: datetime = Field(
        description="From when on it can be accepted: three days after it was made, at once while the class has no "
        "students"
    )
    expires_at: datetime


@router.post(
    "/classes/<class>/transfer",
    summary="Offer a class to another teacher",
    status_code=HTTPStatus.CREATED,
    operation_id="offerClass",
    responses=answers(
        "The offer; its students are told by mail, and may leave before it can be accepted",
        413,
        415,
        status=HTTPStatus.CREATED,
        _403=f"{OFF}; `co_teaching_not_available`; not the owner (`owner_only`); a student of the class "
        "(`teachers_only`); a district class (`class_is_rostered`)",
        _409="The class is archived (`class_archived`)",
        _429="The mails of the day are used up (`too_many_invitations`); `Retry-After` says how long to wait",
    ),
    security=SECURITY,
)
def offer(klass: ClassRef, body: NewTransfer) -> TransferBody:
    """Offers an independent class with its students, for fourteen days, of which the first three are its students'.

    One to somebody else takes its place, and begins anew; the same again is the same offer.
    """
    from homeroom.classes.service.transfer import Offer  # noqa: PLC0415  a setting turns it off

    event = router.current_event
    account, wanted = deps.account(event), Offer(body.address, body.stay_as_co_teacher)
    verified, found = deps.caller(event).address, deps.klass(klass)
    made, start = deps.transfers().offer(account, verified, found, wanted, deps.stamp(event, account))
    return TransferBody(
        id=made.id, address=made.to, stay_as_co_teacher=made.stay, offered_at=made.offered, accept_from=start,
        expires_at=made.expires,
    )  # fmt: skip


@router.post(
    "/transfers/<transfer>/accept",
    summary="Take over a class",
    operation_id="acceptClass",
    responses=answers(
        "The class, which is the caller's now; the same again changes nothing",
        _403=f"{OFF}; the account is a student's, or a child's (`teachers_only`)",
        _404="No such offer, or it was made to an address that is not the caller's (`transfer_not_found`)",
        _409="`transfer_expired`; `class_archived`; its students may leave first (`transfer_not_yet`; `accept_from`, a "
        "moment, says until when); no room for the class (`too_many_classes`) or its students "
        "(`teacher_full`); the caller is in the class (`student_of_class`); nine co-teachers, and the owner would stay "
        "(`too_many_teachers`)",
    ),
    security=SECURITY,
)
def accept(transfer: TransferRef) -> ClassBody:
    """For the account that owns the address to which the class was offered."""
    event = router.current_event
    account = deps.account(event)
    klass = deps.transfers().accept(account, deps.caller(event).address, transfer, deps.stamp(event, account))
    return ClassBody.shown(deps.pages().page(account, klass, deps.now()))
