"""What a person decides of a run: to approve a held plan, to reject it, to undo what was applied (S-08, S-10, S-13).

A decision is recorded first, under the condition that the sync is as it was read, and then passed on. Where passing it
on failed, the same request again does it (X-03).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from homeroom.roster.districts import District
from homeroom.roster.holds import LONGEST_REASON, Choice, Decision, PlanStale, RunNotHeld, RunNotUndoable
from homeroom.roster.rules.dates import is_due
from homeroom.roster.rules.leaving import used_until
from homeroom.roster.runs import FINISHED, Run, RunInProgress
from homeroom.roster.service.hold import HoldService
from homeroom.roster.service.runs import RunService
from homeroom.roster.store.runs import UNSTARTED, LeaseLost, RunStore
from homeroom.roster.store.uses import Uses
from homeroom.roster.syncs import Sync
from homeroom.runtime.audit import Change
from homeroom.runtime.errors import InvalidInput

ATTEMPTS = 3
REQUEST = "request"
ACTIONS: dict[Choice, str] = {"approve": "plan.approved", "additions": "plan.approved", "reject": "plan.rejected"}

Decide = Callable[[Run, Sync], Run]


class DecisionService:
    """Decisions on one district's runs. `cause` names the request in the audit log."""

    def __init__(self, store: RunStore, runs: RunService, holds: HoldService, uses: Uses) -> None:
        self._store, self._runs, self._holds, self._uses = store, runs, holds, uses

    def approve(
        self,
        district: str,
        run: int,
        actor: str,
        now: datetime,
        only: Literal["additions"] | None = None,
        *,
        cause: str = REQUEST,
    ) -> Run:
        """Let a held plan be applied, whole or `only` its additions; it goes on in the background.

        Raises NotFound; RunNotHeld; PlanStale when a later plan stands, or the roster or the day has changed since
        (for additions the settings, too), or a class that would go as never used is used by now;
        RunInProgress; DistrictNotActive. Carries out S-08, S-10, S-15.
        """
        decision = Decision(choice=only or "approve", actor=actor, at=now)

        def approved(held: Run, sync: Sync) -> Run:
            found = self._runs.active(district)
            if only and held.undoes:
                raise InvalidInput("An undo is approved whole or not at all.", field="only")
            due = sync.waiting is not None and is_due(sync.waiting.due, found.today(now))
            # Additions are planned once more, and must come out as they were shown.
            resettled = only is not None and found.settings_version != held.settings_version
            if due or resettled or self._runs.planned_against(held) != sync.promoted.run:
                raise _stale(held)
            if only is None:
                self._check_unused(held, sync, found, now)
            new = held.model_copy(update={"state": "running", "finished_at": None, "decision": decision})
            lease = {"holder": held.run, "held_until": now + UNSTARTED, "execution": ""}
            self._store.record(new, sync, _decided(new, decision, cause), waiting=None, **lease)
            self._store.bury(district, sync.holder, now)
            return new

        return self._decided(district, run, decision, approved)

    def _check_unused(self, held: Run, sync: Sync, district: District, now: datetime) -> None:
        """Whether the classes that a plan removes as never used still are; additions remove none. Raises PlanStale.

        The source says what it said: without its fingerprint, the next night plans anew instead of keeping the plan.
        """
        today, month_day = district.today(now), district.settings.school_year_end
        gone = self._runs.classes_removed(held, sync.promoted)
        # A class whose last day is over goes although it was used; only an undo spares it.
        spared = (entry for entry in gone if held.undoes or used_until(entry, today, month_day) >= today)
        used = self._uses.first(district.id, spared)
        if not used:
            return
        if sync.waiting and sync.waiting.fingerprint:
            self._store.record(held, sync, waiting=sync.waiting.model_copy(update={"fingerprint": ""}))
        raise PlanStale(
            f"Class {used}, which the plan of run {held.run} removes as never used, has been used since. "
            "The next run of the district plans anew."
        )

    def reject(self, district: str, run: int, actor: str, now: datetime, why: str, *, cause: str = REQUEST) -> Run:
        """Let a held plan go, for a reason: none like it is made until the source says something else.

        Raises InvalidInput (`reason`), NotFound, RunNotHeld, PlanStale, RunInProgress. Carries out S-08, S-10.
        """
        if not 1 <= len(why.strip()) <= LONGEST_REASON:
            raise InvalidInput(f"Give a reason of 1 to {LONGEST_REASON} characters.", field="reason")
        decision = Decision(choice="reject", actor=actor, at=now, why=why.strip())

        def rejected(held: Run, sync: Sync) -> Run:
            new = held.model_copy(update={"state": "rejected", "decision": decision})
            waiting = sync.waiting and sync.waiting.model_copy(update={"rejected": True})
            self._store.record(new, sync, _decided(new, decision, cause), waiting=waiting)
            return new

        return self._decided(district, run, decision, rejected)

    def _decided(self, district: str, run: int, decision: Decision, decide: Decide) -> Run:
        decided = self._once(district, run, decision, decide)
        self._holds.settle(decided)
        return decided

    def _once(self, district: str, number: int, decision: Decision, decide: Decide) -> Run:
        """The run as it is decided on, by this request or by the same one before."""
        for left in reversed(range(ATTEMPTS)):
            run, sync = self._store.get(district, number), self._store.sync(district)
            if run.decision and run.decision.choice == decision.choice:
                return run
            _check(run, sync, decision.at)
            try:
                return decide(run, sync)
            except LeaseLost:
                # Somebody else wrote in between: what they wrote decides.
                if not left:
                    raise
        raise AssertionError  # the last attempt returns or raises

    def undo(self, district: str, run: int, actor: str, now: datetime, *, cause: str = REQUEST) -> Run:
        """Begin the run that takes back what a run changed, wherever nobody changed it since, and give its record.

        Raises NotFound, RunNotUndoable, RunInProgress, DistrictNotActive. Carries out S-13.
        """
        target = self._store.get(district, run)
        if begun := self._undoing(target, now):
            return begun
        if target.state != "succeeded" or target.based_on != run or not _changed(target):
            raise RunNotUndoable("Only a run that changed the roster can be undone.")
        if self._runs.planned_against(target) is None:
            raise RunNotUndoable("What this run replaced is no longer kept.")

        def audit(begun: Run) -> Change:
            told = {"run": begun.run, "undoes": run, "changes": target.changes}
            return _audit("run.undo", begun, actor, now, cause, after=told)

        return self._runs.start(district, actor, now, trigger="undo", undoes=run, audit=audit)

    def _undoing(self, target: Run, now: datetime) -> Run | None:
        """The run that is undoing the target, is held for it, or has just done so: the answer to whoever repeats."""
        # Whatever came after it may have brought back what was undone.
        if in_force := self._store.sync(target.district).promoted.run:
            done = self._store.get(target.district, in_force)
            if done.undoes == target.run:
                return done
        latest = next(self._store.newest_first(target.district), None)
        if latest is None or latest.undoes != target.run:
            return None
        if latest.state in FINISHED:
            return latest if latest.state == "held" else None
        sync = self._store.sync(target.district)
        if sync.holder != latest.run or not sync.held(now):
            return None
        if not sync.execution:
            self._runs.carry_out(latest)
        return latest


