"""From Clever's records to Homeroom's rows, field by field. Pure."""

from collections.abc import Callable
from typing import Any

from homeroom.roster.clever import wire
from homeroom.roster.model import (
    AdminRole,
    AnyRow,
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


def _ids(values: list[str] | None) -> tuple[str, ...]:
    """In the order given, each once, without blanks."""
    return tuple(value for value in dict.fromkeys(values or ()) if value)


def district(record: wire.District) -> DistrictRow:
    """The token's own district."""
    return DistrictRow(
        id=record["id"],
        name=record.get("name") or "",
        state=record.get("state") or "",
        pause_start=record.get("pause_start") or "",
        pause_end=record.get("pause_end") or "",
        last_sync=record.get("last_sync") or "",
    )


def school(record: wire.School) -> SchoolRow:
    """A school; its grades as given."""
    return SchoolRow(
        id=record["id"],
        name=record.get("name") or "",
        sis_id=record.get("sis_id") or "",
        low_grade=record.get("low_grade") or "",
        high_grade=record.get("high_grade") or "",
    )


def term(record: wire.Term) -> TermRow:
    """A term; its dates as given."""
    return TermRow(
        id=record["id"],
        name=record.get("name") or "",
        start_date=record.get("start_date") or "",
        end_date=record.get("end_date") or "",
    )


def course(record: wire.Course) -> CourseRow:
    """A course."""
    return CourseRow(id=record["id"], name=record.get("name") or "", number=record.get("number") or "")


def section(record: wire.Section) -> SectionRow:
    """A section. `teachers` in Clever's order, which decides who the first nine co-teachers are (S-02)."""
    return SectionRow(
        id=record["id"],
        name=record.get("name") or "",
        school=record.get("school") or "",
        course=record.get("course") or "",
        term=record.get("term_id") or "",
        subject=record.get("subject") or "",
        grade=record.get("grade") or "",
        sis_id=record.get("sis_id") or "",
        teacher=record.get("teacher") or "",
        teachers=_ids(record.get("teachers")),
        students=_ids(record.get("students")),
    )


def user(record: wire.User) -> UserRow | None:
    """A user with at least one of the four roles; None for anybody else, such as a contact (S-18)."""
    roles = record["roles"]
    student, teacher = roles.get("student"), roles.get("teacher")
    staff, admin = roles.get("staff"), roles.get("district_admin")
    if student is None and teacher is None and staff is None and admin is None:
        return None
    name = record.get("name") or {}
    return UserRow(
        id=record["id"],
        first=name.get("first") or "",
        last=name.get("last") or "",
        email=record.get("email") or (student or {}).get("email") or "",
        student=None if student is None else _student(student),
        teacher=None if teacher is None else _teacher(teacher),
        staff=None if staff is None else _staff(staff),
        district_admin=None if admin is None else AdminRole(title=admin.get("title") or ""),
    )


def _student(role: wire.Student) -> StudentRole:
    return StudentRole(
        sis_id=role.get("sis_id") or "",
        school=role.get("school") or "",
        schools=_ids(role.get("schools")),
        grade=role.get("grade") or "",
        dob=role.get("dob") or "",
    )


def _teacher(role: wire.Teacher) -> TeacherRole:
    return TeacherRole(
        sis_id=role.get("sis_id") or "",
        school=role.get("school") or "",
        schools=_ids(role.get("schools")),
        title=role.get("title") or "",
    )


def _staff(role: wire.Staff) -> StaffRole:
    return StaffRole(
        sis_id=role.get("staff_id") or "",
        schools=_ids(role.get("schools")),
        title=role.get("title") or "",
        roles=_ids(role.get("roles")),
    )


# The records are plain dictionaries that wire.py has validated for their kind, hence Any.
SHAPES: dict[Kind, tuple[type[Any], Callable[[Any], AnyRow | None]]] = {
    "districts": (wire.District, district),
    "schools": (wire.School, school),
    "terms": (wire.Term, term),
    "courses": (wire.Course, course),
    "sections": (wire.Section, section),
    "users": (wire.User, user),
}
