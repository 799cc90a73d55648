"""Planning: from a snapshot to a plan, its findings and the roster as it will be (S-10). Streaming throughout."""

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import Any, TypeVar, cast

from homeroom.roster.changes import ChangeKind
from homeroom.roster.districts import District
from homeroom.roster.entries import ENTRY_TYPES, AnyEntry, ClassEntry, PersonEntry, SchoolEntry, TermEntry
from homeroom.roster.model import ROW_TYPES, CourseRow, Kind, Rejected, Row, SchoolRow, SectionRow, TermRow, UserRow
from homeroom.roster.rules.classes import Known
from homeroom.roster.rules.findings import Finding
from homeroom.roster.rules.leaving import Leave, ended, without
from homeroom.roster.rules.plan import Planner
from homeroom.roster.rules.projection import Projection
from homeroom.roster.rules.readiness import readiness
from homeroom.roster.rules.rekey import findings
from homeroom.roster.rules.tally import Tallies
from homeroom.roster.rules.terms import term_entry
from homeroom.roster.service.findings_files import still_proposed
from homeroom.roster.service.outcome import Outcome
from homeroom.roster.store import layout
from homeroom.roster.store.files import RunFiles
from homeroom.roster.syncs import Promoted

SOURCE_KIND: dict[str, Kind] = {"school": "schools", "term": "terms", "person": "users", "class": "sections"}
R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Task:
    """What to plan: the source's rows lie below `after.rows`, what comes out goes below `after.prefix`. `before` is the
    roster in force, `after` what is promoted once the plan has been applied. `used` tells whether anybody worked in a
    class; with `additions` only what is new or comes back is planned (S-10).
    """

    district: District
    run: int
    today: date
    before: Promoted
    after: Promoted
    used: Callable[[ClassEntry], bool]
    additions: bool = False

    def planner(self) -> Planner:
        """A planner with the district's settings."""
        settings = self.district.settings
        leave = Leave(settings.grace_days, settings.school_year_end, self.used)
        planner = Planner(self.run, self.today, Tallies(self.today.isoformat()), leave)
        planner.terms_end = settings.terms == "current"
        planner.additions, planner.first = self.additions, not self.before.prefix
        return planner


