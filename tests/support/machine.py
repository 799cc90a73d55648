"""Plays the state machine in one process: the same steps in the same order, with nothing of AWS but what moto gives."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import pytest
from moto import mock_aws

from homeroom.roster import wiring
from homeroom.roster.districts import DistrictState
from homeroom.roster.model import AnyRow, Kind, Rejected
from homeroom.roster.runs import Run
from homeroom.roster.service.registration import Stamp
from homeroom.roster.settings import changed
from homeroom.roster.source import RosterSource, SourceEvent
from homeroom.runtime import aws, telemetry
from homeroom.runtime.errors import HomeroomError
from homeroom.runtime.settings import settings
from tests.support.rows import DISTRICT
from tests.support.tables import schema

Rows = dict[Kind, list[AnyRow | Rejected]]
Killer = Callable[[dict[str, Any]], None]
Items = dict[tuple[str, str, str], dict[str, Any]]

TABLES = {"DistrictsTable": "districts", "ClassesTable": "classes", "UsersTable": "users", "OutboxTable": "outbox"}
BUCKET = "roster"
MOTO = "https://dynamodb.us-east-1.amazonaws.com"
START = datetime(2026, 9, 15, 7, 0, tzinfo=UTC)
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "DISTRICTS_TABLE": "districts",
    "CLASSES_TABLE": "classes",
    "USERS_TABLE": "users",
    "OUTBOX_TABLE": "outbox",
    "ROSTER_BUCKET": BUCKET,
    "POWERTOOLS_SERVICE_NAME": "homeroom",
    "POWERTOOLS_METRICS_NAMESPACE": "Homeroom",
}


class Killed(Exception):
    """The process died here."""


@dataclass
class FakeSource:
    """A roster source that says what it is told to say, and fails at `fails_at` where it is told to."""

    rows_by_kind: Any
    fault: Exception | None = None
    fails_at: str = "sections"
    newest: str = "c0"
    happened: list[SourceEvent] = field(default_factory=list)

    def cursor(self) -> str:
        """The newest event's id."""
        if self.fault and self.fails_at == "cursor":
            raise self.fault
        return self.newest

    def rows(self, kind: Kind) -> Iterator[AnyRow | Rejected]:
        """The rows of that kind; the fault comes after the first of them."""
        for row in sorted(self.rows_by_kind.get(kind, []), key=lambda row: row.id):
            yield row
            if self.fault and kind == self.fails_at:
                raise self.fault

    def events(self, after: str) -> Iterator[SourceEvent]:
        """The events after a cursor."""
        yield from (event for event in self.happened if event.id > after)

    def record(self, kind: Kind, record: str) -> AnyRow | Rejected | None:
        """The row of that id."""
        return next((row for row in self.rows_by_kind.get(kind, []) if row.id == record), None)


class Played:
    """Stands in for Step Functions: keeps what was started and woken, for the machine to play."""

    def __init__(self) -> None:
        self.started: list[dict[str, Any]] = []
        self.holding: list[Run] = []
        self.woken: list[tuple[str, str]] = []
        self._names: set[str] = set()

    def carry_out(self, run: Run) -> None:
        """Start the execution of a run that has begun."""
        self._start(f"run-{run.run}", run, trigger=run.trigger)

    def resume(self, run: Run) -> None:
        """Start the execution of a plan that was approved."""
        self._start(f"approved-{run.run}", run, trigger="manual", approved=True)

    def _start(self, name: str, run: Run, **more: Any) -> None:
        if name not in self._names:
            self._names.add(name)
            self.started.append({"district": run.district, "run": str(run.run), **more})

    def notice(self, district: str, name: str) -> bool:
        """Start the execution of a notice; False when one of that name was started before."""
        if new := name not in self._names:
            self._names.add(name)
            self.started.append({"district": district, "trigger": "notice"})
        return new

    def wait(self, run: Run) -> None:
        """Start the execution in which a held run waits."""
        if run.run not in {held.run for held in self.holding}:
            self.holding.append(run)

    def wake(self, token: str, choice: str) -> bool:
        """Tell a waiting execution what was chosen."""
        self.woken.append((token, choice))
        return True


