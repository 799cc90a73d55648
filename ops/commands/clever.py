"""Clever's credentials."""

import argparse
import json

from homeroom.runtime import aws
from homeroom.runtime.errors import InvalidInput
from homeroom.runtime.settings import settings
from ops.commands import Commands
from ops.context import Context


def add(commands: Commands) -> None:
    """Add this module's command."""
    command = commands.add_parser("clever-secret", help="keep Clever's credentials; the secret comes by standard input")
    command.add_argument("--client-id", required=True)
    command.set_defaults(run=clever_secret)


def clever_secret(args: argparse.Namespace, context: Context) -> int:
    """Put client id and secret where the functions read them; never shown, never an argument (X-05)."""
    secret = context.text.readline().strip()
    if not secret or not args.client_id.strip():
        raise InvalidInput("Send the client secret as one line on standard input.", field="standard input")
    value = json.dumps({"client_id": args.client_id.strip(), "client_secret": secret})
    aws.secrets().put_secret_value(SecretId=settings().need("clever_secret_arn"), SecretString=value)
    context.out.line("Clever's credentials are kept; every run reads them anew.")
    return 0
