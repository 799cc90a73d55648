"""The first sync of a district: fetch, plan and apply, against BatchWriteItem of the same items and nothing else."""

from collections.abc import Iterator
from typing import Any

from benchmarks import place, programs
from benchmarks.engines import dynamodb_local
from benchmarks.fresh import measure
from benchmarks.report import Row
from benchmarks.suite import Context, middle, rate

FLOOR = 0.7
CHUNKS_A_GROUP = 2
MOST_PEER_GROUPS = 12


def benchmark(context: Context) -> Iterator[Row]:
    """Rows for the emulator, and for DynamoDB Local where it can be had."""
    with programs.clever(context.sizes.first_sync) as clever_url:
        yield from _on("emulator", context, clever_url, "")
        with dynamodb_local(context.notes) as url:
            if url:
                yield from _on("DynamoDB Local", context, clever_url, url)


def _on(engine: str, context: Context, clever_url: str, dynamodb_url: str) -> Iterator[Row]:
    env = place.make(context.aws_url, clever_url, dynamodb_url).env
    begun = measure("steps.begin", env)
    fetched = measure("steps.fetch", env, state=begun["state"])
    planned = measure("steps.plan", env, state=fetched["state"])
    groups = max(4, planned["chunks"] // CHUNKS_A_GROUP)
    every = max(1, groups // MOST_PEER_GROUPS)
    applied = measure("writes.first", env, state=planned["state"], groups=groups, peer_every=every)
    yield from _rows(engine, fetched, planned, applied, context.sizes.first_sync)
    changed = measure(
        "writes.updates",
        env,
        state=planned["state"],
        after=fetched["state"],
        most=min(12_000, context.sizes.first_sync),
    )
    yield _row(f"updates in transactions of 100, {engine}", changed, None)


def _rows(engine: str, fetched: Any, planned: Any, applied: Any, people: int) -> Iterator[Row]:
    yield _row(f"first sync, {people:,} people: apply alone, {engine}", applied, FLOOR)
    items, peer = applied["ours"]["items"], applied["peer"]
    whole = fetched["seconds"] + planned["seconds"] + applied["ours"]["seconds"]
    shares = {"fetch": fetched["seconds"], "plan": planned["seconds"], "apply": applied["ours"]["seconds"]}
    yield Row(
        f"first sync, {people:,} people: fetch + plan + apply, {engine}",
        rate(items, whole),
        rate(peer["items"], peer["seconds"]),
        (items / whole) / (peer["items"] / peer["seconds"]),
        FLOOR,
        "at_least",
        detail={"items": items, "seconds": shares, "sourced": fetched["sourced"]},
    )


def _row(what: str, found: Any, budget: float | None) -> Row:
    ours, peer = found["ours"], found["peer"]
    return Row(
        what, rate(**ours), rate(**peer), middle(found["ratios"]), budget, "at_least", detail=found | {"kind": "writes"}
    )
