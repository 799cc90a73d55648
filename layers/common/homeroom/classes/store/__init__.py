"""The classes table: with its neighbours here, the only place that knows its keys. This one: district classes.

`C#D#<district>#<section>` / `CLASS`            a district class, written by the roster sync alone
                         / `T#<person>`         a teacher in it, primary or co-teacher
                         / `S#<person>`         a student in it
                         / `X#<key>#<run>`      a membership that ended with that run
                         / `A#…`, `G#…`         an assignment, a goal
The index `listing` gives a person's classes: `D#<district>#P#<person>` / the class.
"""

from collections.abc import Iterable
from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute

from homeroom.runtime.dynamo import TableMeta, TableModel


class ClassItem(TableModel):
    """A district class (S-01). `state` is active, frozen, ended or archived; `run` the run that last wrote it.

    A frozen one has lost its section and stands through the day `until` (S-15), an ended one supports coaching through
    it.
    """

    class Meta(TableMeta):
        pass

    district = UnicodeAttribute()
    section = UnicodeAttribute()
    state = UnicodeAttribute()
    name = UnicodeAttribute(null=True)
    school = UnicodeAttribute(null=True)
    term = UnicodeAttribute(null=True)
    ends = UnicodeAttribute(null=True)
    course = UnicodeAttribute(null=True)
    subject = UnicodeAttribute(null=True)
    grade = UnicodeAttribute(null=True)
    sis_id = UnicodeAttribute(null=True)
    teacher = UnicodeAttribute(null=True)
    until = UnicodeAttribute(null=True)
    archived_run = NumberAttribute(null=True)
    run = NumberAttribute()


class MemberItem(TableModel):
    """A person in a district class (S-02). `role` is primary, co_teacher or student; `source` is roster."""

    class Meta(TableMeta):
        pass

    list_pk = UnicodeAttribute(null=True)
    list_sk = UnicodeAttribute(null=True)
    role = UnicodeAttribute()
    source = UnicodeAttribute()
    started = UTCDateTimeAttribute(null=True)
    ended = UTCDateTimeAttribute(null=True)
    run = NumberAttribute()


class WorkItem(TableModel):
    """An assignment or a goal, of which only the key is looked at here."""

    class Meta(TableMeta):
        pass


MODELS: tuple[type[TableModel], ...] = (ClassItem, MemberItem, WorkItem)
WORK = ("A#", "G#")


def class_pk(district: str, section: str) -> str:
    """The partition of a district class."""
    return f"C#D#{district}#{section}"


def person_list_pk(district: str, person: str) -> str:
    """Where the index lists a person's classes."""
    return f"D#{district}#P#{person}"


def beginnings(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], datetime]:
    """When memberships began, by partition and sort key (a consistent read); those that are not there are left out."""
    found = MemberItem.batch_get(sorted(set(keys)), consistent_read=True)
    return {(item.pk, item.sk): item.started for item in found}


def earlier_beginnings(keys: Iterable[tuple[str, str]], run: int) -> dict[tuple[str, str], datetime]:
    """When memberships began that ended with that run, by partition and sort key; all others are left out."""
    ended = {(pk, _ended_sk(sk, run)): (pk, sk) for pk, sk in keys}
    found = MemberItem.batch_get(sorted(ended), consistent_read=True)
    return {ended[item.pk, item.sk]: item.started for item in found}


def has_work(district: str, section: str) -> bool:
    """Whether anybody gave an assignment or a goal in a district class (consistent reads). Carries out S-15."""
    pk = class_pk(district, section)
    found = (WorkItem.query(pk, WorkItem.sk.startswith(kind), consistent_read=True, limit=1) for kind in WORK)
    return any(True for items in found for _ in items)


def member_item(district: str, section: str, key: str, role: str, run: int, at: datetime) -> MemberItem:
    """A membership that began at a moment; `key` is `T#<person>` or `S#<person>`."""
    pk = class_pk(district, section)
    return MemberItem(
        pk, key, list_pk=person_list_pk(district, key[2:]), list_sk=pk, role=role, source="roster", started=at, run=run
    )


def ended_item(
    district: str, section: str, key: str, role: str, run: int, at: datetime, *, began: datetime | None = None
) -> MemberItem:
    """A membership that ended with a run: outside the index, so that it lists no class of today."""
    pk = class_pk(district, section)
    return MemberItem(pk, _ended_sk(key, run), role=role, source="roster", started=began, ended=at, run=run)


def _ended_sk(key: str, run: int) -> str:
    return f"X#{key}#{run:08d}"
