"""A student's side of classes: who coaches them, and which classes they are in or wait for (C-01, C-02, C-07)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from homeroom.accounts.account import Account
from homeroom.accounts.rules.accounts import local_date
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.classes.model import ClassView, Role, Standing
from homeroom.classes.rules import coaching
from homeroom.classes.service.rosters import Rostered, Rosters
from homeroom.classes.service.sight import Sight
from homeroom.classes.store.teachers import Teacher, TeacherStore


class Named(NamedTuple):
    """A teacher of a class as its students see them. `account` is "" for one of a district who has not activated.

    `person` is their roster record, if one makes them a teacher here; `name` is "" when they have given none.
    """

    role: Role
    account: str
    person: str
    name: str


@dataclass(frozen=True, slots=True)
class Attended:
    """A class that a student is in, or waits to be in, and who teaches it."""

    standing: Standing
    teachers: list[Named]


@dataclass(slots=True)
class Coach:
    """Somebody who coaches a student. `account` is "" for a district's teacher who has not activated.

    `classes` are those through which they do, with what they are in each.
    """

    account: str
    name: str
    classes: list[tuple[ClassView, Role]] = field(default_factory=list)


class Coaches:
    """Answers what a student may know of classes. Derived from memberships at each request; keeps nothing (C-07)."""

    def __init__(self, sight: Sight, accounts: ProfileStore, teachers: TeacherStore, rosters: Rosters) -> None:
        self._sight, self._accounts, self._teachers, self._rosters = sight, accounts, teachers, rosters

    def of(self, student: Account, now: datetime) -> list[Coach]:
        """Everybody who coaches the student now, each once, by name. Carries out C-01, C-02, C-07."""
        found: dict[tuple[str, str], Coach] = {}
        for klass, one in self._coaching(student, now):
            key = ("", one.account) if one.account else (klass.id.of, one.person)
            coach = found.setdefault(key, Coach(one.account, one.name))
            coach.name = coach.name or one.name
            coach.classes.append((klass, one.role))
        return [found[key] for key in sorted(found, key=lambda key: (found[key].name.casefold(), key))]

    def attended(self, student: Account, now: datetime) -> list[Attended]:
        """The classes that the student is in, or waits to be in, each with its teachers; by class. C-01."""
        places = self._sight.places(student, now)
        teachers = [self._teaching(one.klass, now) for one in places]
        people = self._people(places, teachers)
        names = self._names(one.account for some in teachers for one in some if not one.person)
        return [
            Attended(one, [_named(one.klass, teacher, people, names) for teacher in some])
            for one, some in zip(places, teachers, strict=True)
        ]

    def _coaching(self, student: Account, now: datetime) -> Iterable[tuple[ClassView, Named]]:
        today = local_date(student, now)
        for one in self.attended(student, now):
            klass = one.standing.klass
            if one.standing.role == "student":
                yield from ((klass, each) for each in one.teachers if coaching.coaches(each.role, klass, today))

    def _teaching(self, klass: ClassView, now: datetime) -> list[Teacher]:
        found = self._teachers.of(klass.id, now)
        return [one for one in found if self._sight.holds(one.account, one.role, klass)]

    def _people(self, places: list[Standing], teachers: list[list[Teacher]]) -> dict[tuple[str, str], Rostered]:
        """The roster records of those who have one, by district and person."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for place, some in zip(places, teachers, strict=True):
            wanted[place.klass.id.of] |= {one.person for one in some if one.person}
        return {
            (district, person): one
            for district, people in sorted(wanted.items())
            if people
            for person, one in self._rosters.members(district, sorted(people)).items()
        }

    def _names(self, accounts: Iterable[str]) -> dict[str, str]:
        return {one.id: one.name for one in self._accounts.many(sorted(set(accounts))).values()}


def _named(klass: ClassView, teacher: Teacher, people: dict[tuple[str, str], Rostered], names: dict[str, str]) -> Named:
    if not teacher.person:
        return Named(teacher.role, teacher.account, "", names.get(teacher.account, ""))
    # A record that has gone is nobody's any more; until the next night its membership may stand.
    one = people.get((klass.id.of, teacher.person), Rostered(""))
    return Named(teacher.role, one.account, teacher.person, one.name)
