"""One page of Clever's made into checked rows, against `json.loads` of the same bytes."""

from collections.abc import Iterator

from benchmarks import place, programs
from benchmarks.fresh import measure
from benchmarks.report import Row
from benchmarks.suite import Context, middle

RECORDS = 10_000


def benchmark(context: Context) -> Iterator[Row]:
    """Processor time of one page of users."""
    with programs.clever(12_000) as clever_url:
        env = place.make(context.aws_url, clever_url).env
        found = measure("pages.users", env, limit=RECORDS, times=7)
    us, them = middle(found["ours"]), middle(found["peer"])
    what = f"page of {found['records']:,} users to rows"
    yield Row(what, f"{us * 1000:.0f} ms", f"{them * 1000:.0f} ms", us / them, detail=found)
