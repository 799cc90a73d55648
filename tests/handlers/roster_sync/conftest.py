"""The functions on moto: a live district, a source that is told what to say, and a clock that stands still."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from homeroom.roster import wiring
from homeroom.runtime.settings import Settings
from tests.support import rows
from tests.support.machine import FakeSource, Stage, staged

EVENTS = Path(__file__).parents[3] / "events"
MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:homeroom-roster-sync"


def event(name: str, **changes: Any) -> dict[str, Any]:
    """The event of that case, with top-level members replaced."""
    return json.loads((EVENTS / f"roster_sync__{name}.json").read_text(encoding="utf-8")) | changes


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A live district whose source has a small roster."""
    with staged(ROSTER_STATE_MACHINE_ARN=MACHINE) as made:
        made.register()
        monkeypatch.setattr(wiring, "source", lambda _district: FakeSource(rows.small(6, 2)))
        monkeypatch.setattr(Settings, "clock", lambda _self: Standing(made))
        yield made


class Standing:
    """The stage's clock."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def now(self) -> Any:
        """The stage's moment."""
        return self._stage.now
