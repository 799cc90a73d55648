"""Runs: start one now, follow it, list them, look at a plan (S-05, S-10)."""

import argparse
import time
from collections.abc import Iterator
from typing import Any

from homeroom.roster.runs import FINISHED, Run
from ops.commands import Commands
from ops.context import Context

RUN_FAILED = 5
RUN_OPEN = 6
EXITS = {"succeeded": 0, "planned": 0, "failed": RUN_FAILED}
LOOK_EVERY_SECONDS = 1.0
PAGE = 100
RUN_COLUMNS = ("run", "state", "trigger", "started", "finished", "written", "findings", "reasons")
COUNT_COLUMNS = ("school", "kind", "change", "count")
PLAN_COLUMNS = ("kind", "change", "id", "school", "fields")


def add(commands: Commands) -> None:
    """Add this module's commands."""
    command = commands.add_parser("sync", help="start a run of a district now")
    command.add_argument("--district", required=True)
    add_waiting(command)
    command.set_defaults(run=sync)
    command = commands.add_parser("runs", help="list a district's runs, the latest first")
    command.add_argument("--district", required=True)
    command.add_argument("--limit", type=int, default=20)
    command.set_defaults(run=runs)
    command = commands.add_parser("plan", help="show what a run changes: which records and fields, never their values")
    command.add_argument("--district", required=True)
    command.add_argument("--run", required=True, type=int, dest="number")
    command.add_argument("--limit", type=int, default=200)
    command.set_defaults(run=plan)


def add_waiting(command: argparse.ArgumentParser) -> None:
    """Options of the commands that begin a run."""
    command.add_argument("--wait", action="store_true", help="follow it to its end and show what it brought")
    command.add_argument("--timeout", type=float, default=7200.0, metavar="SECONDS", help="how long to follow it")


def sync(args: argparse.Namespace, context: Context) -> int:
    """Carries out S-05. Exit 5 when the run failed, 6 when it was held, skipped or has not ended in time."""
    context.districts().get(args.district)
    run = context.runs().start(args.district, context.actor, context.now())
    context.out.line(f"Run {run.run} has begun.")
    return followed(run, args, context)


def followed(run: Run, args: argparse.Namespace, context: Context) -> int:
    """Follow a run to its end, if that is asked for; the exit code."""
    if not args.wait:
        return 0
    until = time.monotonic() + args.timeout
    while run.state not in FINISHED:
        if time.monotonic() >= until:
            context.out.line(f"Run {run.run} is still {run.state}; see `runs` later.")
            return RUN_OPEN
        time.sleep(LOOK_EVERY_SECONDS)
        run = context.runs().get(args.district, run.run)
    show(run, context)
    return EXITS.get(run.state, RUN_OPEN)


def show(run: Run, context: Context) -> None:
    """A run's outcome: state, totals, changes by kind, findings by code."""
    facts = {"state": run.state, "reasons": ", ".join(run.reasons), "items written": run.written}
    context.out.facts(f"Run {run.run}", facts | {f"{name} in all": count for name, count in run.counts.items()})
    rows = [(kind, op, count) for kind, ops in run.changes.items() for op, count in ops.items() if count]
    context.out.table("Changes", ("kind", "change", "count"), rows)
    context.out.table("Findings", ("finding", "count"), sorted(run.findings.items()))


def runs(args: argparse.Namespace, context: Context) -> int:
    """The latest runs."""
    context.districts().get(args.district)
    page = context.runs().page(args.district, args.limit, None)
    context.out.table(f"Runs of {args.district}", RUN_COLUMNS, [_row(run) for run in page.items])
    return 0


def plan(args: argparse.Namespace, context: Context) -> int:
    """Counts by school, then the changes. Carries out S-10, without anybody's data on a screen (X-05)."""
    rows = [
        (change["kind"], change["op"], change["id"], change.get("school"), ", ".join(_fields(change)))
        for change in _changes(args, context)
    ]
    counted = context.runs().counts(args.district, args.number)
    context.out.table("Changes by school", COUNT_COLUMNS, _counts(counted))
    context.out.table(f"Plan of run {args.number}", PLAN_COLUMNS, rows[: args.limit])
    if len(rows) > args.limit:
        context.out.problem(f"There are more; show them with --limit above {args.limit}.")
    return 0


def last_run(context: Context, district: str) -> str:
    """The district's latest run in a few words; "" when it never ran."""
    page = context.runs().page(district, 1, None)
    return next((f"{run.run} {run.state} {run.started_at:%Y-%m-%d %H:%M} UTC" for run in page.items), "")


def _changes(args: argparse.Namespace, context: Context) -> Iterator[dict[str, Any]]:
    """Changes of the plan, one more than the limit at most."""
    cursor, left = None, args.limit + 1
    while left > 0:
        page = context.runs().plan(
            args.district, args.number, kind=None, school=None, limit=min(left, PAGE), cursor=cursor
        )
        yield from page.items
        left -= len(page.items)
        cursor = page.next
        if cursor is None:
            return


def _counts(schools: dict[str, dict[str, dict[str, int]]]) -> list[tuple[Any, ...]]:
    return [
        (school or None, kind, op, count)
        for school, kinds in schools.items()
        for kind, ops in kinds.items()
        for op, count in ops.items()
    ]


def _fields(change: dict[str, Any]) -> list[str]:
    before, after = change.get("before"), change.get("after")
    if not before or not after:
        return []
    return sorted(name for name in before | after if before.get(name) != after.get(name))


def _row(run: Run) -> tuple[Any, ...]:
    finished = f"{run.finished_at:%Y-%m-%d %H:%M}" if run.finished_at else None
    started = f"{run.started_at:%Y-%m-%d %H:%M}"
    findings = sum(run.findings.values())
    return (run.run, run.state, run.trigger, started, finished, run.written, findings, ", ".join(run.reasons))
