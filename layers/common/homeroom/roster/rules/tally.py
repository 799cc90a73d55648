"""Counting what a plan does, for the guards, the run's record and the readers (S-08, S-10)."""

from collections import Counter

from homeroom.roster.changes import ChangeKind, ChangeOp
from homeroom.roster.entries import AnyEntry, ClassEntry, PersonEntry


def is_live(entry: AnyEntry | None) -> bool:
    """Whether an entry counts: neither archived nor a class whose term has ended (S-01)."""
    return entry is not None and not entry.archived and not (isinstance(entry, ClassEntry) and entry.state == "ended")


class Tallies:
    """Counts by kind: `live` before the run, `after` it, and `changes` by kind and operation.

    Memberships are counted with their classes: an ended or archived class has none that count. A student or
    teacher who leaves one class and enters another has moved, and is netted (S-08).
    """

    def __init__(self) -> None:
        self.live: Counter[str] = Counter()
        self.after: Counter[str] = Counter()
        self.changes: dict[str, Counter[str]] = {}
        self._left: Counter[str] = Counter()
        self._came: Counter[str] = Counter()

    def seen(self, kind: ChangeKind, before: AnyEntry | None, after: AnyEntry | None) -> None:
        """An entry as it was and as it will be; None for one that was not there, or will be gone."""
        self._count(self.live, kind, before)
        self._count(self.after, kind, after)
        if after is None and isinstance(before, ClassEntry):
            self._left.update(before.members().keys())

    def change(self, kind: ChangeKind, op: ChangeOp) -> None:
        """A change of an entry."""
        self.changes.setdefault(kind, Counter())[op] += 1

    def member(self, op: ChangeOp, key: str) -> None:
        """A membership that changes inside a class that stays or comes; `key` is `T#` or `S#` and the person."""
        self.change("membership", op)
        if op == "remove":
            self._left[key] += 1
        elif op == "create" and self.live["membership"]:
            self._came[key] += 1

    def _count(self, counter: Counter[str], kind: ChangeKind, entry: AnyEntry | None) -> None:
        if not is_live(entry):
            return
        counter[kind] += 1
        if isinstance(entry, ClassEntry):
            counter["membership"] += len(entry.members())
        elif isinstance(entry, PersonEntry):
            counter.update(entry.roles)

    def moved(self) -> int:
        """How many memberships left one class for another."""
        return sum(min(count, self._came[key]) for key, count in self._left.items())

    def lost(self, kind: str) -> int:
        """How many that were live before are gone, moves netted: memberships of removed classes included."""
        if kind == "membership":
            return self._left.total() - self.moved()
        return self.changes.get(kind, Counter())["remove"]

    def updated(self, kind: str) -> int:
        """How many changed and stayed."""
        return self.changes.get(kind, Counter())["update"]
