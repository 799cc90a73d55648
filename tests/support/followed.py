"""A district of the Clever sandbox in this process, and the snapshots that are made of it, without socket or bucket."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr

from homeroom.roster.clever import CleverApi, CleverSource, DistrictToken
from homeroom.roster.clever.client import FAULTS
from homeroom.roster.clever.errors import SourceUnexpected
from homeroom.roster.model import ROW_TYPES, AnyRow, Kind
from homeroom.roster.service.delta import delta
from homeroom.roster.service.fetch import Fetched, fetch
from homeroom.roster.source import RosterSource
from homeroom.roster.store import layout
from homeroom.roster.store.files import RunFiles, read_lines
from homeroom.roster.syncs import Promoted
from sandbox.clever import api, demo
from sandbox.clever.errors import Refused
from sandbox.clever.faults import Fault, Faults, refuse
from sandbox.clever.orders import ORDERS
from sandbox.clever.roster import Roster
from sandbox.clever.world import World

NOW = datetime(2026, 9, 15, 7, 0, tzinfo=UTC)


class InProcess:
    """Stands where CleverClient stands, and asks a sandbox's district. `asked` holds each request's path and query."""

    def __init__(self, world: World) -> None:
        self.world, self.faults = world, Faults()
        self.asked: list[str] = []

    def get(self, url: str, *, kind: str) -> bytes:
        """The body of an answer; a refusal becomes the fault that it would become over HTTP."""
        parts = urlsplit(url)
        raw = f"{parts.path}?{parts.query}" if parts.query else parts.path
        self.asked.append(raw)
        try:
            refuse(fault := self.faults.take(parts.path), parts.path)
            body = api.answer(self.world, api.target(parts.path), raw, parse_qs(parts.query, keep_blank_values=True))
        except Refused as refused:
            status = refused.status
        else:
            return body[: len(body) // 2] if fault else body
        raise FAULTS.get(status, SourceUnexpected)(kind=kind, http_status=str(status))

    def fail(self, path: str, kind: str, times: int = 1) -> None:
        """Let the next requests of that path fail: a status, `html404` or `truncated`."""
        self.faults.orders.append(Fault(path, kind, times))


@cache
def _demo() -> Roster:
    return demo.build(1, 130, 7, date(2026, 9, 15))


@dataclass
class Followed:
    """A small demo district, and a room of files in which its snapshots lie; time stands still until it is moved."""

    room: Path
    now: datetime = NOW
    world: World = field(init=False)
    client: InProcess = field(init=False)
    source: CleverSource = field(init=False)

    def __post_init__(self) -> None:
        """Make the district as it is before anything changes, and a source that reads it."""
        self.world = World(_demo(), lambda: self.now)
        self.client = InProcess(self.world)
        token = DistrictToken(self.world.roster.district, SecretStr("token"), NOW, ())
        self.source = CleverSource(CleverApi(page_size=50), token)
        self.source._client = self.client  # type: ignore[assignment]

    @property
    def files(self) -> RunFiles:
        """The room; what is not in it is nowhere."""
        return RunFiles(_no_bucket, "none", self.room)

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def order(self, order: str, /, **args: Any) -> Any:
        """Change the district as the sandbox's control does."""
        return ORDERS[order](self.world, args)

    def fetched(self, prefix: str) -> Fetched:
        """Read everything."""
        return fetch(self.source, self.files, prefix, Promoted())

    def full(self, prefix: str) -> Promoted:
        """Read everything; what would be promoted."""
        return promoted(prefix, self.fetched(prefix))

    def delta(self, prefix: str, before: Promoted, source: RosterSource | None = None) -> Fetched | None:
        """Follow the events."""
        return delta(source or self.source, self.files, prefix, before, self.now)

    def texts(self, prefix: str) -> dict[str, list[bytes]]:
        """Every file of a snapshot as its lines."""
        names = [*map(layout.snapshot, ROW_TYPES), layout.REJECTED]
        return {name: list(read_lines(self.room / prefix / name)) for name in names}

    def rows(self, prefix: str) -> dict[Kind, list[AnyRow]]:
        """A snapshot as rows by kind."""
        texts = self.texts(prefix)
        return {
            kind: [of.model_validate_json(line) for line in texts[layout.snapshot(kind)]]
            for kind, of in ROW_TYPES.items()
        }


def promoted(prefix: str, fetched: Fetched) -> Promoted:
    """What is in force once a snapshot has been planned and applied; `fingerprint` is of its files alone."""
    digests = "/".join(file.digest() for file in fetched.files)
    return Promoted(run=1, prefix=prefix, cursor=fetched.cursor, sourced=fetched.sourced, fingerprint=digests)


def _no_bucket() -> Any:
    raise AssertionError("nothing is asked of the bucket")
