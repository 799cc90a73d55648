"""How much each benchmark does. The default ends within ten minutes on two cores."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """`people` counts students and employees; a student is in seven classes, as in a real district.

    `first_sync`, `night` and `plan` are districts' sizes, `changes` what lies between two plans' snapshots,
    `memory` the sizes at which peak memory is taken, `starts` how often a cold start is repeated.
    """

    first_sync: int
    night: int
    plan: int
    changes: int
    memory: tuple[int, ...]
    starts: int
    repeats: int


SIZES = {
    # For trying out the benchmarks themselves.
    "tiny": Sizes(first_sync=5_100, night=5_100, plan=2_000, changes=1_400, memory=(5_100, 6_000), starts=3, repeats=1),
    "default": Sizes(
        first_sync=6_000,
        night=20_000,
        plan=150_000,
        changes=100_000,
        memory=(6_000, 15_000, 40_000),
        starts=7,
        repeats=3,
    ),
    "full": Sizes(
        first_sync=150_000,
        night=150_000,
        plan=150_000,
        changes=100_000,
        memory=(15_000, 50_000, 150_000),
        starts=9,
        repeats=3,
    ),
}
