"""`python -m benchmarks [--size default|full|tiny] [--only night,plan]`: measure, print a table, write JSON.

Ends with 0 unless something could not be measured: a missed budget is printed, not failed.
"""

import argparse
import os
import sys
import time

from benchmarks import cold_start, first_sync, memory, page_parsing, planning, programs, quiet_night, report
from benchmarks.fresh import TaskFailed
from benchmarks.report import Row
from benchmarks.sizes import SIZES
from benchmarks.suite import Benchmark, Context
from sandbox.stack.errors import StackError
from sandbox.stack.terminal import say
from tests.support.dynamodb_local import Unavailable

BENCHMARKS: dict[str, Benchmark] = {
    "cold": cold_start.benchmark,
    "page": page_parsing.benchmark,
    "night": quiet_night.benchmark,
    "plan": planning.benchmark,
    "memory": memory.benchmark,
    "first": first_sync.benchmark,
}
RESULT = programs.PATHS.local / "bench.json"


def main() -> int:
    """Run what the command line names. Returns the exit code."""
    arguments = _arguments()
    chosen = arguments.only.split(",") if arguments.only else list(BENCHMARKS)
    with programs.emulated() as aws_url:
        context = Context(SIZES[arguments.size], aws_url)
        rows, failed = _measured(context, chosen)
    report.show(rows)
    for note in context.notes:
        say(note)
    report.save(RESULT, arguments.size, rows, context.notes)
    say(f"Every figure is in {RESULT.relative_to(programs.PATHS.root)}.")
    return 1 if failed else 0


def _measured(context: Context, chosen: list[str]) -> tuple[list[Row], bool]:
    rows: list[Row] = []
    failed = False
    for name in chosen:
        begun = time.monotonic()
        say(f"Measuring {name} ...")
        try:
            rows += BENCHMARKS[name](context)
        except (TaskFailed, StackError, Unavailable) as problem:
            failed = True
            context.notes.append(f"{name} could not be measured: {problem}")
        say(f"  {time.monotonic() - begun:.0f} s")
    return rows, failed


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), default=os.environ.get("SIZE") or "default")
    parser.add_argument("--only", default="", help=f"some of: {', '.join(BENCHMARKS)}")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
