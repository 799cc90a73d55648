"""`/classes/{class}/students`: who is in a class, and whether they have activated."""

from typing import Literal

from homeroom.runtime import http
from homeroom.runtime.pages import page_of

from . import deps
from .bodies import StudentBody, StudentPageBody
from .shapes import SECURITY, AccountRef, ClassRef, Cursor, Limit, Shape, answers

router = http.router()


class RemovedStudent(Shape):
    """Who is no longer in a class."""

    account: str
    state: Literal["removed"] = "removed"


@router.get(
    "/classes/<class>/students",
    summary="Students of a class",
    operation_id="listStudents",
    responses=answers("A page of students, by name"),
    security=SECURITY,
)
def listed(klass: ClassRef, limit: Limit = 50, cursor: Cursor = None) -> StudentPageBody:
    """Everybody who is in the class now. Who waits to be let in is under its joins."""
    caller, found = deps.caller(router.current_event), deps.klass(klass)
    students = deps.students().of(caller, found, deps.now())
    page = page_of(students, scope=f"students:{found.text}", limit=limit, cursor=cursor)
    return StudentPageBody(items=[StudentBody.of(one) for one in page.items], next=page.next)


@router.delete(
    "/classes/<class>/students/<account>",
    summary="Remove a student from a class",
    operation_id="removeStudent",
    responses=answers(
        "They are not in it any more, and their progress is theirs",
        _404="No such class, or they never were in it (`student_not_found`)",
        _409="The class is archived (`class_archived`)",
    ),
    security=SECURITY,
)
def remove(klass: ClassRef, account: AccountRef) -> RemovedStudent:
    """Of an independent class, also somebody who waits to be let in. Again changes nothing."""
    teacher, found = deps.account(router.current_event), deps.klass(klass)
    deps.leaving().remove(teacher, found, account, deps.stamp(router.current_event, teacher))
    return RemovedStudent(account=account)
