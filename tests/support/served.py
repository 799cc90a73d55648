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
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from moto import mock_aws

from homeroom.runtime import aws
from homeroom.runtime.settings import Settings, settings
from tests.support import surroundings
from tests.support.gateway import Gateway, Handler
from tests.support.iam import REGION, Stack
from tests.support.machine import MOTO, forget
from tests.support.people import Person
from tests.support.postbox import Mail, Postbox
from tests.support.quicker import truncate
from tests.support.surroundings import TABLES
from tests.support.template import load

START = datetime(2026, 9, 15, 15, 0, tzinfo=UTC)
FRONT_END = "https://app.homeroom.example"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
}  # fmt: skip
FUNCTION = "AWS::Serverless::Function"

Item = dict[str, Any]


@dataclass
class Served:
    """The API that is up. `now` stands still until it is moved; `call` sends a request (see Gateway.call).

    `acting` is entered, with the function's logical id, around each call of a function.
    """

    stack: Stack
    environments: Mapping[str, dict[str, str]]
    now: datetime = START
    acting: Callable[[str], AbstractContextManager[None]] = field(default=lambda _: nullcontext())
    gateway: Gateway = field(init=False)
    _function: str = ""
    _postbox: Postbox = field(default_factory=Postbox)

    def __post_init__(self) -> None:
        template = {"Resources": self.stack.resources}
        self.gateway = Gateway(template, self.handler, lambda: self.now)
        self.call, self.wsgi = self.gateway.call, self.gateway.wsgi

    def handler(self, function: str) -> Handler:
        """A function's handler; the environment of that function is in force from now on."""
        self.become(function)
        module, _, name = self.stack.properties(function)["Handler"].rpartition(".")
        package = self.stack.properties(function)["CodeUri"].strip("/").replace("/", ".")
        found: Handler = getattr(import_module(f"{package}.{module}"), name)

        def acting(event: dict[str, Any], context: Any) -> Any:
            with self.acting(function):
                return found(event, context)

        return acting

    def deliver(self) -> list[Mail]:
        """Have the mailer take what is new in the outbox; the mails that it sent now."""
        return self._postbox.emptied(self.items("OutboxTable"), self.handler("OutboxMailerFunction"))

    def sign_up(self, name: str, *, verified: bool = True) -> Person:
        """Somebody with a login in the user pool as well, for what reads addresses there."""
        person = Person.named(name, verified=verified)
        given = {"email": person.address, "email_verified": str(verified).lower()}
        made = aws.cognito().admin_create_user(
            UserPoolId=self.stack.name("UserPool"),
            Username=name,
            UserAttributes=[{"Name": key, "Value": value} for key, value in given.items()],
            MessageAction="SUPPRESS",
        )
        sub = next(one["Value"] for one in made["User"]["Attributes"] if one["Name"] == "sub")
        return replace(person, account=sub)

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
        """Empty the tables, and set the clock back."""
        truncate(*TABLES.values())
        self.now, self._postbox = START, Postbox()

    def items(self, table: str) -> list[Item]:
        """Every item of a table, named by its logical id, as DynamoDB has it."""
        pages = aws.dynamodb().get_paginator("scan").paginate(TableName=TABLES[table], ConsistentRead=True)
        return [item for page in pages for item in page["Items"]]


@contextmanager
def served(**parameters: str) -> Iterator[Served]:
    """The API, with nothing stored, and with these parameters of the template in place of their defaults."""
    whole = deployed_with(_template(), **{"FrontEndUrl": FRONT_END, "AllowedOrigins": FRONT_END, **parameters})
    with kept_environment(), pytest.MonkeyPatch.context() as patch, mock_aws():
        os.environ.update(CREDENTIALS)
        os.environ.pop("AWS_ENDPOINT_URL", None)
        if aws.dynamodb().meta.endpoint_url != MOTO:
            aws.forget_clients()
        made = standing(whole, surroundings.made(Stack(whole, TABLES)))
        patch.setattr(Settings, "clock", lambda _: SimpleNamespace(now=lambda: made.now))
        made.become("DistrictAdminFunction")
        yield made


def deployed_with(template: Mapping[str, Any], **parameters: str) -> dict[str, Any]:
    """A template with these values of its parameters. Raises KeyError for one that it does not have."""
    whole: dict[str, Any] = json.loads(json.dumps(template))
    for name, value in parameters.items():
        whole["Parameters"][name]["Default"] = value
    return whole


def standing(template: Mapping[str, Any], names: Mapping[str, str], **options: Any) -> Served:
    """The API of a template, as it is written, on resources that are there under these names, by logical id."""
    stack = Stack(template, names)
    common = template["Globals"]["Function"]["Environment"]["Variables"]
    environments = {}
    for function, properties in stack.of_type(FUNCTION).items():
        variables = {**common, **properties.get("Environment", {}).get("Variables", {})}
        environments[function] = {name: str(stack.value(value)) for name, value in variables.items()}
    return Served(stack, environments, **options)


@contextmanager
def kept_environment() -> Iterator[None]:
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


def _forget() -> None:
    """Let go of whatever the functions keep of a world."""
    forget()
    for name, module in list(sys.modules.items()):
        if name.startswith("functions."):
            for kept in vars(module).values():
                clear = getattr(kept, "cache_clear", None)
                if callable(clear):
                    clear()
