"""The webhook on moto: a secret, the table of ids, the queue, and a clock that stands still."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from moto import mock_aws

from functions.clever_webhook import app
from homeroom.runtime import aws
from homeroom.runtime.settings import Settings
from sandbox.relay import signed
from tests.support.machine import MOTO, forget
from tests.support.tables import schema

EVENTS = Path(__file__).parents[3] / "events"
MOMENT = 1795309200
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
DISTRICT = "5f0000000001000000000000"
BODY = b'{"type": "roster.changed", "district": "5f0000000001000000000000"}'

Event = dict[str, Any]


def event(name: str = "notice", **changes: Any) -> Event:
    """The event of that case, with top-level members replaced."""
    return json.loads((EVENTS / f"clever_webhook__{name}.json").read_text(encoding="utf-8")) | changes


def notice(body: bytes = BODY, *, secret: str = SECRET, message: str = "msg_1", moment: int = MOMENT) -> Event:
    """That notice as the gateway hands it over, signed."""
    headers = signed(secret, body, message=message, moment=moment)
    return event(headers=headers, body=base64.b64encode(body).decode(), isBase64Encoded=True)


class World:
    """What the webhook stands on, and what became of it. `secret` is its text, None: it has no value yet."""

    def __init__(self, clients: SimpleNamespace) -> None:
        self.clients, self.now = clients, datetime.fromtimestamp(MOMENT, UTC)

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def keep(self, *secrets: str) -> None:
        """Put these secrets in place of those that are there."""
        self.clients.secrets.put_secret_value(SecretId="webhook", SecretString=json.dumps({"secrets": secrets}))

    def send(self, sent: Event) -> tuple[int, Any]:
        """Status and body of the answer."""
        answer = app.handler(sent, None)  # type: ignore[arg-type]
        assert answer["multiValueHeaders"]["Cache-Control"] == ["no-store"]
        return answer["statusCode"], json.loads(answer["body"]) if answer["body"] else None

    def queued(self) -> list[dict[str, Any]]:
        """The messages that are in the queue; they are taken out of it."""
        found: list[dict[str, Any]] = []
        while messages := self.clients.sqs.receive_message(QueueUrl=self.clients.queue, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in messages:
                found.append(json.loads(message["Body"]))
                self.clients.sqs.delete_message(QueueUrl=self.clients.queue, ReceiptHandle=message["ReceiptHandle"])
        return found

    def ids(self) -> list[dict[str, Any]]:
        """The items of the transient table."""
        return self.clients.dynamodb.scan(TableName="transient")["Items"]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A webhook with one secret."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        # Clients are slow to make, and serve every moto; another test may have left those of another endpoint.
        if aws.dynamodb().meta.endpoint_url != MOTO:
            aws.forget_clients()
        clients = SimpleNamespace(dynamodb=aws.dynamodb(), sqs=aws.sqs(), secrets=aws.secrets())
        clients.dynamodb.create_table(**_schema())
        clients.queue = clients.sqs.create_queue(QueueName="notices")["QueueUrl"]
        made = World(clients)
        monkeypatch.setattr(Settings, "clock", lambda _: SimpleNamespace(now=lambda: made.now))
        for name, value in {
            "TRANSIENT_TABLE": "transient",
            "NOTICES_QUEUE_URL": clients.queue,
            "WEBHOOK_SECRET_ARN": clients.secrets.create_secret(Name="webhook")["ARN"],
            "ALLOWED_ORIGINS": "https://app.homeroom.example",
            "POWERTOOLS_SERVICE_NAME": "homeroom",
            "POWERTOOLS_METRICS_NAMESPACE": "Homeroom",
        }.items():
            monkeypatch.setenv(name, value)
        renew()
        made.keep(SECRET)
        yield made
        renew()


@cache
def _schema() -> dict[str, Any]:
    # Parsing the template takes longer than most tests here.
    return schema("TransientTable", "transient")


def renew() -> None:
    """As a process that has just started: it remembers no settings and no keys."""
    app.service.cache_clear()
    app.seen.cache_clear()
    forget()


Counted = Callable[[], dict[str, float]]


@pytest.fixture
def counted(world: World, capsys: pytest.CaptureFixture[str]) -> Counted:
    """What metrics were sent since it was last called."""

    def found() -> dict[str, float]:
        totals: dict[str, float] = {}
        for line in capsys.readouterr().out.splitlines():
            if '"_aws"' in line:
                sent = json.loads(line)
                for metric in sent["_aws"]["CloudWatchMetrics"][0]["Metrics"]:
                    totals[metric["Name"]] = totals.get(metric["Name"], 0) + sum(sent[metric["Name"]])
        return totals

    return found
