"""What an account's roster records say of it, as far as accounts need to know; the roster itself answers."""

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

from homeroom.accounts.account import Account

DistrictRole = Literal["teacher", "student", "admin"]


class DistrictRoles(NamedTuple):
    """What somebody is in a district, by all their records there; `name` is the district's, "" if nobody knows."""

    district: str
    name: str = ""
    roles: frozenset[DistrictRole] = frozenset()


class Roster(Protocol):
    """The rosters of districts."""

    def of(self, account: Account) -> tuple[Account, Sequence[DistrictRoles]]:
        """What the records at the other end of an account's links say now: one for each district.

        And the account, with the birth date that they say (A-07). Raises StoreBusy.
        """
