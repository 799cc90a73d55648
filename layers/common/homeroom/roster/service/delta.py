"""Fetching by events: a snapshot from the one in force, with each record that events name read again (S-19, W-03)."""

from collections.abc import Iterable
from datetime import datetime

from homeroom.roster.model import KINDS, ROW_TYPES, AnyRow, Kind, Rejected
from homeroom.roster.rules.events import MOST_RECORDS, UNKNOWN, Ref, Touched, named, too_old, touched
from homeroom.roster.service.fetch import Fetched
from homeroom.roster.service.snapshot import Snapshot
from homeroom.roster.source import EventsLost, RosterSource
from homeroom.roster.store import layout
from homeroom.roster.store.files import LinesFile, RunFiles, read_lines
from homeroom.roster.syncs import Promoted
from homeroom.runtime.telemetry import logger

Again = dict[Ref, AnyRow | Rejected | None]
LEARNED_FROM: tuple[Kind, ...] = ("districts", "terms")


class _Insufficient(Exception):
    """Events do not do; the argument is why, as a stable word."""


def delta(source: RosterSource, files: RunFiles, prefix: str, before: Promoted, now: datetime) -> Fetched | None:
    """Make a snapshot on the disk, below `prefix`, of the one in force. Nothing is sent anywhere yet.

    It is byte for byte what a full fetch would have made; when no event came, what was there before. None when
    everything must be read instead, for a reason that the log tells. The source is read to the end before a file is
    begun. Raises SourceFault, and SourceEmpty as a full fetch does. Carries out S-07, S-19, W-03.
    """
    try:
        events = _events(source, before, now)
        again = _read_again(source, Snapshot(files, before.rows), events.records)
    except _Insufficient as why:
        logger().info("events do not do", extra={"reason": str(why)})
        return None
    counts = {"events": sum(events.types.values()), "unknown": events.types.get(UNKNOWN, 0), "read": len(again)}
    logger().info("read by events", extra=counts)
    return _merged(files, prefix, before, again, events.last or before.cursor)


def _events(source: RosterSource, before: Promoted, now: datetime) -> Touched:
    """What changed since the snapshot. Raises _Insufficient when not all of that can be known, or it is too much."""
    if not before.rows:
        raise _Insufficient("no_snapshot")
    if too_old(before.cursor, now):
        raise _Insufficient("cursor_old")
    try:
        events = touched(source.events(before.cursor))
    except EventsLost:
        raise _Insufficient("events_lost") from None
    if events.too_many:
        raise _Insufficient("many_records")
    return events


def _read_again(source: RosterSource, known: Snapshot, records: Iterable[Ref]) -> Again:
    """The records as they are now, and those that they name and that are not known: their events may still come.

    Raises _Insufficient when there are more than MOST_RECORDS of the latter.
    """
    # The district's state says whether the run goes on at all (S-17). A token that has lost its district fails here,
    # before it finds nothing behind one id after the other.
    again: Again = {("districts", row.id): row for row in source.rows("districts")}
    more, count = {ref for ref in records if ref[0] != "districts"}, 0
    while more:
        read: Again = {(kind, record): source.record(kind, record) for kind, record in sorted(more)}
        again |= read
        rows = [row for row in read.values() if row is not None and not isinstance(row, Rejected)]
        more = known.lacks({ref for row in rows for ref in named(row)} - again.keys())
        count += len(more)
        if count > MOST_RECORDS:
            raise _Insufficient("many_named")
    return again


def _merged(files: RunFiles, prefix: str, before: Promoted, again: Again, cursor: str) -> Fetched:
    """The snapshot in force with what was read again; the files and their order are those of a full fetch."""
    fetched, known = Fetched(cursor=cursor), Snapshot(files, before.rows)
    with LinesFile(files.path(f"{prefix}/{layout.REJECTED}")) as rejected:
        for kind in KINDS:
            read = {record: row for (of, record), row in again.items() if of == kind}
            with LinesFile(files.path(f"{prefix}/{layout.snapshot(kind)}")) as file:
                fetched.sourced[kind] = known.merge(kind, read, file, rejected)
            fetched.files.append(file)
            fetched.refuse_emptied(kind, before)
            if kind in LEARNED_FROM:
                for line in read_lines(file.path):
                    fetched.learn(ROW_TYPES[kind].model_validate_json(line))
    fetched.files.append(rejected)
    return fetched
