"""Clever's records as they arrive: the allow-list of fields that are read at all (S-18).

Whatever is not named here (race, gender, lunch status, disability, language, home address, contacts …) is dropped
while parsing. Every field but `id` may be missing or null; the readers make "" of both.
"""

from typing import Annotated

from pydantic import ConfigDict, StringConstraints, with_config
from typing_extensions import TypedDict

# No input in errors: a validation error would otherwise quote names.
_CONFIG = ConfigDict(str_strip_whitespace=True, hide_input_in_errors=True, extra="ignore")

# Clever's ids are 24 hex digits. What else can stand in a key is let through, the separators of our keys are not.
Id = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,64}$")]
Text = str | None
Ids = list[str] | None


@with_config(_CONFIG)
class Link(TypedDict):
    """A link of a page, found by `rel`; `uri` is relative to the host."""

    rel: str
    uri: str


@with_config(_CONFIG)
class Record(TypedDict):
    """What every record has."""

    id: Id


@with_config(_CONFIG)
class Owned(Record, total=False):
    """A record that names its district."""

    district: Text


@with_config(_CONFIG)
class District(Record, total=False):
    """The token's own district."""

    name: Text
    state: Text
    pause_start: Text
    pause_end: Text
    last_sync: Text


@with_config(_CONFIG)
class School(Owned, total=False):
    """A school."""

    name: Text
    sis_id: Text
    low_grade: Text
    high_grade: Text


@with_config(_CONFIG)
class Term(Owned, total=False):
    """A term."""

    name: Text
    start_date: Text
    end_date: Text


@with_config(_CONFIG)
class Course(Owned, total=False):
    """A course."""

    name: Text
    number: Text


@with_config(_CONFIG)
class Section(Owned, total=False):
    """A section, with the only list there is of who belongs to it."""

    name: Text
    school: Text
    course: Text
    term_id: Text
    subject: Text
    grade: Text
    sis_id: Text
    teacher: Text
    teachers: Ids
    students: Ids


@with_config(_CONFIG)
class Name(TypedDict, total=False):
    """A person's name; `middle` is not needed."""

    first: Text
    last: Text


@with_config(_CONFIG)
class Student(TypedDict, total=False):
    """`email` is undocumented and always there in the recordings."""

    sis_id: Text
    school: Text
    schools: Ids
    grade: Text
    dob: Text
    email: Text


@with_config(_CONFIG)
class Teacher(TypedDict, total=False):
    """The teacher role."""

    sis_id: Text
    school: Text
    schools: Ids
    title: Text


@with_config(_CONFIG)
class Staff(TypedDict, total=False):
    """The staff role: a `staff_id` in place of the others' `sis_id`."""

    staff_id: Text
    schools: Ids
    title: Text
    roles: Ids


@with_config(_CONFIG)
class Admin(TypedDict, total=False):
    """The district administrator's role."""

    title: Text


@with_config(_CONFIG)
class Roles(TypedDict, total=False):
    """A key is there when the user has the role. Contacts are not read."""

    student: Student | None
    teacher: Teacher | None
    staff: Staff | None
    district_admin: Admin | None


@with_config(_CONFIG)
class _UserBase(Owned):
    roles: Roles


@with_config(_CONFIG)
class User(_UserBase, total=False):
    """Anybody. Without `roles` a record is unreadable: it does not say that somebody left."""

    name: Name | None
    email: Text
