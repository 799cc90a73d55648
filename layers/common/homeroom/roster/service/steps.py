"""The steps of a run between its beginning and its end: fetch, plan, apply. Each may be repeated (S-11)."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homeroom.classes.store import beginnings, earlier_beginnings
from homeroom.roster.changes import Change
from homeroom.roster.districts import District, DistrictNotFound
from homeroom.roster.rules.dates import is_due
from homeroom.roster.runs import Read, Run
from homeroom.roster.service.pauses import why_skipped
from homeroom.roster.source import RosterSource
from homeroom.roster.store import layout
from homeroom.roster.store.districts import DistrictStore
from homeroom.roster.store.files import RunFiles, run_prefix
from homeroom.roster.store.runs import LeaseLost, RunStore
from homeroom.roster.store.writes import RunMark, Tables, actions, changed_members, creations, new_members
from homeroom.roster.syncs import Promoted, Sync
from homeroom.runtime.errors import HomeroomError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from homeroom.roster.service.fetch import Fetched
    from homeroom.roster.store.uses import Uses
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
        uses: "Uses",
        rehearsed: date | None = None,
    ) -> None:
        self._districts, self._runs, self._s3, self._bucket = districts, runs, s3, bucket
        self._uses, self._rehearsed = uses, rehearsed

    def fetch(self, event: dict[str, Any], source: Callable[[str], RosterSource]) -> dict[str, Any]:
        """Read the source into a snapshot in the bucket: whole, or what its events since the last run name (S-19).

        Answers what the plan needs; `same` when a plan would come out as the promoted one did, `skip` when the
        district is paused at its source, or when the plan would be the one that was held or rejected already. Raises
        SourceFault, LeaseLost. Carries out S-07, S-12, S-17.
        """
        from homeroom.roster.service import fetch as fetching

        district, run, sync = self._at(event)
        prefix, today = run_prefix(district.id, run.run), self._today(district, run)
        with self._noted(run), self._room() as files:
            got, read = _read(source(district.id), files, run, sync)
            fingerprint = got.fingerprint(district, today)
            skip = why_skipped(district, run, got.district_state) or self._known(run, sync, fingerprint, today)
            young = run.started_at - sync.promoted.made_at < RENEWED_AFTER
            same = young and fingerprint == sync.promoted.fingerprint and not is_due(sync.promoted.due, today)
            if not skip and not same:
                fetching.send(got, files)
        after = Promoted(
            run=run.run, made_at=run.started_at, prefix=prefix, fingerprint=fingerprint, sourced=got.sourced,
            cursor=got.cursor,
        )  # fmt: skip
        answer = {"district": district.id, "run": str(run.run), "skip": skip, "same": same, "read": read}
        return answer | {"after": after.model_dump(mode="json"), "settings": district.settings_version}

    def plan(self, event: dict[str, Any]) -> dict[str, Any]:
        """Make the plan and decide: apply, hold, planned (not live yet), unchanged or skip (S-10, D-01).

        From the moment that the answer is `apply`, the run is finished before anything else is planned (S-11).
        """
        district, run, sync = self._at(event)
        answer = {"district": district.id, "run": str(run.run), "based_on": run.run, "read": event.get("read", "")}
        if event.get("skip"):
            return answer | {"decision": "skip", "reason": event["skip"]}
        if event.get("same"):
            cursor = event["after"]["cursor"]
            return answer | {"decision": "unchanged", "based_on": sync.promoted.run, "cursor": cursor}
        key = f"{layout.plan_prefix(run)}/{layout.MANIFEST}"
        answer |= {"manifest": {"bucket": self._bucket, "key": key}}
        if sync.applying == run.run:
            # Decided before, and the answer was lost: another one now, since settings have changed, would not stop it.
            return answer | {"decision": "apply"}
        with self._noted(run), self._room() as files:
            report = self._planned(event, district, run, sync, files)
        decision = _decision(district, report)
        if decision == "apply":
            # Kept now: whoever finishes a run that was cut off cannot know it.
            begun = run.model_copy(update={"state": "applying", "read": answer["read"]})
            self._runs.record(begun, sync, applying=run.run)
        return answer | {"decision": decision}

    def _planned(
        self, event: dict[str, Any], district: District, run: Run, sync: Sync, files: RunFiles
    ) -> layout.Report:
        """The plan of what was fetched, of the additions in a plan that was held, or of an undo."""
        from homeroom.roster.service.planning import Planning, Task

        today, used = self._today(district, run), partial(self._uses.used, district.id)
        if run.undoes:
            from homeroom.roster.service.undoing import Undoing

            with closing(Undoing(district, run, sync.promoted, files, today, used)) as undoing:
                return undoing.run(self._runs.get(district.id, run.undoes))
        additions = bool(run.decision)
        if additions:
            after = self._additions(run, files, sync.promoted)
        else:
            after = Promoted.model_validate(event["after"])
            if district.settings_version != event["settings"]:
                # The fingerprint is of other settings than the plan: let the next night plan, whatever it finds.
                after = after.model_copy(update={"fingerprint": ""})
        task = Task(district, run.run, today, sync.promoted, after, used, additions)
        with closing(Planning(task, files)) as planning:
            return planning.run()

    def _additions(self, run: Run, files: RunFiles, before: Promoted) -> Promoted:
        """What is in force once only the additions of a held plan are: the next run reads everything and plans the
        rest (S-10).
        """
        prefix = run_prefix(run.district, run.run)
        held = layout.Report.model_validate_json(files.read(f"{prefix}/{layout.REPORT}")).promoted
        # What was emptied at the source is kept as it was: the rest of the plan will ask about it again.
        sourced = before.sourced | {kind: count for kind, count in held.sourced.items() if count}
        return held.model_copy(
            update={
                "prefix": layout.plan_prefix(run), "snapshot": held.rows, "fingerprint": "", "cursor": "",
                "undone": before.undone, "sourced": sourced,
            }
        )  # fmt: skip

    def apply(self, event: dict[str, Any], writer: "Writer", tables: Tables) -> dict[str, int]:
        """Write one chunk of a plan; twice, or after half of it, ends the same. Raises StoreBusy, LeaseLost."""
        run = self._runs.get(event["district"], int(event["run"]))
        if self._runs.sync(run.district).applying != run.run:
            raise LeaseLost
        mark = RunMark(run.district, run.run, run.started_at)
        with self._room() as files:
            changes = [Change.model_validate_json(line) for line in files.lines(event["key"])]
        # What is undone is as before, the day on which somebody joined a class included (S-13).
        earlier = earlier_beginnings(new_members(changes, mark), run.undoes) if run.undoes else {}
        # A generator, so that the next items are made while others are on their way.
        new = (change for change in changes if change.op == "create")
        fresh = (put for change in new for put in creations(change, mark, tables, earlier))
        began = beginnings(changed_members(changes, mark))
        groups = (actions(change, mark, tables, began) for change in changes if change.op != "create")
        put = writer.put_all(fresh)
        written = writer.transact_all(groups, f"{run.district}/{run.run}/{event['number']}")
        return {
            "chunk": int(event["number"]), "written": put + written.items, "done": written.done,
            "refused": written.refused,
        }  # fmt: skip

    def _known(self, run: Run, sync: Sync, fingerprint: str, today: date) -> str | None:
        """Why no plan is made although there is news: it would be the one that was held, or rejected (S-10).

        Whoever asks for a run by hand wants to see it.
        """
        waiting = sync.waiting
        if waiting is None or run.trigger == "manual" or fingerprint != waiting.fingerprint:
            return None
        # A run that died while it took the plan's place may have left nothing to decide on.
        if is_due(waiting.due, today) or self._runs.get(run.district, waiting.run).state not in {"held", "rejected"}:
            return None
        return "plan_rejected" if waiting.rejected else "plan_held"

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


def _read(source: RosterSource, files: RunFiles, run: Run, sync: Sync) -> tuple["Fetched", Read]:
    """What the source says, and how it was read. After a plan that was held, everything is read again (S-10)."""
    from homeroom.roster.service.delta import delta
    from homeroom.roster.service.fetch import fetch
    from homeroom.roster.service.probing import judged

    prefix = run_prefix(run.district, run.run)
    with judged(source):
        if run.trigger == "notice" and sync.waiting is None:
            got = delta(source, files, prefix, sync.promoted, run.started_at)
            if got is not None:
                return got, "events"
        return fetch(source, files, prefix, sync.promoted), "full"


def _decision(district: District, report: layout.Report) -> str:
    """Until a district is live its plans are only looked at, whatever they hold (D-01)."""
    if district.state != "live":
        return "planned"
    if report.reasons:
        return "hold"
    return "apply" if report.changes else "unchanged"
