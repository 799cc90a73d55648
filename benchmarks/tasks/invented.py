"""Two snapshots of an invented district, the second some time after the first. Deterministic.

A group of 25 students takes seven classes together; of 15 people one is no student.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from homeroom.roster.model import (
    CourseRow,
    DistrictRow,
    Kind,
    Row,
    SchoolRow,
    SectionRow,
    StudentRole,
    TeacherRole,
    TermRow,
    UserRow,
)
from homeroom.roster.store.files import write_lines
from homeroom.roster.store.layout import REJECTED, snapshot

GROUP, PERIODS, SCHOOL = 25, 7, 700
CLASSES_A_TEACHER = 4
# Shares of the changes: a rename is one, a move two, a join two (person and membership), a leave eight.
RENAMES, MOVES, JOINS, LEAVES = 0.4, 0.3, 0.15, 0.15


def _id(kind: int, index: int) -> str:
    return f"{kind:06x}{index:018x}"


@dataclass(frozen=True)
class Invented:
    """A district of `people`; with `changes` as it is after about that many changes, 0 before them."""

    people: int
    changes: int = 0

    @cached_property
    def students(self) -> int:
        """How many students there were at first."""
        return self.people * 14 // 15 // GROUP * GROUP

    def rows(self) -> dict[Kind, Iterator[Row]]:
        """Every kind, in ascending order of id."""
        schools = range(self.students // SCHOOL + 1)
        return {
            "districts": iter([DistrictRow(id=_id(1, 0), name="Invented")]),
            "schools": (SchoolRow(id=_id(2, n), name=f"School {n}", sis_id=str(n)) for n in schools),
            "terms": iter([TermRow(id=_id(3, 0), name="Year", start_date="2026-01-01", end_date="2026-12-31")]),
            "courses": (CourseRow(id=_id(4, n), name=f"Algebra {n}", number=str(n)) for n in range(PERIODS)),
            "sections": self._sections(),
            "users": self._users(),
        }

    def _left(self, student: int) -> bool:
        """The last students in the first order are the ones who leave."""
        return student >= self.students - int(self.changes * LEAVES / (PERIODS + 1))

    def _users(self) -> Iterator[Row]:
        renamed = int(self.changes * RENAMES)
        joined = int(self.changes * JOINS / 2)
        for n in range(self.students + joined):
            if n >= self.students or not self._left(n):
                yield self._student(n, "Renée" if n < renamed else "Bao")
        for n in range(self.students // GROUP * PERIODS // CLASSES_A_TEACHER + 1):
            school = _id(2, n % (self.students // SCHOOL + 1))
            role = TeacherRole(sis_id=f"T{n}", school=school, schools=(school,), title="Teacher")
            yield UserRow(id=_id(6, n), first="Ada", last=f"Fox{n}", email=f"t{n}@invented.example", teacher=role)

    def _student(self, n: int, first: str) -> Row:
        school = _id(2, min(n, self.students - 1) // SCHOOL)
        dob = f"{1 + n % 12}/{1 + n % 28}/{2010 + n % 8}"
        role = StudentRole(sis_id=f"S{n}", school=school, schools=(school,), grade=str(1 + n % 12), dob=dob)
        return UserRow(id=_id(5, n), first=first, last=f"Ito{n}", email=f"s{n}@invented.example", student=role)

    def _sections(self) -> Iterator[Row]:
        groups = self.students // GROUP
        moved, joined = int(self.changes * MOVES / 2), int(self.changes * JOINS / 2)
        for n in range(groups * PERIODS):
            group, period = divmod(n, PERIODS)
            first = group * GROUP
            members = [student for student in range(first, first + GROUP) if not self._left(student)]
            if period == 0:
                # Who moves goes over to the next group's first class.
                before = range(first - GROUP, first) if group else range(0)
                members = [student for student in members if student >= moved]
                members += [student for student in before if student < moved]
            if period == 1:
                members += [self.students + new for new in range(group, joined, groups)]
            yield self._section(n, period, sorted(members))

    def _section(self, n: int, period: int, members: list[int]) -> Row:
        teacher = _id(6, n // CLASSES_A_TEACHER)
        return SectionRow(
            id=_id(7, n), name=f"Algebra {n}", school=_id(2, n // PERIODS * GROUP // SCHOOL), course=_id(4, period),
            term=_id(3, 0), subject="math", grade="7", sis_id=f"C{n}", teacher=teacher, teachers=(teacher,),
            students=tuple(_id(5, student) for student in members),
        )  # fmt: skip

    def write(self, folder: Path) -> dict[str, int]:
        """Lay the snapshot's files below `folder`, and count the rows by kind."""
        counts = {}
        (folder / REJECTED).parent.mkdir(parents=True, exist_ok=True)
        write_lines(folder / REJECTED, [])
        for kind, rows in self.rows().items():
            lines = (row.model_dump_json(exclude_defaults=True).encode() for row in rows)
            counts[str(kind)] = write_lines(folder / snapshot(kind), lines).lines
        return counts
