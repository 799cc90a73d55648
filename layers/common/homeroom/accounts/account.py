"""An account: somebody's login and what is their own (DESIGN, "the central idea")."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from homeroom.runtime.errors import NotFound

GuardianState = Literal["asked", "approved", "refused"]


class AccountNotFound(NotFound):
    """There is no account of that id or address."""

    code = "account_not_found"
    title = "No such account"


class LinkEnd(NamedTuple):
    """The roster record that an account is linked to, by district and Clever user id."""

    district: str
    person: str


class Birth(NamedTuple):
    """A birth date as it is on file, and who said it; both "" when nobody did (A-07)."""

    date: str = ""
    by: Literal["", "self", "roster"] = ""


@dataclass(frozen=True, slots=True)
class Guardian:
    """Who answers for a child: their address, and what they have said (J-09)."""

    address: str
    state: GuardianState
    asked: datetime
    answered: datetime | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it stands. `id` is the login's `sub`.

    `address` is the login's verified address as last seen, `addresses` those verified by a mailed link besides; all of
    them normalised, each this account's alone (A-01). `birth_date` is as `parse_birth_date` reads it, "" when nobody
    said; `birth_by` says who did. `zone` is the account's own time zone, `district_zone` that of the district it was
    linked to last; both are IANA names, or "".
    """

    id: str
    created: datetime
    name: str = ""
    role: Literal["", "teacher", "student"] = ""
    birth_date: str = ""
    birth_by: Literal["", "self", "roster"] = ""
    zone: str = ""
    district_zone: str = ""
    address: str = ""
    addresses: frozenset[str] = field(default_factory=frozenset)
    links: frozenset[LinkEnd] = field(default_factory=frozenset)
    guardian: Guardian | None = None

    @property
    def birth(self) -> Birth:
        """What is on file of its birth, to be kept or compared."""
        return Birth(self.birth_date, self.birth_by)

    def persons(self, district: str) -> list[str]:
        """The records of that district that it is linked to: several of an employee's (A-08); sorted."""
        return sorted(link.person for link in self.links if link.district == district)


class Teaching(NamedTuple):
    """How much an account has in hand as the owner of independent classes: classes not archived, and their students."""

    classes: int = 0
    places: int = 0
