"""Peak memory of fetch, plan and apply at three sizes of district, each step in a process of its own."""

from collections.abc import Iterator

from benchmarks import place, programs
from benchmarks.fresh import measure
from benchmarks.report import Row
from benchmarks.suite import Context

STEPS = {"fetch": 1024, "plan": 1024, "apply": 512}
CHUNKS = 3
Peaks = dict[str, dict[int, float]]


def benchmark(context: Context) -> Iterator[Row]:
    """The largest peak against the memory that the function has, and how it grows, in words."""
    peaks: Peaks = {step: {} for step in STEPS}
    for people in context.sizes.memory:
        with programs.clever(people) as clever_url:
            for step, peak in _peaks(context, clever_url).items():
                peaks[step][people] = peak
    for step, allowed in STEPS.items():
        by_size = peaks[step]
        shown = " / ".join(f"{peak:.0f}" for peak in by_size.values())
        sizes = " / ".join(f"{people:,}" for people in by_size)
        yield Row(f"{step}: peak memory at {sizes} people", f"{shown} MB", "", max(by_size.values()), allowed,
                  unit="MB", detail={"peaks": by_size})  # fmt: skip
        context.notes.append(_growth(step, by_size))


def _peaks(context: Context, clever_url: str) -> dict[str, float]:
    env = place.make(context.aws_url, clever_url).env
    begun = measure("steps.begin", env)
    fetched = measure("steps.fetch", env, state=begun["state"])
    planned = measure("steps.plan", env, state=fetched["state"])
    applied = measure("steps.apply", env, state=planned["state"], chunks=CHUNKS)
    return {"fetch": fetched["peak_mb"], "plan": planned["peak_mb"], "apply": applied["peak_mb"]}


def _growth(step: str, by_size: dict[int, float]) -> str:
    least, most = min(by_size), max(by_size)
    slope = (by_size[most] - by_size[least]) / (most - least) * 1000
    return (
        f"Memory of {step} grows by {slope:.2f} MB per 1,000 people "
        f"({by_size[least]:.0f} MB at {least:,}, {by_size[most]:.0f} MB at {most:,})."
    )
