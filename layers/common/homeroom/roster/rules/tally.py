"""Counting what a plan does, for the guards, the run's record and the readers (S-08, S-09, S-10)."""

from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from homeroom.roster.changes import Change, ChangeKind
from homeroom.roster.entries import AnyEntry, ClassEntry, PersonEntry, TermEntry

SITED = frozenset({"student", "teacher", "staff"})
SAMPLE = 5

Place = tuple[str, str]


class Count(NamedTuple):
    """What a guard looks at of one kind at one school ("": the whole district): live before and after the run, gone
    and changed by it, moves netted, and some of the gone by id. What ended with its term is in none of the numbers.
    """

    before: int = 0
    after: int = 0
    removed: int = 0
    updated: int = 0
    sample: tuple[str, ...] = ()


def is_live(entry: AnyEntry | None) -> bool:
    """Whether an entry counts: neither archived nor a class that has ended or is frozen (S-01, S-15)."""
    return entry is not None and not entry.archived and not (isinstance(entry, ClassEntry) and entry.state != "active")


def schools_of(change: Change) -> tuple[str, ...]:
    """The schools that a change concerns: the record's own ("" for none), and one that it leaves. Carries out S-10."""
    left = change.before.get("school") if change.before else None
    return (change.school, left) if left and left != change.school else (change.school,)


class Tallies:
    """Counts of entries and their changes, kind by kind and school by school.

    A membership is live where its class and its person are: somebody in their grace is still in their classes and
    counts as gone (S-14), or a file that drops people would pass the guards. A student or teacher who leaves one class
    and enters another has moved, and is netted, each person for themselves (S-08).
    `was_leaving` and `leaving` are the people in their grace, before the run and after it.
    """

    def __init__(self, today: str = "") -> None:
        self.changes: dict[str, Counter[str]] = {}
        self.was_leaving: set[str] = set()
        self.leaving: set[str] = set()
        self._today = today
        self._by_school: Counter[tuple[str, str, str]] = Counter()
        self._before: Counter[Place] = Counter()
        self._after: Counter[Place] = Counter()
        self._removed: Counter[Place] = Counter()
        self._updated: Counter[Place] = Counter()
        self._samples: dict[Place, list[str]] = {}
        self._left: Counter[Place] = Counter()
        self._came: Counter[str] = Counter()

    @property
    def live(self) -> dict[str, int]:
        """How many are live before the run, by kind."""
        return _district(self._before)

    @property
    def after(self) -> dict[str, int]:
        """How many are live after it, by kind."""
        return _district(self._after)

    def seen(self, kind: ChangeKind, before: AnyEntry | None, after: AnyEntry | None) -> None:
        """An entry as it was and as it will be; None for one that was not there."""
        ends = isinstance(after, ClassEntry) and after.state == "ended"
        was = before if is_live(before) and not ends else None
        now = after if is_live(after) else None
        same = before is after
        places = list(_places(kind, was)) if was else []
        self._before.update(places)
        self._after.update(places if same and was else _places(kind, now) if now else ())
        if was and not now and not (isinstance(was, TermEntry) and was.ends and was.ends < self._today):
            self._gone(was.id, places)
        elif not same and was and now:
            # Somebody who stays without a role is gone from that role's count, wherever it was.
            lost = _lost_roles(was, now)
            self._gone(was.id, [place for place in places if place[0] in lost])
        if kind == "class":
            self._members(was, now, same=same)

    def _gone(self, entry: str, places: list[Place]) -> None:
        self._removed.update(places)
        for place in places:
            sample = self._samples.setdefault(place, [])
            if len(sample) < SAMPLE:
                sample.append(entry)

    def _members(self, was: AnyEntry | None, now: AnyEntry | None, *, same: bool) -> None:
        if same and not self.was_leaving and not self.leaving:
            # By far the most: nothing moved here.
            count = _size(was)
            self._add(self._before, was, count)
            self._add(self._after, now, count)
            return
        old, new = _live_members(was, self.was_leaving), _live_members(now, self.leaving)
        self._add(self._before, was, len(old))
        self._add(self._after, now, len(new))
        school = was.school if isinstance(was, ClassEntry) else ""
        self._left.update((key, school) for key in old.keys() - new.keys())
        if self._before["person", ""]:
            # Where nobody was, nobody moved: a first sync of a million memberships need not remember them.
            self._came.update(new.keys() - old.keys())
        changed = sum(old[key] != new[key] for key in old.keys() & new.keys())
        self._add(self._updated, was, changed)

    @staticmethod
    def _add(counter: Counter[Place], entry: AnyEntry | None, count: int) -> None:
        if count and isinstance(entry, ClassEntry):
            counter["membership", ""] += count
            counter["membership", entry.school] += count if entry.school else 0

    def change(self, change: Change) -> None:
        """Count a change by kind and operation, and at the schools that it concerns (S-10)."""
        self.changes.setdefault(change.kind, Counter())[change.op] += 1
        for school in schools_of(change):
            self._by_school[school, change.kind, change.op] += 1

    def updated(self, kind: ChangeKind, before: AnyEntry, after: AnyEntry) -> None:
        """An entry whose own fields change, where it was live and stays so."""
        if is_live(before) and is_live(after):
            # A role that somebody lost is removed there, not updated.
            self._updated.update(place for place in _places(kind, before) if place[0] not in _lost_roles(before, after))

    def schools(self) -> dict[str, dict[str, dict[str, int]]]:
        """How many changes, by school ("" for what is of none), kind and operation. Carries out S-10."""
        found: dict[str, dict[str, dict[str, int]]] = {}
        for (school, kind, op), count in sorted(self._by_school.items()):
            found.setdefault(school, {}).setdefault(kind, {})[op] = count
        return found

    def counts(self) -> dict[Place, Count]:
        """What the guards look at, by kind and school ("" for the whole district). Carries out S-08, S-09."""
        lost, samples = self._lost()
        removed = self._removed + lost
        return {
            place: Count(
                self._before[place], self._after[place], removed[place], self._updated[place],
                tuple(samples.get(place) or self._samples.get(place) or ()),
            )
            for place in self._before.keys() | self._after.keys()
        }  # fmt: skip

    def _lost(self) -> tuple[Counter[Place], dict[Place, list[str]]]:
        """Memberships that ended and were not made up for by another of the same person."""
        lost: Counter[Place] = Counter()
        samples: dict[Place, list[str]] = {}
        moves = Counter(self._came)
        for (key, school), count in sorted(self._left.items()):
            moved = min(count, moves[key])
            moves[key] -= moved
            for place in {("membership", ""), ("membership", school)} if count > moved else ():
                lost[place] += count - moved
                if len(sample := samples.setdefault(place, [])) < SAMPLE:
                    sample.append(key[2:])
        return lost, samples


