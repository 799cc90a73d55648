"""Administrators join classes of their schools for some days, and no longer (B-03)."""

from datetime import datetime, timedelta

from homeroom.accounts.linking import Stamp
from homeroom.accounts.service import AccountService
from homeroom.classes.ids import ClassId, ClassNotFound
from homeroom.classes.store.accesses import AccessStore
from homeroom.classes.store.standings import StandingStore
from homeroom.runtime.audit import Change
from homeroom.runtime.errors import NotFound
from homeroom.runtime.proofs import hashed


class ClassroomAccess:
    """Gives and takes access to district classes. That it is over follows from the time alone."""

    def __init__(self, administrators: AccountService, standings: StandingStore, store: AccessStore) -> None:
        self._administrators, self._standings, self._store = administrators, standings, store

    def admit(self, klass: ClassId, days: int, stamp: Stamp) -> datetime:
        """Let the administrator who asks into a class; again changes when it ends, which is what comes back.

        Raises ClassNotFound for who is no administrator of the district, DistrictAccessEnded, OutOfScope, StoreBusy.
        Carries out B-03, X-04.
        """
        self._require(klass, stamp)
        until = (stamp.at + timedelta(days=days)).replace(microsecond=0)
        before = self._store.until(klass, stamp.actor, stamp.at)
        change = _change("class.admin_access", klass, stamp, before, until)
        if not self._store.admit(klass, stamp.actor, until, change):
            raise ClassNotFound
        return until

    def dismiss(self, klass: ClassId, stamp: Stamp) -> None:
        """End the access of the administrator who asks; none to end changes nothing. Raises as `admit`. X-03, X-04."""
        self._require(klass, stamp)
        before = self._store.until(klass, stamp.actor, stamp.at)
        self._store.dismiss(klass, stamp.actor, _change("class.admin_access_end", klass, stamp, before, None))

    def _require(self, klass: ClassId, stamp: Stamp) -> None:
        """The class is one of a school that the actor administers now. X-01, X-06, P-08."""
        if klass.kind != "district":
            raise ClassNotFound
        try:
            scope = self._administrators.admin_scope(stamp.actor, klass.of)
        except NotFound as nobody:
            raise ClassNotFound from nobody
        view = self._standings.view(klass)
        if view is None:
            raise ClassNotFound
        scope.require(view.school)


def _change(action: str, klass: ClassId, stamp: Stamp, before: datetime | None, after: datetime | None) -> Change:
    return Change(
        id=f"{action}-{hashed(stamp.actor + stamp.cause, 12)}", at=stamp.at, actor=stamp.actor, action=action,
        subject=f"class:{klass.text}", cause=stamp.cause, before=_until(before), after=_until(after),
    )  # fmt: skip


def _until(at: datetime | None) -> dict[str, str] | None:
    return {"until": at.isoformat()} if at else None
