"""The event feed: oldest first, kept 30 days, a cursor that expired silently restarts at the oldest kept event."""

import bisect
import copy
import datetime as dt
from collections.abc import Iterator

from .collection import Record

RETENTION = dt.timedelta(days=30)


class Feed:
    """Events of one district in ascending order of id."""

    def __init__(self) -> None:
        self._events: list[Record] = []
        self._ids: list[str] = []

    def __len__(self) -> int:
        return len(self._ids)

    def append(self, kind: str, obj: Record, previous: Record | None, now: dt.datetime) -> Record:
        """Add one event; `previous` goes inside `data`, beside `object`, as recorded, and is absent for None."""
        stamp = int(now.timestamp())
        if self._ids:
            stamp = max(stamp, int(self._ids[-1][:8], 16))
        data = {"object": copy.deepcopy(obj)}
        if previous is not None:
            data["previous_attributes"] = copy.deepcopy(previous)
        created = dt.datetime.fromtimestamp(stamp, dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        event: Record = {"created": created, "data": data, "id": f"{stamp:08x}{len(self._ids):016x}", "type": kind}
        self._ids.append(event["id"])
        self._events.append(event)
        return event

    def get(self, event_id: str, now: dt.datetime) -> Record | None:
        """The event, or None when it never was or is no longer kept."""
        index = bisect.bisect_left(self._ids, event_id)
        found = index < len(self._ids) and self._ids[index] == event_id and index >= self._oldest(now)
        return self._events[index] if found else None

    def after(self, cursor: str, now: dt.datetime) -> Iterator[Record]:
        """Kept events with a greater id, ascending."""
        start = max(self._oldest(now), bisect.bisect_right(self._ids, cursor))
        return iter(self._events[start:])

    def before(self, cursor: str | None, now: dt.datetime) -> Iterator[Record]:
        """Kept events with a smaller id (all for None), descending."""
        end = len(self._ids) if cursor is None else bisect.bisect_left(self._ids, cursor)
        return iter(self._events[self._oldest(now) : end][::-1])

    def _oldest(self, now: dt.datetime) -> int:
        return bisect.bisect_left(self._ids, f"{int((now - RETENTION).timestamp()):08x}")


def previous_attributes(old: Record, new: Record) -> Record:
    """The old values of what differs: nested for objects, whole for arrays, "" for what was absent."""
    changes: Record = {}
    for key in old.keys() | new.keys():
        was, now = old.get(key, ""), new.get(key, "")
        if was == now:
            continue
        both = isinstance(was, dict) and isinstance(now, dict)
        changes[key] = previous_attributes(was, now) if both else was
    return changes


def touches_school(event: Record, school: str) -> bool:
    """Whether the event's object is that school or belongs to it; courses, terms and districts never do."""
    obj = event["data"]["object"]
    places = [obj, *obj.get("roles", {}).values()]
    if event["type"].startswith("schools."):
        return bool(obj["id"] == school)
    return any(place.get("school") == school or school in place.get("schools", ()) for place in places)
