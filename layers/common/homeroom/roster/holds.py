"""What makes a plan wait for a person, and what that person decides (S-08, S-09, S-10)."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from homeroom.runtime.errors import Conflict

Guard = Literal["half", "removals", "empty", "rekey", "undone"]
Choice = Literal["approve", "additions", "reject"]
LONGEST_REASON = 500


class Hold(BaseModel):
    """A guard that fired: which, of which kind, where (`school` "": the whole district), the numbers, and a sample.

    `before` and `after` count what is live before and after the run, `removed` and `updated` what the plan does, moves
    netted, `matched` how many of the removed come back under new ids. `limit` is the number that was exceeded.
    """

    model_config = ConfigDict(frozen=True)

    guard: Guard
    kind: str
    school: str = ""
    before: int = 0
    after: int = 0
    removed: int = 0
    updated: int = 0
    matched: int = 0
    limit: int = 0
    sample: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """The guard and its kind as one stable word, e.g. `half:person`."""
        return f"{self.guard}:{self.kind}"


class Decision(BaseModel):
    """What a person said to a held plan. `why` is their own text, for the district's eyes alone."""

    model_config = ConfigDict(frozen=True)

    choice: Choice
    actor: str
    at: datetime
    why: str = ""


class PlanStale(Conflict):
    """The plan is no longer the one to decide on: a later one stands, or the roster has changed since."""

    code = "plan_stale"
    title = "The plan is out of date"


class RunNotHeld(Conflict):
    """The run's plan does not wait for anybody."""

    code = "run_not_held"
    title = "The run is not held"


class RunNotUndoable(Conflict):
    """The run changed nothing, or what it replaced is no longer kept."""

    code = "run_not_undoable"
    title = "The run cannot be undone"
