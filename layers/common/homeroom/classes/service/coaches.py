"""A student's side of classes: who coaches them, and which classes they are in or wait for (C-01, C-02, C-07)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from homeroom.accounts.account import Account
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.classes.model import ClassView, Role, Standing
from homeroom.classes.rules import coaching
from homeroom.classes.service.sight import Sight
from homeroom.classes.store.teachers import Teacher, TeacherStore

# The names of a district's people, by person; whoever has none is left out.
Names = Callable[[str, Iterable[str]], Mapping[str, str]]


class Named(NamedTuple):
    """A teacher of a class by name, "" when they have given none."""

    teacher: Teacher
    name: str


@dataclass(frozen=True, slots=True)
class Attended:
    """A class that a student is in, or waits to be in, and who teaches it."""

    standing: Standing
    teachers: list[Named]


@dataclass(slots=True)
class Coach:
    """Somebody who coaches a student. `account` is None for a district's teacher who has not activated.

    `classes` are those through which they do, with what they are in each.
    """

    account: str | None
    name: str
    classes: list[tuple[ClassView, Role]] = field(default_factory=list)


class Coaches:
    """Answers what a student may know of classes. Derived from memberships at each request; keeps nothing (C-07)."""

    def __init__(self, sight: Sight, accounts: ProfileStore, teachers: TeacherStore, names: Names) -> None:
        self._sight, self._accounts, self._teachers, self._names = sight, accounts, teachers, names

    def of(self, student: Account, now: datetime) -> list[Coach]:
        """Everybody who coaches the student now, each once, by name. Carries out C-01, C-02, C-07."""
        found: dict[tuple[str, str], Coach] = {}
        for one in self.attended(student, now):
            klass = one.standing.klass
            for teacher, name in one.teachers:
                if one.standing.role == "student" and coaching.coaches(teacher.role, klass.state):
                    key = (teacher.account, "") if teacher.account else (klass.id.of, teacher.person)
                    coach = found.setdefault(key, Coach(teacher.account or None, name))
                    coach.name = coach.name or name
                    coach.classes.append((klass, teacher.role))
        return [found[key] for key in sorted(found, key=lambda key: (found[key].name.casefold(), key))]

    def attended(self, student: Account, now: datetime) -> list[Attended]:
        """The classes that the student is in, or waits to be in, each with its teachers; by class."""
        places = self._sight.places(student, now)
        teachers = [self._teaching(one.klass, now) for one in places]
        names = self._called(places, teachers)
        return [
            Attended(one, [Named(each, names.get(_who(one.klass, each), "")) for each in of])
            for one, of in zip(places, teachers, strict=True)
        ]

    def _teaching(self, klass: ClassView, now: datetime) -> list[Teacher]:
        """The teachers in force, those of a district with their accounts."""
        found = [one for one in self._teachers.of(klass.id, now) if self._sight.holds(one.account, one.role, klass)]
        people = [one.person for one in found if one.person]
        links = self._teachers.accounts(klass.id.of, people) if people else {}
        return [one._replace(account=links.get(one.person, "")) if one.person else one for one in found]

    def _called(self, places: list[Standing], teachers: list[list[Teacher]]) -> dict[tuple[str, str], str]:
        """Names by who they are of: of a district's people as its roster has them, else as the account says."""
        of = {(one.klass.id.of, each) for one, some in zip(places, teachers, strict=True) for each in some}
        found: dict[tuple[str, str], str] = {}
        for district in sorted({district for district, each in of if each.person}):
            people = sorted({each.person for where, each in of if where == district and each.person})
            found |= {(district, person): name for person, name in self._names(district, people).items()}
        accounts = self._accounts.many(sorted({each.account for _, each in of if each.account and not each.person}))
        return found | {("", account.id): account.name for account in accounts.values()}


def _who(klass: ClassView, teacher: Teacher) -> tuple[str, str]:
    return (klass.id.of, teacher.person) if teacher.person else ("", teacher.account)
