"""What a district's roster is here: the entries that a snapshot is turned into, and that a plan changes.

An entry is written by the sync alone and says everything that the sync knows of its subject. `archived` is
the number of the run that found it gone, 0 while it is live (S-13). A JSON line of an entry has its fields
in the order given here, so that equal entries are equal bytes.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

EntryKind = Literal["school", "term", "person", "class"]
ENTRY_KINDS: tuple[EntryKind, ...] = ("school", "term", "person", "class")
Role = Literal["student", "teacher", "staff", "district_admin"]
ClassState = Literal["active", "frozen", "ended"]


class Entry(BaseModel):
    """What all entries have: the source's id, and the run that archived it (0: live)."""

    # As of rows: values are mostly somebody's own, and reading them is quicker without remembering them.
    model_config = ConfigDict(frozen=True, cache_strings="keys")

    id: str
    archived: int = 0


class SchoolEntry(Entry):
    """A school."""

    name: str = ""
    sis_id: str = ""
    low_grade: str = ""
    high_grade: str = ""


class TermEntry(Entry):
    """A term; dates `YYYY-MM-DD`, or empty when absent or unreadable."""

    name: str = ""
    starts: str = ""
    ends: str = ""


class PersonEntry(Entry):
    """Somebody's roster record.

    `email` as given, `address` normalised and empty when it cannot be used (A-01). `birth_date` is
    `YYYY-MM-DD`, `YYYY-MM` when only the month is known, or empty (A-07). `grade` as given (S-20).
    `admin` says what of the district they administer: "district", "schools" (`admin_schools`) or "" (S-03).
    `left` is the local date (`YYYY-MM-DD`) on which an archived person dropped out, `over` that their grace has
    ended since; until then they keep their classes (S-14).
    """

    first: str = ""
    last: str = ""
    email: str = ""
    address: str = ""
    roles: tuple[Role, ...] = ()
    school: str = ""
    schools: tuple[str, ...] = ()
    grade: str = ""
    birth_date: str = ""
    student_sis_id: str = ""
    teacher_sis_id: str = ""
    staff_sis_id: str = ""
    title: str = ""
    admin: Literal["", "district", "schools"] = ""
    admin_schools: tuple[str, ...] = ()
    left: str = ""
    over: bool = False

    @property
    def leaving(self) -> bool:
        """Whether they have dropped out and their grace still runs (S-14)."""
        return bool(self.archived and self.left) and not self.over


class ClassEntry(Entry):
    """A district class and who is in it: ids of persons, each once (S-01, S-02).

    `teacher` is the primary, empty when the section names none that we know. `ends` is the term's end,
    empty when the class has no known one. A frozen class has lost its section, on the day `lost`, and stands through
    the day `until` (`YYYY-MM-DD`), as it was (S-15). The teachers of an ended one coach through its `until` (S-01).
    """

    name: str = ""
    school: str = ""
    term: str = ""
    ends: str = ""
    course: str = ""
    subject: str = ""
    grade: str = ""
    sis_id: str = ""
    state: ClassState = "active"
    teacher: str = ""
    co_teachers: tuple[str, ...] = ()
    students: tuple[str, ...] = ()
    until: str = ""
    lost: str = ""

    def members(self) -> dict[str, str]:
        """Role by membership key, `T#<person>` for teachers and `S#<person>` for students."""
        found = {f"S#{person}": "student" for person in self.students}
        found.update({f"T#{person}": "co_teacher" for person in self.co_teachers})
        if self.teacher:
            found[f"T#{self.teacher}"] = "primary"
        return found


AnyEntry = SchoolEntry | TermEntry | PersonEntry | ClassEntry
ENTRY_TYPES: dict[EntryKind, type[AnyEntry]] = {
    "school": SchoolEntry,
    "term": TermEntry,
    "person": PersonEntry,
    "class": ClassEntry,
}
