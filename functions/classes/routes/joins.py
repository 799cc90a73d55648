"""`/classes/{class}/joins`: who waits to be let in, and the teacher's word on it (J-06, A-04)."""

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from homeroom.runtime import http
from homeroom.runtime.pages import page_of

from . import deps
from .shapes import SECURITY, AccountRef, ClassRef, Cursor, Limit, Shape, answers

if TYPE_CHECKING:
    from homeroom.classes.service.joins import Asking
    from homeroom.roster.activation.service.requests import Requested

router = http.router()
NOBODY = "No such class, or nobody of that id waits there (`join_not_found`)"


class JoinBody(Shape):
    """Somebody who waits."""

    account: str
    name: str = Field(description="What their account is called; empty when they have told no name")
    student: str | None = Field(description="Of a district class: the student on the roster who they say they are")
    waits_for: Literal["guardian", "teacher"] = Field(description="`guardian`: a parent or guardian decides first")
    asked_at: datetime | None

    @classmethod
    def of(cls, one: "Asking") -> "JoinBody":
        """Somebody who wants to join an independent class."""
        seat = one.seat
        return cls(
            account=seat.account, name=one.name, student=None, waits_for=seat.waits_for or "teacher",
            asked_at=seat.asked,
        )  # fmt: skip

    @classmethod
    def requested(cls, one: "Requested") -> "JoinBody":
        """Somebody who wants to activate as a student of a district class."""
        asked = one.request
        return cls(account=asked.account, name=one.name, student=one.student, waits_for="teacher", asked_at=asked.asked)


class JoinPageBody(Shape):
    """Who waits, the longest first."""

    items: list[JoinBody]
    next: str | None


class SettledJoin(Shape):
    """What became of a join."""

    account: str
    outcome: Literal["joined", "already_member", "activated", "rejected"]


@router.get(
    "/classes/<class>/joins",
    summary="Who waits to be let in",
    operation_id="listJoins",
    responses=answers("A page of them"),
    security=SECURITY,
)
def waiting(klass: ClassRef, limit: Limit = 50, cursor: Cursor = None) -> JoinPageBody:
    """Of a district class: who says that they are a student of it, and cannot be mailed."""
    teacher, found = deps.account(router.current_event), deps.klass(klass)
    if found.kind == "district":
        rows = [JoinBody.requested(one) for one in deps.activation_requests().waiting(teacher, found, deps.now())]
    else:
        rows = [JoinBody.of(one) for one in deps.joins().waiting(teacher, found, deps.now())]
    page = page_of(rows, scope=f"joins:{found.text}", limit=limit, cursor=cursor)
    return JoinPageBody(items=page.items, next=page.next)


@router.post(
    "/classes/<class>/joins/<account>/approve",
    summary="Let somebody in",
    operation_id="approveJoin",
    responses=answers(
        "They are in; who was already, stays so",
        _403="Not a teacher of the class, or who waits is one by now (`own_class`)",
        _404=NOBODY,
        _409="A guardian decides first (`waiting_for_guardian`), there is no room (`class_full`, `teacher_full`), the "
        "class is archived (`class_archived`), or what activating that student refuses with",
    ),
    security=SECURITY,
)
def approve(klass: ClassRef, account: AccountRef) -> SettledJoin:
    """Makes them a member. Of a district class: links their account to the student who they are."""
    teacher, found = deps.account(router.current_event), deps.klass(klass)
    stamp = deps.stamp(router.current_event, teacher)
    if found.kind == "district":
        deps.activation_requests().approve(teacher, found, account, stamp)
        return SettledJoin(account=account, outcome="activated")
    joined = deps.joins().approve(teacher, found, account, stamp) == "joined"
    return SettledJoin(account=account, outcome="joined" if joined else "already_member")


@router.post(
    "/classes/<class>/joins/<account>/reject",
    summary="Turn somebody away",
    operation_id="rejectJoin",
    responses=answers(
        "They wait no longer", _404=NOBODY,
        _409="They are in the class (`already_member`), or it is archived (`class_archived`)",
    ),
    security=SECURITY,
)  # fmt: skip
def reject(klass: ClassRef, account: AccountRef) -> SettledJoin:
    """Whoever was turned away can try the code again; rotating it keeps them out."""
    teacher, found = deps.account(router.current_event), deps.klass(klass)
    settling = deps.activation_requests() if found.kind == "district" else deps.joins()
    settling.reject(teacher, found, account, deps.stamp(router.current_event, teacher))
    return SettledJoin(account=account, outcome="rejected")
