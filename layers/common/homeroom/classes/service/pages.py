"""Classes as their teachers see them: lists, one class, and who is in it (C-01, C-06, S-15)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from homeroom.accounts.account import Account
from homeroom.accounts.rules.accounts import local_date
from homeroom.classes.ids import ClassId
from homeroom.classes.model import TEACHERS, Standing
from homeroom.classes.rules.lasting import days_left
from homeroom.classes.rules.limits import STUDENTS_A_CLASS, Measure
from homeroom.classes.service.capacity import Capacity
from homeroom.classes.service.sight import Sight
from homeroom.classes.store.rolls import Headcount, RollStore

# Gives the codes in force of district classes, made now for those that have none.
Ensure = Callable[[Iterable[ClassId], datetime], Mapping[ClassId, str]]


@dataclass(frozen=True, slots=True)
class ClassPage:
    """A class, what the reader is in it, and how full it is. `days_left` is a frozen district class's, else None."""

    standing: Standing
    headcount: Headcount
    limits: dict[str, Measure]
    days_left: int | None


class ClassPages:
    """Reads classes for their teachers. Derived at each request; keeps nothing."""

    def __init__(self, sight: Sight, rolls: RollStore, capacity: Capacity, ensure: Ensure) -> None:
        self._sight, self._rolls, self._capacity, self._ensure = sight, rolls, capacity, ensure

    def taught(self, account: Account, now: datetime, *, archived: bool = False) -> list[Standing]:
        """The classes that the account teaches in any way now, by name; archived ones too when asked for. C-01."""
        found = [one for one in self._sight.classes(account, now) if one.role in TEACHERS]
        shown = [one for one in found if archived or one.klass.state != "archived"]
        return sorted(shown, key=lambda one: (one.klass.name.casefold(), one.klass.id))

    def page(self, account: Account, klass: ClassId, now: datetime) -> ClassPage:
        """One class. Raises what `Sight.require` raises. Carries out C-06, S-15."""
        seen = self._sight.require(account, klass, "see", now)
        count = self._rolls.headcount(klass)
        if klass.kind == "independent" and not self._sight.co_teaching:
            # Whoever is stored besides the owner (C-05).
            count = count._replace(teachers=1)
        limits = {"students": Measure(count.students, STUDENTS_A_CLASS)}
        if seen.role == "owner":
            limits |= self._capacity.used(account, now)
        (coded,) = self.coded([seen], now)
        return ClassPage(coded, count, limits, days_left(seen.klass, local_date(account, now)))

    def coded(self, seen: Sequence[Standing], now: datetime) -> list[Standing]:
        """Standings with their classes' codes: a district class gets one when a teacher first looks at it. J-02."""
        without = [one.klass.id for one in seen if one.klass.id.kind == "district" and not one.klass.code]
        made = self._ensure(without, now) if without else {}
        return [_with_code(one, made.get(one.klass.id, one.klass.code)) for one in seen]


def _with_code(seen: Standing, code: str) -> Standing:
    return seen._replace(klass=replace(seen.klass, code=code))
