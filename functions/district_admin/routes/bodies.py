"""Runs, plans, findings and how a district stands, as its administrators see them."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from homeroom.roster.changes import ChangeKind, ChangeOp
from homeroom.roster.districts import DistrictState
from homeroom.roster.rules.findings import Severity
from homeroom.roster.runs import Run, RunState, Trigger

from .shapes import Shape


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

    @classmethod
    def of(cls, run: Run) -> "RunBody":
        """What of a run is shown."""
        shown = {name: getattr(run, name) for name in cls.model_fields}
        return cls(**shown | {"run": str(run.run), "based_on": str(run.based_on) if run.based_on else None})


class RunPage(Shape):
    """Runs, newest first."""

    items: list[RunBody]
    next: str | None


class ChangeBody(Shape):
    """One change of a plan, with the record before and after it."""

    kind: ChangeKind
    op: ChangeOp = Field(description="`end`: its term is over; that is no removal")
    id: str = Field(description="The record's Clever id; of a membership `<section>/<T# or S#><person>`")
    school: str = Field(description="Where the record is afterwards; `school` also finds a change that leaves a school")
    before: dict[str, Any] | None
    after: dict[str, Any] | None


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
    state: DistrictState
    status: RunState | Literal["never_run"] = Field(description="How the last run went, or goes")
    reasons: list[str] = Field(description="Why it was held, skipped or failed")
    last_run: str | None
    last_started_at: datetime | None
    data_reaches: datetime | None = Field(description="The moment through which the data in force reaches (P-10)")
    next_night: datetime | None = Field(description="When the next night begins; null when none does")
    counts: dict[str, int] = Field(description="Live records, by kind")
