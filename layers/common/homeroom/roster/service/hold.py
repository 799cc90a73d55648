"""A held plan waits for a person: in an execution of its own, which is woken with a task token (S-08, S-10)."""

from datetime import datetime
from typing import Any

from homeroom.roster.runs import Run, RunInProgress
from homeroom.roster.service.machines import Machines
from homeroom.roster.store.holds import HoldStore
from homeroom.roster.store.runs import RunStore
from homeroom.roster.syncs import Sync

LAPSED, SUPERSEDED = "lapsed", "superseded"
Event = dict[str, Any]


class HoldService:
    """Lets a held run wait, tells it what was decided, and sees to it that what was approved is carried out.

    Every method can be repeated safely (X-03). A token is kept before the run is looked at, and a decision is recorded
    before the token is looked for: whichever comes second answers.
    """

    def __init__(self, runs: RunStore, holds: HoldStore, machines: Machines) -> None:
        self._runs, self._holds, self._machines = runs, holds, machines

    def open(self, run: Run) -> None:
        """Start the execution in which a held run waits. Carries out S-08."""
        self._machines.wait(run)

    def ask(self, event: Event, now: datetime) -> Event:
        """Keep the token of the waiting execution; if the run is decided on or superseded already, answer it at once.

        Raises NotFound when there is no such run.
        """
        district, number = _named(event)
        self._holds.keep(district, number, str(event["token"]), now)
        run = self._runs.get(district, number)
        waits = _waits(run, self._runs.sync(district))
        if not waits:
            self.close(district, number, run.decision.choice if run.decision else SUPERSEDED)
        return {"district": district, "run": str(number), "waits": waits}

    def close(self, district: str, run: int, choice: str) -> None:
        """Answer the run's waiting execution, if one waits: `approve`, `additions`, `reject` or `superseded`."""
        self._answer(district, run, choice)

    def settle(self, run: Run) -> None:
        """Pass on what was decided of a run; what was approved starts from here when no execution waits to do it."""
        if run.decision and not self._answer(run.district, run.run, run.decision.choice):
            self._resume(run)

    def _answer(self, district: str, run: int, choice: str) -> bool:
        """False when none waits: it has not asked yet, was answered before, or ended from outside."""
        token = self._holds.waiting(district, run)
        if token is None:
            return False
        woken = self._machines.wake(token, choice)
        self._holds.answered(district, run, token, choice)
        return woken

    def approved(self, event: Event, _now: datetime) -> Event:
        """Start the execution that applies an approved plan, unless it has been started. Carries out S-10."""
        district, number = _named(event)
        started = self._resume(self._runs.get(district, number))
        return {"district": district, "run": str(number), "started": started}

    def _resume(self, run: Run) -> bool:
        sync = self._runs.sync(run.district)
        unstarted = run.decision is not None and run.state == "running" and sync.holder == run.run
        if not unstarted or sync.execution:
            return False
        self._machines.resume(run)
        return True

    def lapse(self, event: Event, now: datetime) -> Event:
        """Give up a plan that nobody decided on in time: the next run plans anew. Carries out S-10.

        Raises RunInProgress, since a run under way may be about to write what it came to; NotFound, LeaseLost.
        """
        district, number = _named(event)
        run, sync = self._runs.get(district, number), self._runs.sync(district)
        if lapsed := _waits(run, sync):
            if sync.held(now):
                raise RunInProgress(f"Run {sync.holder} of this district is under way.", run=str(sync.holder))
            given_up = run.model_copy(update={"state": "superseded", "reasons": (*run.reasons, LAPSED)})
            self._runs.record(given_up, sync, waiting=None)
        return {"district": district, "run": str(number), "lapsed": lapsed}


def _named(event: Event) -> tuple[str, int]:
    return str(event["district"]), int(event["run"])


def _waits(run: Run, sync: Sync) -> bool:
    """Whether a person may still decide on the run."""
    return run.state == "held" and sync.waiting is not None and sync.waiting.run == run.run
