"""Mail that did not go out, or may not have: list it, send it again (I-06). By ids, never by addresses (X-05)."""

import argparse

from homeroom.mail.service import send_again
from homeroom.roster import mailing
from homeroom.runtime.errors import InvalidInput
from ops.commands import Commands
from ops.context import Context

COLUMNS = ("message", "state", "reason", "attempts", "queued")


def add(commands: Commands) -> None:
    """Add this module's command."""
    command = commands.add_parser("mails", help="list mail that is stuck, or send some of it again")
    which = command.add_mutually_exclusive_group()
    which.add_argument("--resend", metavar="MESSAGE", help="send this one again, even if nobody knows whether it went")
    which.add_argument("--resend-all", action="store_true", help="send all again that surely have not gone out")
    command.add_argument("--unsure", action="store_true", help="with --resend-all: also those that may have gone out")
    command.set_defaults(run=mails)


def mails(args: argparse.Namespace, context: Context) -> int:
    """Carries out I-06. What is made new again goes out within seconds; a message still on its way is left alone."""
    if args.unsure and not args.resend_all:
        raise InvalidInput("Say --resend-all as well.", field="--unsure")
    post, now = mailing.post(), context.now()
    if args.resend:
        post.again(post.need(args.resend), now)
        context.out.line(f"{args.resend} goes out again.")
        return 0
    if args.resend_all:
        found = send_again(post, now, unsure=args.unsure)
        context.out.line(f"{len(found)} go out again.")
        return 0
    rows = [
        (one.message.id, one.state, one.reason, one.attempts, f"{one.message.created:%Y-%m-%d %H:%M} UTC")
        for one in sorted(post.stuck(now), key=lambda posted: posted.message.created)
    ]
    context.out.table("Mails", COLUMNS, rows)
    return 0
