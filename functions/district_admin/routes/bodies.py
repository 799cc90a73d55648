"""Runs, plans, findings and how a district stands, as its administrators see them."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from homeroom.roster.changes import ChangeKind, ChangeOp
from homeroom.roster.districts import DistrictState
from homeroom.roster.holds import Choice, Decision, Guard, Hold
from homeroom.roster.rules import guard
from homeroom.roster.rules.findings import Severity
from homeroom.roster.runs import Read, Run, RunState, Trigger

from .shapes import Shape


class HoldBody(Shape):
    """A guard that fired: why a plan waits for a person (S-08, S-09)."""

    guard: Guard
    kind: str = Field(description="What it counted, such as `person`, `student` or `membership`")
    school: str = Field(description="Where; empty for the whole district")
    before: int = Field(description="How many were live before the run")
    after: int = Field(description="How many would be live after it")
    removed: int = Field(description="How many the plan removes, moves netted")
    updated: int = Field(description="How many it changes")
    matched: int = Field(description="How many of the removed come back under new ids")
    limit: int = Field(description="The number that was exceeded")
    sample: tuple[str, ...] = Field(description="The ids of a few that are concerned")
    told: str = Field(description="The same as a sentence, for a person")

    @classmethod
    def of(cls, hold: Hold) -> "HoldBody":
        """What of a guard is shown: all of it."""
        return cls(**hold.model_dump(), told=guard.told(hold))


class DecisionBody(Shape):
    """What a person said to a held plan."""

    choice: Choice = Field(description="`additions`: only what is new or comes back was approved")
    at: datetime
    actor: str = Field(description="The account that decided")
    reason: str = Field(description="Why it was rejected, in their own words")

    @classmethod
    def of(cls, decision: Decision) -> "DecisionBody":
        """What of a decision is shown: all of it."""
        return cls(choice=decision.choice, at=decision.at, actor=decision.actor, reason=decision.why)


class RunBody(Shape):
    """One execution of the sync."""

    run: str = Field(description="Its id within the district", examples=["12"])
    state: RunState
    trigger: Trigger
    actor: str = Field(description="The account that asked for it, or `schedule`")
    started_at: datetime
    finished_at: datetime | None
    reached: datetime | None = Field(description="The moment through which its data reaches")
    settings_version: int
    based_on: str | None = Field(
        description="The run whose plan and findings it shares: its own, unless nothing had changed"
    )
    reasons: tuple[str, ...] = Field(description="Why it was held, skipped or failed")
    counts: dict[str, int] = Field(description="Live records after it, by kind")
    changes: dict[str, dict[str, int]] = Field(description="What its plan holds, by kind and operation")
    findings: dict[str, int] = Field(description="What a person should mend, by code")
    written: int = Field(description="Items written")
    read: Read = Field(description="How the source was read: whole, by its events, or not at all")
    holds: list[HoldBody] = Field(description="The guards that fired, the worst first, twenty at the most")
    decision: DecisionBody | None = Field(description="What a person said to its plan, if it was held and they did")
    undoes: str | None = Field(description="The run whose changes it takes back, if it is an undo")
    left_alone: int = Field(description="Of an undo: what it left as it is, since somebody changed it after that run")

    @classmethod
    def of(cls, run: Run) -> "RunBody":
        """What of a run is shown."""
        shown = {name: getattr(run, name) for name in cls.model_fields}
        named = {"run": str(run.run), "based_on": _id(run.based_on), "undoes": _id(run.undoes)}
        decision = DecisionBody.of(run.decision) if run.decision else None
        return cls(**shown | named | {"holds": [HoldBody.of(hold) for hold in run.holds], "decision": decision})


def _id(run: int) -> str | None:
    return str(run) if run else None


class RunPage(Shape):
    """Runs, newest first."""

    items: list[RunBody]
    next: str | None


class ChangeBody(Shape):
    """One change of a plan, with the record before and after it."""

    kind: ChangeKind
    op: ChangeOp = Field(
        description="`end`: of a class, that its term is over, which is no removal; of a person, that their grace is. "
        "`freeze`: a class without its section stands as it is for a while"
    )
    id: str = Field(description="The record's Clever id; of a membership `<section>/<T# or S#><person>`")
    school: str = Field(description="Where the record is afterwards; `school` also finds a change that leaves a school")
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    words: str = Field(description="The same as a sentence, for a person", examples=["Bo Chen joins as student"])


class PlanPage(Shape):
    """Changes of a plan."""

    items: list[ChangeBody]
    next: str | None = Field(
        description="Null after the last page only: a page may hold fewer changes than asked for, or none, and lead on"
    )
    counts: dict[str, dict[str, dict[str, int]]] | None = Field(
        description="How many changes the plan has by school (an empty name: of none), kind and operation, whatever "
        "`kind` is asked for; one that leaves a school for another counts at both. Null on later pages"
    )


class FindingBody(Shape):
    """One thing in the district's data that a person should mend (S-06)."""

    code: str
    severity: Severity
    kind: str = Field(description="What the record is, such as `person` or `section`")
    id: str = Field(description="The record's Clever id")
    school: str
    label: str = Field(description="What its owners know it by: a SIS id or a section's name")
    what: str = Field(description="What is wrong")
    because: str = Field(description="What happens because of it")
    mend: str = Field(description="How to mend it")


class FindingPage(Shape):
    """Findings, worst first."""

    items: list[FindingBody]
    next: str | None


class ChecklistItem(Shape):
    """A line of the set-up guide's checklist."""

    item: str = Field(examples=["teacher_addresses"])
    status: Literal["ok", "warning", "blocking"]
    total: int = Field(description="Records looked at")
    problems: int = Field(description="Records that speak against it")
    findings: dict[str, int] = Field(description="Those by code, or `code:role`; each can be listed under /findings")


class ReadinessBody(Shape):
    """The checklist, worst first, and what it is based on (P-09, P-10)."""

    run: str | None = Field(description="The run that it is based on; null before the first")
    reached: datetime | None = Field(description="The moment through which its data reaches")
    items: list[ChecklistItem]


class SummaryBody(Shape):
    """How a district's sync stands, and if its data is not fresh, why (S-05)."""

    district: str
    state: DistrictState = Field(
        description="`disconnected`: Clever no longer lists the district's token, or refuses it; no night begins until "
        "it works again, and nothing is removed"
    )
    status: RunState | Literal["never_run"] = Field(
        description="How the last run went, or goes. `running`, `applying`: it is under way; `planned`: the district "
        "is onboarding, and nothing is applied yet; `succeeded`: the data are fresh; `held`: a plan waits for a "
        "person; `rejected`: a person rejected it, and the source still asks for the same; `superseded`: a later plan "
        "took its place; `skipped`: the night was paused; `failed`: the night failed. A run that was skipped since its "
        "plan waits already, or was rejected, stands as that plan: `held` or `rejected`"
    )
    reasons: list[str] = Field(
        description="Why it was held (`half:person`, …), skipped (`pause_window`: by the district's settings, "
        "`paused_at_source`: in Clever, `district_not_active`) or failed (`source_refused`, …), in stable words"
    )
    waiting_run: str | None = Field(
        description="The run whose plan waits for a decision, however later ones went; null when none does"
    )
    last_run: str | None
    last_started_at: datetime | None
    data_reaches: datetime | None = Field(description="The moment through which the data in force reaches (P-10)")
    next_night: datetime | None = Field(description="When the next night begins; null when none does")
    counts: dict[str, int] = Field(description="Live records, by kind")
