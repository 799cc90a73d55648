"""Rehearses the sync on a recorded district, on the deployed stack, and prints what came of it.

    python -m sandbox.rig.rehearsal --replay ../shared/tools/clever_replay.py            the roster, at every size
    python -m sandbox.rig.rehearsal --replay ../shared/tools/clever_replay.py --faults   every fault on every path

`--replay` names a program that serves recordings as Clever would (it takes --port, --complete and --copies).
"""

import argparse
import logging
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from homeroom.roster.runs import Run
from sandbox.demo.checks import table
from sandbox.rig.night import discover
from sandbox.rig.stack import Items, Stack
from sandbox.stack import environment, ports, processes
from sandbox.stack.paths import Paths
from sandbox.stack.runner import up
from sandbox.stack.terminal import say

DISTRICT = "58da8a43cc70ab00017a1a87"
# The recorded sections' own term began in August 2012; every recorded term is over since June 2018.
WITHIN, OUTSIDE = "2012-10-01", "2019-10-01"
VARIANTS: tuple[tuple[str, list[str], str, str], ...] = (
    ("as it is, terms: all", [], "all", "none"),
    ("--complete, terms: all", ["--complete"], "all", "none"),
    ("--complete --copies 50, terms: all", ["--complete", "--copies", "50"], "all", "none"),
    (f"--complete, terms: current, on {WITHIN}", ["--complete"], "current", WITHIN),
    (f"--complete, terms: current, on {OUTSIDE}", ["--complete"], "current", OUTSIDE),
)
KINDS = ("429", "500", "401", "html404", "truncated", "empty", "slow")
RETRIED = ("429", "500", "slow")
PATHS = ("/districts", "/schools", "/terms", "/courses", "/sections", "/users", "/events")
# The replay's slow answer takes 20 s.
IMPATIENT = "4"


@contextmanager
def replayed(paths: Paths, program: str, options: Sequence[str]) -> Iterator[str]:
    """The replay, running; its URL."""
    port, log = ports.any_free(), paths.log("replay")
    command = [sys.executable, program, "--port", str(port), *options]
    process = processes.start(command, port=port, environment=environment.clean(), folder=paths.root, log=log)
    try:
        ports.wait_for(
            lambda: ports.answers(port), lambda: processes.alive(process), what="The replay", seconds=120, log=str(log)
        )
        yield f"http://{ports.LOOPBACK}:{port}"
    finally:
        processes.stop(process)


def fresh(paths: Paths, url: str, terms: str, **parameters: str) -> Stack:
    """The stack, reading from that URL, with nothing of the district but that it is live."""
    up(paths, port=None, clever_url=url, overrides=parameters)
    stack = Stack.here()
    stack.wipe(DISTRICT)
    stack.live_district(DISTRICT, terms=terms)
    return stack


def timed(stack: Stack) -> tuple[Run, float]:
    """One run, and how many seconds it took from outside."""
    begun = time.monotonic()
    _, run = stack.execute(DISTRICT, seconds=3000)
    return run, time.monotonic() - begun


def sizes(paths: Paths, program: str) -> None:
    """A first run and one without change, for every variant."""
    rows: list[tuple[object, ...]] = []
    for name, options, terms, today in VARIANTS:
        with replayed(paths, program, options) as url:
            stack = fresh(paths, url, terms, FrozenToday=today)
            for run, seconds in (timed(stack), timed(stack)):
                counts = [run.counts.get(kind, 0) for kind in ("person", "class", "membership")]
                rows.append((name, run.state, *counts, run.written, f"{seconds:.1f}"))
                say("  ".join(map(str, rows[-1])))
            found = {code: count for code, count in sorted(run.findings.items()) if ":" not in code}
            say(f"{name}: findings {found}")
    table(("source", "state", "people", "classes", "memberships", "written", "seconds"), rows)


def faults(paths: Paths, program: str) -> bool:
    """Every fault on every path, for good and once. Whether all went as they must."""
    rows: list[tuple[object, ...]] = []
    with replayed(paths, program, ["--complete"]) as url:
        stack = fresh(paths, url, "all", CleverTimeoutSeconds=IMPATIENT)
        timed(stack)
        before = stack.roster()
        for kind in KINDS:
            for path in PATHS:
                rows.append((kind, path, *_faulty(stack, kind, path, before)))
                say("  ".join(str(cell) for cell in rows[-1]))
    wrong = [row for row in rows if row[-1] != "ok"]
    say(f"{len(rows)} cases, {len(wrong)} wrong")
    return not wrong


def _faulty(stack: Stack, kind: str, path: str, before: Items) -> tuple[str, str, str, str]:
    """For good: what became of the run and why; once: what became of it; and the verdict."""
    stack.control({"fault": {"path": path, "kind": kind, "times": 99}})
    lasting, unchanged = timed(stack)[0], stack.roster() == before
    _mended(stack, lasting)
    recovered = timed(stack)[0].state == "succeeded"
    stack.control({"fault": {"path": path, "kind": kind, "times": 1}})
    once = timed(stack)[0]
    _mended(stack, once)
    # An empty list of events says that there are none, which may well be.
    harmless = (kind, path) == ("empty", "/events")
    stopped = lasting.state in {"failed", "held"} or harmless
    passed = once.state == "succeeded" or kind not in RETRIED
    well = stopped and unchanged and recovered and passed and stack.roster() == before
    return lasting.state, ",".join(lasting.reasons), once.state, "ok" if well else "WRONG"


def _mended(stack: Stack, run: Run) -> None:
    """All is well at Clever again, and a district that was disconnected is back, as within the hour (D-03)."""
    stack.control({"reset": True})
    if "token_refused" in run.reasons:
        discover(stack)


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replay", required=True)
    parser.add_argument("--faults", action="store_true")
    given: Any = parser.parse_args(arguments)
    logging.disable(logging.INFO)
    paths = Paths.here()
    if given.faults:
        return 0 if faults(paths, given.replay) else 1
    sizes(paths, given.replay)
    return 0


if __name__ == "__main__":
    sys.exit(main())
