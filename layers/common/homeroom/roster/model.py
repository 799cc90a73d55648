"""What a roster source says, row by row, normalised.

Every source (Clever today) yields these types and nothing else, so that a field which is not named here
is dropped before it can be stored or logged (S-18). An absent value is the empty string, an empty tuple,
or None for a role: sources spell "absent" in many ways, the rest of Homeroom knows one.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Kind = Literal["districts", "schools", "terms", "courses", "sections", "users"]
KINDS: tuple[Kind, ...] = ("districts", "schools", "terms", "courses", "sections", "users")


class Row(BaseModel):
    """One record of the source. `id` is the source's own id (Clever: 24 hex digits), unique in its kind."""

    # Values are mostly somebody's own: looking whether one came before would double the time of reading it.
    model_config = ConfigDict(frozen=True, cache_strings="keys")

    id: str


class DistrictRow(Row):
    """The district itself. `pause_start` and `pause_end` are given dates, `YYYY-MM-DD` or empty."""

    name: str = ""
    state: str = ""
    pause_start: str = ""
    pause_end: str = ""
    last_sync: str = ""


class SchoolRow(Row):
    """A school. Grades as given."""

    name: str = ""
    sis_id: str = ""
    low_grade: str = ""
    high_grade: str = ""


class TermRow(Row):
    """A term. Dates as given: `YYYY-MM-DD`, empty, or unreadable."""

    name: str = ""
    start_date: str = ""
    end_date: str = ""


class CourseRow(Row):
    """A course that sections are taught from."""

    name: str = ""
    number: str = ""


class SectionRow(Row):
    """A section: who teaches whom what. `teacher` is the primary; `teachers` as given, the primary included."""

    name: str = ""
    school: str = ""
    course: str = ""
    term: str = ""
    subject: str = ""
    grade: str = ""
    sis_id: str = ""
    teacher: str = ""
    teachers: tuple[str, ...] = ()
    students: tuple[str, ...] = ()


class StudentRole(BaseModel):
    """Being a student. `dob` and `grade` as given; `school` is the main one of `schools`."""

    model_config = ConfigDict(frozen=True)

    sis_id: str = ""
    school: str = ""
    schools: tuple[str, ...] = ()
    grade: str = ""
    dob: str = ""


class TeacherRole(BaseModel):
    """Being a teacher."""

    model_config = ConfigDict(frozen=True)

    sis_id: str = ""
    school: str = ""
    schools: tuple[str, ...] = ()
    title: str = ""


class StaffRole(BaseModel):
    """Being staff, hence an administrator of `schools` (S-03). `roles` as Clever gives them, e.g. `PortalOnly`."""

    model_config = ConfigDict(frozen=True)

    sis_id: str = ""
    schools: tuple[str, ...] = ()
    title: str = ""
    roles: tuple[str, ...] = ()


class AdminRole(BaseModel):
    """Being a district administrator: the whole district (S-03)."""

    model_config = ConfigDict(frozen=True)

    title: str = ""


class UserRow(Row):
    """Somebody with at least one of the four roles that Homeroom knows. `email` trimmed, otherwise as given."""

    first: str = ""
    last: str = ""
    email: str = ""
    student: StudentRole | None = None
    teacher: TeacherRole | None = None
    staff: StaffRole | None = None
    district_admin: AdminRole | None = None


class Rejected(Row):
    """A record that could not be read. `reason` is a stable word, `field` where it went wrong.

    Its earlier version, if there is one, stays in force: an unreadable record is no removal (S-06).
    """

    reason: str
    field: str = ""


AnyRow = DistrictRow | SchoolRow | TermRow | CourseRow | SectionRow | UserRow
ROW_TYPES: dict[Kind, type[AnyRow]] = {
    "districts": DistrictRow,
    "schools": SchoolRow,
    "terms": TermRow,
    "courses": CourseRow,
    "sections": SectionRow,
    "users": UserRow,
}
