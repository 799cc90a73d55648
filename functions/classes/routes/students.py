"""`/classes/{class}/students`: who is in a class, and whether they have activated."""

from homeroom.runtime import http
from homeroom.runtime.pages import page_of

from . import deps
from .bodies import StudentBody, StudentPageBody
from .shapes import SECURITY, ClassRef, Cursor, Limit, answers

router = http.router()


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
