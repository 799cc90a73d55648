"""The steps of a run, one a process, as the state machine calls them, without Lambda between.

S3 is the emulator's, reached by boto3 as in Lambda; `state` is what one step hands to the next.
"""

import json
from datetime import UTC, datetime
from typing import Any

from benchmarks.tasks import district
from homeroom.roster import wiring
from homeroom.roster.service.control.frame import FREE
from homeroom.roster.syncs import Promoted
from homeroom.runtime import aws


def begin() -> dict[str, Any]:
    """Register the district and begin a run of it, by hand, so that no pause or setting skips it."""
    name = district.register()["district"]
    return {"state": _begun(name)}


def _begun(name: str) -> dict[str, Any]:
    now = datetime.now(UTC)
    state = wiring.control().begin({"district": name, "trigger": "manual", "execution": now.isoformat()}, now)
    assert state["mode"] == "fetch", state
    return state


def fetch(state: dict[str, Any]) -> dict[str, Any]:
    """Read the district into a snapshot."""
    answer = wiring.steps().fetch(state, district.source)
    return {"state": answer, "sourced": answer["after"]["sourced"]}


def plan(state: dict[str, Any]) -> dict[str, Any]:
    """Plan what was fetched."""
    made = wiring.steps().plan(state)
    assert made["decision"] == "apply", made
    return {"state": made, "chunks": len(manifest(made))}


def apply(state: dict[str, Any], chunks: int) -> dict[str, Any]:
    """Apply the plan's last chunks, which are full ones of memberships."""
    writer, tables = wiring.writer(), wiring.tables()
    done = [wiring.steps().apply(chunk, writer, tables) for chunk in manifest(state)[-chunks - 1 : -1]]
    return {"written": sum(part["written"] for part in done)}


def manifest(state: dict[str, Any]) -> list[dict[str, Any]]:
    """The chunks of the plan."""
    place = state["manifest"]
    body = aws.s3().get_object(Bucket=place["bucket"], Key=place["key"])["Body"].read()
    return [json.loads(line) for line in body.splitlines()]


def promote(state: dict[str, Any]) -> dict[str, Any]:
    """Close a fetched run as if its plan had been applied: what follows is a night on top of it."""
    runs = wiring.run_store()
    run, sync = runs.get(state["district"], int(state["run"])), runs.sync(state["district"])
    closed = run.model_copy(update={"state": "succeeded", "finished_at": datetime.now(UTC), "based_on": run.run})
    changes: dict[str, Any] = {**FREE, "applying": 0, "promoted": Promoted.model_validate(state["after"])}
    runs.record(closed, sync, **changes)
    return {}


def next_run(name: str) -> dict[str, Any]:
    """Begin another run of a registered district."""
    return _begun(name)
