"""What beginning, finishing and failing a run have in common: its report, its record, and whose the lease is."""

from datetime import datetime
from typing import Any

from homeroom.roster.runs import Run, RunState
from homeroom.roster.store import layout
from homeroom.roster.store.files import RunFiles
from homeroom.roster.store.runs import RunStore
from homeroom.roster.syncs import NEVER, Sync
from homeroom.roster.telemetry import report
from homeroom.runtime.audit import Change

FREE = {"holder": 0, "held_until": NEVER, "execution": ""}


class Frame:
    """Reads what a run's plan says of itself, and closes the run."""

    def __init__(self, runs: RunStore, files: RunFiles) -> None:
        self._runs, self._files = runs, files

    def report(self, run: Run) -> layout.Report:
        """What the plan says of itself. Raises what boto3 raises, also where it is no longer kept."""
        return layout.Report.model_validate_json(self._files.read(f"{layout.plan_prefix(run)}/{layout.REPORT}"))

    def manifest(self, run: Run) -> dict[str, str]:
        """Where the state machine finds the chunks of the run's plan."""
        return {"bucket": self._files.bucket, "key": f"{layout.plan_prefix(run)}/{layout.MANIFEST}"}

    def close(self, run: Run, sync: Sync, state: RunState, now: datetime, **changes: Any) -> Run:
        """Record how the run ended, with what changes of the sync, and give back the lease that it holds. X-04."""
        freed = FREE if sync.holder in {0, run.run} else {}
        closed = run.model_copy(update={"state": state, "finished_at": now})
        audit = _audit(closed, now) if state == "succeeded" and closed.changes else None
        self._runs.record(closed, sync, audit, **freed, **changes)
        report(closed)
        return closed


def has_lease(event: dict[str, Any], sync: Sync) -> bool:
    """Whether the event's execution holds the lease, or is the first to carry out a run that the API began."""
    if sync.execution:
        return sync.execution == event.get("execution")
    return bool(sync.holder) and str(sync.holder) == str(event.get("run"))


def _audit(run: Run, now: datetime) -> Change:
    """The audit row of a run that changed who is in which class: its kept plan says the rest (X-04)."""
    return Change(
        id=f"run-{run.run:08d}",
        at=now,
        actor=run.actor,
        action="roster.applied",
        subject=f"district:{run.district}",
        cause=f"run:{run.run}",
        before=None,
        after={"plan": f"{layout.plan_prefix(run)}/{layout.INDEX}", "changes": run.changes},
    )
