"""One's own account: what it is at this moment, and what its owner changes of it (A-06, A-07)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from homeroom.accounts.account import Account, AccountNotFound
from homeroom.accounts.roster import DistrictRole, DistrictRoles, Roster
from homeroom.accounts.rules import Permissions
from homeroom.accounts.rules.accounts import allowed, is_child, needs_guardian
from homeroom.accounts.rules.edits import Edit, edited
from homeroom.accounts.service.callers import Callers
from homeroom.accounts.service.guardians import Release
from homeroom.accounts.store import StoredGrant
from homeroom.accounts.store.edits import EditStore
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.runtime.audit import Change
from homeroom.runtime.auth import Caller
from homeroom.runtime.transact import StoreBusy

ATTEMPTS = 3


Arrival = Callable[[Account, Caller, datetime], Account]


class Grants(Protocol):
    """Where grants are kept; see AccountStore."""

    def of_account(self, account: str) -> list[StoredGrant]:
        """The grants of an account that are in force."""


@dataclass(frozen=True, slots=True)
class Me:
    """An account as its owner sees it. `roles` are what it is anywhere, sorted."""

    account: Account
    permissions: Permissions
    districts: tuple[DistrictRoles, ...]
    roles: tuple[DistrictRole, ...]
    guardian_needed: bool


class MyAccount:
    """Shows accounts to their owners, and changes what these say of themselves.

    `released` is told of who no longer waits for a guardian; `arrived` links an account that was made just now to the
    roster records that are surely its own (A-04).
    """

    def __init__(
        self, profiles: ProfileStore, grants: Grants, roster: Roster, released: Release, arrived: Arrival
    ) -> None:
        self._profiles, self._grants, self._roster, self._released = profiles, grants, roster, released
        self._arrived = arrived
        self._callers, self._edits = Callers(profiles), EditStore(profiles)

    def look(self, caller: Caller, now: datetime) -> Me:
        """The caller's account as it is now, made at its first request. Raises StoreBusy. Carries out A-06."""
        found, teaching = self._profiles.with_teaching(caller.account)
        account, rostered = self._roster.of(self._present(found, caller, now))
        districts = _together(rostered, self._grants.of_account(account.id))
        roles = frozenset[DistrictRole]().union(*(district.roles for district in districts))
        if teaching.classes:
            roles |= {"teacher"}
        if account.role:
            roles |= {account.role}
        waits = needs_guardian(account, now)
        return Me(account, allowed(account, now), tuple(districts), tuple(sorted(roles)), waits)

    def change(self, caller: Caller, edit: Edit, now: datetime, cause: str) -> None:
        """Make an edit; the same again changes nothing. Carries out A-07, X-03, X-04.

        Raises InvalidInput, RosterDecides, BirthDateFixed, StoreBusy.
        """
        for _ in range(ATTEMPTS):
            account = self._present(self._profiles.get(caller.account), caller, now)
            after = edited(account, edit, now)
            if after == account or self._edits.change(account, after, _audit(account, after, now, cause)):
                # Also when nothing changes now: the one before may have been cut short.
                if edit.birth_date is not None and not needs_guardian(after, now):
                    self._released(account.id, now)
                return
        raise StoreBusy

    def permissions(self, account: str, now: datetime) -> Permissions:
        """What an account's age permits at this moment; of anybody's, for programs. Raises AccountNotFound. A-06."""
        found = self._profiles.get(account)
        if found is None:
            raise AccountNotFound
        current, _ = self._roster.of(found)
        return allowed(current, now)

    def _present(self, found: Account | None, caller: Caller, now: datetime) -> Account:
        account = self._callers.settled(found, caller, now)
        return self._arrived(account, caller, now) if found is None else account


def _together(rostered: Iterable[DistrictRoles], grants: Iterable[StoredGrant]) -> list[DistrictRoles]:
    found = {one.district: one for one in rostered}
    for grant in grants:
        known = found.get(grant.district, DistrictRoles(grant.district))
        found[grant.district] = known._replace(roles=known.roles | {"admin"})
    return [found[district] for district in sorted(found)]


def _audit(before: Account, after: Account, now: datetime, cause: str) -> Change | None:
    """A birth date says what somebody may do. The row says so, and not the date (X-07)."""
    if before.birth_date == after.birth_date:
        return None

    def told(account: Account) -> dict[str, object]:
        return {"by": account.birth_by, "child": is_child(account, now)}

    return Change(
        id=f"birth_date-{cause}", at=now, actor=after.id, action="account.birth_date", subject=f"account:{after.id}",
        cause=cause, before=told(before), after=told(after),
    )  # fmt: skip
