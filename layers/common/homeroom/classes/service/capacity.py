"""How much room a teacher has: their own classes and, beside them, those that a district gives them (C-06)."""

from datetime import datetime

from homeroom.accounts.account import Account, Teaching
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.classes.rules import limits, owning
from homeroom.classes.rules.limits import Measure
from homeroom.classes.service.rosters import Rosters
from homeroom.classes.service.sight import Sight
from homeroom.runtime.errors import Conflict

TAUGHT = frozenset({"primary", "co_teacher"})


class Capacity:
    """Reads counters and standings at each request; keeps nothing."""

    def __init__(self, accounts: ProfileStore, sight: Sight, rosters: Rosters) -> None:
        self._accounts, self._sight, self._rosters = accounts, sight, rosters

    def require_owner(self, account: Account, *, child: bool) -> None:
        """Raises TeachersOnly for who may have no class of their own. `child`: whether it counts as under 13. C-01."""
        people = self._rosters.people(sorted(account.links)) if account.links else {}
        roles = {role for one in people.values() for role in one.roles}
        if refused := owning.refusal(roles, stated_child=child and bool(account.birth_date)):
            raise refused

    def most(self, account: Account, now: datetime) -> Teaching:
        """How far the account's counters may go: classes of its own, beside its district's, and places. C-06."""
        own = limits.CLASSES_A_TEACHER - self._district_classes(account, now)
        return Teaching(classes=own, places=limits.STUDENTS_A_TEACHER)

    def used(self, account: Account, now: datetime) -> dict[str, Measure]:
        """How much of it is used, by what is counted. C-06."""
        own = self._accounts.teaching(account.id)
        classes = own.classes + self._district_classes(account, now)
        return {
            "classes": Measure(classes, limits.CLASSES_A_TEACHER),
            "teacher_students": Measure(own.places, limits.STUDENTS_A_TEACHER),
        }

    def lack(self, account: str, wanted: Teaching, most: Teaching) -> Conflict | None:
        """Which limit refuses so much more to an account at this moment; None when none does (any more). C-06."""
        own = self._accounts.teaching(account)
        if own.classes + wanted.classes > most.classes:
            return limits.TooManyClasses(
                f"A teacher has {limits.CLASSES_A_TEACHER} classes at most, district classes among them. Archive one."
            )
        if own.places + wanted.places > most.places:
            return limits.TeacherFull(f"A teacher has {limits.STUDENTS_A_TEACHER} students at most, in all classes.")
        return None

    def _district_classes(self, account: Account, now: datetime) -> int:
        """The classes of districts that it teaches now. One whose term is over, or without a roster, takes no room."""
        if not account.links:
            return 0
        found = self._sight.classes(account, now)
        return sum(
            one.klass.id.kind == "district" and one.role in TAUGHT and _current(one.klass.state) for one in found
        )


def _current(state: str) -> bool:
    return state != "ended"
