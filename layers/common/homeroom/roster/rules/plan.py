"""The plan: what must change so that the roster is as the source says (S-10). Pure, and streaming."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from homeroom.roster.changes import Change, ChangeKind, ChangeOp
from homeroom.roster.entries import AnyEntry, ClassEntry, PersonEntry
from homeroom.roster.rules import leaving
from homeroom.roster.rules.rekey import Rekeys
from homeroom.roster.rules.tally import Tallies

# The primary stays in: they are a field of the class as well as a member of it.
MEMBERS = {"students", "co_teachers"}
# What SIS give to a term without an end: no day comes after it.
NO_END = date.max.isoformat()
BY_STATE: dict[str, ChangeOp] = {"active": "restore", "frozen": "freeze", "ended": "end"}


class Step(NamedTuple):
    """One entry's part of a plan: its line in the roster after the run, and its changes."""

    line: bytes
    changes: tuple[Change, ...]


def line_of(entry: AnyEntry) -> bytes:
    """An entry as its line in a roster file, without the line feed; equal entries have equal lines."""
    return entry.model_dump_json(exclude_defaults=True).encode()


class Planner:
    """Compares the roster as it is with the roster as it should be, kind by kind: people before classes.

    `run` is the number that removals are archived under; `tallies` counts what the guards look at, `rekeys` who comes
    back under another id. With `spare_classes` no class is removed: the source has no section of the current term at
    all (S-01). `terms_end` says that terms decide (setting `terms: current`): a class that goes after its term's end
    has ended. With `additions` only what is new or comes back is planned, all else stays (S-10). With `first` nobody
    was there before, so that nobody can come back.

    `over` are the people without grace; `due` is the first day on which a grace, a class's last day, or the term of one
    whose section is gone is over, None when there is none.
    """

    def __init__(self, run: int, today: date, tallies: Tallies, leave: leaving.Leave | None = None) -> None:
        self.run, self.today, self.tallies = run, today, tallies
        self.leave = leave or leaving.Leave()
        self.rekeys = Rekeys()
        self.spare_classes = self.additions = self.first = False
        self.terms_end = True
        self.due: date | None = None
        self._leaving: dict[str, date] = {}
        self.over: set[str] = set()

    def steps(
        self, kind: ChangeKind, old: Iterator[bytes], new: Iterable[AnyEntry], read: Callable[[bytes], AnyEntry]
    ) -> Iterator[Step]:
        """A merge of two lists in ascending order of id. Equal lines are never parsed.

        Only ids that are live in `new`, or were ever in `old`, come out; what is gone stays as archived (S-13).
        """
        was = Old(old, read)
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
            yield self._there(kind, before, entry)
        while was.line is not None:
            yield self._gone(kind, was.take())

    def settle(self, kind: ChangeKind, before: AnyEntry | None, after: AnyEntry) -> Step:
        """The step that makes `before` what `after` says, whatever that is; nothing if they are the same object."""
        self._note(before, after)
        if before is after:
            self.tallies.seen(kind, before, after)
            return Step(line_of(after), ())
        self.tallies.seen(kind, before, after)
        change = _change(kind, _op(before, after), before, after)
        members = tuple(_memberships(before, after))
        own = () if change.before == change.after else (change,)
        if own and before is not None:
            self.tallies.updated(kind, before, after)
        for made in (*own, *members):
            self.tallies.change(made)
        return Step(line_of(after), (*own, *members))

    def _note(self, before: AnyEntry | None, after: AnyEntry) -> None:
        """Keep what classes must know of people, and the next day on which something is due."""
        if isinstance(after, PersonEntry):
            self._note_person(before, after)
        elif isinstance(after, ClassEntry) and not after.archived:
            self._note_class(after)

    def _note_class(self, after: ClassEntry) -> None:
        if after.state == "frozen" and after.until:
            self._due(date.fromisoformat(after.until) + leaving.DAY)
        if self.terms_end and after.state != "ended" and self.today.isoformat() <= after.ends < NO_END:
            # The source may list the term no more, so that nothing else tells of its end.
            self._due(date.fromisoformat(after.ends) + leaving.DAY)

    def _note_person(self, before: AnyEntry | None, after: PersonEntry) -> None:
        if isinstance(before, PersonEntry) and before.leaving:
            self.tallies.was_leaving.add(after.id)
        if after.leaving:
            self.tallies.leaving.add(after.id)
            self._leaving[after.id] = leaving.grace_ends(after, self.leave.grace_days)
            self._due(self._leaving[after.id])
        elif after.archived:
            self.over.add(after.id)
        if before is None and not self.first:
            self.rekeys.came(after)
        elif after.archived and isinstance(before, PersonEntry):
            self.rekeys.gone(before, now=not before.archived)

    def _due(self, day: date) -> None:
        self.due = day if self.due is None else min(self.due, day)

    def _there(self, kind: ChangeKind, before: AnyEntry | None, after: AnyEntry) -> Step:
        if isinstance(before, ClassEntry) and isinstance(after, ClassEntry):
            after = self._class_there(before, after)
        elif self.additions and before is not None and not before.archived:
            after = before
        return self.settle(kind, before, after)

    def _class_there(self, before: ClassEntry, after: ClassEntry) -> ClassEntry:
        if after.state == "ended":
            after = _as_it_ended(before, after)
        elif not before.archived:
            after = leaving.kept(before, after, self._leaving)
        if self.additions and not before.archived:
            return self._only_new(before, after)
        return after

    def _only_new(self, before: ClassEntry, after: ClassEntry) -> ClassEntry:
        """What of a class's change is an addition: who is new in it, and that it comes back (S-10)."""
        if after.state == "ended":
            return before
        found = leaving.with_new(before, after)
        if before.state == "active":
            return found
        # One that had ended kept whoever was in it (S-01); whose grace is over since does not come back with it (S-14).
        return leaving.without(found.model_copy(update={"state": after.state, **leaving.THAWED}), self.over)

    def _gone(self, kind: ChangeKind, before: AnyEntry) -> Step:
        """What becomes of an entry that the source no longer has."""
        after = before
        if not self.additions:
            after = self._person_gone(before) if isinstance(before, PersonEntry) else self._thing_gone(before)
        return self.settle(kind, before, after)

    def _person_gone(self, before: PersonEntry) -> PersonEntry:
        if not before.archived:
            return leaving.dropped(before, self.run, self.today, self.leave.grace_days)
        if before.leaving and leaving.grace_ends(before, self.leave.grace_days) <= self.today:
            return before.model_copy(update={"over": True})
        return before

    def _thing_gone(self, before: AnyEntry) -> AnyEntry:
        if before.archived:
            return before
        if isinstance(before, ClassEntry):
            return self._class_gone(before)
        return before.model_copy(update={"archived": self.run})

    def _class_gone(self, before: ClassEntry) -> ClassEntry:
        if before.state == "ended":
            # Never removed (S-01); but the setting that says when the school year ends may have changed.
            after = leaving.ended(before, self.leave.school_year_end)
            return before if after == before else after
        if self.terms_end and before.ends and before.ends < self.today.isoformat():
            return leaving.ended(before, self.leave.school_year_end)
        if self.spare_classes and before.state == "active":
            return leaving.without(before, self.over)
        last = leaving.last_day(before, self._leaving, self.today, self.leave)
        if last is None or last < self.today:
            return before.model_copy(update={"archived": self.run, "state": "active", **leaving.THAWED})
        lost = before.lost if before.state == "frozen" else self.today.isoformat()
        stays = before.model_copy(update={"state": "frozen", "until": last.isoformat(), "lost": lost})
        return leaving.without(stays, self.over)


