"""From notices to runs: one more run for all that came, and none of them lost (W-03, W-04, W-05).

Whoever counts a notice looks whether a run must be started; whoever ends a run looks again; and the dispatcher looks
after both, since either may die in between. A run that begins takes in every notice that came before it.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from aws_lambda_powertools.metrics import MetricUnit

from homeroom.roster.districts import District
from homeroom.roster.notices import NEVER, Notices
from homeroom.roster.rules.nights import night_of, skip_reason
from homeroom.roster.store.districts import DistrictStore
from homeroom.roster.store.notices import NoticeStore
from homeroom.roster.store.runs import RunStore
from homeroom.runtime.telemetry import logger, metrics
from homeroom.runtime.transact import StoreBusy

ATTEMPTS = 5


class Executions(Protocol):
    """Where runs are executed."""

    def notice(self, district: str, name: str) -> bool:
        """Start an execution for notices, of that name; False when it was started before."""


class NoticeService:
    """Districts' notices, and the runs that they ask for."""

    def __init__(self, districts: DistrictStore, runs: RunStore, notices: NoticeStore, executions: Executions) -> None:
        self._districts, self._runs, self._notices, self._executions = districts, runs, notices, executions

    def accept(self, district: str, now: datetime) -> None:
        """Count a notice and see to it; that of a disconnected district waits until it is back, of any other that is
        not synced is counted in a metric alone. W-01, W-05.
        """
        found = self._districts.get(district)
        if found is None or not (found.active or found.state == "disconnected"):
            metrics().add_metric(name="NoticesForNobody", unit=MetricUnit.Count, value=1)
            return
        self._start(found, self._notices.want(district), now)

    def wanted(self, district: str) -> int:
        """How many notices have come: what a run that begins now takes in."""
        return self._notices.read(district).wanted

    def served(self, district: str, upto: int) -> None:
        """A run that began when `upto` had come has taken them in. Never counts backwards, and again changes nothing.

        Writes nothing when there is nothing to tell (S-12). Raises StoreBusy.
        """
        self._change(district, lambda old: old.after(upto))

    def failed(self, district: str, now: datetime) -> None:
        """A run failed that would have served: wait a while, longer each time. Raises StoreBusy. Carries out W-05."""
        self._change(district, lambda old: old.after_failure(now) if old.outstanding else old)

    def rest(self, district: str, now: datetime) -> None:
        """Start no run for a while: the last one found that a person has to decide first. Raises StoreBusy."""
        self._change(district, lambda old: old.resting(now) if old.wanted else old)

    def pursue(self, district: str, now: datetime) -> None:
        """Start a run if notices are outstanding, none is under way and no wait is on. Carries out W-04."""
        self.start(district, now)

    def stood_back(self, district: str, now: datetime) -> None:
        """An execution that was started for notices left them to a run that was under way: whoever ends that one looks
        after them, and need not wait for this execution. Raises StoreBusy.
        """
        self._change(district, lambda old: old if old.tries else replace(old, next_try=NEVER))
        self.start(district, now)

    def start(self, district: str, now: datetime) -> bool:
        """As `pursue`; whether one was started."""
        notices = self._notices.read(district)
        if not notices.due(now):
            return False
        found = self._districts.get(district)
        return found is not None and self._start(found, notices, now)

    def outstanding(self, district: str) -> bool:
        """Whether notices came that no run has taken in."""
        return self._notices.read(district).outstanding

    def left(self, districts: Iterable[str]) -> set[str]:
        """Of those districts, the ones with notices that no run has taken in."""
        return set(self._notices.outstanding(districts))

    def _start(self, district: District, notices: Notices, now: datetime) -> bool:
        if not notices.due(now) or not _open(district, now) or self._runs.sync(district.id).held(now):
            return False
        # Of all who look at the same time one starts it; what comes until it has begun is its own as well.
        if not self._notices.change(notices, notices.starting(now)):
            return False
        starting = replace(notices.starting(now), version=notices.version + 1)
        try:
            return self._execute(starting, now)
        except BaseException:
            # Nobody waits for an execution that was not started; unless somebody has seen to it since.
            self._notices.change(starting, notices)
            raise

    def _execute(self, notices: Notices, now: datetime) -> bool:
        # The moment is in the name: a district that was purged and came back counts afresh, and names last 90 days.
        name = f"{notices.district}-notice-{notices.asked:010d}-{notices.version}-{now:%Y%m%dT%H%M%S}"
        return self._executions.notice(notices.district, name)

    def _change(self, district: str, change: Callable[[Notices], Notices]) -> None:
        for _ in range(ATTEMPTS):
            old = self._notices.read(district)
            if (new := change(old)) == old or self._notices.change(old, new):
                return
        logger().error("notices", extra={"district": district, "error": "busy"})
        raise StoreBusy


def _open(district: District, now: datetime) -> bool:
    """Whether runs may start: a pause window lets notices wait for the first run after it (S-17)."""
    return district.active and skip_reason(district.settings, "", night_of(district.settings, now)) is None
