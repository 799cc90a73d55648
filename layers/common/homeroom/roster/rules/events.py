"""What a source's events are good for: how far they reach, and which records to read again (S-19, W-03)."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from homeroom.roster.model import KINDS, AnyRow, Kind, SectionRow, UserRow
from homeroom.roster.source import SourceEvent

# Clever keeps events for 30 days and does not say when a cursor is older; two days for the run itself, and for doubt.
KEPT = timedelta(days=28)
# So many records, read one by one, are a minute of requests; lists give a thousand at a time.
MOST_RECORDS = 500
UNKNOWN = "unknown"
_OBJECT_ID = re.compile("[0-9a-fA-F]{24}")

# A record of the source by its kind and id.
Ref = tuple[Kind, str]


@dataclass(frozen=True, slots=True)
class Touched:
    """What events touched: each record once, by kind and id, however often and in whichever order they came.

    `last` is the id of the latest event, "" for none; `types` counts the events by type, under UNKNOWN those of a type
    that we do not know. When there are `too_many` records, the events were not read to the end.
    """

    records: tuple[Ref, ...] = ()
    last: str = ""
    types: Mapping[str, int] = field(default_factory=dict)
    too_many: bool = False


def cursor_time(cursor: str) -> datetime | None:
    """When the event of that id was made (an ObjectID's first four bytes), None when it is no such id."""
    return datetime.fromtimestamp(int(cursor[:8], 16), UTC) if _OBJECT_ID.fullmatch(cursor) else None


def too_old(cursor: str, now: datetime) -> bool:
    """Whether events after the cursor may be lost: it is older than 28 days, or says nothing of its age. S-19."""
    made = cursor_time(cursor)
    return made is None or now - made > KEPT


def touched(events: Iterable[SourceEvent]) -> Touched:
    """The records to read again. Stops where there are more than MOST_RECORDS of them. Carries out S-19, W-03."""
    records: set[Ref] = set()
    types: Counter[str] = Counter()
    seen: set[str] = set()
    for event in events:
        if event.id in seen:
            continue
        seen.add(event.id)
        types[event.type if event.kind else UNKNOWN] += 1
        if event.kind:
            records.add((event.kind, event.record))
        if len(records) > MOST_RECORDS:
            break
    return Touched(tuple(sorted(records, key=_place)), max(seen, default=""), dict(types), len(records) > MOST_RECORDS)


def _place(record: Ref) -> tuple[int, str]:
    return KINDS.index(record[0]), record[1]


def named(row: AnyRow) -> Iterator[Ref]:
    """The records that a section or a user names, each as often as it does; nothing for any other row."""
    if isinstance(row, SectionRow):
        yield from (("users", person) for person in (row.teacher, *row.teachers, *row.students) if person)
        single: tuple[Ref, ...] = ("schools", row.school), ("courses", row.course), ("terms", row.term)
        yield from (ref for ref in single if ref[1])
    elif isinstance(row, UserRow):
        for role in (row.student, row.teacher, row.staff):
            yield from (("schools", school) for school in (role.schools if role else ()))
        yield from (("schools", role.school) for role in (row.student, row.teacher) if role and role.school)