def _check(run: Run, sync: Sync, now: datetime) -> None:
    """Whether a person may decide on the run now. Raises RunNotHeld, PlanStale, RunInProgress."""
    if run.decision or run.state not in {"held", "superseded"}:
        raise RunNotHeld(f"Run {run.run} waits for nobody: it is {run.state}.")
    if run.state == "superseded" or sync.waiting is None or sync.waiting.run != run.run:
        raise _stale(run)
    if sync.applying:
        # A later plan is half applied already: the next run finishes it, and this one is of the roster before it.
        raise _stale(run)
    if sync.held(now):
        # It may come to a plan that takes this one's place; and it reads what a decision would write.
        detail = f"Run {sync.holder} of this district is under way; wait until it has ended."
        raise RunInProgress(detail, run=str(sync.holder))


def _stale(run: Run) -> PlanStale:
    return PlanStale(f"The plan of run {run.run} is out of date; look at the latest run of the district.")


def _changed(run: Run) -> bool:
    return any(count for kinds in run.changes.values() for count in kinds.values())


def _decided(run: Run, decision: Decision, cause: str) -> Change:
    """The audit row of a decision: the reason that a person gave is their own text and stays out of it (X-04)."""
    before = {"run": run.run, "state": "held"}
    after = {"run": run.run, "state": run.state, "choice": decision.choice, "changes": run.changes}
    return _audit(ACTIONS[decision.choice], run, decision.actor, decision.at, cause, before=before, after=after)


def _audit(action: str, run: Run, actor: str, at: datetime, cause: str, **states: dict[str, Any]) -> Change:
    return Change(
        id=f"{action.replace('.', '-')}-{run.run:08d}", at=at, actor=actor, action=action,
        subject=f"district:{run.district}", cause=cause, before=states.get("before"), after=states["after"],
    )  # fmt: skip
