"""The names of a run's files below its prefix."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from homeroom.roster.holds import Hold
from homeroom.roster.runs import Run
from homeroom.roster.store.files import run_prefix
from homeroom.roster.syncs import Promoted

ADDITIONS = "additions"
REJECTED = "snapshot/rejected.jsonl.gz"
MANIFEST = "plan/manifest.jsonl"
INDEX = "plan/index.json"
REPORT = "report.json"


def snapshot(kind: str) -> str:
    """What the source said of one kind."""
    return f"snapshot/{kind}.jsonl.gz"


def roster(kind: str) -> str:
    """The roster after the run, entries of one kind."""
    return f"roster/{kind}.jsonl.gz"


def chunk(number: int) -> str:
    """A part of the plan."""
    return f"plan/{number:05d}.jsonl.gz"


def findings(severity: str) -> str:
    """The findings of one severity."""
    return f"findings/{severity}.jsonl.gz"


class Report(BaseModel):
    """What a plan came to: `report.json`. `promoted` is what is in force once the plan has been applied,
    `settings_version` names the settings that the plan was made with (D-02). `schools` counts the changes by school,
    kind and operation; one that leaves a school for another counts at both (S-10). `before` is the roster that the plan
    was made against, `holds` every guard that fired, `admins` the people who administer the whole district, before it
    and after it.
    """

    model_config = ConfigDict(frozen=True)

    promoted: Promoted
    before: Promoted = Promoted()
    settings_version: int = 0
    reasons: tuple[str, ...] = ()
    holds: tuple[Hold, ...] = ()
    admins: tuple[str, ...] = ()
    left_alone: int = 0
    counts: dict[str, int] = {}
    changes: dict[str, dict[str, int]] = {}
    schools: dict[str, dict[str, dict[str, int]]] = {}
    findings: dict[str, int] = {}
    readiness: list[dict[str, Any]] = []


class Chunk(BaseModel):
    """A line of the plan's index: where a chunk lies, the kind of its changes, and how many there are."""

    model_config = ConfigDict(frozen=True)

    key: str
    kind: str
    lines: int


def plan_prefix(run: Run) -> str:
    """Where the plan lies that a run carries out: of additions only, beside the plan that was held."""
    prefix = run_prefix(run.district, run.run)
    return f"{prefix}/{ADDITIONS}" if run.decision and run.decision.choice == "additions" else prefix
