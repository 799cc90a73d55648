"""The nightly dispatcher: starts tonight's runs, and counts the districts that have waited too long (S-05)."""

import json
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from aws_lambda_powertools.metrics import MetricUnit

from homeroom.roster.districts import District
from homeroom.roster.rules import nights
from homeroom.roster.store.districts import DistrictStore
from homeroom.runtime.errors import Fault
from homeroom.runtime.telemetry import logger, metrics

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

LastFinished = Callable[[str], datetime | None]


class NightsNotStarted(Fault):
    """Some districts' nights could not be dealt with; all others were. The next tick tries again."""

    code = "nights_not_started"
    title = "Some nights could not be started"


class Executions(Protocol):
    """Where runs are executed."""

    def start(self, name: str, district: str) -> bool:
        """Start a night's execution of that name; False when it was started before."""


class Leftovers(Protocol):
    """Notices that whoever should have started a run for them did not (W-05)."""

    def left(self, districts: Iterable[str]) -> Container[str]:
        """Those of the districts that have some."""

    def start(self, district: str, now: datetime) -> bool:
        """Start a run for them if it is time; whether one was started."""


class StateMachine:
    """Executions of the roster sync's state machine. `client` gives its client: most ticks start none."""

    def __init__(self, arn: str, client: Callable[[], "SFNClient"]) -> None:
        self._arn = arn
        self._client = client

    def start(self, name: str, district: str) -> bool:
        """Start a night's execution of that name; False when one of it ended before (a name lasts 90 days)."""
        try:
            self._client().start_execution(
                stateMachineArn=self._arn, name=name, input=json.dumps({"district": district, "trigger": "night"})
            )
        except self._client().exceptions.ExecutionAlreadyExists:
            return False
        return True


@dataclass(frozen=True)
class Dispatch:
    """What one tick did, by district id; `failed` says with which type of error."""

    started: list[str] = field(default_factory=list)
    noticed: list[str] = field(default_factory=list)
    overdue: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


class NightService:
    """Starts each active district's night once per local date, and runs for notices that were left lying.

    `last_finished` says when a district's last run ended that did not fail, None if there was none.
    """

    def __init__(
        self,
        store: DistrictStore,
        executions: Executions,
        last_finished: LastFinished,
        leftovers: Leftovers | None = None,
    ) -> None:
        self._store = store
        self._executions = executions
        self._last_finished = last_finished
        self._leftovers = leftovers

    def dispatch(self, now: datetime) -> Dispatch:
        """Start every night that is due and count the overdue districts; again at once does nothing.

        Raises NightsNotStarted after all districts have been gone through, when one of them failed.
        Carries out S-05, W-05.
        """
        done = Dispatch()
        active = [district for district in self._store.registered() if district.active]
        started = self._store.nights(district.id for district in active)
        for district in active:
            self._one(district, started.get(district.id), now, done)
        self._look_after([district.id for district in active], now, done)
        _report(done)
        if done.failed:
            raise NightsNotStarted(f"{len(done.failed)} of {len(active)} districts could not be dealt with.")
        return done

    def _one(self, district: District, last_started: date | None, now: datetime, done: Dispatch) -> None:
        try:
            if night := nights.due(district.settings, district.state, now, last_started):
                self._start(district, night, done)
            waiting_since = max(self._last_finished(district.id) or district.registered_at, _let_in(district))
            if nights.overdue(district.settings, district.state, now, waiting_since):
                done.overdue.append(district.id)
        except Exception as error:  # noqa: BLE001  one district's failure stops no other; raised at the end
            logger().error("night", extra={"district": district.id, "error": type(error).__name__})
            done.failed[district.id] = type(error).__name__

    def _look_after(self, districts: list[str], now: datetime, done: Dispatch) -> None:
        """Start runs for notices that were left lying, where no night has just been started that takes them in."""
        if self._leftovers is None:
            return
        left = self._leftovers.left(districts)
        for district in (one for one in districts if one in left and one not in {*done.started, *done.failed}):
            try:
                if self._leftovers.start(district, now):
                    done.noticed.append(district)
            except Exception as error:  # noqa: BLE001  as above
                logger().error("notices", extra={"district": district, "error": type(error).__name__})
                done.failed[district] = type(error).__name__

    def _start(self, district: District, night: date, done: Dispatch) -> None:
        if self._executions.start(f"{district.id}-{night.isoformat()}", district.id):
            done.started.append(district.id)
        # After the start: a death in between starts the same name again, which is no second run.
        self._store.note_night(district.id, night)


def _let_in(district: District) -> datetime:
    """Since when nights can run: those that fell out while the district was disconnected are not waited for (D-03)."""
    return district.authorised_at or district.registered_at


def _report(done: Dispatch) -> None:
    if done.overdue:
        logger().warning("overdue", extra={"districts": done.overdue})
    metrics().add_metric(name="NightsStarted", unit=MetricUnit.Count, value=len(done.started))
    metrics().add_metric(name="NoticesLeftOver", unit=MetricUnit.Count, value=len(done.noticed))
    metrics().add_metric(name="NightsNotStarted", unit=MetricUnit.Count, value=len(done.failed))
    metrics().add_metric(name="DistrictsOverdue", unit=MetricUnit.Count, value=len(done.overdue))
