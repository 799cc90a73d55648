"""`/me/coaches`, `/me/classes`: what a student is in, and who coaches them there (C-01, C-02, C-07, C-08)."""

from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import Field

from homeroom.accounts.linking import Stamp
from homeroom.classes.ids import ClassId
from homeroom.classes.model import ClassState, Role, WaitsFor
from homeroom.classes.rules.transfers import accept_from
from homeroom.runtime import http
from homeroom.runtime.errors import NotFound
from homeroom.runtime.pages import page_of
from homeroom.runtime.shapes import SECURITY, Cursor, Limit, Shape, answers

from . import deps

if TYPE_CHECKING:
    from homeroom.classes.service.coaches import Attended, Coach, Named
    from homeroom.classes.transfers import Transfer

router = http.router()

CoachId = Annotated[str, Path(alias="account", description="The coach's account, as a coach's `account` says")]
ClassRef = Annotated[str, Path(alias="class", description="The class's id, as a class's `id` says")]
ROSTERED = "A district class: the district's roster decides it (`class_is_rostered`)"
ROLE = (
    "`owner` of an independent class; of a district class `primary`, `co_teacher`, or `admin_access`: an administrator "
    "who joined it for some days"
)


class CoachNotFound(NotFound):
    """Nobody of that id coaches the caller, or ever did (X-01)."""

    code = "coach_not_found"
    title = "No such coach"


class CoachedClass(Shape):
    """A class through which somebody coaches the student."""

    id: str
    name: str
    role: Role = Field(description=ROLE)


class CoachBody(Shape):
    """Somebody who coaches the student, and so sees all of their progress."""

    account: str | None = Field(description="Null for a district's teacher who has not signed in here yet")
    name: str = Field(description="As the district's roster has it, else as they call themselves; may be empty")
    classes: list[CoachedClass] = Field(description="Through which classes; never empty")

    @classmethod
    def of(cls, coach: "Coach") -> "CoachBody":
        """What of a coach is shown to their student."""
        classes = [CoachedClass(id=klass.id.text, name=klass.name, role=role) for klass, role in coach.classes]
        return cls(account=coach.account or None, name=coach.name, classes=classes)


class CoachPage(Shape):
    """Coaches, by name, each once."""

    items: list[CoachBody]
    next: str | None


class TheirTeacherBody(Shape):
    """A teacher of a class, as its students see them."""

    account: str | None = Field(description="Null for a district's teacher who has not signed in here yet")
    name: str
    role: Role = Field(description=ROLE)

    @classmethod
    def of(cls, one: "Named") -> "TheirTeacherBody":
        """What of a teacher is shown."""
        return cls(account=one.account or None, name=one.name, role=one.role)


class AttendedBody(Shape):
    """A class that the student is in, or waits to be in."""

    id: str
    name: str
    kind: Literal["district", "independent"]
    state: ClassState
    membership: Literal["active", "waiting"]
    waits_for: WaitsFor = Field(description="While waiting: whose yes is missing, the teacher's or a guardian's")
    teachers: list[TheirTeacherBody]
    offered_from: datetime | None = Field(
        description="While its owner offers it to another teacher, who coaches those who stay: from when on that "
        "teacher can accept"
    )
    offered_until: datetime | None = Field(description="Likewise: when the offer ends")

    @classmethod
    def of(cls, one: "Attended", offer: "Transfer | None") -> "AttendedBody":
        """What of a class is shown to its students: not its code, nor who else is in it."""
        klass, seat = one.standing.klass, one.standing.seat
        waiting = one.standing.role is None
        return cls(
            id=klass.id.text, name=klass.name, kind=klass.id.kind, state=klass.state,
            membership="waiting" if waiting else "active", waits_for=seat.waits_for if waiting and seat else "",
            teachers=[TheirTeacherBody.of(each) for each in one.teachers],
            offered_from=accept_from(offer, klass.students) if offer else None,
            offered_until=offer.expires if offer else None,
        )  # fmt: skip


class AttendedPage(Shape):
    """Classes of a student."""

    items: list[AttendedBody]
    next: str | None


@router.get(
    "/me/coaches",
    summary="Who coaches me",
    operation_id="listMyCoaches",
    responses=answers("Every teacher of every class that the caller is a student in now"),
    security=SECURITY,
)
def coaches(limit: Limit = 50, cursor: Cursor = None) -> CoachPage:
    """Follows from memberships at this moment: an archived class has no coaches, a restored one has them again."""
    me = deps.account(router.current_event)
    page = page_of(deps.coaches().of(me, deps.now()), scope=f"coaches:{me.id}", limit=limit, cursor=cursor)
    return CoachPage(items=[CoachBody.of(one) for one in page.items], next=page.next)


@router.get(
    "/me/classes",
    summary="The classes that I am a student in",
    operation_id="listMyClasses",
    responses=answers("Every class that the caller is a student in, or waits to be let into"),
    security=SECURITY,
)
def classes(limit: Limit = 50, cursor: Cursor = None) -> AttendedPage:
    """Archived independent classes too, since they can be restored."""
    me, now = deps.account(router.current_event), deps.now()
    page = page_of(deps.coaches().attended(me, now), scope=f"attended:{me.id}", limit=limit, cursor=cursor)
    offers = deps.transfers().open_ones((one.standing.klass.id for one in page.items), now)
    items = [AttendedBody.of(one, offers.get(one.standing.klass.id)) for one in page.items]
    return AttendedPage(items=items, next=page.next)


@router.delete(
    "/me/coaches/<account>",
    summary="Drop a coach",
    operation_id="dropCoach",
    status_code=HTTPStatus.NO_CONTENT,
    responses=answers(
        "They coach the caller no more; the same again changes nothing", status=HTTPStatus.NO_CONTENT, _403=ROSTERED
    ),
    security=SECURITY,
)
def drop(account: CoachId) -> Response[None]:
    """Leaves every independent class of theirs, archived ones too. Refused, and none left, for a district's teacher."""
    me, now = deps.account(router.current_event), deps.now()
    coach = deps.profiles().get(account)
    stamp = Stamp(me.id, now, deps.cause(router.current_event))
    if coach is None or not (deps.leaving().drop_coach(me, coach, stamp) or deps.sight().sat(coach, me, now)):
        raise CoachNotFound
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.delete(
    "/me/classes/<class>",
    summary="Leave a class",
    operation_id="leaveClass",
    status_code=HTTPStatus.NO_CONTENT,
    responses=answers(
        "The caller is not in the class, and waits for it no more; the same again changes nothing",
        status=HTTPStatus.NO_CONTENT,
        _403=f"{ROSTERED}, or the caller teaches the class (`students_only`)",
    ),
    security=SECURITY,
)
def leave(klass: ClassRef) -> Response[None]:
    """Ends the caller's place. What they have learnt stays theirs."""
    me = deps.account(router.current_event)
    deps.leaving().leave(me, ClassId.read(klass), Stamp(me.id, deps.now(), deps.cause(router.current_event)))
    return Response(status_code=HTTPStatus.NO_CONTENT)
