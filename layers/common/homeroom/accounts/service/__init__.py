"""Use cases of accounts: who administers a district, and how they come to and cease to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from homeroom.accounts.model import DistrictAccessEnded, Grant, Scope
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


class AccountService:
    """Answers for accounts. Every "may administer" is a consistent read of the grant (X-01)."""

    def __init__(self, grants: Grants) -> None:
        self._grants = grants

    def admin_scope(self, account: str, district: str) -> Scope:
        """What of the district the account may administer now. Carries out P-08, G-02, X-01.

        Raises NotFound for who never did, whether there is such a district or not, and DistrictAccessEnded.
        """
        grant = self._grants.grant(account, district)
        if grant is None:
            raise NotFound("There is no such district, or it is not yours to see.")
        if grant.ended_at is not None:
            raise DistrictAccessEnded("You no longer administer this district.")
        return Scope(account=account, district=district, whole=grant.whole, schools=grant.schools)

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
            return old and old.model_copy(update={"ended_at": old.ended_at or now})

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
