"""What the parts of the demo district are made with: numbered people and sections, and the list of quirks."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from . import places, pupils, shapes
from .collection import Record
from .ids import mix, object_id
from .names import FAMILY, FAMILY_PLAIN, GIVEN, GIVEN_PLAIN
from .roster import Quirk

ELEMENTARY, MIDDLE, HIGH = range(3)
SPECIAL = 0x9000


@dataclass
class Builder:
    """Collects the records of one district; indexes from SPECIAL on are quirks, so their ids never change."""

    number: int
    seed: int
    today: dt.date
    users: list[Record] = field(default_factory=list)
    sections: list[Record] = field(default_factory=list)
    quirks: dict[str, Quirk] = field(default_factory=dict)

    def id(self, what: str, index: int) -> str:
        """The id of the index-th `what`."""
        return object_id(what, self.number, index)

    def mail(self, local: str) -> str:
        """An address in the district's domain."""
        return f"{local}@{places.domain(self.number)}"

    def mark(self, name: str, rules: str, what: str, *records: Record) -> None:
        """Note a quirk and its records."""
        self.quirks[name] = Quirk(rules, what, tuple(record["id"] for record in records))

    def student(self, index: int, school: int, year: int, **changes: str) -> Record:
        """Add a student of grade `year` (0 is Kindergarten); `changes` replace values such as `email` or `grade`."""
        of = pupils.values(self.number, index, self.seed + self.number, self.id("school", school), year, self.today)
        return self._add(pupils.record({**of, **changes}))

    def teacher(self, index: int, school: int, email: str | None = None) -> Record:
        """Add a teacher; an address of its own unless one is given."""
        uid = self.id("teacher", index)
        given, family = self._name(index)
        standard = self.mail(f"{GIVEN_PLAIN[given]}.{FAMILY_PLAIN[family]}.t{index}")
        roles = {"teacher": shapes.teacher_role(index, (self.id("school", school),), "Teacher", uid)}
        return self._user(uid, standard if email is None else email, given, family, roles)

    def staff(
        self, index: int, schools: Sequence[int], title: str, *, email: str = "", roles: Sequence[str] = ()
    ) -> Record:
        """Add a staff member."""
        uid = self.id("staff", index)
        at = [self.id("school", school) for school in schools]
        role = {"staff": shapes.staff_role(index, at, title, roles, uid)}
        return self._user(uid, email or self.mail(f"staff{index}"), *self._name(index + 1), role)

    def admin(self, index: int) -> Record:
        """Add a district admin."""
        uid = self.id("district_admin", index)
        role = {"district_admin": {"title": "Superintendent", "legacy_id": uid[::-1]}}
        return self._user(uid, self.mail(f"admin{index}"), *self._name(index + 2), role)

    def contact(self, index: int, student: Record) -> Record:
        """Add a parent of a student."""
        name = f"{GIVEN[index % 24]} {student['name']['last']}"
        uid = self.id("contact", index)
        return self._add(shapes.contact(uid, student["district"], name, f"parent{index}@example.net", student["id"]))

    def section(self, index: int, school: int, name: str, students: Sequence[str], teachers: Sequence[str]) -> Record:
        """Add a section of the current term and of no subject."""
        district, place = self.id("district", 0), self.id("school", school)
        row = shapes.section(self.id("section", index), district, place, name, students, teachers)
        row["term_id"] = self.id("term", places.TERMS["current"])
        self.sections.append(row)
        return row

    def of_school(self, school: int, count: int | None) -> list[str]:
        """Ids of the first ordinary students of a school, of all for None."""
        wanted = self.id("school", school)
        rows = (row for row in self.users if row["id"] < self.id("student", SPECIAL) and "student" in row["roles"])
        return [row["id"] for row in rows if row["roles"]["student"]["school"] == wanted][:count]

    def _name(self, index: int) -> tuple[int, int]:
        draw = mix(self.seed + self.number, index, 17)
        return draw % 24, draw // 24 % 24

    def _user(self, uid: str, email: str, given: int, family: int, roles: Record) -> Record:
        name = (GIVEN[given], "", FAMILY[family])
        return self._add(shapes.user(uid, self.id("district", 0), email, name, roles))

    def _add(self, record: Record) -> Record:
        self.users.append(record)
        return record
