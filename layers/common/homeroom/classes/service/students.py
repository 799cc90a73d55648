"""Who is in a class, with their names and whether they have activated (DESIGN, "Budgets": three steps)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from homeroom.accounts.account import Account
from homeroom.accounts.service.callers import Callers
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.classes.ids import ClassId
from homeroom.classes.service.rosters import Rostered, Rosters
from homeroom.classes.service.sight import Sight
from homeroom.classes.store.rolls import Member, RollStore
from homeroom.runtime.auth import Caller

NOBODY = Rostered("")


@dataclass(frozen=True, slots=True)
class Student:
    """A student of a class. `account` is "" while a district's has not activated, `person` in an independent class.

    `name` is "" when nobody has told it. `leaving` is who dropped out of the roster, in their days of grace (S-14).
    """

    name: str
    account: str = ""
    person: str = ""
    grade: str = ""
    joined: datetime | None = None
    leaving: bool = False


class Students:
    """Lists a class's students. Addresses are never in it."""

    def __init__(
        self, sight: Sight, rolls: RollStore, callers: Callers, accounts: ProfileStore, rosters: Rosters
    ) -> None:
        self._sight, self._rolls, self._callers = sight, rolls, callers
        self._accounts, self._rosters = accounts, rosters

    def of(self, caller: Caller, klass: ClassId, now: datetime) -> list[Student]:
        """The students of a class, by name. Raises what `Sight.require` raises. Carries out A-03, C-01.

        One step for the class, who is in it and who asks, one for a district's people and their links; of an
        independent class one for the accounts, and one for the names of those whose only name is on a roster.
        """
        roll, known = self._rolls.read(klass, caller.account)
        account = self._callers.settled(known, caller, now)
        self._sight.judged(account, roll.standing(account, now), "roster")
        found = self._rostered(klass, roll.members) if klass.kind == "district" else self._own(roll.members)
        return sorted(found, key=lambda one: (one.name.casefold(), one.person, one.account))

    def _rostered(self, klass: ClassId, members: Iterable[Member]) -> list[Student]:
        people = self._rosters.members(klass.of, (one.id for one in members))
        return [_student(people.get(one.id, NOBODY), one) for one in members]

    def _own(self, members: Iterable[Member]) -> list[Student]:
        accounts = self._accounts.many(one.id for one in members)
        unnamed = [one for one in accounts.values() if not one.name and one.links]
        people = self._rosters.people(min(one.links) for one in unnamed) if unnamed else {}
        names = {one.id: people.get(min(one.links), NOBODY).name for one in unnamed}
        return [Student(_called(accounts.get(one.id), names), one.id, joined=one.started) for one in members]


def _student(one: Rostered, member: Member) -> Student:
    return Student(
        name=one.name, account=one.account, person=member.id, grade=one.grade, joined=member.started,
        leaving=one.leaving,
    )  # fmt: skip


def _called(account: Account | None, names: dict[str, str]) -> str:
    return account.name or names.get(account.id, "") if account else ""
