"""Plays the state machine in one process: the same steps in the same order, with nothing of AWS but what moto gives."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homeroom.roster import wiring
from homeroom.roster.model import AnyRow, Kind, Rejected
from homeroom.roster.runs import Run
from homeroom.roster.source import RosterSource
from homeroom.runtime import aws
from homeroom.runtime.errors import HomeroomError

Rows = dict[Kind, list[AnyRow | Rejected]]
Killer = Callable[[dict[str, Any]], None]


class Killed(Exception):
    """The process died here."""


@dataclass
class FakeSource:
    """A roster source that says what it is told to say, and fails where it is told to."""

    rows_by_kind: Rows
    fault: Exception | None = None
    newest: str = "c0"

    def cursor(self) -> str:
        return self.newest

    def rows(self, kind: Kind) -> Iterator[AnyRow | Rejected]:
        if self.fault and kind == "sections":
            raise self.fault
        yield from sorted(self.rows_by_kind.get(kind, []), key=lambda row: row.id)


class Machine:
    """One district's state machine. `before_chunk` may raise, to kill the run there."""

    def __init__(self, district: str, now: Callable[[], datetime]) -> None:
        self.district, self._now = district, now
        self.before_chunk: Killer = lambda chunk: None
        self.executions = 0

    def run(self, source: RosterSource, **given: str) -> Run:
        """Execute once and give the record of the run that this execution was for. Raises what a step raises."""
        self.executions += 1
        event = {"district": self.district, "trigger": "night", "execution": f"execution-{self.executions}", **given}
        while True:
            state = wiring.control().begin(event, self._now())
            finished = self._carry_out(state, source, event)
            if finished is None or not finished["resumed"]:
                return wiring.run_store().get(self.district, int(state["run"]))

    def _carry_out(self, state: dict[str, Any], source: RosterSource, event: dict[str, Any]) -> dict[str, Any] | None:
        try:
            if state["mode"] == "skip":
                return None
            if state["mode"] == "fetch":
                state = wiring.steps().plan(wiring.steps().fetch(state, lambda _: source))
            if state["decision"] == "apply":
                state = {**state, "applied": self._apply(state)}
            frame = {"step": "finish", "district": self.district, "run": state["run"], "state": state}
            return wiring.control().finish(frame, self._now())
        except HomeroomError as error:
            self.fail(event | state, type(error).__name__)
            raise

    def fail(self, event: dict[str, Any], error: str) -> None:
        """What the state machine's catch does."""
        wiring.control().fail({**event, "step": "fail", "failure": {"Error": error}}, self._now())

    def _apply(self, state: dict[str, Any]) -> list[dict[str, int]]:
        place = state["manifest"]
        manifest = aws.s3().get_object(Bucket=place["bucket"], Key=place["key"])["Body"].read().splitlines()
        applied = []
        for chunk in map(json.loads, manifest):
            self.before_chunk(chunk)
            applied.append(wiring.steps().apply(chunk, wiring.writer(), wiring.tables()))
        return applied
