"""Builders of rows as a source yields them, each complete and without a finding unless told otherwise."""

from typing import Any

from homeroom.roster.entries import SchoolEntry, TermEntry
from homeroom.roster.model import (
    AdminRole,
    CourseRow,
    DistrictRow,
    Kind,
    SchoolRow,
    SectionRow,
    StaffRole,
    StudentRole,
    TeacherRole,
    TermRow,
    UserRow,
)
from homeroom.roster.rules.classes import Known

DISTRICT = "58da8a43cc70ab00017a1a87"
SCHOOL, OTHER_SCHOOL, TERM, COURSE = "school-a", "school-b", "term-1", "course-1"

Rows = dict[Kind, list[Any]]


def school(school_id: str = SCHOOL, **fields: Any) -> SchoolRow:
    """A school."""
    return SchoolRow(**{"id": school_id, "name": f"School {school_id}", "sis_id": f"sis-{school_id}", **fields})


def term(term_id: str = TERM, start: str = "2026-08-20", end: str = "2027-06-10", **fields: Any) -> TermRow:
    """A term, by default the school year of 2026."""
    return TermRow(id=term_id, start_date=start, end_date=end, **{"name": "Year", **fields})


def student(person: str, **fields: Any) -> UserRow:
    """A student; `dob`, `grade`, `school`, `schools` and `sis_id` are of the role, everything else of the person."""
    role = {"sis_id": f"sis-{person}", "school": SCHOOL, "schools": (SCHOOL,), "grade": "5", "dob": "3/14/2015"}
    return _user(person, "student", StudentRole, role, fields)


def teacher(person: str, **fields: Any) -> UserRow:
    """A teacher."""
    role = {"sis_id": f"sis-{person}", "school": SCHOOL, "schools": (SCHOOL,), "title": "Teacher"}
    return _user(person, "teacher", TeacherRole, role, fields)


def staff(person: str, **fields: Any) -> UserRow:
    """A staff member of one school."""
    role = {"sis_id": f"sis-{person}", "schools": (SCHOOL,), "title": "Principal", "roles": ("Administrator",)}
    return _user(person, "staff", StaffRole, role, fields)


def admin(person: str, **fields: Any) -> UserRow:
    """A district administrator."""
    return _user(person, "district_admin", AdminRole, {"title": "Superintendent"}, fields)


def _user(person: str, name: str, role_type: Any, role: dict[str, Any], fields: dict[str, Any]) -> UserRow:
    body = role_type(**{key: fields.pop(key, value) for key, value in role.items()})
    own = {"first": "Given", "last": f"Family {person}", "email": f"{person}@district.example"}
    return UserRow(**{"id": person, **own, name: body, **fields})


def section(section_id: str, **fields: Any) -> SectionRow:
    """A section of the current term with the primary teacher `t1`."""
    usual = {
        "name": f"Math {section_id}", "school": SCHOOL, "course": COURSE, "term": TERM, "subject": "math",
        "grade": "5", "sis_id": f"sis-{section_id}", "teacher": "t1", "teachers": ("t1",), "students": ("s1", "s2"),
    }  # fmt: skip
    return SectionRow(id=section_id, **{**usual, **fields})


def district(users: list[UserRow], sections: list[SectionRow], **more: list[Any]) -> Rows:
    """A whole district: two schools, a term and a course unless `more` says otherwise."""
    whole: dict[str, list[Any]] = {
        "districts": [DistrictRow(id=DISTRICT, name="Grand Bend", state="running")],
        "schools": [school(SCHOOL), school(OTHER_SCHOOL)],
        "terms": [term()],
        "courses": [CourseRow(id=COURSE, name="Mathematics 5", number="M5")],
        "users": users,
        "sections": sections,
        **more,
    }
    return {kind: sorted(rows, key=lambda row: row.id) for kind, rows in whole.items()}  # type: ignore[misc]


def small(students: int = 12, classes: int = 4) -> Rows:
    """A district of one teacher a class and some staff, every student in two classes."""
    pupils = [f"s{n:03d}" for n in range(students)]
    teachers = [f"t{n:02d}" for n in range(classes)]
    sections = [
        section(
            f"c{n:02d}",
            teacher=teachers[n],
            teachers=(teachers[n], teachers[(n + 1) % classes]),
            students=tuple(pupil for at, pupil in enumerate(pupils) if n in {at % classes, (at + 1) % classes}),
        )
        for n in range(classes)
    ]
    people = [*map(student, pupils), *map(teacher, teachers), staff("f1"), admin("a1")]
    return district(people, sections)


def known(people: Any = ("t1", "s1", "s2"), terms: Any = ()) -> Known:
    """What a projection knows besides sections; terms as entries."""
    listed = terms or [TermEntry(id=TERM, name="Year", starts="2026-08-20", ends="2027-06-10")]
    schools = {SCHOOL: SchoolEntry(id=SCHOOL), OTHER_SCHOOL: SchoolEntry(id=OTHER_SCHOOL)}
    courses = {COURSE: CourseRow(id=COURSE, name="Mathematics 5")}
    return Known(set(people), schools, {entry.id: entry for entry in listed}, courses)
