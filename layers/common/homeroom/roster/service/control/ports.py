"""What begins and ends with a run besides its record: notices of the district, and plans that wait for a person."""

from datetime import datetime
from typing import Protocol

from homeroom.roster.runs import Run


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
