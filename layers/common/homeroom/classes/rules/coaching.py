"""Who may do what in a class: one table, asked by every route (C-03, C-04, C-07, S-16, B-01, B-03)."""

from datetime import date
from typing import Literal

from homeroom.classes.ids import Kind
from homeroom.classes.model import TEACHERS, ClassState, ClassView, Role
from homeroom.runtime.errors import Conflict, Forbidden, HomeroomError

# see: the class and its teachers. roster: its students. work: look at assignments, goals, scores. assign: give, change
# and take back those. code: look at the code. joins: look at who waits, confirm: say yes or no to them. leave: as a
# student. All else changes the class itself.
Action = Literal[
    "see", "roster", "work", "assign", "code", "joins", "confirm", "leave",
    "rename", "archive", "restore", "manage_code", "invite", "remove_student", "invite_teacher", "remove_teacher",
    "transfer",
]  # fmt: skip
READING: frozenset[Action] = frozenset({"see", "roster", "work", "code", "joins"})
# What an archived class still allows: a student's own will does not wait for the teacher to restore it (C-08).
LASTING: frozenset[Action] = READING | {"restore", "archive", "leave"}

_TEACHING: frozenset[Action] = frozenset({"see", "roster", "work", "assign", "code", "joins", "confirm"})
_OWNING: frozenset[Action] = _TEACHING | {
    "rename", "archive", "restore", "manage_code", "invite", "remove_student", "invite_teacher", "remove_teacher",
    "transfer",
}  # fmt: skip
_MAY: dict[tuple[Kind, Role], frozenset[Action]] = {
    ("independent", "owner"): _OWNING,
    # B-01: as in a district class, except archive, transfer and inviting teachers.
    ("independent", "co_teacher"): _OWNING - {"archive", "restore", "transfer", "invite_teacher", "remove_teacher"},
    ("independent", "student"): frozenset({"leave"}),
    ("district", "primary"): _TEACHING | {"manage_code"},
    ("district", "co_teacher"): _TEACHING,
    ("district", "admin_access"): frozenset({"see", "roster", "work", "assign", "code"}),
    ("district", "student"): frozenset(),
}
# What nobody does in a district class by hand: its roster says it (S-16).
ROSTERED: frozenset[Action] = frozenset({
    "rename", "archive", "restore", "invite", "remove_student", "invite_teacher", "remove_teacher", "transfer", "leave",
})  # fmt: skip


class ClassIsRostered(Forbidden):
    """The district's roster says this of a district class; nobody changes it by hand (S-16)."""

    code = "class_is_rostered"
    title = "The district's roster decides this"


class NotTheOwner(Forbidden):
    """A teacher of the class asked for what only its owner, or a district class's primary teacher, does."""

    code = "owner_only"
    title = "Only the class's owner can do this"


class NotATeacher(Forbidden):
    """A student of the class asked for what its teachers do."""

    code = "teachers_only"
    title = "Only teachers of this class can do this"


class NotAStudent(Forbidden):
    """A teacher of the class asked for what only its students do."""

    code = "students_only"
    title = "Only students of this class can do this"


class AdministratorsOnly(Forbidden):
    """Somebody of the class asked for what only administrators of its school do."""

    code = "administrators_only"
    title = "Only administrators of the class's school can do this"


class ClassArchived(Conflict):
    """The class is archived: it can be read and restored, nothing else (C-09)."""

    code = "class_archived"
    title = "The class is archived"


def refusal(kind: Kind, role: Role, action: Action) -> HomeroomError | None:
    """Why somebody who is in a class may not do this there; None when they may. X-01, S-16, C-04."""
    if action in _MAY[kind, role]:
        return None
    if kind == "district" and action in ROSTERED:
        return ClassIsRostered("This is a district class: change it in the district's roster, and it changes here.")
    if action == "leave":
        return NotAStudent("You teach this class: archive it, or hand it over.")
    return NotTheOwner() if role in TEACHERS else NotATeacher()


def frozen(kind: Kind, state: ClassState, action: Action) -> HomeroomError | None:
    """Why the state of a class forbids this; None when it does not. C-09.

    An independent class that is archived is read, left and restored. A district class that has ended or stands frozen
    is as it was (S-01, S-15).
    """
    if kind == "independent" and state == "archived" and action not in LASTING:
        return ClassArchived("Restore the class first.")
    return None


def coaches(role: Role | None, klass: ClassView, today: date) -> bool:
    """Whether somebody of this role coaches the class's students on that day. Carries out C-07, S-01.

    An archived class supports no coaching, one that has ended none after the school year's end.
    """
    over = klass.state == "ended" and klass.until and klass.until < today.isoformat()
    return role in TEACHERS and klass.state != "archived" and not over
