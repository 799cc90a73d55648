"""Runs as a hold or an apply leaves them, for tests of what people decide of them."""

from typing import Any

from homeroom.roster import wiring
from homeroom.roster.holds import Hold
from homeroom.roster.runs import Run
from homeroom.roster.service.decisions import DecisionService
from homeroom.roster.service.hold import HoldService
from homeroom.roster.service.machines import Machines
from homeroom.roster.service.runs import RunService
from homeroom.roster.store import layout
from homeroom.roster.store.files import run_prefix
from homeroom.roster.store.holds import HoldStore
from homeroom.roster.syncs import NEVER, Promoted, Waiting
from homeroom.runtime import aws
from tests.support.machine import BUCKET, Stage
from tests.support.rows import DISTRICT
from tests.support.states import FakeStates

SYNC, HOLD = "arn:sync", "arn:hold"
FREE = {"holder": 0, "held_until": NEVER, "execution": ""}
GUARD = Hold(guard="half", kind="person", before=10, after=4, removed=6, limit=5, sample=("s1",))


class Office:
    """The services of one district, with Step Functions in memory."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.states = stage, FakeStates()
        machines = Machines(lambda: self.states, sync=SYNC, hold=HOLD)  # type: ignore[arg-type, return-value]
        self.store, self.tokens = wiring.run_store(), HoldStore("districts")
        self.runs = RunService(wiring.districts(), self.store, s3=aws.s3, bucket=BUCKET, machines=machines)
        self.holds = HoldService(self.store, self.tokens, machines)
        self.decisions = DecisionService(self.store, self.runs, self.holds, wiring.uses())

    def ended(self, state: Any, **more: Any) -> Run:
        """A run that came to a plan, with its report, and ended so. What it was made against is in force."""
        self.stage.wait(days=1)
        begun = self.store.begin(DISTRICT, execution="e", now=self.stage.now, trigger="night", actor="schedule")
        sync = self.store.sync(DISTRICT)
        facts = {"state": state, "finished_at": self.stage.now, "based_on": begun.run, "holds": (GUARD,)}
        facts |= {"settings_version": wiring.registration().get(DISTRICT).settings_version}
        run = begun.model_copy(update=facts | {"changes": {"person": {"remove": 6}}} | more)
        after = Promoted(run=run.run, prefix=run_prefix(DISTRICT, run.run))
        self.report(layout.Report(promoted=after, before=sync.promoted), run)
        changes = {"waiting": Waiting(run=run.run, fingerprint="f")} if state == "held" else {"waiting": None}
        changes |= {"promoted": after} if state == "succeeded" else {}
        self.store.record(run, sync, **FREE, **changes)
        return run

    def report(self, report: layout.Report, run: Run) -> None:
        """Put a run's report where it belongs; without one, take it away."""
        key = f"{run_prefix(DISTRICT, run.run)}/{layout.REPORT}"
        aws.s3().put_object(Bucket=BUCKET, Key=key, Body=report.model_dump_json(exclude_unset=True))

    def forget(self, run: Run) -> None:
        """As when a run's files have expired."""
        aws.s3().delete_object(Bucket=BUCKET, Key=f"{run_prefix(DISTRICT, run.run)}/{layout.REPORT}")

    def asks(self, run: Run, token: str = "token") -> None:
        """The waiting execution asks."""
        self.states.waiting.add(token)
        self.holds.ask({"district": DISTRICT, "run": str(run.run), "token": token}, self.stage.now)

    def approve(self, run: Run, **more: Any) -> Run:
        return self.decisions.approve(DISTRICT, run.run, "admin", self.stage.now, cause="request:1", **more)

    def reject(self, run: Run, why: str = "Not yet.") -> Run:
        return self.decisions.reject(DISTRICT, run.run, "admin", self.stage.now, why, cause="request:1")

    def undo(self, run: Run) -> Run:
        return self.decisions.undo(DISTRICT, run.run, "admin", self.stage.now, cause="request:1")

    def get(self, run: Run) -> Run:
        return self.store.get(DISTRICT, run.run)

    def audited(self) -> list[Any]:
        """The audit rows that decisions left."""
        rows = wiring.districts().audit(DISTRICT)
        return [row for row in rows if row.action.startswith(("plan.", "run."))]
