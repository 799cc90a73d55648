"""A plan of many changes: its time against parsing both snapshots, and its memory."""

import tempfile
from collections.abc import Iterator
from typing import Any

from benchmarks.fresh import measure
from benchmarks.report import Row
from benchmarks.suite import Context, middle

MOST_TIMES = 3.0
MOST_MB = 512


def benchmark(context: Context) -> Iterator[Row]:
    """Processor time: both sides are one thread that waits for nothing but the disk."""
    sizes = context.sizes
    with tempfile.TemporaryDirectory(prefix="homeroom-bench-") as root:
        counts = measure("planning.build", {}, root=root, people=sizes.plan, changes=sizes.changes)
        first = measure("planning.first", {}, root=root, sourced=counts["before"])
        plans, parses, rosters = [], [], []
        given = {"root": root, "before": counts["before"], "after": counts["after"]}
        for _ in range(sizes.repeats):
            plans.append(measure("planning.second", {}, **given))
            parses.append(measure("planning.parse", {}, root=root))
            rosters.append(measure("planning.parse_roster", {}, root=root))
    what = f"plan of {sizes.plan:,} people, {sum(plans[0]['changes'].values()):,} changes"
    yield _time(f"{what}: time, against both snapshots", plans, parses, MOST_TIMES)
    yield _time(f"{what}: time, against what it reads", plans, rosters, None)
    peak = max(plan["peak_mb"] for plan in plans)
    detail = {"plan": plans[0], "memberships": plans[0]["counts"].get("membership")}
    yield Row(f"{what}: memory", f"{peak:.0f} MB", "", peak, MOST_MB, unit="MB", detail=detail)
    peak = first["peak_mb"]
    made = sum(first["changes"].values())
    yield Row(f"first plan of {sizes.plan:,} people, {made:,} changes: memory", f"{peak:.0f} MB", "", peak, MOST_MB,
              unit="MB", detail=first)  # fmt: skip


def _time(what: str, ours: list[Any], peer: list[Any], budget: float | None) -> Row:
    us, them = [found["cpu"] for found in ours], [found["cpu"] for found in peer]
    ratio = middle([one / other for one, other in zip(us, them, strict=True)])
    return Row(what, f"{middle(us):.1f} s", f"{middle(them):.1f} s", ratio, budget, detail={"ours": us, "peer": them})
