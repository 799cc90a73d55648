"""The frame around a run: who may begin, what is in force afterwards, what is kept of a failure (S-05, S-11, S-17)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


class Step(Protocol):
    """A step of the state machine: what its input and the present moment come to."""

    def __call__(self, event: dict[str, Any], now: datetime) -> dict[str, Any]:
        """The step's answer."""


@dataclass(frozen=True)
class Control:
    """What the state machine asks before and after the steps of a run; `Beginning`, `Ending` and `Failing` say how."""

    begin: Step
    finish: Step
    fail: Step
