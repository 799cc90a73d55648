"""The whole API on moto: template.yaml's tables, bucket, queue, secrets and pool, and a gateway before its functions.

@pytest.fixture(scope="module")
def api():
    with served() as made:
        yield made

@pytest.fixture(autouse=True)
def empty(api):
    api.wipe()
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses import ses_backends

from homeroom.runtime import aws
from homeroom.runtime.settings import Settings, settings
from tests.support import people
from tests.support.gateway import Gateway, Handler
from tests.support.iam import REGION, Stack
from tests.support.machine import MOTO, forget
from tests.support.quick_moto import quick, truncate
from tests.support.tables import SCHEMA
from tests.support.template import load

START = datetime(2026, 9, 15, 15, 0, tzinfo=UTC)
FRONT_END = "https://app.homeroom.example"
WEBHOOK_SECRET = "whsec_" + "A" * 32
TABLES = {
    "DistrictsTable": "districts", "ClassesTable": "classes", "UsersTable": "users", "OutboxTable": "outbox",
    "TransientTable": "transient",
}  # fmt: skip
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
}  # fmt: skip
MACHINES = ("RosterStateMachine", "RosterHoldStateMachine")
FUNCTION = "AWS::Serverless::Function"

Item = dict[str, Any]


@dataclass
class Served:
    """The API that is up. `now` stands still until it is moved; `call` sends a request (see Gateway.call)."""

    stack: Stack
    environments: Mapping[str, dict[str, str]]
    now: datetime = START
    gateway: Gateway = field(init=False)
    _function: str = ""

    def __post_init__(self) -> None:
        template = {"Resources": self.stack.resources}
        self.gateway = Gateway(template, self.handler, lambda: self.now)
        self.call, self.wsgi = self.gateway.call, self.gateway.wsgi

    def handler(self, function: str) -> Handler:
        """A function's handler, with the environment of that function in force."""
        self.become(function)
        module, _, name = self.stack.properties(function)["Handler"].rpartition(".")
        package = self.stack.properties(function)["CodeUri"].strip("/").replace("/", ".")
        found: Handler = getattr(import_module(f"{package}.{module}"), name)
        return found

    def become(self, function: str) -> None:
        """Have the process the environment of a function, for what a test asks of services itself."""
        if function != self._function:
            for name in set().union(*self.environments.values()) - set(self.environments[function]):
                os.environ.pop(name, None)
            os.environ.update(self.environments[function])
            self._function = function
            settings.cache_clear()

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def wipe(self) -> None:
        """Empty the tables, take the mails away, and set the clock back."""
        truncate(*TABLES.values())
        ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages.clear()
        self.now = START

    def items(self, table: str) -> list[Item]:
        """Every item of a table, named by its logical id, as DynamoDB has it."""
        pages = aws.dynamodb().get_paginator("scan").paginate(TableName=TABLES[table], ConsistentRead=True)
        return [item for page in pages for item in page["Items"]]


@contextmanager
def served(**parameters: str) -> Iterator[Served]:
    """The API, with nothing stored, and with these parameters of the template in place of their defaults."""
    whole = json.loads(json.dumps(_template()))
    for name, value in {"FrontEndUrl": FRONT_END, "AllowedOrigins": FRONT_END, **parameters}.items():
        whole["Parameters"][name]["Default"] = value
    with _environment_kept(), pytest.MonkeyPatch.context() as patch, mock_aws(), quick():
        os.environ.update(CREDENTIALS)
        os.environ.pop("AWS_ENDPOINT_URL", None)
        if aws.dynamodb().meta.endpoint_url != MOTO:
            aws.forget_clients()
        stack = Stack(whole, TABLES)
        stack.names = TABLES | _made(stack)
        made = Served(stack, _environments(stack, whole["Globals"]["Function"]["Environment"]["Variables"]))
        patch.setattr(Settings, "clock", lambda _: SimpleNamespace(now=lambda: made.now))
        made.become("DistrictAdminFunction")
        yield made


@contextmanager
def _environment_kept() -> Iterator[None]:
    """Whatever a world does to the environment, and has the functions keep of it, ends with it."""
    before = dict(os.environ)
    _forget()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        _forget()


@lru_cache(maxsize=1)
def _template() -> dict[str, Any]:
    # Parsing it takes longer than most tests.
    return load()


def _made(stack: Stack) -> dict[str, str]:
    """Make what the functions call; the names of what AWS names itself."""
    for logical, name in TABLES.items():
        properties = stack.properties(logical)
        given = {key: properties[key] for key in SCHEMA if key in properties}
        aws.dynamodb().create_table(TableName=name, **given)
    aws.s3().create_bucket(Bucket=stack.name("RosterBucket").lower())
    boto3.client("sesv2").create_email_identity(EmailIdentity=stack.value({"Ref": "MailFrom"}))
    secret = json.dumps({"secrets": [WEBHOOK_SECRET]})
    pool = aws.cognito().create_user_pool(PoolName="people", AliasAttributes=["email"])["UserPool"]["Id"]
    return {
        "RosterBucket": stack.name("RosterBucket").lower(),
        "WebhookSecret": aws.secrets()
        .create_secret(Name="webhook", SecretString=secret)["ARN"]
        .partition(":secret:")[2],
        "NoticesQueue": aws.sqs().create_queue(QueueName=stack.name("NoticesQueue"))["QueueUrl"].rpartition("/")[2],
        "UserPool": pool,
        "UserPoolClient": people.CLIENT,
        **{name: _machine(name) for name in MACHINES},
    }


def _machine(name: str) -> str:
    definition = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
    role = f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:role/unused"
    return aws.stepfunctions().create_state_machine(name=name, definition=definition, roleArn=role)["stateMachineArn"]


def _environments(stack: Stack, common: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The variables of each function."""
    own = {
        name: properties.get("Environment", {}).get("Variables", {})
        for name, properties in stack.of_type(FUNCTION).items()
    }
    return {
        name: {key: str(stack.value(value)) for key, value in {**common, **variables}.items()}
        for name, variables in own.items()
    }


def _forget() -> None:
    """Let go of whatever the functions keep of a world."""
    forget()
    for name, module in list(sys.modules.items()):
        if name.startswith("functions."):
            for kept in vars(module).values():
                clear = getattr(kept, "cache_clear", None)
                if callable(clear):
                    clear()
