"""A plan between two snapshots, and its peer: every line of both snapshots through `json.loads`."""

import gzip
import json
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

from benchmarks.tasks.folder import FolderS3
from benchmarks.tasks.invented import Invented
from homeroom.roster.districts import District
from homeroom.roster.entries import ENTRY_KINDS
from homeroom.roster.model import KINDS
from homeroom.roster.service.planning import Planning, Task
from homeroom.roster.store import layout
from homeroom.roster.store.files import RunFiles, run_prefix
from homeroom.roster.syncs import Promoted

DISTRICT = "000001000000000000000000"
TODAY = date(2026, 9, 15)
FIRST, SECOND = run_prefix(DISTRICT, 1), run_prefix(DISTRICT, 2)


def build(root: str, people: int, changes: int) -> dict[str, Any]:
    """Write both snapshots below `root`."""
    return {
        "before": Invented(people).write(Path(root) / FIRST),
        "after": Invented(people, changes).write(Path(root) / SECOND),
    }


def first(root: str, sourced: dict[str, int]) -> dict[str, Any]:
    """Plan the first snapshot, on top of nothing."""
    return _plan(root, 1, Promoted(), Promoted(run=1, prefix=FIRST, sourced=sourced))


def second(root: str, before: dict[str, int], after: dict[str, int]) -> dict[str, Any]:
    """Plan the second snapshot on top of the first."""
    stands = Promoted(run=1, prefix=FIRST, sourced=before)
    return _plan(root, 2, stands, Promoted(run=2, prefix=SECOND, sourced=after))


def _plan(root: str, run: int, before: Promoted, after: Promoted) -> dict[str, Any]:
    district = District(id=DISTRICT, name="Invented", state="live", registered_at=datetime(2026, 1, 1, tzinfo=UTC))
    client = cast("Any", FolderS3(Path(root)))
    with tempfile.TemporaryDirectory() as room:
        task = Task(district, run, TODAY, after.prefix, before, after)
        report = Planning(task, RunFiles(lambda: client, "bucket", Path(room))).run()
    changes = {kind: sum(ops.values()) for kind, ops in report.changes.items()}
    return {"changes": changes, "findings": sum(report.findings.values()), "counts": report.counts}


def parse(root: str) -> dict[str, Any]:
    """Both snapshots, unzipped and parsed, each line forgotten at once."""
    names = [f"{prefix}/{layout.snapshot(kind)}" for prefix in (FIRST, SECOND) for kind in KINDS]
    return {"lines": sum(_parsed(Path(root) / name) for name in names)}


def parse_roster(root: str) -> dict[str, Any]:
    """What the plan itself reads: the second snapshot, and the roster that the first plan left."""
    names = [f"{SECOND}/{layout.snapshot(kind)}" for kind in KINDS]
    names += [f"{FIRST}/{layout.roster(kind)}" for kind in ENTRY_KINDS]
    return {"lines": sum(_parsed(Path(root) / name) for name in names)}


def _parsed(path: Path) -> int:
    count = 0
    with gzip.open(path) as file:
        for line in file:
            json.loads(line)
            count += 1
    return count
