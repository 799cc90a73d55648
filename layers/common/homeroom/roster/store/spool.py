"""A plan's changes on their way to chunks: sorted by a hash of what they write, so that no partition runs hot.

Changes are first dealt onto a bounded number of files, then read back one file at a time: memory stays flat
whatever the plan's size.
"""

import json
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from homeroom.roster.changes import CHANGE_KINDS, Change, ChangeKind
from homeroom.roster.store import layout
from homeroom.roster.store.files import RunFiles, write_lines

CHUNK = 2000
BUCKETS = 32


class Spool:
    """Takes changes in any order; `send` makes chunks of them, the kinds one after another."""

    def __init__(self, files: RunFiles, prefix: str) -> None:
        self._files, self._prefix = files, prefix
        self._open: dict[tuple[ChangeKind, int], BinaryIO] = {}

    def add(self, change: Change) -> None:
        """Keep a change on the disk."""
        mark = zlib.crc32(change.id.encode())
        bucket = (change.kind, mark % BUCKETS)
        if bucket not in self._open:
            path = self._files.path(f"{self._prefix}/spool/{change.kind}-{bucket[1]}")
            self._open[bucket] = path.open("w+b", buffering=1 << 16)
        self._open[bucket].write(b"%08x" % mark + change.model_dump_json(exclude_defaults=True).encode() + b"\n")

    def close(self) -> None:
        """Let go of the disk; again does nothing."""
        for file in self._open.values():
            file.close()

    def send(self, district: str, run: int) -> int:
        """Put chunks, manifest and index into the bucket, and return how many chunks there are."""
        chunks: list[layout.Chunk] = []
        for kind in CHANGE_KINDS:
            for lines in self._pieces(kind):
                key = f"{self._prefix}/{layout.chunk(len(chunks))}"
                self._files.send(write_lines(self._files.path(key), lines).path, key)
                chunks.append(layout.Chunk(key=key, kind=kind, lines=len(lines)))
        manifest = [
            {"district": district, "run": run, "bucket": self._files.bucket, "key": chunk.key, "number": number}
            for number, chunk in enumerate(chunks)
        ]
        self._put(layout.MANIFEST, "".join(json.dumps(line) + "\n" for line in manifest))
        self._put(layout.INDEX, json.dumps([chunk.model_dump() for chunk in chunks]))
        return len(chunks)

    def _put(self, name: str, text: str) -> None:
        self._files.send_bytes(text.encode(), f"{self._prefix}/{name}")

    def _pieces(self, kind: ChangeKind) -> Iterator[list[bytes]]:
        piece: list[bytes] = []
        for bucket in range(BUCKETS):
            for line in self._sorted(kind, bucket):
                piece.append(line)
                if len(piece) == CHUNK:
                    yield piece
                    piece = []
        if piece:
            yield piece

    def _sorted(self, kind: ChangeKind, bucket: int) -> list[bytes]:
        """The changes of a bucket by the hash in front of them, which is then taken off."""
        file = self._open.get((kind, bucket))
        if file is None:
            return []
        with file:
            file.seek(0)
            return [line[8:] for line in sorted(file.read().splitlines())]
