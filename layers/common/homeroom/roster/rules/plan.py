"""The plan: what must change so that the roster is as the source says (S-10). Pure, and streaming."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from homeroom.roster.changes import Change, ChangeKind, ChangeOp
from homeroom.roster.entries import AnyEntry, ClassEntry
from homeroom.roster.rules.tally import Tallies, is_live

# The primary stays in: they are a field of the class as well as a member of it.
MEMBERS = {"students", "co_teachers"}


class Step(NamedTuple):
    """One entry's part of a plan: its line in the roster after the run, and its changes."""

    line: bytes
    changes: tuple[Change, ...]


def line_of(entry: AnyEntry) -> bytes:
    """An entry as its line in a roster file, without the line feed; equal entries have equal lines."""
    return entry.model_dump_json(exclude_defaults=True).encode()


class Planner:
    """Compares the roster as it is with the roster as it should be, kind by kind.

    `run` is the number that removals are archived under; `tallies` counts what the guards look at. With
    `spare_classes` no class is removed: the source has no section of the current term at all (S-01). `terms_end` says
    that terms decide (setting `terms: current`): a class that goes after its term's end has ended.
    """

    def __init__(self, run: int, today: date, tallies: Tallies) -> None:
        self.run, self.today, self.tallies = run, today, tallies
        self.spare_classes = False
        self.terms_end = True

    def steps(
        self, kind: ChangeKind, old: Iterator[bytes], new: Iterable[AnyEntry], read: Callable[[bytes], AnyEntry]
    ) -> Iterator[Step]:
        """A merge of two lists in ascending order of id. Equal lines are never parsed.

        Only ids that are live in `new`, or were ever in `old`, come out; what is gone stays as archived (S-13).
        """
        was = _Old(old, read)
        for entry in new:
            line = line_of(entry)
            if line == was.line:
                self.tallies.seen(kind, entry, entry)
                was.step()
                yield Step(line, ())
                continue
            while was.line is not None and was.entry.id < entry.id:
                yield self._gone(kind, was.take())
            before = was.take() if was.line is not None and was.entry.id == entry.id else None
            yield self._there(kind, before, entry, line)
        while was.line is not None:
            yield self._gone(kind, was.take())

    def _there(self, kind: ChangeKind, before: AnyEntry | None, after: AnyEntry, line: bytes) -> Step:
        if isinstance(before, ClassEntry) and isinstance(after, ClassEntry) and after.state == "ended":
            after = _as_it_ended(before, after)
            line = line_of(after)
        self.tallies.seen(kind, before, after)
        change = _change(kind, _op(before, after), before, after)
        if change.before == change.after:
            # Only the members of a class differ: that is no change of the class.
            return Step(line, tuple(self._memberships(before, after)))
        self.tallies.change(kind, change.op, guarded=is_live(before) and is_live(after))
        return Step(line, (change, *self._memberships(before, after)))

    def _gone(self, kind: ChangeKind, before: AnyEntry) -> Step:
        """What becomes of an entry that the source no longer has: archived, or kept as it was."""
        if before.archived or (isinstance(before, ClassEntry) and before.state == "ended"):
            return Step(line_of(before), ())
        over = isinstance(before, ClassEntry) and before.ends and before.ends < self.today.isoformat()
        if over and self.terms_end:
            return self._there(kind, before, after := before.model_copy(update={"state": "ended"}), line_of(after))
        if isinstance(before, ClassEntry) and self.spare_classes:
            self.tallies.seen(kind, before, before)
            return Step(line_of(before), ())
        archived = before.model_copy(update={"archived": self.run})
        self.tallies.seen(kind, before, None)
        self.tallies.change(kind, "remove")
        return Step(line_of(archived), (_change(kind, "remove", before, archived),))

    def _memberships(self, before: AnyEntry | None, after: AnyEntry) -> Iterator[Change]:
        if not isinstance(after, ClassEntry):
            return
        was = before.members() if isinstance(before, ClassEntry) else {}
        now = after.members()
        guarded = is_live(before) and is_live(after)
        for key in sorted(was.keys() | now.keys()):
            if was.get(key) == now.get(key):
                continue
            op: ChangeOp = "create" if key not in was else "remove" if key not in now else "update"
            self.tallies.member(op, key, guarded=guarded)
            yield Change(
                kind="membership", op=op, id=f"{after.id}/{key}", school=after.school,
                before={"role": was[key]} if key in was else None,
                after={"role": now[key]} if key in now else None,
            )  # fmt: skip


class _Old:
    """A cursor on the old lines that parses one only when asked for its entry."""

    def __init__(self, lines: Iterator[bytes], read: Callable[[bytes], AnyEntry]) -> None:
        self._lines, self._read = lines, read
        self._entry: AnyEntry | None = None
        self.line: bytes | None = None
        self.step()

    def step(self) -> None:
        self.line, self._entry = next(self._lines, None), None

    @property
    def entry(self) -> AnyEntry:
        if self._entry is None:
            self._entry = self._read(self.line or b"")
        return self._entry

    def take(self) -> AnyEntry:
        entry = self.entry
        self.step()
        return entry


def _op(before: AnyEntry | None, after: AnyEntry) -> ChangeOp:
    if before is None:
        return "create"
    if before.archived:
        return "restore"
    if isinstance(after, ClassEntry) and isinstance(before, ClassEntry) and after.state != before.state == "active":
        return "end"
    return "update"


def _as_it_ended(before: ClassEntry, after: ClassEntry) -> ClassEntry:
    """An ended class keeps those who were in it: what a roll-over does to its section is not its past (S-01)."""
    members = {"teacher": before.teacher, "co_teachers": before.co_teachers, "students": before.students}
    return after.model_copy(update=members)


def _change(kind: ChangeKind, op: ChangeOp, before: AnyEntry | None, after: AnyEntry) -> Change:
    school = getattr(after, "school", after.id if kind == "school" else "")
    return Change(
        kind=kind, op=op, id=after.id, school=school, before=_shown(before) if before else None, after=_shown(after)
    )


def _shown(entry: AnyEntry) -> dict[str, Any]:
    """An entry as a change holds it: without defaults, and a class without its members: they have their own."""
    return entry.model_dump(mode="json", exclude_defaults=True, exclude=MEMBERS)
