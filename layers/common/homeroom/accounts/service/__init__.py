"""Use cases of accounts: who administers a district, and how they come to and cease to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from homeroom.accounts.model import DistrictAccessEnded, Grant, RosterRight, Scope
from homeroom.accounts.store import GrantRaced, StoredGrant
from homeroom.runtime.audit import Change
from homeroom.runtime.errors import NotFound

ATTEMPTS = 3


class Grants(Protocol):
    """Where grants are kept; see AccountStore."""

    def grant(self, account: str, district: str) -> StoredGrant | None:
        """The grant as it stands, or None."""

    def put(self, grant: Grant, change: Change, *, seen: int) -> None:
        """Write it with its audit row. Raises GrantRaced."""


class Rosters(Protocol):
    """Whom a district's roster makes its administrators (S-03)."""

    def right(self, account: str, district: str) -> RosterRight:
        """What the records that the account is linked to give it now."""


class AccountService:
    """Answers for accounts. Every "may administer" is a consistent read of the grant and of the roster (X-01).

    Without `rosters`, for those who look at grants alone, the roster makes nobody an administrator.
    """

    def __init__(self, grants: Grants, rosters: Rosters | None = None) -> None:
        self._grants, self._rosters = grants, rosters

    def admin_scope(self, account: str, district: str) -> Scope:
        """What of the district the account may administer now, by a grant and by the roster together.

        Raises NotFound for who never did, whether there is such a district or not, and DistrictAccessEnded; an ended
        grant ends all of it. Carries out S-03, P-08, G-02, X-01.
        """
        grant = self._grants.grant(account, district)
        if grant is not None and grant.ended_at is not None:
            raise DistrictAccessEnded("You no longer administer this district.")
        rostered = self._rosters.right(account, district) if self._rosters else RosterRight()
        scopes = [one for one in (grant, rostered.scope) if one is not None]
        if not scopes and rostered.ended:
            raise DistrictAccessEnded("You no longer administer this district.")
        if not scopes:
            raise NotFound("There is no such district, or it is not yours to see.")
        schools = frozenset[str]().union(*(one.schools for one in scopes))
        return Scope(account=account, district=district, whole=any(one.whole for one in scopes), schools=schools)

    def scope_in_force(self, account: str, district: str) -> Scope | None:
        """The same for those who only want to know: None when the account administers nothing of it now."""
        try:
            return self.admin_scope(account, district)
        except (NotFound, DistrictAccessEnded):
            return None

    def grant_admin(
        self,
        account: str,
        district: str,
        actor: str,
        now: datetime,
        id: str,  # noqa: A002  what it is; the word is the contract's
        *,
        schools: Iterable[str] | None = None,
    ) -> Grant:
        """Let an account administer a district: the whole, or those schools. Again changes nothing. X-03, X-04.

        `id` is unique to the request and names its audit row. An ended grant comes back into force.
        Raises GrantRaced, Fault.
        """
        wanted = Grant(
            account=account,
            district=district,
            whole=schools is None,
            schools=frozenset(schools or ()),
            granted_at=now,
        )
        stamp = _Stamp("admin.grant", actor, now, id)
        return self._settle(account, district, lambda _: wanted, stamp) or wanted

    def end_admin(
        self,
        account: str,
        district: str,
        actor: str,
        now: datetime,
        id: str,  # noqa: A002  as above
    ) -> Grant | None:
        """End an account's right to administer a district; the grant stays and says so. Again changes nothing.

        Returns None when there never was one. Raises GrantRaced, Fault. Carries out G-02, X-03, X-04.
        """

        def ended(old: Grant | None) -> Grant | None:
            return old and replace(old, ended_at=old.ended_at or now)

        return self._settle(account, district, ended, _Stamp("admin.end", actor, now, id))

    def _settle(
        self, account: str, district: str, decide: Callable[[Grant | None], Grant | None], stamp: "_Stamp"
    ) -> Grant | None:
        for _ in range(ATTEMPTS):
            old = self._grants.grant(account, district)
            new = decide(old)
            if new is None or (old is not None and old.terms() == new.terms()):
                return old
            try:
                self._grants.put(new, stamp.change(old, new), seen=old.version if old else 0)
            except GrantRaced:
                continue
            return new
        raise GrantRaced


@dataclass(frozen=True, slots=True)
class _Stamp:
    action: str
    actor: str
    at: datetime
    id: str

    def change(self, old: Grant | None, new: Grant) -> Change:
        return Change(
            id=self.id,
            at=self.at,
            actor=self.actor,
            action=self.action,
            subject=f"{new.account}@{new.district}",
            cause=f"request:{self.id}",
            before=old.terms() if old else None,
            after=new.terms(),
        )
