"""Planning: from a snapshot to a plan, its findings and the roster as it will be (S-10). Streaming throughout."""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import Any, TypeVar, cast

from homeroom.roster.changes import ChangeKind
from homeroom.roster.districts import District
from homeroom.roster.entries import ENTRY_TYPES, AnyEntry, ClassEntry, SchoolEntry, TermEntry
from homeroom.roster.model import ROW_TYPES, CourseRow, Kind, Rejected, Row, SchoolRow, SectionRow, TermRow, UserRow
from homeroom.roster.rules.classes import Known
from homeroom.roster.rules.findings import SEVERITIES, Finding, severity
from homeroom.roster.rules.guard import reasons_to_hold
from homeroom.roster.rules.plan import Planner
from homeroom.roster.rules.projection import Projection
from homeroom.roster.rules.readiness import readiness
from homeroom.roster.rules.tally import Tallies
from homeroom.roster.rules.terms import term_entry
from homeroom.roster.store import layout
from homeroom.roster.store.files import LinesFile, RunFiles
from homeroom.roster.store.runs import Promoted
from homeroom.roster.store.spool import Spool

SOURCE_KIND: dict[str, Kind] = {"school": "schools", "term": "terms", "person": "users", "class": "sections"}
R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Task:
    """What to plan: `prefix` is where the run's snapshot lies, `before` the roster in force, `after` what is
    promoted once the plan has been applied.
    """

    district: District
    run: int
    today: date
    prefix: str
    before: Promoted
    after: Promoted


class FindingsFiles:
    """Findings on their way to files, one a severity, so that the worst are read first; counted by code."""

    def __init__(self, files: RunFiles, prefix: str) -> None:
        self.counts: Counter[str] = Counter()
        self._files, self._prefix = files, prefix
        self._open = {
            level: LinesFile(files.path(f"{prefix}/{layout.findings(level)}")) for level in SEVERITIES
        }  # fmt: skip

    def add(self, finding: Finding) -> None:
        """Keep a finding, and count it by code, and by code and role where it has one."""
        self.counts[finding.code] += 1
        if role := finding.data.get("role"):
            self.counts[f"{finding.code}:{role}"] += 1
        self._open[severity(finding.code)].write(finding.model_dump_json(exclude_defaults=True).encode())

    def send(self) -> None:
        """Put the files into the bucket."""
        for level, file in self._open.items():
            file.close()
            self._files.send(file.path, f"{self._prefix}/{layout.findings(level)}")


class Planning:
    """One planning. `run` gives the report, with plan, findings and roster in the bucket beside it."""

    def __init__(self, task: Task, files: RunFiles) -> None:
        self._task, self._files = task, files
        self._tallies = Tallies()
        self._planner = Planner(task.run, task.today, self._tallies)
        self._planner.terms_end = task.district.settings.terms == "current"
        self._spool = Spool(files, task.prefix)
        self._findings = FindingsFiles(files, task.prefix)
        self._rejected = self._read_rejected()

    def run(self) -> layout.Report:
        """Plan all kinds. Carries out S-04, S-06, S-07, S-08, S-10, P-09."""
        known = self._known()
        projection = Projection(self._task.district.settings, self._task.today, known, self._findings.add)
        self._carry_enrolments(projection)
        projection.survey(self._rows("sections", SectionRow))
        self._plan("school", known.schools.values())
        self._plan("term", known.terms.values())
        people = projection.people(self._rows("users", UserRow))
        self._plan("person", heapq.merge(people, self._carried("person"), key=attrgetter("id")))
        sections = self._rows("sections", SectionRow)
        self._planner.spare_classes = not projection.any_current
        classes = projection.classes(sections, lambda section: section in self._standing)
        self._plan("class", heapq.merge(classes, self._carried("class"), key=attrgetter("id")))
        projection.closing(self._task.district.id)
        self._findings.send()
        self._spool.send(self._task.district.id, self._task.run)
        return self._report(projection)

    def _known(self) -> Known:
        schools = {entry.id: entry for entry in self._carried("school") if isinstance(entry, SchoolEntry)}
        schools |= {row.id: SchoolEntry(**row.model_dump()) for row in self._rows("schools", SchoolRow)}
        terms = {entry.id: entry for entry in self._carried("term") if isinstance(entry, TermEntry)}
        terms |= {row.id: term_entry(row) for row in self._rows("terms", TermRow)}
        courses = {row.id: row for row in self._rows("courses", CourseRow)}
        people = {person.id for person in self._carried("person")}
        return Known(people, dict(sorted(schools.items())), dict(sorted(terms.items())), courses)

    def _rows(self, kind: Kind, row_type: type[R]) -> Iterator[R]:
        for line in self._files.lines(f"{self._task.prefix}/{layout.snapshot(kind)}"):
            yield row_type.model_validate_json(line)

    def _old(self, kind: str) -> Iterator[bytes]:
        """The roster in force, one kind; nothing before the first promotion."""
        prefix = self._task.before.prefix
        return self._files.lines(f"{prefix}/{layout.roster(kind)}") if prefix else iter(())

    def _plan(self, kind: ChangeKind, entries: Iterable[AnyEntry]) -> None:
        name = f"{self._task.prefix}/{layout.roster(kind)}"
        file = LinesFile(self._files.path(name))
        read = ENTRY_TYPES[cast("Any", kind)].model_validate_json
        for step in self._planner.steps(kind, self._old(kind), entries, read):
            file.write(step.line)
            for change in step.changes:
                self._tallies.place(change)
                self._spool.add(change)
        file.close()
        self._files.send(file.path, name)

    def _read_rejected(self) -> dict[str, list[Rejected]]:
        """The records that could not be read, by kind; each is a finding."""
        found: dict[str, list[Rejected]] = {kind: [] for kind in ROW_TYPES}
        for line in self._files.lines(f"{self._task.prefix}/{layout.REJECTED}"):
            kind, _, body = line.partition(b" ")
            rejected = Rejected.model_validate_json(body)
            found[kind.decode()].append(rejected)
            data = {"reason": rejected.reason, "field": rejected.field}
            self._findings.add(Finding(code="record_rejected", kind=kind.decode(), id=rejected.id, data=data))
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
        """A class whose section cannot be read still ends with its term (S-01)."""
        over = isinstance(entry, ClassEntry) and entry.ends and entry.ends < self._task.today.isoformat()
        return entry.model_copy(update={"state": "ended"}) if over and self._planner.terms_end else entry

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
        task, tallies, found = self._task, self._tallies, dict(self._findings.counts)
        courses = (task.before.sourced.get("courses", 0), task.after.sourced.get("courses", 0))
        half = task.district.settings.guards.half_percent
        counts = {**tallies.after, "sections": task.after.sourced.get("sections", 0)}
        counts |= {f"sections_{state}": count for state, count in projection.counts.items() if state in STATES}
        report = layout.Report(
            promoted=task.after,
            settings_version=task.district.settings_version,
            reasons=reasons_to_hold(tallies, half, {"courses": courses}),
            counts=counts,
            changes={kind: dict(ops) for kind, ops in tallies.changes.items()},
            schools=tallies.schools(),
            findings=found,
            readiness=readiness(counts | {"records": sum(task.after.sourced.values())}, found),
        )
        self._files.send_bytes(report.model_dump_json().encode(), f"{task.prefix}/{layout.REPORT}")
        return report


STATES = ("current", "ended", "upcoming", "left_out")
