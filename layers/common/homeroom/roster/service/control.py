"""The frame around a run: who may begin, what is in force afterwards, what is kept of a failure (S-05, S-11, S-17)."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from homeroom.roster.districts import District, DistrictNotFound
from homeroom.roster.holds import PlanStale
from homeroom.roster.runs import FINISHED, HOLDS_SHOWN, KNOWN_PLANS, Run, RunInProgress, RunState
from homeroom.roster.service.pauses import why_skipped
from homeroom.roster.store import layout
from homeroom.roster.store.districts import DistrictStore
from homeroom.roster.store.files import RunFiles
from homeroom.roster.store.runs import APPLY_DRAIN, LEASE, NEVER, LeaseLost, RunStore, Sync, Waiting
from homeroom.roster.telemetry import report
from homeroom.runtime.audit import Change

OUTCOMES: dict[str, RunState] = {
    "apply": "succeeded",
    "unchanged": "succeeded",
    "hold": "held",
    "planned": "planned",
    "skip": "skipped",
}
# What a run says when the district's token is gone, or opens nothing any more (D-03).
CUT_OFF = frozenset({"token_refused", "district_not_authorised"})
FREE = {"holder": 0, "held_until": NEVER, "execution": ""}


class Notices(Protocol):
    """The notices of districts (W-04): those that came, and those that a run has dealt with."""

    def wanted(self, district: str) -> int:
        """How many came so far."""

    def outstanding(self, district: str) -> bool:
        """Whether one came that no run has dealt with."""

    def served(self, district: str, upto: int) -> None:
        """A run that began after so many has ended well."""

    def failed(self, district: str, now: datetime) -> None:
        """A run failed: what is outstanding waits a while."""

    def pursue(self, district: str, now: datetime) -> None:
        """Start a run if one is outstanding and none is under way."""

    def accept(self, district: str, now: datetime) -> None:
        """Count one more."""

    def rest(self, district: str, now: datetime) -> None:
        """Start no run for those that are outstanding for a while."""

    def stood_back(self, district: str, now: datetime) -> None:
        """An execution that was started for notices leaves them to the run under way."""


class Holds(Protocol):
    """Where held plans wait for a person (S-10)."""

    def open(self, run: Run) -> None:
        """Let a plan wait; again changes nothing."""

    def close(self, district: str, run: int, choice: str) -> None:
        """A plan waits no more."""


class Control:
    """Begins, finishes and fails runs.

    `announce_hold(district, run, now)` tells administrators of a held plan, `announce_joined(run, now)` whoever a run
    has brought, once each;
    `disconnect(district, now, cause)` is for a source that refuses the district's token (D-03).
    """

    def __init__(
        self,
        districts: DistrictStore,
        runs: RunStore,
        files: RunFiles,
        *,
        notices: Notices,
        holds: Holds,
        announce_hold: Callable[[str, int, datetime], object],
        announce_joined: Callable[[Run, datetime], object],
        disconnect: Callable[[str, datetime, str], object],
    ) -> None:
        self._districts, self._runs, self._files = districts, runs, files
        self._notices, self._holds = notices, holds
        self._announce_hold, self._announce_joined, self._disconnect = announce_hold, announce_joined, disconnect

    def begin(self, event: dict[str, Any], now: datetime) -> dict[str, Any]:
        """Give the execution its run. `mode` is fetch, plan (the source is not read: an undo, or the additions of a
        held plan), resume (a plan that was approved, or not finished, is applied first), finish (the same, of a plan
        without a change) or skip.

        A run that the API began already is named in the event. A night or a notice that finds a run under way leaves
        it to that one, and so does a notice that a run has dealt with. Raises DistrictNotFound, RunInProgress,
        LeaseLost.
        """
        district = self._districts.get(str(event["district"]))
        if district is None:
            raise DistrictNotFound
        sync = self._runs.sync(district.id)
        # Whoever has the lease already goes on with it: having finished an earlier run first, or being asked again.
        own = _has_lease(event, sync)
        if event.get("trigger") == "notice" and not own and not self._notices.outstanding(district.id):
            return _answer(district.id, sync.counter, "skip")
        try:
            run = self._open(district.id, district.settings_version, event, now)
        except RunInProgress as under_way:
            holder = self._runs.get(district.id, int(under_way.extra["run"]))
            # A run that failed has but its lease left, one that nobody carries out not even that for long: the state
            # machine asks again.
            carried_out = self._runs.sync(district.id).execution and holder.state not in FINISHED
            if event.get("trigger") not in {"night", "notice"} or not carried_out:
                raise
            if event["trigger"] == "notice":
                self._notices.stood_back(district.id, now)
            elif holder.undoes or holder.decision:
                # That run does not read the source: the night is made up for as soon as it has ended.
                self._notices.accept(district.id, now)
            return _answer(district.id, holder.run, "skip")
        return self._begun(district, run, now)

    def _begun(self, district: District, run: Run, now: datetime) -> dict[str, Any]:
        sync = self._runs.sync(district.id)
        if sync.applying:
            return self._carried_on(district.id, sync.applying)
        if reason := why_skipped(district, run):
            self._close(run.model_copy(update={"reasons": (reason,)}), sync, "skipped", now)
            return _answer(district.id, run.run, "skip")
        if run.decision and run.decision.choice == "approve" and self._report(run).before.run != sync.promoted.run:
            raise PlanStale
        if run.decision and run.decision.choice == "approve":
            self._runs.record(run.model_copy(update={"state": "applying"}), sync, applying=run.run)
            return self._carried_on(district.id, run.run)
        if run.decision or run.undoes:
            given = {"district": district.id, "run": str(run.run)}
            return _answer(district.id, run.run, "plan", {"fetched": {"answer": given}})
        return _answer(district.id, run.run, "fetch")

    def _open(self, district: str, version: int, event: dict[str, Any], now: datetime) -> Run:
        if not event.get("run"):
            trigger = event.get("trigger", "night")
            execution = str(event.get("execution", ""))
            # Counted before anything is read: what comes later may be of later news.
            return self._runs.begin(
                district, execution=execution, now=now, trigger=trigger, actor="schedule", settings_version=version,
                notices=self._notices.wanted(district),
            )  # fmt: skip
        run, sync = self._runs.get(district, int(event["run"])), self._runs.sync(district)
        if not _has_lease(event, sync):
            raise LeaseLost
        if not sync.execution:
            # From now on nobody else can speak for the run, or give its lease away, for as long as it may take.
            self._runs.record(run, sync, execution=str(event.get("execution", "")), held_until=now + LEASE)
        return run

    def _carried_on(self, district: str, number: int) -> dict[str, Any]:
        run = self._runs.get(district, number)
        # What was held for a list that is empty may change nothing, and Step Functions' reader fails on no chunks.
        mode = "resume" if self._report(run).changes else "finish"
        manifest = {"bucket": self._files.bucket, "key": f"{layout.plan_prefix(run)}/{layout.MANIFEST}"}
        return _answer(district, number, mode, {"manifest": manifest, "decision": "apply"})

    def finish(self, event: dict[str, Any], now: datetime) -> dict[str, Any]:
        """Close a run by its plan's decision; one that was applied, or had nothing to apply, is promoted.

        A plan that is held, and any that comes after it, takes the place of one that was waiting. Answers `resumed`:
        whether the execution's own run is still to come. Doing it again changes nothing.
        """
        district, number, state = str(event["district"]), int(event["run"]), event["state"]
        run, sync = self._runs.get(district, number), self._runs.sync(district)
        # A hold is recorded once: asked again after somebody has decided, the run is another execution's to end.
        settled = state.get("decision") == "hold" and run.decision is not None
        if not settled and (run.state not in FINISHED or sync.applying == number):
            run = self._end(run, sync, state, now)
        if run.supersedes:
            self._holds.close(district, run.supersedes, "superseded")
        if run.state == "held":
            self._wait(run, now)
        elif "plan_held" in run.reasons and sync.waiting:
            # Once more, for the run that held it may have died before it told anybody.
            self._wait(self._runs.get(district, sync.waiting.run), now)
        if run.notices:
            self._notices.served(district, run.notices)
        if KNOWN_PLANS.intersection(run.reasons):
            # While a person is asked, or has said no, each notice costs a reading of everything, and changes little.
            self._notices.rest(district, now)
        resumed = _has_lease(event, sync) and sync.holder != number
        if not resumed:
            self._notices.pursue(district, now)
        return {"district": district, "run": str(number), "resumed": resumed}

    def _end(self, run: Run, sync: Sync, state: dict[str, Any], now: datetime) -> Run:
        outcome = OUTCOMES[state["decision"]]
        facts, changes = self._outcome(run, outcome, int(state.get("based_on", run.run)))
        if state.get("cursor"):
            changes["promoted"] = sync.promoted.model_copy(update={"cursor": state["cursor"]})
        written = sum(part["written"] for part in state.get("applied", []))
        reasons = (state["reason"],) if state.get("reason") else facts.pop("reasons", ())
        facts |= {"written": written, "reasons": reasons, "reached": run.started_at}
        if state.get("read"):
            facts["read"] = state["read"]
        if outcome != "skipped":
            facts["supersedes"] = self._superseded(run, sync)
            changes.setdefault("waiting", None)
        ended = run.model_copy(update=facts)
        if outcome == "succeeded":
            # Before it is recorded: of a run that has ended, nobody would do it again (I-06).
            self._announce_joined(ended, now)
        return self._close(ended, sync, outcome, now, **changes)

    def _superseded(self, run: Run, sync: Sync) -> int:
        """The run whose plan was waiting, closed as out of date; 0 for none. Whoever waits with it is told later."""
        if sync.waiting is None or sync.waiting.run == run.run or sync.waiting.rejected:
            return run.supersedes
        self._runs.supersede(run.district, sync.waiting.run)
        return sync.waiting.run

    def _wait(self, run: Run, now: datetime) -> None:
        self._holds.open(run)
        self._announce_hold(run.district, run.run, now)

    def _outcome(self, run: Run, outcome: RunState, based_on: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """What the run's record says of its plan, and what changes in the sync. A skipped run has no plan."""
        if outcome == "skipped":
            return {}, {}
        if based_on != run.run:
            base = self._runs.get(run.district, based_on)
            return {"based_on": based_on, "counts": base.counts, "findings": base.findings}, {}
        made = self._report(run)
        facts = made.model_dump(include={"counts", "changes", "findings", "reasons", "settings_version", "left_alone"})
        facts |= {"based_on": run.run, "holds": made.holds[:HOLDS_SHOWN]}
        if run.decision:
            # Why it was held stays in the record, whatever of the plan was approved, and however it got here.
            held = self._report(run.model_copy(update={"decision": None}))
            facts |= {"reasons": held.reasons, "holds": held.holds[:HOLDS_SHOWN]}
        if outcome == "succeeded":
            return facts, {"promoted": made.promoted, "applying": 0}
        waiting = Waiting(run=run.run, fingerprint=made.promoted.fingerprint, due=made.promoted.due)
        return facts, {"waiting": waiting} if outcome == "held" else {}

    def _report(self, run: Run) -> layout.Report:
        return layout.Report.model_validate_json(self._files.read(f"{layout.plan_prefix(run)}/{layout.REPORT}"))

    def _close(self, run: Run, sync: Sync, state: RunState, now: datetime, **changes: Any) -> Run:
        freed = FREE if sync.holder in {0, run.run} else {}
        closed = run.model_copy(update={"state": state, "finished_at": now})
        audit = _audit(closed, now) if state == "succeeded" and closed.changes else None
        self._runs.record(closed, sync, audit, **freed, **changes)
        report(closed)
        return closed

    def fail(self, event: dict[str, Any], now: datetime) -> dict[str, Any]:
        """Record that a run failed, with the failure's stable name, and give back the lease if the execution has it.

        While a plan is being applied the lease is kept until no worker can still be writing. An execution that lost
        its lease, or ended from outside after all was recorded, takes nothing from anybody. Answers the run, or none
        when the execution never had one. Carries out S-11, D-03.
        """
        district = str(event.get("district", ""))
        sync = self._runs.sync(district)
        ours = sync.holder if _has_lease(event, sync) else 0
        named = int(event.get("run") or ours)
        reason = failure_code(str((event.get("failure") or {}).get("Error", "stopped")))
        if ours and not sync.execution and self._runs.get(district, ours).decision:
            # Approved, and yet to begin: the execution that held it may say so, which no longer speaks for it.
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


def _has_lease(event: dict[str, Any], sync: Sync) -> bool:
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


def _answer(district: str, run: int, mode: str, more: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"district": district, "run": str(run), "mode": mode, **(more or {})}
