"""`/classes`: a teacher's classes, made, renamed, archived and restored (C-01, C-06, C-09, S-16)."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field

from homeroom.accounts.rules.accounts import local_date
from homeroom.classes.rules.lasting import days_left
from homeroom.runtime import http
from homeroom.runtime.pages import page_of

from . import deps
from .bodies import ClassBody, ClassLine, ClassPageBody
from .shapes import SECURITY, ClassRef, Cursor, Key, Limit, Shape, answers

if TYPE_CHECKING:
    from homeroom.accounts.account import Account
    from homeroom.classes.ids import ClassId

router = http.router()

Archived = Annotated[bool, Query(description="List archived classes as well")]
NO_ROOM = "No room: 100 classes (`too_many_classes`)"
ARCHIVED = "The class is archived (`class_archived`)"


class NewClass(Shape):
    """A class to be made, or its new name."""

    name: str = Field(
        max_length=1000,
        description="One line of text; what is left of it once spaces around it are taken away has 1 to 100 characters",
        examples=["Algebra I, period 3"],
    )


@router.post(
    "/classes",
    summary="Create a class",
    status_code=HTTPStatus.CREATED,
    operation_id="createClass",
    responses=answers(
        "The class, with its code",
        413,
        415,
        status=HTTPStatus.CREATED,
        _403="The account is a student's, or a child's (`teachers_only`)",
        _409=NO_ROOM,
    ),
    security=SECURITY,
)
def create(body: NewClass, key: Key = "") -> ClassBody:
    """An independent class of the caller's own. With the same `Idempotency-Key` again, the class made then."""
    account = deps.account(router.current_event)
    made = deps.classes().create(account, body.name, key, deps.stamp(router.current_event, account))
    return _shown(account, made.id)


@router.get(
    "/classes",
    summary="Classes that the caller teaches",
    operation_id="listClasses",
    responses=answers("A page of classes, by name"),
    security=SECURITY,
)
def listed(archived: Archived = False, limit: Limit = 50, cursor: Cursor = None) -> ClassPageBody:  # noqa: FBT002  a query
    """Owned, co-taught, of a district's roster, or with an administrator's access."""
    account, now = deps.account(router.current_event), deps.now()
    found = deps.pages().taught(account, now, archived=archived)
    page = page_of(found, scope=f"classes:{account.id}:{archived}", limit=limit, cursor=cursor)
    today = local_date(account, now)
    coded = deps.pages().coded(page.items, now)
    return ClassPageBody(items=[ClassLine.of(one, days_left(one.klass, today)) for one in coded], next=page.next)


@router.get(
    "/classes/<class>",
    summary="One class",
    operation_id="getClass",
    responses=answers("The class"),
    security=SECURITY,
)
def show(klass: ClassRef) -> ClassBody:
    """A class that the caller teaches, archived or not."""
    account = deps.account(router.current_event)
    return _shown(account, deps.klass(klass))


@router.patch(
    "/classes/<class>",
    summary="Rename a class",
    operation_id="renameClass",
    responses=answers("The class with its new name", 413, 415, _409=ARCHIVED),
    security=SECURITY,
)
def rename(klass: ClassRef, body: NewClass) -> ClassBody:
    """Gives an independent class another name."""
    account, found = deps.account(router.current_event), deps.klass(klass)
    deps.classes().rename(account, found, body.name, deps.stamp(router.current_event, account))
    return _shown(account, found)


@router.delete(
    "/classes/<class>",
    summary="Archive a class",
    operation_id="deleteClass",
    responses=answers("The archived class", _409="Others kept changing the class; try again"),
    security=SECURITY,
)
def delete(klass: ClassRef) -> ClassBody:
    """The same as archiving it: nothing is lost, and it can be restored."""
    return _archived(klass)


@router.post(
    "/classes/<class>/archive",
    summary="Archive a class",
    operation_id="archiveClass",
    responses=answers("The archived class"),
    security=SECURITY,
)
def archive(klass: ClassRef) -> ClassBody:
    """It is readable and not changeable from then on, lets nobody in, and its coaching ends. Again changes nothing."""
    return _archived(klass)


@router.post(
    "/classes/<class>/restore",
    summary="Restore an archived class",
    operation_id="restoreClass",
    responses=answers(
        "The class, with its students", _409=f"{NO_ROOM}, or 1,000 students in all classes (`teacher_full`)"
    ),
    security=SECURITY,
)
def restore(klass: ClassRef) -> ClassBody:
    """It is as it was, and coaching comes back. A class that is not archived stays as it is."""
    account, found = deps.account(router.current_event), deps.klass(klass)
    deps.classes().restore(account, found, deps.stamp(router.current_event, account))
    return _shown(account, found)


def _archived(klass: str) -> ClassBody:
    account, found = deps.account(router.current_event), deps.klass(klass)
    deps.classes().archive(account, found, deps.stamp(router.current_event, account))
    return _shown(account, found)


def _shown(account: "Account", klass: "ClassId") -> ClassBody:
    return ClassBody.shown(deps.pages().page(account, klass, deps.now()))
