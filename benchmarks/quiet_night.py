"""A night on which nothing changed, against fetching and parsing the same pages; and what it writes."""

from collections.abc import Iterator
from typing import Any

from benchmarks import place, programs
from benchmarks.fresh import measure
from benchmarks.report import Row
from benchmarks.suite import Context, middle

MOST_TIMES = 2.0
MOST_WRITES = 5


def benchmark(context: Context) -> Iterator[Row]:
    """By the clock, and by this side's processor alone, without the time that Clever takes to answer."""
    with programs.clever(context.sizes.night) as clever_url:
        env = place.make(context.aws_url, clever_url).env
        begun = measure("steps.begin", env)
        fetched = measure("steps.fetch", env, state=begun["state"])
        measure("steps.promote", env, state=fetched["state"])
        ours, peer = [], []
        for _ in range(context.sizes.repeats):
            ours.append(measure("night.ours", env, name=begun["state"]["district"]))
            peer.append(measure("night.peer", env))
    people = context.sizes.night
    yield _time(f"night without change, {people:,} people: time", "fetch_plan", ours, peer, MOST_TIMES)
    yield _time(f"night without change, {people:,} people: our processor time", "fetch_plan_cpu", ours, peer, None)
    writes = max(night["writes"] for night in ours)
    yield Row("night without change: DynamoDB writes", f"{writes} items", "", writes, MOST_WRITES, unit="")


def _time(what: str, key: str, ours: list[Any], peer: list[Any], budget: float | None) -> Row:
    us, them = [night[key] for night in ours], [night[key] for night in peer]
    ratio = middle([one / other for one, other in zip(us, them, strict=True)])
    return Row(what, f"{middle(us):.2f} s", f"{middle(them):.2f} s", ratio, budget, detail={"ours": us, "peer": them})
