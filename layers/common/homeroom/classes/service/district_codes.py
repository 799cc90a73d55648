"""What the code of a district class does: it adds nobody, and lets who is on the roster activate (J-05)."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol

from homeroom.accounts.account import Account, LinkEnd
from homeroom.accounts.linking import Stamp
from homeroom.classes.ids import ClassId
from homeroom.classes.model import ClassView
from homeroom.classes.rules.joins import Outcome
from homeroom.classes.service.entrance import Admitted
from homeroom.classes.service.rosters import Rosters

if TYPE_CHECKING:
    from homeroom.classes.store.standings import StandingStore


class Card(NamedTuple):
    """A class as somebody sees it who has its code: its name, and its teacher's."""

    klass: ClassId
    name: str
    teacher: str


class Activating(Protocol):
    """Activation by a class's code: a port. Accounts meet the roster above."""

    def by_code(self, account: Account, verified: str, klass: ClassId, stamp: Stamp) -> Outcome:
        """Link an account to its record in that class's district: `activated`, or `already_member` if it is linked.

        `verified` is the login's verified address, or "". Raises what refuses it, with the reason (J-05).
        """


class DistrictCodes:
    """Codes of district classes. What reads classes and rosters, and what activates, is made when it is needed."""

    def __init__(
        self, standings: "Callable[[], StandingStore]", rosters: Callable[[], Rosters],
        activations: Callable[[], Activating],
    ) -> None:  # fmt: skip
        self._standings, self._rosters, self._activations = standings, rosters, activations

    def activate(self, admitted: Admitted, verified: str, stamp: Stamp) -> tuple[Outcome, Card]:
        """What comes of the code for who tried it. Raises what activation refuses with. Carries out J-05."""
        klass = admitted.code.klass
        outcome = self._activations().by_code(admitted.account, verified, klass, stamp)
        return outcome, self.card(klass) or Card(klass, "", "")

    def card(self, klass: ClassId) -> Card | None:
        """What is shown of a district class: its primary teacher is named as the roster has it; None if it has gone."""
        view = self._standings().view(klass)
        return Card(klass, view.name, self._teacher(view)) if view else None

    def _teacher(self, view: ClassView) -> str:
        if not view.teacher:
            return ""
        end = LinkEnd(view.id.of, view.teacher)
        found = self._rosters().people([end]).get(end)
        return found.name if found else ""
