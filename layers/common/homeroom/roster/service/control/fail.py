"""What is kept of a failure (S-11, D-03)."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from homeroom.roster.runs import FINISHED, Run
from homeroom.roster.service.control.frame import FREE, has_lease
from homeroom.roster.service.control.ports import Notices
from homeroom.roster.store.runs import APPLY_DRAIN, RunStore
from homeroom.roster.syncs import Sync
from homeroom.roster.telemetry import report

# What a run says when the district's token is gone, or opens nothing any more (D-03).
CUT_OFF = frozenset({"token_refused", "district_not_authorised"})


class Failing:
    """Records failures. `disconnect(district, now, cause)` is for a source that refuses the district's token (D-03)."""

    def __init__(self, runs: RunStore, notices: Notices, disconnect: Callable[[str, datetime, str], object]) -> None:
        self._runs, self._notices, self._disconnect = runs, notices, disconnect

    def fail(self, event: dict[str, Any], now: datetime) -> dict[str, Any]:
        """Record that a run failed, with the failure's stable name, and give back the lease if the execution has it.

        While a plan is being applied the lease is kept until no worker can still be writing. An execution that lost
        its lease, or ended from outside after all was recorded, takes nothing from anybody. Answers the run, or none
        when the execution never had one. Carries out S-11, D-03.
        """
        district = str(event.get("district", ""))
        sync = self._runs.sync(district)
        ours = sync.holder if has_lease(event, sync) else 0
        named = int(event.get("run") or ours)
        reason = failure_code(str((event.get("failure") or {}).get("Error", "stopped")))
        if ours and not sync.execution and not event.get("approved") and self._runs.get(district, ours).decision:
            # Approved, and yet to begin: this is the execution that held it, which no longer speaks for it.
            ours = 0
        if named and named not in {ours, sync.holder} and (ours or named != sync.applying):
            self._note_failed(district, named, reason, now)
        if ours:
            self._fail_holder(self._runs.get(district, ours), sync, reason, now)
        return {"district": district, "run": str(named) if named else None}

    def _fail_holder(self, run: Run, sync: Sync, reason: str, now: datetime) -> None:
        if run.state in FINISHED:
            return
        lease = {"held_until": now + APPLY_DRAIN} if sync.applying else FREE
        reasons = run.reasons or (reason,)
        failed = run.model_copy(update={"state": "failed", "finished_at": now, "reasons": reasons})
        if CUT_OFF.intersection(reasons):
            # Before the record: a failure that is told again finds a run that has ended, and does nothing.
            self._disconnect(run.district, now, f"run:{run.run}")
        self._notices.failed(run.district, now)
        self._runs.record(failed, sync, **lease)
        report(failed)

    def _note_failed(self, district: str, number: int, reason: str, now: datetime) -> None:
        run = self._runs.get(district, number)
        if run.state not in FINISHED:
            failed = run.model_copy(update={"state": "failed", "finished_at": now, "reasons": (reason,)})
            self._runs.note(failed)
            report(failed)


def stopped(detail: dict[str, Any]) -> dict[str, Any]:
    """EventBridge's notice of an execution's end, as the event of a failure: what the execution was given, and how it
    ended. Its `input` is a text.
    """
    given = json.loads(detail.get("input") or "{}")
    return {**given, "step": "fail", "execution": detail["executionArn"], "failure": {"Error": detail["status"]}}


def failure_code(error: str) -> str:
    """The stable name of a failure: an error's type as words, e.g. `SourceRefused` as `source_refused`."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", error.rpartition(".")[2])
    return re.sub(r"[^a-z0-9_]", "", words.lower()) or "unknown"
