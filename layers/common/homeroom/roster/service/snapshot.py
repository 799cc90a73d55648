"""A snapshot in force as lines, and the next one made of it: records replaced, added, or taken out (S-19)."""

import heapq
from collections.abc import Iterable, Iterator, Mapping

from homeroom.roster.model import AnyRow, Kind, Rejected
from homeroom.roster.rules.events import Ref
from homeroom.roster.service.fetch import rejected_line, snapshot_line
from homeroom.roster.store import layout
from homeroom.roster.store.files import LinesFile, RunFiles

# What became of records that were read again: None is no longer there, or of no use.
Read = Mapping[str, AnyRow | Rejected | None]
_ID = b'{"id":"'


class Snapshot:
    """The source's rows at `prefix` in the bucket, each kind in ascending order of id. Streams: districts are large."""

    def __init__(self, files: RunFiles, prefix: str) -> None:
        self._files, self._prefix = files, prefix

    def lacks(self, refs: set[Ref]) -> set[Ref]:
        """Those of `refs` that it does not have, not even as records that could not be read."""
        for kind in sorted({kind for kind, _ in refs}):
            for lines in (self._rows(kind), self._rejected(kind)):
                refs = refs.difference((kind, _id(line)) for line in lines)
        return refs

    def merge(self, kind: Kind, read: Read, file: LinesFile, rejected: LinesFile) -> int:
        """Write one kind as a full fetch would, with `read` in its place; give the number of its records."""
        rows = [snapshot_line(row) for row in read.values() if row is not None and not isinstance(row, Rejected)]
        refused = [rejected_line(kind, row) for row in read.values() if isinstance(row, Rejected)]
        earlier = rejected.lines
        for line in _merged(self._rows(kind), read, rows):
            file.write(line)
        for line in _merged(self._rejected(kind), read, refused):
            rejected.write(line)
        return file.lines + rejected.lines - earlier

    def _rows(self, kind: Kind) -> Iterator[bytes]:
        return self._files.lines(f"{self._prefix}/{layout.snapshot(kind)}")

    def _rejected(self, kind: Kind) -> Iterator[bytes]:
        lines = self._files.lines(f"{self._prefix}/{layout.REJECTED}")
        return (line for line in lines if line.startswith(f"{kind} ".encode()))


def _merged(old: Iterable[bytes], read: Read, fresh: list[bytes]) -> Iterator[bytes]:
    kept = (line for line in old if _id(line) not in read)
    return heapq.merge(kept, sorted(fresh, key=_id), key=_id)


def _id(line: bytes) -> str:
    """The id of a line, whose JSON begins with it: to parse a district's lines would take the time of a fetch."""
    start = line.index(_ID) + len(_ID)
    return line[start : line.index(b'"', start)].decode()
