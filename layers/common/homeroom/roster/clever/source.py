"""Clever as a roster source: one district, read through its own token."""

from collections.abc import Iterator, Sequence
from functools import partial
from operator import lt

from homeroom.roster.clever.api import CleverApi, Timing
from homeroom.roster.clever.client import CleverClient
from homeroom.roster.clever.errors import (
    SourceDistrictMissing,
    SourceForeign,
    SourceMalformed,
    SourceNotFound,
    SourceOutOfOrder,
)
from homeroom.roster.clever.events import read_events
from homeroom.roster.clever.pages import read_list
from homeroom.roster.clever.records import FOREIGN, RecordReader, read_envelope, usable_id
from homeroom.roster.clever.tokens import DistrictToken
from homeroom.roster.model import AnyRow, Kind, Rejected
from homeroom.roster.source import EventsLost, SourceEvent


class CleverSource:
    """A RosterSource on Clever's Data API v3.0 or v3.1. One at a time reads from it; it keeps one connection."""

    def __init__(self, api: CleverApi, token: DistrictToken, timing: Timing | None = None) -> None:
        self._api = api
        self._district = token.district
        self._client = CleverClient(
            f"Bearer {token.token.get_secret_value()}", timeout_seconds=api.timeout_seconds, timing=timing
        )

    def cursor(self) -> str:
        """The id of the newest event, or "" when Clever has none for us: events are an option of the application.

        Carries out S-19. Raises SourceFault.
        """
        return self._event_before("last")

    def rows(self, kind: Kind) -> Iterator[AnyRow | Rejected]:
        """Every record of one kind in ascending order of id; users without one of the four roles are left out.

        Carries out S-07. Raises SourceFault, also half-way: what was yielded until then must not be used.
        A list that is complete and empty yields nothing; whether that can be is the caller's to judge, except
        that a token without its own district, or with another, is a fault (W-03).
        """
        last = ""
        url = self._url(kind, f"limit={self._api.page_size}")
        for page in read_list(self._client, url, kind=kind, read=RecordReader(kind, self._district)):
            ids = [last, *(record_id for record_id, _ in page.items)]
            _check_order(ids, kind)
            last = ids[-1]
            self._check_ours(kind, ids[1:])
            yield from (row for _, row in page.items if row is not None)
        if kind == "districts" and not last:
            raise SourceDistrictMissing(kind=kind)

    def events(self, after: str) -> Iterator[SourceEvent]:
        """Every event after that cursor, oldest first; nothing when there is none. Carries out S-19, W-03.

        Raises SourceFault, also half-way, and EventsLost when the list does not begin where the cursor left off: Clever
        answers a cursor that it no longer keeps with all that it has, without a word. So the event before the first one
        must be the cursor's own, and, where nothing came, the newest one.
        """
        last = after
        url = self._url("events", f"limit={self._api.page_size}&starting_after={after}")
        for page in read_list(self._client, url, kind="events", read=partial(read_events, district=self._district)):
            ids = [event.id for event in page.items]
            if ids and (min(ids) <= after or (last == after and self._event_before(ids[0]) != after)):
                raise EventsLost(kind="events")
            _check_order([last, *ids], "events")
            last = ids[-1] if ids else last
            yield from page.items
        if last == after and self._event_before("last") != after:
            raise EventsLost(kind="events")

    def record(self, kind: Kind, record: str) -> AnyRow | Rejected | None:
        """One record as a list would give it now, None when Clever has or shares none of that id, or it is left out.

        Raises SourceFault, for a record of another district too (W-03), and for our own district's when it is gone.
        """
        self._check_ours(kind, [record])
        read = self._read(kind, record)
        if isinstance(read, Rejected) and read.reason == FOREIGN:
            raise SourceForeign(kind=kind)
        if kind == "districts" and read is None:
            raise SourceDistrictMissing(kind=kind)
        return read

    def _read(self, kind: Kind, record: str) -> AnyRow | Rejected | None:
        # It may come from another record, which says any text, and becomes part of an address.
        if not record or usable_id(record) != record:
            return None
        try:
            body = self._client.get(self._url(f"{kind}/{record}"), kind=kind)
        except SourceNotFound:
            return None
        found, row = RecordReader(kind, self._district).one(body)
        if found != record:
            raise SourceMalformed(kind=kind, http_status="200")
        return row

    def _check_ours(self, kind: Kind, ids: Sequence[str]) -> None:
        """Of districts there is but the token's own: their records name none (W-03)."""
        if kind == "districts" and any(found != self._district for found in ids):
            raise SourceForeign(kind=kind)

    def _event_before(self, event: str) -> str:
        """The id of the event next before that one, or before the end for `last`; "" when there is none."""
        body = self._client.get(self._url("events", f"ending_before={event}&limit=1"), kind="events")
        ids: list[str] = [found["id"] for found in read_envelope(body, "events").items]
        _check_order(ids, "events")
        return ids[-1] if ids else ""

    def _url(self, path: str, query: str = "") -> str:
        return f"{self._api.api_url.rstrip('/')}/{self._api.version}/{path}{query and '?'}{query}"


def _check_order(ids: Sequence[str], kind: str) -> None:
    """Ids ascend strictly, the last of the page before included: nothing is double, nothing was skipped back over."""
    if not all(map(lt, ids, ids[1:])):
        raise SourceOutOfOrder(kind=kind)
