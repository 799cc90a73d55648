"""The steps of a run between its beginning and its end: fetch, plan, apply. Each may be repeated (S-11)."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homeroom.classes.store import beginnings
from homeroom.roster.changes import Change
from homeroom.roster.districts import District, DistrictNotFound
from homeroom.roster.runs import Run
from homeroom.roster.service.pauses import why_skipped
from homeroom.roster.source import RosterSource
from homeroom.roster.store import layout
from homeroom.roster.store.districts import DistrictStore
from homeroom.roster.store.files import RunFiles, run_prefix
from homeroom.roster.store.runs import LeaseLost, Promoted, RunStore, Sync
from homeroom.roster.store.writes import RunMark, Tables, actions, changed_members, creations
from homeroom.runtime.errors import HomeroomError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from homeroom.roster.store.writer import Writer

# Imports are inside where only one step needs them: each function pays at its start only for what it does.
# ruff: noqa: PLC0415


# A promoted roster's files live for RunRetentionDays (180 at the least): a quiet district's are made anew in time.
RENEWED_AFTER = timedelta(days=60)


class Steps:
    """What the state machine calls. `s3` gives the client when it is needed, `rehearsed` a date to take for today."""

    def __init__(
        self,
        districts: DistrictStore,
        runs: RunStore,
        s3: Callable[[], "S3Client"],
        bucket: str,
        rehearsed: date | None = None,
    ) -> None:
        self._districts, self._runs, self._s3, self._bucket = districts, runs, s3, bucket
        self._rehearsed = rehearsed

    def fetch(self, event: dict[str, Any], source: Callable[[str], RosterSource]) -> dict[str, Any]:
        """Read the source into a snapshot in the bucket.

        Answers what the plan needs; `same` when a plan would come out as the promoted one did, `skip` when the
        district is paused at its source. Raises SourceFault, LeaseLost. Carries out S-07, S-12, S-17.
        """
        from homeroom.roster.service import fetch as fetching

        district, run, sync = self._at(event)
        prefix = run_prefix(district.id, run.run)
        with self._noted(run), self._room() as files:
            got = fetching.fetch(source(district.id), files, prefix, sync.promoted)
            skip = why_skipped(district, run, got.district_state)
            fingerprint = got.fingerprint(district, self._today(district, run))
            young = run.started_at - sync.promoted.made_at < RENEWED_AFTER
            same = young and fingerprint == sync.promoted.fingerprint
            if not skip and not same:
                fetching.send(got, files)
        after = Promoted(
            run=run.run, made_at=run.started_at, prefix=prefix, fingerprint=fingerprint, sourced=got.sourced,
            cursor=got.cursor,
        )  # fmt: skip
        answer = {"district": district.id, "run": str(run.run), "skip": skip, "same": same}
        return answer | {"after": after.model_dump(mode="json"), "settings": district.settings_version}

    def plan(self, event: dict[str, Any]) -> dict[str, Any]:
        """Make the plan and decide: apply, hold, planned (not live yet), unchanged or skip (S-10, D-01).

        From the moment that the answer is `apply`, the run is finished before anything else is planned (S-11).
        """
        from homeroom.roster.service.planning import Planning, Task

        district, run, sync = self._at(event)
        answer = {"district": district.id, "run": str(run.run), "based_on": run.run}
        if event["skip"]:
            return answer | {"decision": "skip", "reason": event["skip"]}
        if event["same"]:
            cursor = event["after"]["cursor"]
            return answer | {"decision": "unchanged", "based_on": sync.promoted.run, "cursor": cursor}
        after = Promoted.model_validate(event["after"])
        if district.settings_version != event["settings"]:
            # The fingerprint is of other settings than the plan: let the next night plan, whatever it finds.
            after = after.model_copy(update={"fingerprint": ""})
        task = Task(district, run.run, self._today(district, run), after.prefix, sync.promoted, after)
        with self._noted(run), self._room() as files:
            report = Planning(task, files).run()
        decision = _decision(district, report)
        if decision == "apply":
            self._runs.record(run.model_copy(update={"state": "applying"}), sync, applying=run.run)
        return answer | {
            "decision": decision,
            "manifest": {"bucket": self._bucket, "key": f"{after.prefix}/{layout.MANIFEST}"},
        }

    def apply(self, event: dict[str, Any], writer: "Writer", tables: Tables) -> dict[str, int]:
        """Write one chunk of a plan; twice, or after half of it, ends the same. Raises StoreBusy, LeaseLost."""
        run = self._runs.get(event["district"], int(event["run"]))
        if self._runs.sync(run.district).applying != run.run:
            raise LeaseLost
        mark = RunMark(run.district, run.run, run.started_at)
        with self._room() as files:
            changes = [Change.model_validate_json(line) for line in files.lines(event["key"])]
        # A generator, so that the next items are made while others are on their way.
        fresh = (put for change in changes if change.op == "create" for put in creations(change, mark, tables))
        began = beginnings(changed_members(changes, mark))
        groups = (actions(change, mark, tables, began) for change in changes if change.op != "create")
        put = writer.put_all(fresh)
        written = writer.transact_all(groups, f"{run.district}/{run.run}/{event['number']}")
        return {
            "chunk": int(event["number"]), "written": put + written.items, "done": written.done,
            "refused": written.refused,
        }  # fmt: skip

    def _today(self, district: District, run: Run) -> date:
        """The district's date when the run began, whenever a step of it is repeated."""
        return self._rehearsed or district.today(run.started_at)

    def _at(self, event: dict[str, Any]) -> tuple[District, Run, Sync]:
        district = self._districts.get(str(event["district"]))
        if district is None:
            raise DistrictNotFound
        run, sync = self._runs.get(district.id, int(event["run"])), self._runs.sync(district.id)
        if sync.holder != run.run:
            raise LeaseLost
        return district, run, sync

    @contextmanager
    def _noted(self, run: Run) -> Iterator[None]:
        """Keep in the run's record why a step failed: the state machine is told an error's type at the most."""
        try:
            yield
        except HomeroomError as error:
            self._runs.note(run.model_copy(update={"reasons": (error.code,)}))
            raise

    @contextmanager
    def _room(self) -> Iterator[RunFiles]:
        with tempfile.TemporaryDirectory(prefix="homeroom-") as room:
            yield RunFiles(self._s3, self._bucket, Path(room))


def _decision(district: District, report: layout.Report) -> str:
    """Until a district is live its plans are only looked at, whatever they hold (D-01)."""
    if district.state != "live":
        return "planned"
    if report.reasons:
        return "hold"
    return "apply" if report.changes else "unchanged"
