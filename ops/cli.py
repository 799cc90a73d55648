"""The command line: reads arguments, finds the stack, runs one command, turns errors into exit codes.

0 done · 1 something failed · 2 wrong arguments or values · 3 not found · 4 refused in the present state
· 5 the run failed · 6 the run was held or skipped, or is still going on
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from homeroom.runtime import aws
from homeroom.runtime.errors import HomeroomError
from homeroom.runtime.settings import settings
from ops import stack
from ops.commands import admins, clever, decisions, districts, mails, notices, runs
from ops.context import Context
from ops.output import Output

FAILED = 1
EXITS = {422: 2, 404: 3, 403: 4, 409: 4}


def main(arguments: Sequence[str]) -> int:
    """Run one command; its exit code. Wrong usage leaves by SystemExit with 2, as argparse has it."""
    args = parser().parse_args(arguments)
    out = Output()
    try:
        return _run(args, out)
    except HomeroomError as refused:
        out.problem(f"{refused.field}: {refused.detail}" if refused.field else refused.detail)
        return EXITS.get(refused.status, FAILED)
    except (BotoCoreError, ClientError, PynamoDBException) as failure:
        out.problem(f"AWS did not do as asked: {_kind(failure)}. Are stack, region and credentials the right ones?")
        return FAILED
    except KeyboardInterrupt:
        return FAILED


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    top = argparse.ArgumentParser(prog="python -m ops", description="Homeroom, for its operators.")
    where = top.add_mutually_exclusive_group()
    where.add_argument("--stack", type=Path, help=f"description of a local stack (default: {stack.DEFAULT})")
    where.add_argument("--stack-name", help="name of a stack on AWS, found with your own credentials and region")
    top.add_argument("--actor", default="operator", help="who you are, for the audit log: an id, not a name")
    commands = top.add_subparsers(required=True, metavar="command")
    for group in (districts, admins, runs, decisions, mails, clever, notices):
        group.add(commands)
    return top


def _run(args: argparse.Namespace, out: Output) -> int:
    found = stack.find(args.stack, args.stack_name)
    os.environ.update(found.environment)
    settings.cache_clear()
    aws.forget_clients()
    code: int = args.run(
        args, Context(out=out, stack=found, actor=args.actor, clock=settings().clock(), text=sys.stdin)
    )
    return code


def _kind(failure: Exception) -> str:
    # An error's own text can hold what was sent; its code cannot.
    code = failure.response.get("Error", {}).get("Code") if isinstance(failure, ClientError) else None
    code = code or getattr(failure, "cause_response_code", None)
    return str(code or type(failure).__name__)
