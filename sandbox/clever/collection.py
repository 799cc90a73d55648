"""Records of one kind: an unchanging base, listed or computed, under an overlay of changes."""

import bisect
import heapq
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple, Protocol

Record = dict[str, Any]


class Base(Protocol):
    """Records in ascending order of id, reachable by index."""

    def __len__(self) -> int: ...
    def id_at(self, index: int) -> str:
        """The id at an index."""

    def record_at(self, index: int) -> Record:
        """The record at an index; not a copy."""

    def text_at(self, index: int, version: str) -> str | None:
        """The record's JSON where the base has a faster way to it, else None."""

    def bisect(self, object_id: str) -> int:
        """How many ids are smaller than this one."""

    def span(self, role: str | None) -> tuple[int, int]:
        """Index range outside of which no record has that role."""


class Place(NamedTuple):
    """Where a record is found: in the overlay (`record`) or in the base (`row`)."""

    id: str
    row: int
    record: Record | None


class Listed:
    """A base held in memory."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = sorted(records, key=lambda record: str(record["id"]))
        self._ids = [str(record["id"]) for record in self._records]

    def __len__(self) -> int:
        return len(self._ids)

    def id_at(self, index: int) -> str:
        """The id at an index."""
        return self._ids[index]

    def record_at(self, index: int) -> Record:
        """The record at an index; not a copy."""
        return self._records[index]

    def text_at(self, index: int, version: str) -> str | None:  # noqa: ARG002 -- nothing faster here
        """The record's JSON where there is a faster way to it, else None."""
        return None

    def bisect(self, object_id: str) -> int:
        """How many ids are smaller."""
        return bisect.bisect_left(self._ids, object_id)

    def span(self, role: str | None) -> tuple[int, int]:  # noqa: ARG002 -- a list does not know where roles lie
        """Index range outside of which no record has that role."""
        return 0, len(self._ids)


class Collection:
    """A base and what was changed, added, removed or dropped since; memory grows with the changes only."""

    def __init__(self, base: Base) -> None:
        self.base = base
        self._floor = ""
        self._changed: dict[str, Record | None] = {}
        self._added: list[str] = []

    def __len__(self) -> int:
        gone = sum(1 for key, row in self._changed.items() if row is None and key > self._floor and self._in_base(key))
        added = sum(1 for key in self._added if key > self._floor and self._changed[key] is not None)
        return len(self.base) - self._first_after(self._floor) - gone + added

    def get(self, object_id: str) -> Record | None:
        """The record as it is now, or None. Not a copy: whoever changes it copies first."""
        if object_id <= self._floor:
            return None
        if object_id in self._changed:
            return self._changed[object_id]
        return self.base.record_at(self.base.bisect(object_id)) if self._in_base(object_id) else None

    def at(self, place: Place) -> Record:
        """The record at a place that `after` or `before` gave."""
        return place.record if place.record is not None else self.base.record_at(place.row)

    def put(self, record: Record) -> None:
        """Add the record, or replace the one of its id."""
        key = str(record["id"])
        if key not in self._changed and not self._in_base(key):
            bisect.insort(self._added, key)
        self._changed[key] = record

    def remove(self, object_id: str) -> None:
        """Take the record out; nothing happens when there is none."""
        if self.get(object_id) is not None:
            self._changed[object_id] = None

    def drop(self, fraction: float) -> None:
        """Leave out that share of the records, the smallest ids first."""
        count = round(len(self) * fraction)
        for place in islice(self.after(""), max(0, count - 1), count):
            self._floor = place.id

    def touched(self) -> list[Record]:
        """What was changed or added and still exists."""
        return [row for key, row in self._changed.items() if row is not None and key > self._floor]

    def after(self, cursor: str, role: str | None = None) -> Iterator[Place]:
        """Places of the records with a greater id, ascending."""
        cursor = max(cursor, self._floor)
        low, high = self.base.span(role)
        indexes = range(max(low, self._first_after(cursor)), high)
        added = self._added[bisect.bisect_right(self._added, cursor) :]
        return self._places(indexes, added, role, backwards=False)

    def before(self, cursor: str | None, role: str | None = None) -> Iterator[Place]:
        """Places of the records with a smaller id (all of them for None), descending."""
        low, high = self.base.span(role)
        if cursor is not None:
            high = min(high, self.base.bisect(cursor))
        low = max(low, self._first_after(self._floor))
        end = len(self._added) if cursor is None else bisect.bisect_left(self._added, cursor)
        added = self._added[bisect.bisect_right(self._added, self._floor) : end]
        return self._places(range(high - 1, low - 1, -1), added[::-1], role, backwards=True)

    def _places(self, indexes: range, added: list[str], role: str | None, *, backwards: bool) -> Iterator[Place]:
        base = self._base_places(indexes)
        extra = (Place(key, -1, row) for key in added if (row := self._changed[key]) is not None)
        places = heapq.merge(base, extra, reverse=backwards) if added else base
        exact = isinstance(self.base, Listed) or bool(self._changed)
        return (place for place in places if role in self.at(place)["roles"]) if role and exact else places

    def _base_places(self, indexes: range) -> Iterator[Place]:
        id_at, changed = self.base.id_at, self._changed
        for index in indexes:
            key = id_at(index)
            if key not in changed:
                yield Place(key, index, None)
            elif (row := changed[key]) is not None:
                yield Place(key, -1, row)

    def _first_after(self, cursor: str) -> int:
        return self.base.bisect(cursor) + self._in_base(cursor)

    def _in_base(self, object_id: str) -> bool:
        index = self.base.bisect(object_id)
        return index < len(self.base) and self.base.id_at(index) == object_id
