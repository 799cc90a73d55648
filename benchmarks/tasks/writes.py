"""Applying a plan, in turns with plain BatchWriteItem of the very same items by as many threads."""

import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.tasks.steps import manifest, next_run, promote
from homeroom.roster import wiring
from homeroom.roster.changes import Change
from homeroom.roster.store.files import RunFiles, write_lines
from homeroom.roster.store.writer import BATCH, Writer
from homeroom.roster.store.writes import Put, RunMark, Tables, actions, creations
from homeroom.runtime import aws
from homeroom.runtime.settings import settings

THREADS = 4  # the writer's own number
Chunk = dict[str, Any]


def first(state: dict[str, Any], groups: int, peer_every: int) -> dict[str, Any]:
    """Apply the whole plan in groups of chunks; after every `peer_every`-th group the peer writes the same items."""
    chunks = manifest(state)
    dealt = [chunks[number::groups] for number in range(groups)]
    return _in_turns([group for group in dealt if group], peer_every)


def updates(state: dict[str, Any], after: dict[str, Any], most: int) -> dict[str, Any]:
    """Change the name of up to `most` people who are there already: writes under conditions, in transactions."""
    people = [change for chunk in manifest(state) for change in _changes(chunk) if change.kind == "person"][:most]
    promote(after)
    begun = next_run(state["district"])
    runs, number = wiring.run_store(), int(begun["run"])
    run, sync = runs.get(state["district"], number), runs.sync(state["district"])
    runs.record(run, sync, applying=number)
    return _in_turns([[chunk] for chunk in _chunks(people, state["district"], number)], 1)


def _chunks(people: list[Change], district: str, run: int, size: int = 500) -> Iterator[Chunk]:
    with tempfile.TemporaryDirectory() as room:
        files = RunFiles(aws.s3, settings().roster_bucket, Path(room))
        for start in range(0, len(people), size):
            lines = [_renamed(change).model_dump_json().encode() for change in people[start : start + size]]
            key = f"updates/{start}.jsonl.gz"
            files.send(write_lines(files.path(key), lines).path, key)
            yield {"district": district, "run": run, "bucket": files.bucket, "key": key, "number": start}


def _renamed(change: Change) -> Change:
    after = dict(change.after or {})
    return change.model_copy(update={"op": "update", "before": after, "after": {**after, "first": "Renamed"}})


def _in_turns(groups: list[list[Chunk]], peer_every: int) -> dict[str, Any]:
    writer, tables = wiring.writer(), wiring.tables()
    ours: list[tuple[int, float]] = []
    peer: list[tuple[int, float]] = []
    ratios: list[float] = []
    for number, group in enumerate(groups):
        items = _items(group) if number % peer_every == 0 else []
        ours.append(_timed(partial(_apply, group, writer, tables)))
        if items:
            assert ours[-1][0] == len(items), "the peer would write other items"
            peer.append(_timed(partial(_plain, items)))
            ratios.append(ours[-1][0] / ours[-1][1] * peer[-1][1] / peer[-1][0])
    totals = {"ours": _total(ours), "peer": _total(peer)}
    return totals | {"ratios": ratios}


def _apply(group: list[Chunk], writer: Writer, tables: Tables) -> int:
    return sum(wiring.steps().apply(chunk, writer, tables)["written"] for chunk in group)


def _total(parts: list[tuple[int, float]]) -> dict[str, float]:
    return {"items": sum(items for items, _ in parts), "seconds": sum(seconds for _, seconds in parts)}


def _timed(work: Callable[[], int]) -> tuple[int, float]:
    begun = time.perf_counter()
    return work(), time.perf_counter() - begun


def _changes(chunk: Chunk) -> list[Change]:
    with tempfile.TemporaryDirectory() as room:
        lines = RunFiles(aws.s3, chunk["bucket"], Path(room)).lines(chunk["key"])
        return [Change.model_validate_json(line) for line in lines]


def _items(group: list[Chunk]) -> list[Put]:
    """What applying these chunks puts, to the peer's tables."""
    first = group[0]
    run, tables = wiring.run_store().get(first["district"], int(first["run"])), wiring.tables()
    mark = RunMark(run.district, run.run, run.started_at)
    puts: list[Put] = []
    for change in (change for chunk in group for change in _changes(chunk)):
        if change.op == "create":
            puts += creations(change, mark, tables)
        else:
            puts += [
                Put(body["TableName"], body["Item"])
                for action in actions(change, mark, tables)
                for body in action.values()
            ]
    return [Put(f"peer-{put.table}", put.item) for put in puts]


def _plain(items: list[Put]) -> int:
    """Nothing but BatchWriteItem: 25 items a request, what is not taken sent again at once."""
    client: Any = aws.dynamodb()

    def send(start: int) -> None:
        request: dict[str, Any] = {}
        for put in items[start : start + BATCH]:
            request.setdefault(put.table, []).append({"PutRequest": {"Item": put.item}})
        while request:
            request = client.batch_write_item(RequestItems=request).get("UnprocessedItems", {})

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(send, range(0, len(items), BATCH)))
    return len(items)
