"""What is in force after a run (S-08, S-10, S-11)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from homeroom.roster.runs import FINISHED, HOLDS_SHOWN, KNOWN_PLANS, Run, RunState
from homeroom.roster.service.control.frame import Frame, has_lease
from homeroom.roster.service.control.ports import Holds, Notices
from homeroom.roster.store.runs import RunStore
from homeroom.roster.syncs import Sync, Waiting

OUTCOMES: dict[str, RunState] = {
    "apply": "succeeded",
    "unchanged": "succeeded",
    "hold": "held",
    "planned": "planned",
    "skip": "skipped",
}


class Ending:
    """Finishes runs.

    `announce_hold(district, run, now)` tells administrators of a held plan, `announce_joined(run, now)` whoever a run
    has brought, once each.
    """

    def __init__(
        self,
        runs: RunStore,
        frame: Frame,
        *,
        notices: Notices,
        holds: Holds,
        announce_hold: Callable[[str, int, datetime], object],
        announce_joined: Callable[[Run, datetime], object],
    ) -> None:
        self._runs, self._frame, self._notices, self._holds = runs, frame, notices, holds
        self._announce_hold, self._announce_joined = announce_hold, announce_joined

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
        resumed = has_lease(event, sync) and sync.holder != number
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
        return self._frame.close(ended, sync, outcome, now, **changes)

    def _superseded(self, run: Run, sync: Sync) -> int:
        """The run whose plan was waiting, closed as out of date, and whoever waits with it told; 0 for none."""
        if sync.waiting is None or sync.waiting.run == run.run or sync.waiting.rejected:
            return run.supersedes
        if self._runs.supersede(run.district, sync.waiting.run):
            # Before the run is recorded: once it has ended, nobody would tell them any more.
            self._holds.close(run.district, sync.waiting.run, "superseded")
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
        made = self._frame.report(run)
        facts = made.model_dump(include={"counts", "changes", "findings", "reasons", "settings_version", "left_alone"})
        facts |= {"based_on": run.run, "holds": made.holds[:HOLDS_SHOWN]}
        if run.decision:
            # Why it was held stays in the record, whatever of the plan was approved, and however it got here.
            held = self._frame.report(run.model_copy(update={"decision": None}))
            facts |= {"reasons": held.reasons, "holds": held.holds[:HOLDS_SHOWN]}
        if outcome == "succeeded":
            return facts, {"promoted": made.promoted, "applying": 0}
        waiting = Waiting(run=run.run, fingerprint=made.promoted.fingerprint, due=made.promoted.due)
        return facts, {"waiting": waiting} if outcome == "held" else {}
