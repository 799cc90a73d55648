"""Which stack to work on: a local one by its description, or one on AWS by its name."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from homeroom.runtime import aws
from homeroom.runtime.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

DEFAULT = Path(".local/stack.json")
# Where a stack's description (group and key) and its CloudFormation outputs say what a function's variable holds.
SOURCES = {
    "DISTRICTS_TABLE": (("tables", "DistrictsTable"), "DistrictsTableName"),
    "CLASSES_TABLE": (("tables", "ClassesTable"), "ClassesTableName"),
    "USERS_TABLE": (("tables", "UsersTable"), "UsersTableName"),
    "OUTBOX_TABLE": (("tables", "OutboxTable"), "OutboxTableName"),
    "ROSTER_BUCKET": (("buckets", "RosterBucket"), "RosterBucketName"),
    "ROSTER_STATE_MACHINE_ARN": (("state_machines", "RosterStateMachine"), "RosterStateMachineArn"),
    "WEBHOOK_SECRET_ARN": (("webhook_secret_id",), "WebhookSecretArn"),
    "NOTICES_QUEUE_URL": (("queues", "NoticesQueue"), "NoticesQueueUrl"),
    "NOTICES_DEAD_LETTERS_URL": (("queues", "NoticesDeadLetters"), "NoticesDeadLettersUrl"),
    "CLEVER_SECRET_ARN": (("clever_secret_id",), "CleverSecretArn"),
    "USER_POOL_ID": (("user_pool_id",), "UserPoolId"),
}


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack, as the variables that its functions have and those that point AWS clients at it."""

    name: str
    environment: dict[str, str]

    @property
    def user_pool(self) -> str:
        """The user pool's id."""
        return self.environment["USER_POOL_ID"]


def find(description: Path | None, name: str | None) -> Stack:
    """The stack meant by the options, by default the local one. Raises NotFound, InvalidInput."""
    if name:
        return deployed(name, boto3.client("cloudformation", config=aws.config()))
    path = description or DEFAULT
    if not path.is_file():
        raise NotFound(
            f"There is no {path}: start the local stack with `make up`, "
            "or name a stack on AWS with --stack-name or a description with --stack."
        )
    return local(path)


def local(path: Path) -> Stack:
    """A local stack by its description. Raises InvalidInput when that lacks what is needed."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise InvalidInput(f"{path} is not JSON; `make up` writes it anew.", field="--stack") from None
    environment = {name: _value(content, path, *keys) for name, (keys, _) in SOURCES.items()}
    region = _value(content, path, "region")
    environment |= {"AWS_DEFAULT_REGION": region, "AWS_REGION": region}
    if content.get("aws_endpoint"):
        environment |= _emulated(_value(content, path, "aws_endpoint"))
    return Stack(name=_value(content, path, "stack_name"), environment=environment)


def deployed(name: str, client: "CloudFormationClient") -> Stack:
    """A stack on AWS by its outputs. Raises NotFound, InvalidInput when an output is missing."""
    try:
        found = client.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        # CloudFormation's one code for a stack that is not there.
        if error.response.get("Error", {}).get("Code") != "ValidationError":
            raise
        raise NotFound(f"There is no stack {name} in {client.meta.region_name} for these credentials.") from None
    outputs = {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}
    if missing := sorted(output for _, output in SOURCES.values() if output not in outputs):
        raise InvalidInput(f"The stack {name} has no output {', '.join(missing)}.", field="--stack-name")
    return Stack(name=name, environment={variable: outputs[output] for variable, (_, output) in SOURCES.items()})


def _emulated(endpoint: str) -> dict[str, str]:
    """Keeps every client at the emulator, whatever profile the caller has."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _value(content: Any, path: Path, *keys: str) -> str:
    value = content
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    if not isinstance(value, str) or not value:
        raise InvalidInput(f"{path} does not say {'.'.join(keys)}; `make up` writes it anew.", field="--stack")
    return value
