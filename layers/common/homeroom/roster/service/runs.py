"""Runs as their readers see them: start one, look at its plan, its findings, and how the district stands."""

import itertools
import tempfile
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homeroom.roster.changes import Change
from homeroom.roster.districts import District, DistrictNotFound
from homeroom.roster.entries import ClassEntry
from homeroom.roster.rules.findings import CATALOG, SEVERITIES, Finding, severity, told
from homeroom.roster.rules.words import Mention, mentioned, words
from homeroom.roster.runs import FINISHED, DistrictNotActive, Run, RunState, Trigger
from homeroom.roster.service.machines import Machines
from homeroom.roster.service.plan_pages import Counts, PlanPages, counts
from homeroom.roster.service.standing import standing
from homeroom.roster.store import layout
from homeroom.roster.store.districts import DistrictStore
from homeroom.roster.store.files import RunFiles, run_prefix
from homeroom.roster.store.runs import RunStore
from homeroom.roster.syncs import NEVER, Promoted
from homeroom.runtime.errors import InvalidInput
from homeroom.runtime.pages import Page, page_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Where nothing goes to the disk.
UNUSED = Path("unused")
Names = Callable[[str, set[Mention]], dict[Mention, str]]
Conflicts = Callable[[str], Iterable[Finding]]


class RunService:
    """One district's runs. `machines` are needed to start one, not to look; `names` gives the names of records that a
    plan mentions by their ids alone; `conflicts` are findings of a district's that no run makes.

    `s3` gives the client when it is first needed.
    """

    def __init__(
        self,
        districts: DistrictStore,
        runs: RunStore,
        *,
        s3: Callable[[], "S3Client"],
        bucket: str,
        machines: Machines | None = None,
        names: Names | None = None,
        conflicts: Conflicts = lambda _: (),
    ) -> None:
        self._districts, self._runs, self._s3, self._bucket = districts, runs, s3, bucket
        self._machines, self._names, self._conflicts = machines, names, conflicts

    def start(self, district: str, actor: str, now: datetime, trigger: Trigger = "manual", **known: Any) -> Run:
        """Begin a run by hand and give its record; it goes on in the background. `known` is for RunStore.begin.

        Raises NotFound, DistrictNotActive, and RunInProgress with the number of the run under way. S-05, S-11.
        """
        found = self.active(district)
        run = self._runs.begin(
            district, execution="", now=now, trigger=trigger, actor=actor, settings_version=found.settings_version,
            **known,
        )  # fmt: skip
        try:
            self.carry_out(run)
        except BaseException:
            # The lease must not stay with a run that nobody carries out.
            self._give_back(run, now)
            raise
        return run

    def active(self, district: str) -> District:
        """A district that is synced. Raises NotFound, DistrictNotActive."""
        found = self._district(district)
        if not found.active:
            raise DistrictNotActive(f"The district is {found.state}; only an onboarding or live one is synced.")
        return found

    def carry_out(self, run: Run) -> None:
        """Start the execution of a run that has begun; again does nothing (X-03)."""
        if self._machines is None:
            raise RuntimeError("This function may not start runs.")
        self._machines.carry_out(run)

    def _give_back(self, run: Run, now: datetime) -> None:
        failed = run.model_copy(update={"state": "failed", "finished_at": now, "reasons": ("not_started",)})
        self._runs.record(failed, self._runs.sync(run.district), holder=0, held_until=NEVER, execution="")

    def get(self, district: str, run: int) -> Run:
        """One run. Raises NotFound."""
        return self._runs.get(district, run)

    def page(self, district: str, limit: int, cursor: str | None, state: RunState | None = None) -> Page[Run]:
        """Runs, the latest first, only those in a state if one is given. Raises InvalidInput for a malformed cursor."""
        return self._runs.page(district, limit, cursor, state)

    def last_finished(self, district: str) -> datetime | None:
        """When the last run ended that did not fail; None when none did."""
        ended = (run for run in self._runs.newest_first(district) if run.state in FINISHED - {"failed"})
        return next((run.finished_at for run in ended), None)

    def planned_against(self, run: Run) -> int | None:
        """The run whose roster a run's plan was made against, 0 for none; None when that is no longer known. S-10."""
        body = self._files(UNUSED).find(f"{layout.plan_prefix(run)}/{layout.REPORT}")
        report = layout.Report.model_validate_json(body) if body else None
        return report.before.run if report and "before" in report.model_fields_set else None

    def classes_removed(self, run: Run, before: Promoted) -> list[ClassEntry]:
        """The classes that a run's plan removes, as they are in the roster `before` it. Carries out S-15.

        Nothing is read for a plan that removes none.
        """
        if not run.changes.get("class", {}).get("remove"):
            return []
        with tempfile.TemporaryDirectory(prefix="homeroom-") as room:
            files, prefix = self._files(Path(room)), _prefix(run)
            gone = set(PlanPages(files, prefix, prefix, kind="class", school=None).removed())
            entries = map(ClassEntry.model_validate_json, files.lines(f"{before.prefix}/{layout.roster('class')}"))
            return [entry for entry in entries if entry.id in gone]

    def plan(
        self, district: str, run: int, *, kind: str | None, school: str | None, limit: int, cursor: str | None
    ) -> Page[dict[str, Any]]:
        """The changes of a run's plan, only those of a kind and a school if given; nothing for a run without changes.

        A page may hold fewer than `limit`, or none, and still have a `next`: changes that match can lie far apart. A
        change that leaves a school for another is both schools'. Raises NotFound when there is no such run,
        InvalidInput for a malformed cursor. Carries out S-10.
        """
        found = self._runs.get(district, run)
        if found.based_on != run:
            return Page([])
        prefix, tell = _prefix(found), partial(self._told, self._district(district))
        pages = PlanPages(self._files(UNUSED), prefix, prefix, kind=kind, school=school, tell=tell)
        return pages.page(limit, cursor)

    def _told(self, district: District, changes: Sequence[Change]) -> list[str]:
        """The changes as sentences (S-10)."""
        mentions = set().union(*map(mentioned, changes))
        names = self._names(district.id, mentions) if self._names and mentions else {}
        return [words(change, grace_days=district.settings.grace_days, names=names) for change in changes]

    def counts(self, district: str, run: int, school: str | None = None) -> Counts:
        """How many changes a run's plan has, by school ("" for none), kind and operation; of one school if given.

        A change that leaves a school for another counts at both. Nothing for a run without changes. Raises NotFound.
        Carries out S-10.
        """
        found = self._runs.get(district, run)
        return counts(self._files(UNUSED), _prefix(found), school) if found.based_on == run else {}

    def findings(
        self, district: str, run: int | None, *, code: str | None, school: str | None, limit: int, cursor: str | None
    ) -> Page[dict[str, Any]]:
        """What to mend, worst first: of a run, or of the last one that looked, after what stands without any.

        Raises NotFound, InvalidInput for a malformed cursor and for a `code` that no finding has. Carries out S-06.
        """
        if code is not None and code not in CATALOG:
            raise InvalidInput("There is no finding of this code.", field="code")
        found = self._runs.get(district, run) if run is not None else self._looked(district)
        scope = f"findings:{district}:{found.run if found else 0}:{code}:{school}"
        levels = SEVERITIES if code is None else (severity(code),)
        with tempfile.TemporaryDirectory(prefix="homeroom-") as room:
            files, prefix = self._files(Path(room)), run_prefix(district, found.based_on) if found else ""
            looked = levels if found and found.based_on else ()
            lines = itertools.chain.from_iterable(files.lines(f"{prefix}/{layout.findings(one)}") for one in looked)
            standing_now = self._conflicts(district) if run is None else ()
            rows = itertools.chain(standing_now, map(Finding.model_validate_json, lines))
            chosen = (row for row in rows if code in {None, row.code} and school in {None, row.school})
            return page_of(map(told, chosen), scope=scope, limit=limit, cursor=cursor)

    def readiness(self, district: str) -> dict[str, Any]:
        """The checklist and what it is based on; no items before the first run. Carries out P-09, P-10."""
        found = self._looked(district)
        if found is None:
            return {"run": None, "reached": None, "items": []}
        body = self._files(UNUSED).read(f"{run_prefix(district, found.based_on)}/{layout.REPORT}")
        items = layout.Report.model_validate_json(body).readiness
        return {"run": str(found.run), "reached": found.reached, "items": items}

    def summary(self, district: str, now: datetime) -> dict[str, Any]:
        """How the sync stands: whether data is fresh and, if it is not, why. Carries out S-05, P-10."""
        return standing(self._district(district), self._runs, now)

    def _looked(self, district: str) -> Run | None:
        """The latest run that looked at the source and came as far as a plan."""
        return next((run for run in self._runs.newest_first(district) if run.based_on and not run.undoes), None)

    def _district(self, district: str) -> District:
        found = self._districts.get(district)
        if found is None:
            raise DistrictNotFound
        return found

    def _files(self, room: Path) -> RunFiles:
        return RunFiles(self._s3, self._bucket, room)


def _prefix(run: Run) -> str:
    """Where the plan lies that a reader is shown: until only its additions are planned, the one that was held."""
    own = run.state in {"applying", "succeeded"}
    return layout.plan_prefix(run) if own else run_prefix(run.district, run.run)