class Machine:
    """One district's state machine. `before_chunk` may raise, to kill the run; `payloads` went from step to step."""

    def __init__(self, district: str, now: Callable[[], datetime], played: Played) -> None:
        self.district, self._now, self.played = district, now, played
        self.before_chunk: Killer = lambda chunk: None
        self.executions = 0
        self.payloads: list[dict[str, Any]] = []

    def run(self, source: RosterSource, **given: Any) -> Run:
        """Execute once and give the record of the run that this execution was for. Raises what a step raises."""
        self.executions += 1
        event = {"district": self.district, "trigger": "night", "execution": f"execution-{self.executions}", **given}
        state: dict[str, Any] = {}
        try:
            while True:
                state = self._kept(wiring.control().begin(event, self._now()))
                finished = self._carry_out(state, source, event["execution"])
                if finished is None or not finished["resumed"]:
                    return wiring.run_store().get(self.district, int(state["run"]))
        except HomeroomError as error:
            self.fail(event | state, type(error).__name__)
            raise

    def _carry_out(self, state: dict[str, Any], source: RosterSource, execution: str) -> dict[str, Any] | None:
        if state["mode"] == "skip":
            return None
        if state["mode"] == "fetch":
            state = self._kept(wiring.steps().plan(self._kept(wiring.steps().fetch(state, lambda _: source))))
        if state.get("mode") == "plan":
            state = self._kept(wiring.steps().plan(state["fetched"]["answer"]))
        if state["decision"] == "apply" and state.get("mode") != "finish":
            state = {**state, "applied": [self._kept(self._apply(chunk)) for chunk in self.chunks(state)]}
        frame = {"step": "finish", "district": self.district, "run": state["run"], "state": state}
        return self._kept(wiring.control().finish({**frame, "execution": execution}, self._now()))

    def play(self, source: RosterSource) -> list[Run]:
        """Carry out all that was started and woken until nothing is left; the runs that came of it."""
        played, runs = self.played, list[Run]()
        while played.holding or played.woken or played.started:
            while played.holding:
                held = played.holding.pop(0)
                event = {"district": held.district, "run": str(held.run), "token": f"token-{held.run}"}
                self._kept(wiring.holds().ask(event, self._now()))
            while played.woken:
                token, choice = played.woken.pop(0)
                if choice in {"approve", "additions"}:
                    event = {"district": self.district, "run": token.removeprefix("token-")}
                    self._kept(wiring.holds().approved(event, self._now()))
            if played.started:
                runs.append(self.run(source, **played.started.pop(0)))
        return runs

    def fail(self, event: dict[str, Any], error: str) -> None:
        """What the state machine's catch does."""
        self._kept(wiring.control().fail({**event, "step": "fail", "failure": {"Error": error}}, self._now()))

    def chunks(self, state: dict[str, Any]) -> list[dict[str, Any]]:
        """The lines of a manifest. Of an empty one the reader of Step Functions makes a failure."""
        place = state["manifest"]
        body = aws.s3().get_object(Bucket=place["bucket"], Key=place["key"])["Body"].read()
        assert body, "States.ItemReaderFailed"
        return [self._kept(json.loads(line)) for line in body.splitlines()]

    def _apply(self, chunk: dict[str, Any]) -> dict[str, int]:
        self.before_chunk(chunk)
        return wiring.steps().apply(chunk, wiring.writer(), wiring.tables())

    def _kept(self, payload: Any) -> Any:
        self.payloads.append(payload)
        return payload


