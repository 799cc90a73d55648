"""`/classes/{class}/admin-access`: an administrator joins a class of their schools for some days (B-03)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import Field

from homeroom.classes.ids import ClassNotFound
from homeroom.classes.rules.coaching import AdministratorsOnly
from homeroom.runtime import http

from . import deps, stores
from .shapes import SECURITY, ClassRef, Shape, answers

if TYPE_CHECKING:
    from homeroom.accounts.account import Account
    from homeroom.classes.ids import ClassId

router = http.router()

USUAL_DAYS, MOST_DAYS = 7, 60
_REFUSED = (
    "The class is of a school that the caller does not administer (`out_of_scope`), they no longer administer anything "
    "there (`district_access_ended`), or they are in the class and administer nothing there (`administrators_only`)"
)


class Days(Shape):
    """For how long."""

    days: int = Field(USUAL_DAYS, ge=1, le=MOST_DAYS, strict=True)


class AccessBody(Shape):
    """An administrator's access to a class."""

    id: str = Field(description="The class's id")
    access_until: datetime | None = Field(description="When it ends by itself; null when there is none")


@router.post(
    "/classes/<class>/admin-access",
    summary="Join a class as an administrator",
    operation_id="joinAsAdministrator",
    responses=answers("When the access ends", 413, 415, _403=_REFUSED),
    security=SECURITY,
)
def admit(klass: ClassRef, body: Annotated[Days | None, Body()] = None) -> AccessBody:
    """Of a district class, as a co-teacher for some days; again changes when it ends. It is written down."""
    account, found = deps.account(router.current_event), deps.klass(klass)
    days = (body or Days(days=USUAL_DAYS)).days
    with _seen(account, found):
        until = deps.access().admit(found, days, deps.stamp(router.current_event, account))
    return AccessBody(id=found.text, access_until=until)


@router.delete(
    "/classes/<class>/admin-access",
    summary="Leave a class as an administrator",
    operation_id="leaveAsAdministrator",
    responses=answers("There is no access any more", _403=_REFUSED),
    security=SECURITY,
)
def dismiss(klass: ClassRef) -> AccessBody:
    """Ends the caller's access before its time; again changes nothing."""
    account, found = deps.account(router.current_event), deps.klass(klass)
    with _seen(account, found):
        deps.access().dismiss(found, deps.stamp(router.current_event, account))
    return AccessBody(id=found.text, access_until=None)


@contextmanager
def _seen(account: "Account", klass: "ClassId") -> Iterator[None]:
    """Who is in the class is told that it is not theirs to do, everybody else that there is no such class (X-01)."""
    try:
        yield
    except ClassNotFound:
        standing = stores.sight().standing(account, klass, deps.now())
        if standing and standing.role:
            raise AdministratorsOnly from None
        raise
