"""A district of any size, computed record by record from the index: nothing is kept in memory.

People are students, one teacher for 20 of them, a few staff and one district admin. A student has 7 sections.
"""

import datetime as dt
from collections.abc import Iterator
from functools import partial

from . import places, plan, pupils, shapes
from .collection import Base, Listed, Record
from .computed import Computed, Segment
from .ids import mix, object_id, prefix
from .names import FAMILY, FAMILY_PLAIN, GIVEN, GIVEN_PLAIN, MIDDLE
from .roster import Roster


def build(number: int, people: int, seed: int, today: dt.date) -> Roster:
    """The large district; the same arguments give the same records."""
    made = Large(number, plan.sized(people), seed + number, today)
    size = made.size
    users = [
        Segment(prefix("student", number), size.students, made.student, "student", made.student_text),
        Segment(prefix("teacher", number), size.teachers, made.teacher, "teacher"),
        Segment(prefix("staff", number), size.staff, made.staff, "staff"),
        Segment(prefix("district_admin", number), 1, made.admin, "district_admin"),
    ]
    bases: dict[str, Base] = {
        "districts": Listed([places.district(number, today)]),
        "schools": Computed([Segment(prefix("school", number), size.schools, made.school)]),
        "terms": Listed(places.terms(number, today)),
        "courses": Listed(places.courses(number)),
        "sections": Computed([Segment(prefix("section", number), size.sections, made.section)]),
        "users": Computed(users),
    }
    return Roster(number, object_id("district", number, 0), bases, made.sections_of)


class Large:
    """Computes the records of one large district."""

    def __init__(self, number: int, size: plan.Size, seed: int, today: dt.date) -> None:
        self.number, self.size, self.seed, self.today = number, size, seed, today
        self.district = object_id("district", number, 0)
        self._id = {
            what: partial(object_id, what, number) for what in ("school", "course", "section", "student", "teacher")
        }
        self._domain = places.domain(number)

    def _name(self, index: int) -> tuple[int, int, int, int]:
        draw = mix(self.seed, index)
        return draw, draw % 24, draw // 24 % 24, draw // 576 % 8

    def student(self, index: int) -> Record:
        """A student of the grade that the place in the school gives."""
        return pupils.record(self._student(index))

    def student_text(self, index: int, version: str) -> str:
        """The student's JSON in that version."""
        return pupils.text(self._student(index), version)

    def _student(self, index: int) -> dict[str, str]:
        school, place = divmod(index, plan.SCHOOL)
        grade = plan.grade(place, self.size.in_school(school))
        return pupils.values(self.number, index, self.seed, self._id["school"](school), grade, self.today)

    def teacher(self, index: int) -> Record:
        """A teacher of one school."""
        _, given, family, middle = self._name(index + 1_000_000)
        uid = self._id["teacher"](index)
        school = self._id["school"](self.size.school_of_teacher(index))
        email = f"{GIVEN_PLAIN[given]}.{FAMILY_PLAIN[family]}.t{index}@{self._domain}"
        role = shapes.teacher_role(index, (school,), "Teacher", uid)
        name = (GIVEN[given], MIDDLE[middle], FAMILY[family])
        return shapes.user(uid, self.district, email, name, {"teacher": role})

    def staff(self, index: int) -> Record:
        """A staff member bounded by one school."""
        uid = object_id("staff", self.number, index)
        school = self._id["school"](index % self.size.schools)
        role = shapes.staff_role(index, (school,), "Principal", (), uid)
        _, given, family, middle = self._name(index + 2_000_000)
        name = (GIVEN[given], MIDDLE[middle], FAMILY[family])
        return shapes.user(uid, self.district, f"staff{index}@{self._domain}", name, {"staff": role})

    def admin(self, index: int) -> Record:
        """The district admin."""
        uid = object_id("district_admin", self.number, index)
        roles = {"district_admin": {"title": "Superintendent", "legacy_id": uid[::-1]}}
        return shapes.user(uid, self.district, f"admin{index}@{self._domain}", ("Sam", "", "Abara"), roles)

    def school(self, index: int) -> Record:
        """A school that teaches every grade."""
        return places.school(self.number, index, f"Harbor School {index + 1}", "Kindergarten", "12")

    def section(self, index: int) -> Record:
        """A section of the current term."""
        school, period, group = self.size.section_place(index)
        students = plan.members(self.size.in_school(school), period, group)
        first = school * plan.SCHOOL
        grade = plan.grade(min(group * plan.GROUP, self.size.in_school(school) - 1), self.size.in_school(school))
        subject, title = places.SUBJECTS[period]
        sid = self._id["section"](index)
        teachers = [self._id["teacher"](teacher) for teacher in self.size.teachers_of(index)]
        names = f"{title} {places.GRADES[grade]} - {group + 1}"
        ids = [self._id["student"](first + place) for place in students]
        row = shapes.section(sid, self.district, self._id["school"](school), names, ids, teachers)
        row["course"] = self._id["course"](grade * plan.PERIODS + period)
        row["grade"], row["period"], row["subject"] = places.GRADES[grade], str(period), subject
        row["term_id"] = object_id("term", self.number, places.TERMS["current"])
        return row

    def sections_of(self, user_id: str) -> Iterator[str]:
        """Ids of the sections whose list, before any change, may name the user."""
        index = int(user_id[12:], 16)
        what = {prefix(name, self.number): name for name in ("student", "teacher")}.get(user_id[:12])
        if what == "student":
            school, place = divmod(index, plan.SCHOOL)
            found = self.size.sections_of_student(school, place)
        elif what == "teacher":
            found = iter(self.size.sections_in(self.size.school_of_teacher(index)))
        else:
            found = iter(())
        return map(self._id["section"], found)
