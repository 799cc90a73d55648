"""`python -m tests.sweep`: fail every AWS call of every scene in every way.

`--only 137:lost` is one point again, with all that differs; `--every 40` takes one point of forty, `--scenes 0,3` only
those of some scenes; `--jobs 2` is how many processes share the work. Ends 1 when a point failed.
"""

import argparse
import json
import os
import selectors
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.sweep.points import Outcome, Point, sweep
from tests.sweep.scenes import SCENES

SHOWN, WIDTH = 4, 240
# How often it says how far it is.
SAID_EVERY = 200
Json = dict[str, Any]
MEMORY = "/dev/shm"


def main(arguments: list[str]) -> int:
    """Run the command and give its exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.sweep", description=__doc__)
    parser.add_argument("--only", metavar="K:WAY")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--scenes", type=_numbers, default=range(len(SCENES)), metavar="0,3,7")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--share", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.share is not None:
        return _work(asked)
    return _lead(asked, 1 if asked.only else asked.jobs)


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def _work(asked: argparse.Namespace) -> int:
    """Go through one share of the points, and print each outcome as a line of JSON."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

    def chosen(position: int, point: Point) -> bool:
        if asked.only:
            return str(point) == asked.only
        return position % asked.every == 0 and (position // asked.every) % asked.jobs == asked.share

    for told in sweep(chosen, asked.scenes):
        out.write(json.dumps(asdict(told) if isinstance(told, Outcome) else {"calls": told}) + "\n")
    return 0


def _lead(asked: argparse.Namespace, jobs: int) -> int:
    """Have the points gone through side by side, and say what came of them."""
    began = time.monotonic()
    outcomes: list[Json] = []
    calls = 0
    workers = [_worker(asked, share, jobs) for share in range(jobs)]
    for line in _lines_of(workers):
        calls = max(calls, line.get("calls", 0))
        if "point" in line:
            outcomes.append(line)
            _show(line, whole=bool(asked.only))
            if len(outcomes) % SAID_EVERY == 0:
                failed = sum(bool(one["faults"]) for one in outcomes)
                sys.stdout.write(f"… {len(outcomes)} points, {failed} failed, {time.monotonic() - began:.0f} s\n")
                sys.stdout.flush()
    if any(worker.wait() for worker in workers):
        sys.stdout.write("A worker of the sweep failed.\n")
        return 2
    return _sum_up(outcomes, calls, time.monotonic() - began)


def _worker(asked: argparse.Namespace, share: int, jobs: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.sweep", "--every", str(asked.every), "--jobs", str(jobs)]
    command += ["--scenes", ",".join(map(str, asked.scenes))]
    command += ["--only", asked.only] if asked.only else []
    # Runs make and remove folders without end: not on a disk, where there is a choice.
    environ = os.environ | ({"TMPDIR": MEMORY} if Path(MEMORY).is_dir() else {})
    return subprocess.Popen([*command, "--share", str(share)], stdout=subprocess.PIPE, text=True, env=environ)


def _lines_of(workers: list["subprocess.Popen[str]"]) -> Iterator[Json]:
    """What the workers print, as it comes."""
    with selectors.DefaultSelector() as waiting:
        for worker in workers:
            waiting.register(worker.stdout, selectors.EVENT_READ)  # type: ignore[arg-type]
        while waiting.get_map():
            for key, _ in waiting.select():
                # Each worker prints whole lines, and seldom more than one at a time.
                if line := key.fileobj.readline():  # type: ignore[union-attr]
                    yield json.loads(line)
                else:
                    waiting.unregister(key.fileobj)


def _show(outcome: Json, *, whole: bool) -> None:
    """Print a point that failed; all that differs, or the beginning of it."""
    point, faults = outcome["point"], outcome["faults"]
    most = len(faults) if whole else SHOWN
    if not faults:
        return
    sys.stdout.write(f"{point['call']}:{point['way']}  {point['name']}, in {point['scene']}\n")
    for fault in faults[:most]:
        sys.stdout.write(f"    {fault if whole else fault[:WIDTH]}\n")
    if len(faults) > most:
        sys.stdout.write(f"    … and {len(faults) - most} more\n")
    sys.stdout.flush()


def _sum_up(outcomes: list[Json], calls: int, seconds: float) -> int:
    tried = Counter(outcome["point"]["way"] for outcome in outcomes)
    failed = Counter(outcome["point"]["way"] for outcome in outcomes if outcome["faults"])
    sys.stdout.write(f"{calls} calls, {len(outcomes)} points, {failed.total()} failed, {seconds:.0f} s\n")
    for way, count in sorted(tried.items()):
        sys.stdout.write(f"    {way:14}{count:6} points {failed[way]:6} failed\n")
    return 1 if failed or not outcomes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
