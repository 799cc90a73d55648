"""Clever as a roster source: one district, read through its own token."""

from collections.abc import Iterator
from operator import lt

from homeroom.roster.clever.api import CleverApi, Timing
from homeroom.roster.clever.client import CleverClient
from homeroom.roster.clever.errors import SourceDistrictMissing, SourceOutOfOrder
from homeroom.roster.clever.pages import read_list
from homeroom.roster.clever.records import RecordReader, read_envelope
from homeroom.roster.clever.tokens import DistrictToken
from homeroom.roster.model import AnyRow, Kind, Rejected


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
        body = self._client.get(self._url("events", "ending_before=last&limit=1"), kind="events")
        ids: list[str] = [event["id"] for event in read_envelope(body, "events").items]
        _check_order(ids, "events")
        return ids[-1] if ids else ""

    def rows(self, kind: Kind) -> Iterator[AnyRow | Rejected]:
        """Every record of one kind in ascending order of id; users without one of the four roles are left out.

        Carries out S-07. Raises SourceFault, also half-way: what was yielded until then must not be used.
        A list that is complete and empty yields nothing; whether that can be is the caller's to judge, except
        that a token without its district is a fault.
        """
        last = ""
        url = self._url(kind, f"limit={self._api.page_size}")
        for page in read_list(self._client, url, kind=kind, read=RecordReader(kind, self._district)):
            ids = [last, *(record_id for record_id, _ in page.items)]
            _check_order(ids, kind)
            last = ids[-1]
            yield from (row for _, row in page.items if row is not None)
        if kind == "districts" and not last:
            raise SourceDistrictMissing(kind=kind)

    def _url(self, kind: str, query: str) -> str:
        return f"{self._api.api_url.rstrip('/')}/{self._api.version}/{kind}?{query}"


def _check_order(ids: list[str], kind: str) -> None:
    """Ids ascend strictly, the last of the page before included: nothing is double, nothing was skipped back over."""
    if not all(map(lt, ids, ids[1:])):
        raise SourceOutOfOrder(kind=kind)
