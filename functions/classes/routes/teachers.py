"""`/classes/{class}/teachers`: who teaches a class, and co-teachers of one's own classes (C-04, C-05, B-01)."""

from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Literal

from aws_lambda_powertools.event_handler import Response
from pydantic import Field

from homeroom.classes.model import Role
from homeroom.runtime import http

from . import deps
from .shapes import SECURITY, AccountRef, ClassRef, Key, Shape, answers

if TYPE_CHECKING:
    from homeroom.classes.model import Invitation
    from homeroom.classes.service.co_teachers import Named

router = http.router()


class CoTeacherAddress(Shape):
    """Whom to invite."""

    address: Annotated[str, Field(max_length=2000)]


class InvitedTeacher(Shape):
    """An invitation of a co-teacher, as the owner sees it."""

    invitation: str = Field(description="Its id, as the class's invitations have it: to send it again, or withdraw it")
    address: str
    sent_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, one: "Invitation") -> "InvitedTeacher":
        """What is shown of an invitation."""
        return cls(invitation=one.id, address=one.address, sent_at=one.sent, expires_at=one.expires)


class TeacherBody(Shape):
    """A teacher of a class."""

    account: str | None = Field(description="Null for a teacher of a district who has not activated")
    name: str | None
    role: Role
    state: Literal["activated", "not_activated"]

    @classmethod
    def of(cls, one: "Named") -> "TeacherBody":
        """What is shown of a teacher."""
        state: Literal["activated", "not_activated"] = "activated" if one.account else "not_activated"
        return cls(account=one.account or None, name=one.name or None, role=one.role, state=state)


class TeachersBody(Shape):
    """A class's teachers: ten at the most, and administrators who joined it for some days. This list has no pages;
    `next` is always null.
    """

    items: list[TeacherBody] = Field(description="The owner, or the primary teacher, first")
    invited: list[InvitedTeacher] = Field(description="Co-teachers who have not answered; only the owner sees them")
    next: str | None = None


@router.get(
    "/classes/<class>/teachers",
    summary="Teachers of a class",
    operation_id="listTeachers",
    responses=answers("All of them"),
    security=SECURITY,
)
def listed(klass: ClassRef) -> TeachersBody:
    """Who teaches the class now, with what role, and whether they have activated."""
    who = deps.account(router.current_event)
    staff = deps.co_teachers().of(who, deps.klass(klass), deps.now())
    return TeachersBody(
        items=[TeacherBody.of(one) for one in staff.teachers], invited=[InvitedTeacher.of(one) for one in staff.invited]
    )


@router.post(
    "/classes/<class>/teachers",
    summary="Invite a co-teacher",
    status_code=HTTPStatus.ACCEPTED,
    operation_id="inviteCoTeacher",
    responses=answers(
        "The mail is on its way",
        413,
        415,
        status=HTTPStatus.ACCEPTED,
        _403="Not the owner (`owner_only`, `teachers_only`), a district class (`class_is_rostered`), or classes have "
        "one teacher here (`co_teaching_not_available`)",
        _409="Nine co-teachers, invited ones counted (`too_many_teachers`); in the class already (`already_member`); "
        "declined within seven days (`invitation_declined`); the class is archived (`class_archived`)",
        _429="The mails of the day are used up (`too_many_invitations`); `Retry-After` says how long to wait",
    ),
    security=SECURITY,
)
def invite(klass: ClassRef, body: CoTeacherAddress, key: Key = "") -> InvitedTeacher:
    """They accept as students do. A co-teacher does in the class what its owner does, but archive it, hand it over, and
    invite or remove teachers.
    """
    who = deps.account(router.current_event)
    return InvitedTeacher.of(deps.co_teachers().invite(who, deps.klass(klass), body.address, deps.now(), key))


@router.delete(
    "/classes/<class>/teachers/<account>",
    summary="Remove a co-teacher",
    status_code=HTTPStatus.NO_CONTENT,
    operation_id="removeCoTeacher",
    responses=answers(
        "They teach the class no more",
        status=HTTPStatus.NO_CONTENT,
        _409="The owner stays (`owner_stays`), or the class is archived (`class_archived`)",
    ),
    security=SECURITY,
)
def remove(klass: ClassRef, account: AccountRef) -> Response[None]:
    """By the owner, or by the co-teacher. The same again changes nothing."""
    who = deps.account(router.current_event)
    stamp = deps.stamp(router.current_event, who)
    deps.co_teachers().remove(who, deps.klass(klass), account, stamp)
    return Response(status_code=HTTPStatus.NO_CONTENT)
