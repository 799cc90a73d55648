"""A base whose records are made from their index when asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .collection import Record


@dataclass(frozen=True)
class Segment:
    """`count` records whose ids are `prefix` and the index in 12 hex digits; `text` writes their JSON faster."""

    prefix: str
    count: int
    make: Callable[[int], Record]
    role: str | None = None
    text: Callable[[int, str], str] | None = None


class Computed:
    """Segments one after the other, in ascending order of prefix."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments
        self._count = sum(segment.count for segment in segments)

    def __len__(self) -> int:
        return self._count

    def id_at(self, index: int) -> str:
        """The id at an index."""
        segment, place = self._at(index)
        return f"{segment.prefix}{place:012x}"

    def record_at(self, index: int) -> Record:
        """The record at an index; not a copy."""
        segment, place = self._at(index)
        return segment.make(place)

    def text_at(self, index: int, version: str) -> str | None:
        """The record's JSON where there is a faster way to it, else None."""
        segment, place = self._at(index)
        return segment.text(place, version) if segment.text else None

    def bisect(self, object_id: str) -> int:
        """How many ids are smaller."""
        smaller = 0
        for segment in self._segments:
            if object_id[:12] < segment.prefix:
                break
            if object_id[:12] == segment.prefix:
                return smaller + min(segment.count, int(object_id[12:] or "0", 16))
            smaller += segment.count
        return smaller

    def span(self, role: str | None) -> tuple[int, int]:
        """Index range outside of which no record has that role."""
        start = 0
        for segment in self._segments:
            if role is not None and segment.role == role:
                return start, start + segment.count
            start += segment.count
        return 0, 0 if role else start

    def _at(self, index: int) -> tuple[Segment, int]:
        for segment in self._segments:
            if index < segment.count:
                return segment, index
            index -= segment.count
        raise IndexError(index)
