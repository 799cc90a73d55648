"""What classes know of a district's people: a port. The roster has them, and lies above."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from homeroom.accounts.account import LinkEnd


class Rostered(NamedTuple):
    """A roster record: `leaving` says that it dropped out of the roster and is in its days of grace (S-14).

    `account` is the one that it is linked to, "" while it is not activated, or was not asked for.
    """

    name: str
    grade: str = ""
    roles: frozenset[str] = frozenset()
    leaving: bool = False
    account: str = ""


class Rosters(Protocol):
    """Reads roster records. Those that are not there are left out."""

    def people(self, ends: Iterable[LinkEnd]) -> Mapping[LinkEnd, Rostered]:
        """Records of any districts, without their accounts (consistent reads)."""

    def members(self, district: str, people: Iterable[str]) -> Mapping[str, Rostered]:
        """Records of a district with their accounts, by person; records and links are read side by side."""
