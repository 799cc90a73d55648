"""Who may begin a run, and where it is to begin (S-05, S-11, S-17)."""

from datetime import datetime
from typing import Any

from homeroom.roster.districts import District, DistrictNotFound
from homeroom.roster.holds import PlanStale
from homeroom.roster.runs import FINISHED, Run, RunInProgress
from homeroom.roster.service.control.frame import Frame, has_lease
from homeroom.roster.service.control.ports import Notices
from homeroom.roster.service.pauses import why_skipped
from homeroom.roster.store.districts import DistrictStore
from homeroom.roster.store.runs import LEASE, LeaseLost, RunStore


class Beginning:
    """Begins runs, or leaves it to the one under way."""

    def __init__(self, districts: DistrictStore, runs: RunStore, frame: Frame, notices: Notices) -> None:
        self._districts, self._runs, self._frame, self._notices = districts, runs, frame, notices

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
        own = has_lease(event, sync)
        if event.get("trigger") == "notice" and not own and not self._notices.outstanding(district.id):
            return _answer(district.id, sync.counter, "skip")
        try:
            run = self._open(district.id, district.settings_version, event, now)
        except RunInProgress as under_way:
            return self._left(district.id, event, under_way, now)
        return self._begun(district, run, now)

    def _left(self, district: str, event: dict[str, Any], under_way: RunInProgress, now: datetime) -> dict[str, Any]:
        """A night or a notice, left to the run under way. Raises `under_way` for what may not be left to it."""
        holder = self._runs.get(district, int(under_way.extra["run"]))
        # A run that failed has but its lease left, one that nobody carries out not even that for long: the state
        # machine asks again.
        carried_out = self._runs.sync(district).execution and holder.state not in FINISHED
        if event.get("trigger") not in {"night", "notice"} or not carried_out:
            raise under_way
        if event["trigger"] == "notice":
            self._notices.stood_back(district, now)
        elif holder.undoes or holder.decision:
            # That run does not read the source: the night is made up for as soon as it has ended.
            self._notices.accept(district, now)
        return _answer(district, holder.run, "skip")

    def _begun(self, district: District, run: Run, now: datetime) -> dict[str, Any]:
        sync = self._runs.sync(district.id)
        if sync.applying:
            return self._carried_on(district.id, sync.applying)
        if reason := why_skipped(district, run):
            self._frame.close(run.model_copy(update={"reasons": (reason,)}), sync, "skipped", now)
            return _answer(district.id, run.run, "skip")
        if (
            run.decision
            and run.decision.choice == "approve"
            and self._frame.report(run).before.run != sync.promoted.run
        ):
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
        if not has_lease(event, sync):
            raise LeaseLost
        if not sync.execution:
            # From now on nobody else can speak for the run, or give its lease away, for as long as it may take.
            self._runs.record(run, sync, execution=str(event.get("execution", "")), held_until=now + LEASE)
        return run

    def _carried_on(self, district: str, number: int) -> dict[str, Any]:
        run = self._runs.get(district, number)
        # What was held for a list that is empty may change nothing, and Step Functions' reader fails on no chunks.
        mode = "resume" if self._frame.report(run).changes else "finish"
        return _answer(district, number, mode, {"manifest": self._frame.manifest(run), "decision": "apply"})


def _answer(district: str, run: int, mode: str, more: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"district": district, "run": str(run), "mode": mode, **(more or {})}
