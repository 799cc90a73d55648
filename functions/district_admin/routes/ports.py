"""What the routes ask of the roster's runs."""

from datetime import datetime
from typing import Any, Protocol

from homeroom.roster.runs import Run
from homeroom.runtime.pages import Page


class Runs(Protocol):
    """Runs and what they found; see homeroom.roster.service.runs."""

    def start(self, district: str, actor: str, now: datetime) -> Run:
        """A run that has just begun. Raises RunInProgress, Conflict."""

    def get(self, district: str, run: int) -> Run:
        """One run. Raises NotFound."""

    def page(self, district: str, limit: int, cursor: str | None) -> Page[Run]:
        """Runs, newest first."""

    def plan(
        self, district: str, run: int, *, kind: str | None, school: str | None, limit: int, cursor: str | None
    ) -> Page[dict[str, Any]]:
        """Changes of a run's plan. Raises NotFound."""

    def findings(
        self,
        district: str,
        run: int | None,
        *,
        code: str | None,
        school: str | None,
        limit: int,
        cursor: str | None,
    ) -> Page[dict[str, Any]]:
        """Findings of a run, or of the last one. Raises NotFound."""

    def readiness(self, district: str) -> dict[str, Any]:
        """The checklist."""

    def summary(self, district: str) -> dict[str, Any]:
        """How the district stands."""
