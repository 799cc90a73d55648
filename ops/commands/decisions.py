"""Decisions on runs: what waits for one, approve, reject, undo (S-08, S-10, S-13)."""

import argparse
from typing import Any

from homeroom.roster.holds import Hold
from homeroom.roster.rules.guard import told
from homeroom.roster.runs import Run
from ops.commands import Commands, runs
from ops.context import Context

RUN_COLUMNS = ("run", "held since", "by", "guards")
HOLD_COLUMNS = ("guard", "kind", "school", "before", "after", "removed", "updated", "limit", "in words")
LOOKED_AT = 100


def add(commands: Commands) -> None:
    """Add this module's commands."""
    command = commands.add_parser("held", help="show which plan of a district waits for a decision, and why")
    command.add_argument("--district", required=True)
    command.set_defaults(run=held)
    command = commands.add_parser("approve", help="apply a held plan, or only its additions")
    _names_a_run(command)
    command.add_argument("--additions", action="store_const", const="additions", help="only what is new or comes back")
    command.set_defaults(run=approve)
    command = commands.add_parser("reject", help="let a held plan go, for a reason that the district sees")
    _names_a_run(command, waits=False)
    command.add_argument("--reason", required=True)
    command.set_defaults(run=reject)
    command = commands.add_parser("undo", help="take back what a run changed and nobody changed since")
    _names_a_run(command)
    command.set_defaults(run=undo)


def _names_a_run(command: argparse.ArgumentParser, *, waits: bool = True) -> None:
    command.add_argument("--district", required=True)
    command.add_argument("--run", required=True, type=int, dest="number")
    if waits:
        runs.add_waiting(command)


def held(args: argparse.Namespace, context: Context) -> int:
    """The runs that are held, the latest first; only the latest can be decided on. Carries out S-08, S-09."""
    context.districts().get(args.district)
    found = context.runs().page(args.district, LOOKED_AT, None, "held").items
    context.out.table(f"Held runs of {args.district}", RUN_COLUMNS, [_row(run) for run in found])
    for run in found[:1]:
        context.out.table(f"Why run {run.run} is held", HOLD_COLUMNS, [_guard(hold) for hold in run.holds])
    return 0


def approve(args: argparse.Namespace, context: Context) -> int:
    """Exit 4 when the plan is out of date or waits for nobody. Carries out S-10."""
    run = context.decisions().approve(
        args.district, args.number, context.actor, context.now(), args.additions, cause=context.cause
    )
    context.out.line(f"Run {run.run} is approved{': additions only' if args.additions else ''}.")
    return runs.followed(run, args, context)


def reject(args: argparse.Namespace, context: Context) -> int:
    """Exit 4 when the plan is out of date or waits for nobody. Carries out S-10."""
    run = context.decisions().reject(
        args.district, args.number, context.actor, context.now(), args.reason, cause=context.cause
    )
    context.out.line(f"Run {run.run} is {run.state}.")
    return 0


def undo(args: argparse.Namespace, context: Context) -> int:
    """Exit 4 when there is nothing to take back. Carries out S-13."""
    run = context.decisions().undo(args.district, args.number, context.actor, context.now(), cause=context.cause)
    context.out.line(f"Run {run.run} undoes run {args.number}.")
    return runs.followed(run, args, context)


def _row(run: Run) -> tuple[Any, ...]:
    since = f"{run.finished_at:%Y-%m-%d %H:%M}" if run.finished_at else None
    return (run.run, since, run.trigger, ", ".join(run.reasons))


def _guard(hold: Hold) -> tuple[Any, ...]:
    counted = (hold.before, hold.after, hold.removed, hold.updated, hold.limit)
    return (hold.guard, hold.kind, hold.school, *counted, told(hold))
