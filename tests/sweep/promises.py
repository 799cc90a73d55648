"""What holds at every moment, a fault's included: nobody who reads in between sees what they may not (S-11, X-04)."""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from homeroom.classes.store import member_item
from homeroom.roster import wiring
from homeroom.roster.entries import ENTRY_TYPES
from homeroom.roster.runs import FINISHED, Run
from homeroom.roster.store import items, layout
from homeroom.runtime.dynamo import wire
from tests.support.machine import Items, Stage
from tests.support.rows import DISTRICT
from tests.sweep import memory
from tests.sweep.world import World

# Superseded: a run that was to take its place died before it had; the next one does.
WAITING = {"held", "rejected", "superseded"}


def broken(stage: Stage) -> list[str]:
    """Each promise that does not hold, in a line; none if all do."""
    runs = list(wiring.run_store().newest_first(DISTRICT))
    found = memory.items()
    return [*_of_records(runs, found), *_of_memberships(found), *_of_readers(stage)]


def _of_records(runs: list[Run], found: Items) -> Iterator[str]:  # noqa: C901  one promise after the other
    """The ledger agrees with itself: who runs has the lease, what is in force succeeded and was audited."""
    sync = wiring.run_store().sync(DISTRICT)
    audited = {
        row["cause"]["S"] for key, row in found.items() if key[2].startswith("AUDIT#") and "roster.applied" in str(row)
    }
    for run in runs:
        if run.state not in FINISHED and run.run not in {sync.holder, sync.applying}:
            yield f"run {run.run} is {run.state} without the lease"
        if run.state == "succeeded" and run.changes and sync.promoted.run < run.run:
            yield f"run {run.run} succeeded and its roster is not in force"
        if (run.state == "succeeded" and bool(run.changes)) != (f"run:{run.run}" in audited):
            yield f"run {run.run} is {run.state}, its audit row says otherwise"
        if run.run == sync.applying and run.state not in {"applying", "failed"}:
            yield f"run {run.run} is {run.state} and being applied"
        if run.state == "failed" and not run.reasons:
            yield f"run {run.run} failed without a reason"
    if sync.waiting and next(run.state for run in runs if run.run == sync.waiting.run) not in WAITING:
        yield f"run {sync.waiting.run} waits and is not held"
    if not sync.applying:
        yield from unlike_roster(found)


def unfinished(world: World) -> Iterator[str]:
    """What must be over in the end: runs, leases, half a plan; and held plans that nobody can decide on, or need."""
    sync = wiring.run_store().sync(DISTRICT)
    for run in wiring.run_store().newest_first(DISTRICT):
        if run.state not in FINISHED:
            yield f"run {run.run} is {run.state} still"
    if sync.held(world.stage.now):
        yield f"run {sync.holder} has the lease still"
    if sync.applying:
        yield f"run {sync.applying} is half written still"
    asked = sync.waiting and not sync.waiting.rejected
    wanted = [f"HOLD#{sync.waiting.run:08d}"] if sync.waiting and asked else []
    waiting = {one.player.token for one in world.executions.values() if one.player and one.player.token}
    kept = {key[2]: item["token"]["S"] for key, item in memory.items().items() if key[2].startswith("HOLD#")}
    if waiting != {kept.get(key, "none") for key in wanted}:
        yield f"{len(waiting)} executions wait, where {len(wanted)} should"


def unlike_mails(expected: list[str], world: World) -> Iterator[str]:
    """Mails that went out twice, or to nobody; one that may be missing is unsure, and only where mailing was cut."""
    unsure = sum(item.get("state", {}).get("S") == "unsure" for key, item in memory.items().items() if key[2] == "MAIL")
    twice = [mail for mail, times in Counter(world.mails).items() if times > expected.count(mail)]
    missing = len(expected) - len(world.mails)
    if twice:
        yield f"went out too often: {twice}"
    if missing > unsure:
        yield f"{missing} mails never went out, and {unsure} are unsure"
    if unsure and not world.faults.struck_in.startswith("Mailer"):
        yield f"{unsure} mails are unsure"


def _of_memberships(found: Items) -> Iterator[str]:
    """Nobody is in a class and has left it with the same stroke."""
    for (table, pk, sk), item in found.items():
        if sk.startswith("X#"):
            _, kind, person, _ = sk.split("#")
            now = found.get((table, pk, f"{kind}#{person}"))
            if now and int(now["run"]["N"]) < int(item["run"]["N"]):
                yield f"{pk} {kind}#{person} has left and is still there"


def _of_readers(stage: Stage) -> Iterator[str]:
    """Whoever asks how things stand is answered."""
    runs = wiring.runs(start=False)
    asked = {
        "summary": lambda: runs.summary(DISTRICT, stage.now),
        "readiness": lambda: runs.readiness(DISTRICT),
        "page": lambda: runs.page(DISTRICT, 50, None),
        "findings": lambda: runs.findings(DISTRICT, None, code=None, school=None, limit=50, cursor=None),
        "plan": lambda: runs.plan(
            DISTRICT, wiring.run_store().sync(DISTRICT).counter, kind=None, school=None, limit=50, cursor=None
        ),
    }
    for name, ask in asked.items():
        try:
            ask()
        except Exception as error:  # noqa: BLE001  whatever it is, a reader met it
            if name != "plan" or wiring.run_store().sync(DISTRICT).counter:
                yield f"{name} fails with {type(error).__name__}: {error}"


def unlike_roster(found: Items) -> Iterator[str]:
    """Where the tables say something else than the roster in force, while nothing is being applied."""
    expected = _by_roster()
    there = {key: _timeless(item) for key, item in found.items() if _is_rosters(key)}
    for key in sorted(expected.keys() | there.keys()):
        if expected.get(key) != there.get(key):
            yield f"{' '.join(key)}: roster {json.dumps(expected.get(key))}, table {json.dumps(there.get(key))}"


def _is_rosters(key: tuple[str, str, str]) -> bool:
    return key[2].startswith(("SCHOOL#", "TERM#", "CLASS", "T#", "S#")) or key[2] == "PERSON"


def _timeless(item: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in item.items() if name not in {"run", "started"}}
    return {name: {kind: sorted(v) if kind == "SS" else v for kind, v in value.items()} for name, value in kept.items()}


def _by_roster() -> Items:
    makers: dict[str, Any] = {
        "school": items.school_item,
        "term": items.term_item,
        "person": items.person_item,
        "class": items.class_item,
    }
    prefix, objects = wiring.run_store().sync(DISTRICT).promoted.prefix, memory.objects()
    made: list[tuple[str, Any]] = []
    for kind, maker in makers.items() if prefix else ():
        for line in gzip.decompress(objects[f"{prefix}/{layout.roster(kind)}"]).splitlines():
            entry: Any = ENTRY_TYPES[kind].model_validate_json(line)
            made.append(("classes" if kind == "class" else "districts", maker(DISTRICT, entry, 0)))
            if kind == "class":
                members = entry.members().items()
                made += [("classes", member_item(DISTRICT, entry.id, key, role, 0, None)) for key, role in members]
    wired = ((table, wire(item)) for table, item in made)
    return {(table, item["pk"]["S"], item["sk"]["S"]): _timeless(item) for table, item in wired}
