"""The time of day, as an argument."""

from datetime import UTC, date, datetime, time
from typing import Protocol


class Clock(Protocol):
    """Says what time it is."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


class RehearsalClock:
    """The machine's time of day on a given date: for rehearsing a term's start before it comes."""

    def __init__(self, day: date) -> None:
        self._day = day

    def now(self) -> datetime:
        """The present time of day (UTC) on the rehearsal's date."""
        clock_time: time = datetime.now(UTC).timetz()
        return datetime.combine(self._day, clock_time)
