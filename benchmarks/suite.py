"""What every benchmark gets: its sizes, a place for what it must say in words, and the emulator that is up."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median

from benchmarks.report import Row
from benchmarks.sizes import Sizes


@dataclass(frozen=True, slots=True)
class Context:
    """One run of the benchmarks. `notes` are sentences that stand below the table."""

    sizes: Sizes
    aws_url: str
    notes: list[str] = field(default_factory=list)


Benchmark = Callable[[Context], Iterator[Row]]


def middle(values: list[float]) -> float:
    """The median."""
    return median(values)


def rate(items: float, seconds: float) -> str:
    """A rate as people read it."""
    return f"{items / seconds:,.0f} items/s"