@dataclass
class Stage:
    """A district on moto's tables and bucket, with a clock that stands still until it is moved."""

    now: datetime = START
    played: Played = field(default_factory=Played, repr=False)
    _machines: int = field(default=0, repr=False)

    def machine(self) -> Machine:
        """A new state machine; the executions of all of them have names of their own."""
        made = Machine(DISTRICT, lambda: self.now, self.played)
        made.executions = self._machines
        self._machines += 1000
        return made

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def register(self, state: DistrictState = "live", **settings_changed: Any) -> None:
        """Register the district, in that state and with those settings."""
        wiring.registration().register(
            DISTRICT, name="Grand Bend", time_zone="America/New_York", actor="operator", now=self.now
        )
        self.set(state, **settings_changed)

    def set(self, state: DistrictState = "live", **settings_changed: Any) -> None:
        """Put the district into another state, with other settings."""
        store = wiring.districts()
        old = wiring.registration().get(DISTRICT)
        chosen = changed(old.settings, settings_changed)
        version = old.settings_version + (chosen != old.settings)
        new = old.model_copy(update={"state": state, "settings": chosen, "settings_version": version})
        store.replace(old, new, Stamp("test", "test", self.now, "test").difference(old, new))

    def items(self) -> Items:
        """Every item of every table, as DynamoDB has it, by table and key."""
        client = aws.dynamodb()
        found: Items = {}
        for table in TABLES.values():
            for page in client.get_paginator("scan").paginate(TableName=table):
                found |= {(table, item["pk"]["S"], item["sk"]["S"]): item for item in page["Items"]}
        return found

    def roster(self) -> Items:
        """The items that runs are for: all but the district's own, its sync's, its runs', audit rows and mail."""
        frame = ("DISTRICT", "SYNC", "RUN#", "AUDIT#", "NIGHT", "NOTICE", "HOLD#", "MAIL")
        return {key: item for key, item in self.items().items() if not key[2].startswith(frame)}

    def objects(self) -> dict[str, bytes]:
        """Every object in the bucket."""
        listed = aws.s3().list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return {entry["Key"]: aws.s3().get_object(Bucket=BUCKET, Key=entry["Key"])["Body"].read() for entry in listed}


def without_run(items: Items) -> Items:
    """Items without what names the run that wrote them, and when: what two ways to the same roster may differ in."""
    noise = {"run", "archived_run", "started", "ended"}
    return {
        key: {name: value for name, value in item.items() if name not in noise}
        for key, item in items.items()
        if not key[2].startswith("X#")
    }


@lru_cache(maxsize=1)
def _schemas() -> list[dict[str, Any]]:
    # Parsing the template takes longer than most tests.
    return [schema(logical_id, name) for logical_id, name in TABLES.items()]


class Stdout:
    """Whatever `sys.stdout` is at the moment."""

    def write(self, text: str) -> int:
        """Write to it."""
        return sys.stdout.write(text)

    def flush(self) -> None:
        """Flush it."""
        sys.stdout.flush()


def forget() -> None:
    """Let go of what a process keeps of its environment. Clients stay: moto serves them, and they are slow to make."""
    for cached in (settings, telemetry.logger, telemetry.metrics):
        cached.cache_clear()
    # Powertools keeps a handler by the logger's name, and with it a stream that pytest has closed since.
    for handler in logging.getLogger("homeroom").handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.stream = Stdout()


@contextmanager
def staged(**environment: str) -> Iterator[Stage]:
    """A stage with an empty bucket, the template's tables, and no district yet."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in {**ENVIRONMENT, **environment}.items():
            patch.setenv(name, value)
        patch.delenv("AWS_ENDPOINT_URL", raising=False)
        forget()
        if aws.dynamodb().meta.endpoint_url != MOTO:
            aws.forget_clients()
        for definition in _schemas():
            aws.dynamodb().create_table(**definition)
        aws.s3().create_bucket(Bucket=BUCKET)
        stage = Stage()
        patch.setattr(wiring, "machines", lambda: stage.played)
        try:
            yield stage
        finally:
            forget()
