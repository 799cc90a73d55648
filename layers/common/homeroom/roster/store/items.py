"""The sync's items in the districts table, and how entries become them. The keys are known here and nowhere else.

`D#<district>` / `SCHOOL#<id>`, `TERM#<id>`       what the district is made of
`D#<district>#P#<person>` / `PERSON`              a roster record; links and aliases are items of their own beside it
`E#<address>` / `D#<district>#P#<person>`         who claims an address, in any district (A-01)
"""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UnicodeSetAttribute

from homeroom.classes.store import ClassItem, class_pk
from homeroom.roster.entries import ClassEntry, PersonEntry, SchoolEntry, TermEntry
from homeroom.runtime.dynamo import TableMeta, TableModel


class SchoolItem(TableModel):
    """A school. `state` is live or archived."""

    class Meta(TableMeta):
        pass

    state = UnicodeAttribute()
    name = UnicodeAttribute(null=True)
    sis_id = UnicodeAttribute(null=True)
    low_grade = UnicodeAttribute(null=True)
    high_grade = UnicodeAttribute(null=True)
    archived_run = NumberAttribute(null=True)
    run = NumberAttribute()


class TermItem(TableModel):
    """A term. `state` is live or archived."""

    class Meta(TableMeta):
        pass

    state = UnicodeAttribute()
    name = UnicodeAttribute(null=True)
    starts = UnicodeAttribute(null=True)
    ends = UnicodeAttribute(null=True)
    archived_run = NumberAttribute(null=True)
    run = NumberAttribute()


class PersonItem(TableModel):
    """A roster record: the sync's own fields and no others (DESIGN, "one item, one writer")."""

    class Meta(TableMeta):
        pass

    district = UnicodeAttribute()
    person = UnicodeAttribute()
    state = UnicodeAttribute()
    first = UnicodeAttribute(null=True)
    last = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    address = UnicodeAttribute(null=True)
    roles = UnicodeSetAttribute(null=True)
    school = UnicodeAttribute(null=True)
    schools = UnicodeSetAttribute(null=True)
    grade = UnicodeAttribute(null=True)
    birth_date = UnicodeAttribute(null=True)
    student_sis_id = UnicodeAttribute(null=True)
    teacher_sis_id = UnicodeAttribute(null=True)
    staff_sis_id = UnicodeAttribute(null=True)
    title = UnicodeAttribute(null=True)
    admin = UnicodeAttribute(null=True)
    admin_schools = UnicodeSetAttribute(null=True)
    left = UnicodeAttribute(null=True)
    archived_run = NumberAttribute(null=True)
    run = NumberAttribute()


class ClaimItem(TableModel):
    """That a roster record gives an address; `source` is roster. Whether it grants anything is decided when read."""

    class Meta(TableMeta):
        pass

    district = UnicodeAttribute()
    person = UnicodeAttribute()
    source = UnicodeAttribute()
    roles = UnicodeSetAttribute(null=True)
    run = NumberAttribute()


MODELS: tuple[type[TableModel], ...] = (SchoolItem, TermItem, PersonItem, ClaimItem)


def district_pk(district: str) -> str:
    """The partition of what a district is and has once."""
    return f"D#{district}"


def person_pk(district: str, person: str) -> str:
    """The partition of a person."""
    return f"D#{district}#P#{person}"


def _state(archived: int) -> str:
    return "archived" if archived else "live"


def school_item(district: str, entry: SchoolEntry, run: int) -> SchoolItem:
    """A school as run `run` leaves it."""
    return SchoolItem(
        district_pk(district), f"SCHOOL#{entry.id}", state=_state(entry.archived), name=entry.name or None,
        sis_id=entry.sis_id or None, low_grade=entry.low_grade or None, high_grade=entry.high_grade or None,
        archived_run=entry.archived or None, run=run,
    )  # fmt: skip


def term_item(district: str, entry: TermEntry, run: int) -> TermItem:
    """A term as run `run` leaves it."""
    return TermItem(
        district_pk(district), f"TERM#{entry.id}", state=_state(entry.archived), name=entry.name or None,
        starts=entry.starts or None, ends=entry.ends or None, archived_run=entry.archived or None, run=run,
    )  # fmt: skip


def person_item(district: str, entry: PersonEntry, run: int) -> PersonItem:
    """A person as run `run` leaves them."""
    return PersonItem(
        person_pk(district, entry.id), "PERSON", district=district, person=entry.id,
        state="leaving" if entry.leaving else _state(entry.archived), left=entry.left or None,
        first=entry.first or None, last=entry.last or None, email=entry.email or None, address=entry.address or None,
        roles=set(entry.roles) or None, school=entry.school or None, schools=set(entry.schools) or None,
        grade=entry.grade or None, birth_date=entry.birth_date or None, student_sis_id=entry.student_sis_id or None,
        teacher_sis_id=entry.teacher_sis_id or None, staff_sis_id=entry.staff_sis_id or None,
        title=entry.title or None, admin=entry.admin or None, admin_schools=set(entry.admin_schools) or None,
        archived_run=entry.archived or None, run=run,
    )  # fmt: skip


def claim_item(district: str, entry: PersonEntry, run: int) -> ClaimItem:
    """The claim of a person's usable address."""
    return ClaimItem(
        f"E#{entry.address}", person_pk(district, entry.id), district=district, person=entry.id, source="roster",
        roles=set(entry.roles) or None, run=run,
    )  # fmt: skip


def class_item(district: str, entry: ClassEntry, run: int) -> ClassItem:
    """A district class as run `run` leaves it; its members are items of their own."""
    return ClassItem(
        class_pk(district, entry.id), "CLASS", district=district, section=entry.id,
        state="archived" if entry.archived else entry.state, name=entry.name or None, school=entry.school or None,
        term=entry.term or None, ends=entry.ends or None, course=entry.course or None, subject=entry.subject or None,
        grade=entry.grade or None, sis_id=entry.sis_id or None, teacher=entry.teacher or None,
        until=entry.until or None, archived_run=entry.archived or None, run=run,
    )  # fmt: skip
