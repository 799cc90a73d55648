"""What an account's roster records say of it, as far as accounts need to know; the roster itself answers."""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple, Protocol

from homeroom.accounts.account import LinkEnd

DistrictRole = Literal["teacher", "student", "admin"]


class DistrictRoles(NamedTuple):
    """What somebody is in a district, by all their records there; `name` is the district's, "" if nobody knows."""

    district: str
    name: str = ""
    roles: frozenset[DistrictRole] = frozenset()


class Roster(Protocol):
    """The rosters of districts."""

    def of(self, links: Iterable[LinkEnd]) -> Sequence[DistrictRoles]:
        """What the records at the other end of an account's links say now: one for each district. Raises StoreBusy."""


class NoRoster:
    """A roster that knows districts by their ids only."""

    def of(self, links: Iterable[LinkEnd]) -> list[DistrictRoles]:
        """The districts of the links."""
        return [DistrictRoles(district) for district in sorted({link.district for link in links})]
