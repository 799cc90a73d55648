"""Who administers which district, and how much of it (S-03)."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from homeroom.runtime.errors import Forbidden


class DistrictAccessEnded(Forbidden):
    """The caller once administered the district, and no longer does (P-08, G-02)."""

    code = "district_access_ended"
    title = "Your access to this district has ended"


class OutOfScope(Forbidden):
    """The caller administers some schools of the district, and this reaches further (P-08)."""

    code = "out_of_scope"
    title = "This is outside your schools"


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What of a district an account may administer: the whole, or some schools."""

    account: str
    district: str
    whole: bool = True
    schools: frozenset[str] = frozenset()

    def require(self, school: str | None = None) -> None:
        """Raises OutOfScope unless the scope takes in that school, or without one the whole district. P-08."""
        if not self.whole and (school is None or school not in self.schools):
            raise OutOfScope("Name one of your schools, or ask an administrator of the whole district.")


class RosterRight(NamedTuple):
    """What a district's roster lets an account administer (S-03). `ended`: it once let it, and does no more (G-02)."""

    scope: Scope | None = None
    ended: bool = False


@dataclass(frozen=True, kw_only=True)
class Grant(Scope):
    """An account's right to administer a district, in force until `ended_at`. It is never deleted (G-02)."""

    granted_at: datetime
    ended_at: datetime | None = None

    def terms(self) -> dict[str, object]:
        """What the grant permits, as the audit log keeps it."""
        return {"whole": self.whole, "schools": sorted(self.schools), "ended": self.ended_at is not None}