class Old:
    """A cursor on the old lines that parses one only when asked for its entry."""

    def __init__(self, lines: Iterator[bytes], read: Callable[[bytes], AnyEntry]) -> None:
        self._lines, self._read = lines, read
        self._entry: AnyEntry | None = None
        self.line: bytes | None = None
        self.step()

    def step(self) -> None:
        """Go on to the next line."""
        self.line, self._entry = next(self._lines, None), None

    @property
    def entry(self) -> AnyEntry:
        """The line's entry."""
        if self._entry is None:
            self._entry = self._read(self.line or b"")
        return self._entry

    def take(self) -> AnyEntry:
        """The line's entry, going on to the next line."""
        entry = self.entry
        self.step()
        return entry


def _memberships(before: AnyEntry | None, after: AnyEntry) -> Iterator[Change]:
    if not isinstance(after, ClassEntry):
        return
    was = before.members() if isinstance(before, ClassEntry) else {}
    now = after.members()
    for key in sorted(was.keys() | now.keys()):
        if was.get(key) == now.get(key):
            continue
        op: ChangeOp = "create" if key not in was else "remove" if key not in now else "update"
        yield Change(
            kind="membership", op=op, id=f"{after.id}/{key}", school=after.school,
            before={"role": was[key]} if key in was else None,
            after={"role": now[key]} if key in now else None,
        )  # fmt: skip


def _op(before: AnyEntry | None, after: AnyEntry) -> ChangeOp:
    if before is None:
        return "create"
    if bool(before.archived) != bool(after.archived):
        return "remove" if after.archived else "restore"
    if isinstance(before, PersonEntry) and isinstance(after, PersonEntry) and after.over and not before.over:
        return "end"
    if isinstance(before, ClassEntry) and isinstance(after, ClassEntry) and before.state != after.state:
        return BY_STATE[after.state]
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
