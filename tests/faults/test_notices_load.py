"""W-01, W-04, W-05: thousands of notices through the real handlers, while everything that can fail does.

A sample by a queue in memory and by SQS as moto has it. `HOMEROOM_NOTICES=10000` sends that many by both: the whole.
"""

import base64
import json
import os
import random
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from functions.clever_webhook import app as webhook
from functions.roster_sync import app as roster_sync
from homeroom.roster import wiring
from homeroom.roster.webhook.service import WebhookService
from homeroom.runtime import aws
from homeroom.runtime.settings import Settings
from ops.commands.notices import put_back
from sandbox.relay import notice, signed
from tests.support.lifecycle import Lifecycle
from tests.support.machine import forget, staged
from tests.support.tables import schema

pytestmark = pytest.mark.slow

MANY = os.environ.get("HOMEROOM_NOTICES")
DISTRICTS = [f"{number:024x}" for number in range(20)]
KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
NOW = datetime(2026, 9, 15, 7, tzinfo=UTC)
RECEIVES = 5
UNREADABLE = ["{", '{"district": 5}', "null"]


class Died(BaseException):
    """The function's process ended here."""


class InMemory:
    """Keys, ids and queue as the webhook's service wants them, and the queue as its worker sees it."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.messages: dict[str, tuple[str, int]] = {}
        self.dead: list[str] = []
        self._count = 0

    def active(self, _now: datetime) -> tuple[bytes, ...]:
        return (KEY,)

    renewed = active

    def known(self, webhook_id: str, _now: datetime) -> bool:
        return webhook_id in self.ids

    def remember(self, webhook_id: str, _now: datetime) -> None:
        self.ids.add(webhook_id)

    def put(self, district: str, now: datetime) -> None:
        self.add(json.dumps({"district": district, "at": now.isoformat()}))

    def add(self, body: str) -> None:
        self._count += 1
        self.messages[f"m{self._count}"] = (body, 0)

    def take(self, most: int) -> list[dict[str, Any]]:
        """Some messages; one that was taken five times is given up."""
        for name in [name for name, (_, times) in self.messages.items() if times == RECEIVES]:
            self.dead.append(self.messages.pop(name)[0])
        taken = list(self.messages)[:most]
        self.messages |= {name: (body, times + 1) for name in taken for body, times in [self.messages[name]]}
        return [{"messageId": name, "body": self.messages[name][0]} for name in taken]

    def done(self, name: str) -> None:
        del self.messages[name]

    def back(self, name: str) -> None:
        """Its time of being out of sight is over."""

    def redriven(self) -> int:
        dead, self.dead = self.dead, []
        for body in dead:
            self.add(body)
        return len(dead)

    def given_up(self) -> list[str]:
        return self.dead


class OnMoto:
    """The same by the webhook's own adapters, on moto."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.sqs = aws.sqs()
        self.dead = self.sqs.create_queue(QueueName="dead")["QueueUrl"]
        redrive = {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dead", "maxReceiveCount": RECEIVES}
        self.queue = self.sqs.create_queue(QueueName="notices", Attributes={"RedrivePolicy": json.dumps(redrive)})[
            "QueueUrl"
        ]
        aws.dynamodb().create_table(**schema("TransientTable", "transient"))
        secret = aws.secrets().create_secret(Name="webhook", SecretString=json.dumps({"secrets": [SECRET]}))["ARN"]
        patch.setenv("TRANSIENT_TABLE", "transient")
        patch.setenv("NOTICES_QUEUE_URL", self.queue)
        patch.setenv("WEBHOOK_SECRET_ARN", secret)
        forget()
        webhook.service.cache_clear()
        webhook.seen.cache_clear()
        service, seen = webhook.service(), webhook.seen()
        self.active, self.renewed, self.put = service._keys.active, service._keys.renewed, service._queue.put
        self.known, self.remember = seen.known, seen.remember
        self.handles: dict[str, str] = {}

    def add(self, body: str) -> None:
        self.sqs.send_message(QueueUrl=self.queue, MessageBody=body)

    def take(self, most: int) -> list[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for _ in range(most // 10):
            answer = self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10, VisibilityTimeout=600)
            found |= {message["MessageId"]: message for message in answer.get("Messages", [])}
        self.handles = {name: message["ReceiptHandle"] for name, message in found.items()}
        return [{"messageId": name, "body": message["Body"]} for name, message in found.items()]

    def done(self, name: str) -> None:
        self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=self.handles[name])

    def back(self, name: str) -> None:
        self.sqs.change_message_visibility(QueueUrl=self.queue, ReceiptHandle=self.handles[name], VisibilityTimeout=0)

    def redriven(self) -> int:
        return put_back(self.sqs, self.dead, self.queue)

    def given_up(self) -> list[str]:
        found: list[str] = []
        while messages := self.sqs.receive_message(QueueUrl=self.dead, MaxNumberOfMessages=10).get("Messages"):
            found += [message["Body"] for message in messages]
        return found


class Site:
    """The webhook, the queue and its worker, as the template puts them together; each now and then fails or dies."""

    def __init__(self, world: Lifecycle, parts: InMemory | OnMoto, chance: random.Random) -> None:
        self.world, self.parts, self.chance = world, parts, chance
        self.fails = True

    def known(self, webhook_id: str, now: datetime) -> bool:
        return self.parts.known(webhook_id, now)

    def remember(self, webhook_id: str, now: datetime) -> None:
        self.perhaps(Died)
        self.parts.remember(webhook_id, now)

    def accept(self, district: str, _now: datetime) -> None:
        self.perhaps(ConnectionError)
        self.world.accept(district)
        self.perhaps(ConnectionError)
        self.perhaps(Died)

    def perhaps(self, failure: type[BaseException]) -> None:
        if self.fails and self.chance.random() < 0.01:
            raise failure

    def send(self, district: str, message: str) -> None:
        """A notice as the relay sends it: again until it is taken."""
        body = notice(district)
        headers = signed(SECRET, body, message=message, moment=int(self.world.now.timestamp()))
        event = {
            "httpMethod": "POST", "resource": "/webhooks/clever", "headers": headers, "requestContext": {},
            "body": base64.b64encode(body).decode(), "isBase64Encoded": True,
        }  # fmt: skip
        while True:
            try:
                assert webhook.handler(event, None)["statusCode"] == 202  # type: ignore[arg-type]
            except Died:
                continue
            return

    def work(self) -> bool:
        """One batch of the worker; whether there were any messages."""
        records = self.parts.take(self.chance.choice([10, 100]))
        kept = {record["messageId"] for record in records}
        with suppress(Died):
            answer = roster_sync.notice({"Records": records}, None)
            kept = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        for record in records:
            name = record["messageId"]
            (self.parts.back if name in kept else self.parts.done)(name)
        return bool(records)


@pytest.fixture
def site(request, monkeypatch):
    chance = random.Random(2026)
    with staged(POWERTOOLS_METRICS_DISABLED="true", POWERTOOLS_LOG_LEVEL="CRITICAL"):
        world = Lifecycle("districts", NOW, chance)
        made = Site(world, InMemory() if request.param == "memory" else OnMoto(monkeypatch), chance)
        for district in DISTRICTS:
            world.register(district)
        monkeypatch.setattr(Settings, "clock", lambda _: SimpleNamespace(now=lambda: world.now))
        monkeypatch.setattr(webhook, "service", lambda: WebhookService(made.parts, lambda: made, made.parts))
        monkeypatch.setattr(wiring, "notices", lambda: made)
        yield made


@pytest.mark.parametrize(("site", "many"), [("memory", 1_500), ("moto", 150)], indirect=["site"])
def test_w05_none_of_many_is_lost_in_any_order_and_with_duplicates(site, many):
    """Every district is synced after its last notice, one run of it at a time, and runs are far fewer than notices."""
    chance, world, many = site.chance, site.world, int(MANY or many)
    different = [(chance.choice(DISTRICTS), f"msg_{number}") for number in range(many * 4 // 5)]
    sent = different + chance.choices(different, k=many - len(different))
    chance.shuffle(sent)
    for body in UNREADABLE:
        site.parts.add(body)
    for district, message in sent:
        site.send(district, message)
        if chance.random() < 0.02:
            site.work()
        if chance.random() < 0.1:
            world.something()
        world.now += timedelta(milliseconds=20)
    while site.work():
        world.something()
    # What failed five times by bad luck waits for an operator, who puts all of it back when nothing fails any more.
    site.fails = False
    assert site.parts.redriven() >= len(UNREADABLE)
    while site.work():
        world.something()
    world.settle()

    assert set(world.accepted) == {district for district, _ in sent}
    assert world.lost == []
    assert Counter(site.parts.given_up()) == Counter(UNREADABLE)
    assert sum(world.executions.values()) < many / 4
