"""The record of a run: one execution of a district's sync (S-05, S-10, S-11)."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from homeroom.roster.holds import Decision, Hold
from homeroom.runtime.errors import Conflict

RunState = Literal["running", "applying", "planned", "held", "succeeded", "failed", "skipped", "rejected", "superseded"]
FINISHED: frozenset[RunState] = frozenset({
    "planned", "held", "succeeded", "failed", "skipped", "rejected", "superseded",
})  # fmt: skip
Trigger = Literal["night", "manual", "notice", "undo"]
Read = Literal["", "full", "events"]


# Why a run made no plan: it would have been the one that was held, or rejected (S-10).
KNOWN_PLANS = frozenset({"plan_held", "plan_rejected"})
HOLDS_SHOWN = 20


class RunInProgress(Conflict):
    """A run of this district is under way; `extra["run"]` is its number (S-11)."""

    code = "run_in_progress"
    title = "A run of this district is under way"


class DistrictNotActive(Conflict):
    """The district is neither onboarding nor live: nothing of it is synced."""

    code = "district_not_active"
    title = "The district is not synced"


class Run(BaseModel):
    """One run. `counts` are totals after it, `changes` what its plan holds, by kind and operation, `findings` by code.

    `reasons` says why a run was held, skipped or failed, in stable words. `based_on` is the run whose files hold its
    findings (its own number, or an earlier one when nothing had changed since; 0 when it never came to a plan), and
    `reached` the moment through which its data reaches.

    `read` says how the source was read: whole, by its events, or not at all. `holds` are the guards that fired, the
    worst first and no more than HOLDS_SHOWN; `decision` is what a person said to it. `undoes` is the run whose changes
    this one takes back (0: none), `left_alone` how many of them were not, since somebody changed them after it.
    `notices` counts the notices of the district that came before it (W-04), `supersedes` is the run whose held plan
    this one took the place of (0: none).
    """

    model_config = ConfigDict(frozen=True)

    district: str
    run: int
    state: RunState
    trigger: Trigger
    actor: str
    started_at: datetime
    finished_at: datetime | None = None
    settings_version: int = 0
    reached: datetime | None = None
    reasons: tuple[str, ...] = ()
    counts: dict[str, int] = {}
    changes: dict[str, dict[str, int]] = {}
    findings: dict[str, int] = {}
    written: int = 0
    based_on: int = 0
    read: Read = ""
    holds: tuple[Hold, ...] = ()
    decision: Decision | None = None
    undoes: int = 0
    left_alone: int = 0
    notices: int = 0
    supersedes: int = 0
