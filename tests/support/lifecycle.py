"""Districts whose notices come in while runs begin, end, fail and are killed, at the will of a seeded chance.

The tables are real (moto's), and so are the notices' service and the ledger of runs; a run is only its frame.
"""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from homeroom.roster.runs import FINISHED, Run, RunInProgress
from homeroom.roster.service.notices import NoticeService
from homeroom.roster.service.registration import Stamp
from homeroom.roster.store.districts import DistrictStore
from homeroom.roster.store.notices import NoticeStore
from homeroom.roster.store.runs import RunStore
from homeroom.roster.syncs import NEVER
from homeroom.runtime import aws

FREE = {"holder": 0, "held_until": NEVER, "execution": ""}


@dataclass
class Lifecycle:
    """`moment` counts all that happens. Of each district, `accepted` is the moment of the last notice, `began` that of
    the last beginning of a run, `covered` that of the beginning of the last run that ended well.
    """

    table: str
    now: datetime
    chance: random.Random
    moment: int = 0
    waiting: list[tuple[str, str]] = field(default_factory=list)
    running: dict[str, Run] = field(default_factory=dict)
    began: dict[str, int] = field(default_factory=dict)
    accepted: dict[str, int] = field(default_factory=dict)
    covered: dict[str, int] = field(default_factory=lambda: defaultdict(lambda: -1))
    executions: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    names: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.districts = DistrictStore(self.table, aws.dynamodb())
        self.runs = RunStore(self.table, aws.dynamodb())
        self.service = NoticeService(self.districts, self.runs, NoticeStore(self.table), self)

    def register(self, district: str, state: str = "live", **settings: object) -> None:
        """Register a district in that state."""
        from homeroom.roster.districts import District
        from homeroom.roster.settings import DistrictSettings, changed

        made = District(id=district, name="Some", registered_at=self.now, state=state)  # type: ignore[arg-type]
        made = made.model_copy(update={"settings": changed(DistrictSettings(), dict(settings))})
        self.districts.register(made, Stamp("test", "test", self.now, "test").difference(made, made))

    def notice(self, district: str, name: str) -> bool:
        """Start an execution, as Step Functions would."""
        if name in self.names:
            return False
        # Many notices are one more run, not many: nobody starts an execution where one is about to begin.
        assert district not in {other for other, _ in self.waiting}, "two executions await their beginning"
        self.names.add(name)
        self.executions[district] += 1
        self.waiting.append((district, name))
        return True

    def accept(self, district: str) -> None:
        """A notice comes."""
        self.moment += 1
        self.service.accept(district, self.now)
        self.accepted[district] = self.moment

    def begin(self, at: int = 0) -> Run | None:
        """The first state of an execution that was started; None when it leaves the notices to another run."""
        district, name = self.waiting.pop(at)
        self.moment += 1
        if not self.service.outstanding(district):
            return None
        wanted = self.service.wanted(district)
        try:
            run = self.runs.begin(
                district, execution=name, now=self.now, trigger="notice", actor="schedule", notices=wanted
            )
        except RunInProgress:
            self.service.stood_back(district, self.now)
            return None
        assert district not in self.running, "two runs of one district"
        self.running[district], self.began[district] = run, self.moment
        return run

    def end(self, district: str, state: str = "succeeded") -> None:
        """The last state of a run: `succeeded`, `failed`, or `killed`, which records nothing."""
        run = self.running.pop(district)
        self.moment += 1
        if state == "killed":
            return
        sync = self.runs.sync(district)
        assert state in FINISHED
        if state == "failed":
            self.service.failed(district, self.now)
        self.runs.record(run.model_copy(update={"state": state, "finished_at": self.now}), sync, **FREE)
        if state == "succeeded":
            self.covered[district] = self.began[district]
            self.service.served(district, run.notices)
            self.service.pursue(district, self.now)

    def tick(self) -> None:
        """A quarter of an hour, in which whatever was started begins, and the dispatcher."""
        while self.waiting:
            self.begin()
        self.now += timedelta(minutes=15)
        for district in self.service.left(self.accepted):
            self.service.start(district, self.now)

    def something(self) -> None:
        """One thing that may happen next."""
        choice = self.chance.random()
        if self.waiting and choice < 0.5:
            at = self.chance.randrange(len(self.waiting))
            if choice < 0.02:
                self.waiting.pop(at)  # killed before it began
            else:
                self.begin(at)
        elif self.running and choice < 0.95:
            district = self.chance.choice(sorted(self.running))
            self.end(district, self.chance.choices(["succeeded", "failed", "killed"], [90, 8, 2])[0])
        elif choice > 0.98:
            self.tick()

    def settle(self) -> None:
        """No more notices: let time pass until nothing is left to do, as it would in a day or two."""
        for _ in range(400):
            while self.waiting or self.running:
                if self.waiting:
                    self.begin()
                for district in sorted(self.running):
                    self.end(district)
            if not self.service.left(self.accepted):
                return
            self.tick()
        raise AssertionError("notices were left over for days")

    @property
    def lost(self) -> list[str]:
        """Districts with a notice that no run took in which began after it and ended well."""
        return sorted(district for district, moment in self.accepted.items() if self.covered[district] < moment)
