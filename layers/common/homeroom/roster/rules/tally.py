"""Counting what a plan does, for the guards, the run's record and the readers (S-08, S-10)."""

from collections import Counter

from homeroom.roster.changes import Change, ChangeKind, ChangeOp
from homeroom.roster.entries import AnyEntry, ClassEntry, PersonEntry


def is_live(entry: AnyEntry | None) -> bool:
    """Whether an entry counts: neither archived nor a class whose term has ended (S-01)."""
    return entry is not None and not entry.archived and not (isinstance(entry, ClassEntry) and entry.state == "ended")


def schools_of(change: Change) -> tuple[str, ...]:
    """The schools that a change concerns: the record's own ("" for none), and one that it leaves. Carries out S-10."""
    left = change.before.get("school") if change.before else None
    return (change.school, left) if left and left != change.school else (change.school,)


class Tallies:
    """Counts by kind: `live` before the run, `after` it, and `changes` by kind and operation.

    Memberships are counted with their classes: an ended or archived class has none that count, neither as live nor
    as lost (S-01). A student or teacher who leaves one class and enters another has moved, and is netted (S-08).
    """

    def __init__(self) -> None:
        self.live: Counter[str] = Counter()
        self.after: Counter[str] = Counter()
        self.changes: dict[str, Counter[str]] = {}
        self._by_school: Counter[tuple[str, str, str]] = Counter()
        self._updated: Counter[str] = Counter()
        self._left: Counter[str] = Counter()
        self._came: Counter[str] = Counter()

    def seen(self, kind: ChangeKind, before: AnyEntry | None, after: AnyEntry | None) -> None:
        """An entry as it was and as it will be; None for one that was not there, or will be gone."""
        if before is after:
            self._count(kind, after, self.live, self.after)
        else:
            self._count(kind, before, self.live)
            self._count(kind, after, self.after)
        if isinstance(before, ClassEntry) and after is None:
            self._left.update(before.members().keys())
        if isinstance(before, ClassEntry) and isinstance(after, ClassEntry) and is_live(after) > is_live(before):
            # A class that comes back brings its members with it; those who enter it now have changes of their own.
            self._came.update(before.members().keys() & after.members().keys())

    def change(self, kind: ChangeKind, op: ChangeOp, *, guarded: bool = True) -> None:
        """A change of an entry; `guarded` unless it was not live before, or is of a class that ends or has ended."""
        self.changes.setdefault(kind, Counter())[op] += 1
        if op == "update" and guarded:
            self._updated[kind] += 1

    def member(self, op: ChangeOp, key: str, *, guarded: bool = True) -> None:
        """A membership that changes inside a class that stays or comes; `key` is `T#` or `S#` and the person."""
        self.change("membership", op, guarded=guarded)
        if op == "remove" and guarded:
            self._left[key] += 1
        elif op == "create" and self.live["person"]:
            # Where nobody was, nobody moved: a first sync of a million memberships need not remember them.
            self._came[key] += 1

    def place(self, change: Change) -> None:
        """Count a change at the schools that it concerns: one that leaves a school for another, at both (S-10)."""
        for school in schools_of(change):
            self._by_school[school, change.kind, change.op] += 1

    def schools(self) -> dict[str, dict[str, dict[str, int]]]:
        """How many changes, by school ("" for what is of none), kind and operation. Carries out S-10."""
        found: dict[str, dict[str, dict[str, int]]] = {}
        for (school, kind, op), count in sorted(self._by_school.items()):
            found.setdefault(school, {}).setdefault(kind, {})[op] = count
        return found

    def _count(self, kind: ChangeKind, entry: AnyEntry | None, *counters: Counter[str]) -> None:
        if not is_live(entry):
            return
        for counter in counters:
            counter[kind] += 1
            if isinstance(entry, ClassEntry):
                counter["membership"] += len(entry.students) + len(entry.co_teachers) + bool(entry.teacher)
            elif isinstance(entry, PersonEntry):
                for role in entry.roles:
                    counter[role] += 1

    def moved(self) -> int:
        """How many memberships left one class for another."""
        return sum(min(count, self._came[key]) for key, count in self._left.items())

    def lost(self, kind: str) -> int:
        """How many that were live before are gone, moves netted: memberships of removed classes included."""
        if kind == "membership":
            return self._left.total() - self.moved()
        return self.changes.get(kind, Counter())["remove"]

    def updated(self, kind: str) -> int:
        """How many were live before, changed, and stayed."""
        return self._updated[kind]
