"""Notices of news: the secrets that they are signed with, and those that were given up (W-02, W-05)."""

import argparse
import json
from typing import TYPE_CHECKING

from homeroom.roster.webhook import rules
from homeroom.runtime import aws
from homeroom.runtime.errors import InvalidInput
from homeroom.runtime.settings import settings
from ops.commands import Commands
from ops.context import Context

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

BATCH = 10
LOOK_SECONDS = 2


def add(commands: Commands) -> None:
    """Add this module's commands."""
    command = commands.add_parser("redrive", help="put notices that were given up back into their queue")
    command.set_defaults(run=redrive)
    command = commands.add_parser(
        "webhook-secrets", help="keep the secrets that notices are signed with; they come by standard input, one a line"
    )
    command.add_argument("--none", action="store_true", help="keep none: every notice is refused")
    command.set_defaults(run=webhook_secrets)


def redrive(_: argparse.Namespace, context: Context) -> int:
    """Carries out W-05."""
    found = context.stack.environment
    count = put_back(aws.sqs(), found["NOTICES_DEAD_LETTERS_URL"], found["NOTICES_QUEUE_URL"])
    context.out.line(f"{count} put back." if count else "There are none to put back.")
    return 0


def put_back(client: "SQSClient", dead: str, queue: str) -> int:
    """Move every message of one queue to the other; how many. A death in between doubles one and loses none."""
    count = 0
    while messages := client.receive_message(
        QueueUrl=dead, MaxNumberOfMessages=BATCH, WaitTimeSeconds=LOOK_SECONDS
    ).get("Messages"):
        for message in messages:
            client.send_message(QueueUrl=queue, MessageBody=message["Body"])
            client.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])
        count += len(messages)
    return count


def webhook_secrets(args: argparse.Namespace, context: Context) -> int:
    """Keep these secrets and no others; never shown, never an argument. Carries out W-02, X-05."""
    secrets = [] if args.none else context.text.read().split()
    value = json.dumps({"secrets": secrets})
    if len(rules.keys(value)) != len(secrets) or not (secrets or args.none):
        raise InvalidInput(
            f"Send secrets as `{rules.PREFIX}` and the base64 of {rules.LEAST_KEY_BYTES} bytes or more, one a line.",
            field="standard input",
        )
    aws.secrets().put_secret_value(SecretId=settings().need("webhook_secret_arn"), SecretString=value)
    context.out.line(f"{len(secrets)} kept; new ones open within ten seconds, old ones no longer in five minutes.")
    return 0