def _places(kind: ChangeKind, entry: AnyEntry) -> Iterator[Place]:
    """Where an entry counts: in the district, and people and classes at their schools too."""
    yield kind, ""
    if isinstance(entry, PersonEntry):
        schools = {*entry.schools, entry.school} - {""}
        for role in entry.roles:
            yield role, ""
            if role in SITED:
                yield from ((role, school) for school in schools)
    elif isinstance(entry, ClassEntry) and entry.school:
        yield kind, entry.school


def _lost_roles(before: AnyEntry, after: AnyEntry) -> AbstractSet[str]:
    if not (isinstance(before, PersonEntry) and isinstance(after, PersonEntry)) or before.roles == after.roles:
        return set()
    return set(before.roles).difference(after.roles)


def _size(entry: AnyEntry | None) -> int:
    if not isinstance(entry, ClassEntry):
        return 0
    return len(entry.students) + len(entry.co_teachers) + bool(entry.teacher)


def _live_members(entry: AnyEntry | None, leaving: set[str]) -> dict[str, str]:
    if not isinstance(entry, ClassEntry):
        return {}
    members = entry.members()
    if leaving.isdisjoint(key[2:] for key in members):
        return members
    return {key: role for key, role in members.items() if key[2:] not in leaving}


def _district(counter: Counter[Place]) -> dict[str, int]:
    return {kind: count for (kind, school), count in counter.items() if not school}