class Planning:
    """One planning. `run` gives the report, with plan, findings and roster in the bucket beside it."""

    def __init__(self, task: Task, files: RunFiles) -> None:
        self._task, self._files = task, files
        self._planner = task.planner()
        self._out = Outcome(task.district, task.run, task.after.prefix, files, self._planner)
        self._rejected: dict[str, list[Rejected]] = {}

    def close(self) -> None:
        """Let go of the files on the disk, however the planning went."""
        self._out.close()

    def run(self) -> layout.Report:
        """Plan all kinds. Carries out S-04, S-06, S-07, S-08, S-09, S-10, S-14, S-15, P-09."""
        self._rejected = self._read_rejected()
        known = self._known()
        projection = Projection(self._task.district.settings, self._task.today, known, self._out.findings.add)
        self._carry_enrolments(projection)
        projection.survey(self._rows("sections", SectionRow))
        self._plan("school", known.schools.values())
        self._plan("term", known.terms.values())
        people = self._noted(projection.people(self._rows("users", UserRow)))
        self._plan("person", heapq.merge(people, self._carried("person"), key=attrgetter("id")))
        self._planner.rekeys.look_among(self._rostered())
        sections = self._rows("sections", SectionRow)
        self._planner.spare_classes = not projection.any_current
        classes = projection.classes(sections, lambda section: section in self._standing)
        self._plan("class", heapq.merge(classes, self._carried("class"), key=attrgetter("id")))
        projection.closing(self._task.district.id)
        for finding in self._proposals(projection):
            self._out.findings.add(finding)
        return self._report(projection)

    def _rostered(self) -> Iterator[PersonEntry]:
        for line in self._files.lines(f"{self._task.after.prefix}/{layout.roster('person')}"):
            yield PersonEntry.model_validate_json(line)

    def _proposals(self, projection: Projection) -> Iterable[Finding]:
        """Who seems to have come back under another id: now, and since earlier runs while it is still so (A-09)."""
        found = {finding.id: finding for finding in findings(self._planner.rekeys.matches())}
        gone = self._planner.over | self._planner.tallies.leaving
        for said in still_proposed(self._files, self._task.before.prefix, gone):
            if said.id in projection.rostered:
                found.setdefault(said.id, said)
        return found.values()

    def _noted(self, people: Iterator[PersonEntry]) -> Iterator[PersonEntry]:
        for person in people:
            self._out.note(person)
            yield person

    def _known(self) -> Known:
        schools = {entry.id: entry for entry in self._carried("school") if isinstance(entry, SchoolEntry)}
        schools |= {row.id: SchoolEntry(**row.model_dump()) for row in self._rows("schools", SchoolRow)}
        terms = {entry.id: entry for entry in self._carried("term") if isinstance(entry, TermEntry)}
        terms |= {row.id: term_entry(row) for row in self._rows("terms", TermRow)}
        courses = {row.id: row for row in self._rows("courses", CourseRow)}
        people = {person.id for person in self._carried("person")}
        return Known(people, dict(sorted(schools.items())), dict(sorted(terms.items())), courses)

    def _rows(self, kind: Kind, row_type: type[R]) -> Iterator[R]:
        for line in self._files.lines(f"{self._task.after.rows}/{layout.snapshot(kind)}"):
            yield row_type.model_validate_json(line)

    def _old(self, kind: str) -> Iterator[bytes]:
        """The roster in force, one kind; nothing before the first promotion."""
        prefix = self._task.before.prefix
        return self._files.lines(f"{prefix}/{layout.roster(kind)}") if prefix else iter(())

    def _plan(self, kind: ChangeKind, entries: Iterable[AnyEntry]) -> None:
        read = ENTRY_TYPES[cast("Any", kind)].model_validate_json
        self._out.write(kind, self._planner.steps(kind, self._old(kind), entries, read))

    def _read_rejected(self) -> dict[str, list[Rejected]]:
        """The records that could not be read, by kind; each is a finding."""
        found: dict[str, list[Rejected]] = {kind: [] for kind in ROW_TYPES}
        for line in self._files.lines(f"{self._task.after.rows}/{layout.REJECTED}"):
            kind, _, body = line.partition(b" ")
            rejected = Rejected.model_validate_json(body)
            found[kind.decode()].append(rejected)
            data = {"reason": rejected.reason, "field": rejected.field}
            self._out.findings.add(Finding(code="record_rejected", kind=kind.decode(), id=rejected.id, data=data))
        return found

    def _carried(self, kind: str) -> Iterator[AnyEntry]:
        """The earlier versions of records that could not be read: they stay in force (S-06)."""
        ids = {rejected.id for rejected in self._rejected[SOURCE_KIND[kind]]}
        if ids:
            for line in self._old(kind):
                entry = ENTRY_TYPES[cast("Any", kind)].model_validate_json(line)
                if entry.id in ids and not entry.archived:
                    yield self._carried_on(entry)

    def _carried_on(self, entry: AnyEntry) -> AnyEntry:
        """A class whose section cannot be read ends with its term (S-01) and loses whose grace is over (S-14)."""
        if not isinstance(entry, ClassEntry):
            return entry
        if self._planner.terms_end and entry.ends and entry.ends < self._task.today.isoformat():
            return ended(entry, self._task.district.settings.school_year_end)
        return without(entry, self._planner.over)

    def _carry_enrolments(self, projection: Projection) -> None:
        for entry in self._carried("class"):
            if isinstance(entry, ClassEntry):
                projection.enrolled.update(entry.students)

    @cached_property
    def _standing(self) -> set[str]:
        """The ids of the classes that are there and not archived: only they can be kept as ended."""
        entries = map(ClassEntry.model_validate_json, self._old("class"))
        return {entry.id for entry in entries if not entry.archived}

    def _report(self, projection: Projection) -> layout.Report:
        task, found = self._task, dict(self._out.findings.counts)
        courses = (task.before.sourced.get("courses", 0), task.after.sourced.get("courses", 0))
        counts = {**self._planner.tallies.after, "sections": task.after.sourced.get("sections", 0)}
        counts |= {f"sections_{state}": count for state, count in projection.counts.items() if state in STATES}
        checklist = readiness(counts | {"records": sum(task.after.sourced.values())}, found)
        holds = () if task.additions else self._out.holds(task.before, {"courses": courses})
        return self._out.report(task.before, task.after, holds, counts, readiness=checklist)


STATES = ("current", "ended", "upcoming", "left_out")
