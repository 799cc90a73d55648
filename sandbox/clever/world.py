"""One district as it is now: its records under the changes made, its events, its token."""

import copy
import datetime as dt
import threading
from collections.abc import Callable

from . import ids
from .collection import Collection, Record
from .errors import Refused
from .events import Feed, previous_attributes
from .roster import Roster

KINDS = ("districts", "schools", "terms", "courses", "sections", "users")
_AGES = (40, 20, 10)


def stamp(moment: dt.datetime) -> str:
    """A UTC moment as Clever writes it: milliseconds and Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


class World:
    """Reads and writes go through `lock`. Every write appends the event that Clever would emit."""

    def __init__(self, roster: Roster, clock: Callable[[], dt.datetime]) -> None:
        self.roster, self.clock, self.lock = roster, clock, threading.RLock()
        self.reset()

    def reset(self) -> None:
        """Forget every change; the feed holds the daily syncs of 40 (expired), 20 and 10 days ago."""
        self.collections = {kind: Collection(base) for kind, base in self.roster.bases.items()}
        self.feed = Feed()
        self.rotation, self.authorised, self._fresh = 0, True, 0
        district = self.need("districts", self.roster.district)
        for age in _AGES:
            then = self.clock() - dt.timedelta(days=age)
            before = (then - dt.timedelta(days=1)).strftime("%Y-%m-%dT02:08:05.000Z")
            self.feed.append("districts.updated", district, {"last_sync": before}, then)

    @property
    def token(self) -> str:
        """The district's bearer token, accepted while the district is authorised."""
        return ids.token(self.roster.number, self.rotation)

    def need(self, kind: str, object_id: str) -> Record:
        """The record. Raises Refused 404 when there is none, 400 for an unknown kind."""
        if kind not in self.collections:
            raise Refused(400, f"unknown kind {kind}")
        record = self.collections[kind].get(object_id)
        if record is None:
            raise Refused(404, f"no {kind} {object_id}")
        return record

    def draft(self, kind: str, object_id: str) -> Record:
        """A copy of the record to change and hand to `update`."""
        return copy.deepcopy(self.need(kind, object_id))

    def fresh_id(self) -> str:
        """An id never given before in this district."""
        self._fresh += 1
        return ids.object_id("fresh", self.roster.number, self._fresh)

    def create(self, kind: str, record: Record) -> None:
        """Add the record, with `{kind}.created`."""
        self.collections[kind].put(record)
        self.feed.append(f"{kind}.created", record, None, self.clock())

    def update(self, kind: str, record: Record) -> None:
        """Replace the record, with `{kind}.updated` and the old values; nothing happens when nothing differs."""
        old = self.need(kind, record["id"])
        previous = previous_attributes(old, record)
        if not previous:
            return
        if "last_modified" in record:
            record["last_modified"] = stamp(self.clock())
        self.collections[kind].put(record)
        self.feed.append(f"{kind}.updated", record, previous, self.clock())

    def delete(self, kind: str, object_id: str) -> None:
        """Remove the record, with `{kind}.deleted`."""
        record = self.need(kind, object_id)
        self.collections[kind].remove(object_id)
        self.feed.append(f"{kind}.deleted", record, None, self.clock())

    def sections_of(self, user_id: str) -> list[str]:
        """Ids of the sections that name the user now, ascending."""
        sections = self.collections["sections"]
        candidates = {*self.roster.sections_of(user_id), *(row["id"] for row in sections.touched())}
        rows = (sections.get(section) for section in sorted(candidates))
        return [row["id"] for row in rows if row and user_id in {*row["students"], *row["teachers"]}]

    def counts(self) -> dict[str, int]:
        """How many records of each kind there are now."""
        return {**{kind: len(self.collections[kind]) for kind in KINDS}, "events": len(self.feed)}
