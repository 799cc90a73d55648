"""A run's plan as its readers see it: page by page, and counted by school (S-10).

A page starts at a position in the plan, chunk and line, so that it costs the same however far into a plan it lies.
"""

import gzip
import json
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from homeroom.roster.changes import Change
from homeroom.roster.rules.tally import schools_of
from homeroom.roster.rules.words import words
from homeroom.roster.store import layout
from homeroom.roster.store.files import RunFiles
from homeroom.runtime.errors import InvalidInput
from homeroom.runtime.pages import Page, decode_cursor, encode_cursor

# A plan of a million changes has some 600 chunks, and a request 29 seconds.
MOST_CHUNKS = 20
Counts = dict[str, dict[str, dict[str, int]]]
Tell = Callable[[Sequence[Change]], Sequence[str]]


def each(changes: Sequence[Change]) -> list[str]:
    """A sentence for each change, with what the change itself says."""
    return [words(change) for change in changes]


class Place(NamedTuple):
    """Where a page starts: a chunk's number, and how many of its lines come before."""

    chunk: int
    line: int


class PlanPages:
    """The plan below `prefix`: only changes of a kind and of a school, if given. `scope` names it in cursors.

    `tell` gives a sentence for each of a page's changes.
    """

    def __init__(
        self, files: RunFiles, prefix: str, scope: str, *, kind: str | None, school: str | None, tell: Tell = each
    ) -> None:
        self._files, self._prefix, self._tell = files, prefix, tell
        self._scope = f"plan-lines:{scope}:{kind}:{school}"
        self._kind, self._school = kind, school

    def page(self, limit: int, cursor: str | None) -> Page[dict[str, Any]]:
        """Some changes, `limit` at most; fewer, or none, when others lie further on than one page looks.

        Raises InvalidInput for a malformed cursor.
        """
        start = self._place(cursor)
        found: list[Change] = []
        for looked, (number, chunk) in enumerate(self._chunks(start.chunk)):
            if looked == MOST_CHUNKS or len(found) == limit:
                return self._partly(found, Place(number, 0))
            for line, change in self._changes(chunk, start.line if number == start.chunk else 0):
                if len(found) == limit:
                    return self._partly(found, Place(number, line))
                found.append(change)
        return Page(self._shown(found))

    def removed(self) -> Iterator[str]:
        """The ids of what the whole plan removes, of the kind and of the school."""
        for _, chunk in self._chunks(0):
            yield from (change.id for _, change in self._changes(chunk, 0) if change.op == "remove")

    def _partly(self, found: list[Change], following: Place) -> Page[dict[str, Any]]:
        return Page(self._shown(found), encode_cursor(self._scope, f"{following.chunk}:{following.line}"))

    def _shown(self, found: list[Change]) -> list[dict[str, Any]]:
        return [_row(change) | {"words": told} for change, told in zip(found, self._tell(found), strict=True)]

    def _place(self, cursor: str | None) -> Place:
        position = decode_cursor(self._scope, cursor) or "0:0"
        if not re.fullmatch("[0-9]{1,9}:[0-9]{1,9}", position):
            raise InvalidInput("cursor is not one that this list has given.", field="cursor")
        return Place(*map(int, position.split(":")))

    def _chunks(self, first: int) -> Iterator[tuple[int, layout.Chunk]]:
        """The chunks of the kind by their number, from that one on."""
        index = json.loads(self._files.read(f"{self._prefix}/{layout.INDEX}"))
        for number, chunk in islice(enumerate(map(layout.Chunk.model_validate, index)), first, None):
            if self._kind in {None, chunk.kind}:
                yield number, chunk

    def _changes(self, chunk: layout.Chunk, first: int) -> Iterator[tuple[int, Change]]:
        """The changes of the school by their line, from that one on."""
        lines = gzip.decompress(self._files.read(chunk.key)).splitlines()
        for line, text in islice(enumerate(lines), first, None):
            change = Change.model_validate_json(text)
            if self._school is None or self._school in schools_of(change):
                yield line, change


def counts(files: RunFiles, prefix: str, school: str | None) -> Counts:
    """How many changes a plan has, by school, kind and operation; nothing for a plan from before they were counted."""
    found = layout.Report.model_validate_json(files.read(f"{prefix}/{layout.REPORT}")).schools
    return {name: kinds for name, kinds in found.items() if school in {None, name}}


def _row(change: Change) -> dict[str, Any]:
    before, after = change.differences()
    return {
        "kind": change.kind, "op": change.op, "id": change.id, "school": change.school, "before": before,
        "after": after,
    }  # fmt: skip
