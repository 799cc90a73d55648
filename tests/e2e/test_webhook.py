"""Notices to the deployed stack: signed, queued, counted, and followed by runs; none lost (W-01, W-02, W-04, W-05).

The load is small unless `HOMEROOM_NOTICES` and `HOMEROOM_DISTRICTS` say more; the whole of it is

    HOMEROOM_NOTICES=10000 HOMEROOM_DISTRICTS=20 .venv/bin/python -m pytest tests/e2e/test_webhook.py -k load
"""

import os
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import boto3
import pytest

from homeroom.roster import wiring
from homeroom.runtime import aws
from homeroom.runtime.settings import settings
from ops.commands.notices import put_back
from sandbox import relay
from sandbox.clever.server import running
from sandbox.clever.settings import Settings
from sandbox.rig.stack import Stack

pytestmark = [pytest.mark.e2e, pytest.mark.local_stack]

NOTICES = int(os.environ.get("HOMEROOM_NOTICES", "120"))
DISTRICTS = int(os.environ.get("HOMEROOM_DISTRICTS", "4"))
SENDERS = 8
WAIT_SECONDS = 120 + NOTICES / 4
WORKER = "RosterNoticeFunction"
# Ids are known for a day, also to a stack that was down meanwhile.
MARK = f"e2e-{time.time_ns()}"


@pytest.fixture(scope="module")
def sender(stack: Stack) -> tuple[str, str]:
    """Where notices go, and the secret to sign them with."""
    return relay.local(stack.names)


def eventually(true: Callable[[], bool], seconds: float = 90) -> None:
    """Waits for it. Raises TimeoutError."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.3)


def settled(district: str) -> bool:
    """Whether some notices came, and runs that have ended took all of them in."""
    notices, sync = wiring.notices(), wiring.run_store().sync(district)
    return bool(notices.wanted(district)) and not notices.outstanding(district) and not sync.held(datetime.now(UTC))


def runs(district: str) -> list[Any]:
    return list(wiring.run_store().newest_first(district))[::-1]


def test_w01_a_notice_is_followed_by_a_run(stack: Stack, district: str, sender: tuple[str, str]) -> None:
    assert relay.send(*sender, district, f"{MARK}-1") == 202
    eventually(lambda: settled(district))
    (run,) = runs(district)
    assert (run.trigger, run.state, run.notices) == ("notice", "succeeded", 1)


def test_w04_the_same_again_and_what_is_forged_start_nothing(district: str, sender: tuple[str, str]) -> None:
    url, secret = sender
    assert relay.send(url, secret, district, f"{MARK}-1") == 202
    body = relay.notice(district)
    headers = relay.signed(secret, body, message=f"{MARK}-2", moment=int(time.time()))
    assert relay.post(url, body + b" ", headers) == 401
    assert relay.post(url, body, {**headers, "webhook-id": f"{MARK}-3"}) == 401
    assert relay.post(url, body, relay.signed(secret, body, message=f"{MARK}-4", moment=int(time.time()) - 301)) == 401
    assert relay.post(url, b" " * 65_537, headers) == 413
    assert relay.send(url, secret, "f" * 24) == 202
    time.sleep(3)
    assert wiring.notices().wanted(district) == 1
    assert wiring.notices().wanted("f" * 24) == 0


@contextmanager
def configured(stack: Stack, function: str, **variables: str) -> Iterator[None]:
    """The function with other variables, for a while."""
    client, name = boto3.client("lambda"), stack.names["functions"][function]
    before = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    client.update_function_configuration(FunctionName=name, Environment={"Variables": before | variables})
    try:
        yield
    finally:
        client.update_function_configuration(FunctionName=name, Environment={"Variables": before})


def depth(queue: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = aws.sqs().get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]  # type: ignore[arg-type]
    return sum(map(int, found.values()))


@pytest.mark.slow
def test_w05_a_notice_that_fails_five_times_is_put_back(stack: Stack, district: str, sender: tuple[str, str]) -> None:
    queue, dead = (stack.names["queues"][name] for name in ("NoticesQueue", "NoticesDeadLetters"))
    visibility = aws.sqs().get_queue_attributes(QueueUrl=queue, AttributeNames=["VisibilityTimeout"])["Attributes"]
    before = wiring.notices().wanted(district)
    try:
        # Three minutes between tries are too long for a test.
        aws.sqs().set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "1"})
        with configured(stack, WORKER, DISTRICTS_TABLE="no-such-table"):
            assert relay.send(*sender, district) == 202
            eventually(lambda: depth(dead) == 1)
    finally:
        aws.sqs().set_queue_attributes(QueueUrl=queue, Attributes=visibility)
    assert wiring.notices().wanted(district) == before
    assert put_back(aws.sqs(), dead, queue) == 1
    eventually(lambda: settled(district) and wiring.notices().wanted(district) == before + 1)
    assert depth(dead) == 0


@pytest.fixture
def many(stack: Stack) -> Iterator[list[str]]:
    """Districts of a Clever of their own, onboarding: their runs read it and plan, and apply nothing."""
    with running(Settings(port=0, people=200, districts=DISTRICTS, rate_limit=False)) as clever:
        here = {"CLEVER_API_URL": clever.url, "CLEVER_AUTH_URL": clever.url}
        before = {name: os.environ[name] for name in here}
        try:
            with configured(stack, "RosterFetchFunction", **here), configured(stack, "RosterDiscoverFunction", **here):
                point(here)
                yield registered(stack, [world.roster.district for world in clever.worlds])
        finally:
            point(before)
            for world in clever.worlds:
                stack.wipe(world.roster.district)


def point(variables: dict[str, str]) -> None:
    os.environ.update(variables)
    settings.cache_clear()


def registered(stack: Stack, districts: list[str]) -> list[str]:
    now = datetime.now(UTC)
    for district in districts:
        stack.wipe(district)
        wiring.registration().register(district, name="Harbor", time_zone="UTC", actor="operator", now=now)
    wiring.discovery().discover(wiring.tokens().all(), now)
    return districts


@pytest.mark.slow
def test_w05_under_load_none_is_lost_and_runs_stay_few(
    stack: Stack, many: list[str], sender: tuple[str, str], record_property: Callable[[str, object], None]
) -> None:
    """In any order, with duplicates, from several senders at once."""
    chance = random.Random(2026)
    different = [(chance.choice(many), f"{MARK}-load-{number}") for number in range(NOTICES * 4 // 5)]
    sent = different + chance.choices(different, k=NOTICES - len(different))
    chance.shuffle(sent)
    first: dict[str, datetime] = {}

    def send(order: tuple[str, str]) -> int:
        first.setdefault(order[1], datetime.now(UTC))
        return relay.send(*sender, *order)

    begun = time.monotonic()
    with ThreadPoolExecutor(SENDERS) as senders:
        statuses = set(senders.map(send, sent))
    took = time.monotonic() - begun
    asked = {district for district, _ in different}
    eventually(lambda: all(settled(district) for district in asked), WAIT_SECONDS)

    assert statuses == {202}
    found = {district: runs(district) for district in asked}
    for district, of_it in found.items():
        assert {run.state for run in of_it} == {"planned"}
        assert all(one.finished_at <= other.started_at for one, other in pairwise(of_it)), "two runs at a time"
        # The last began after the last notice was on its way.
        assert of_it[-1].started_at >= max(first[message] for where, message in different if where == district)
    total = sum(map(len, found.values()))
    assert total < len(different) / 2
    assert depth(stack.names["queues"]["NoticesDeadLetters"]) == 0
    record_property("load", f"{NOTICES} notices in {took:.0f} s, {total} runs of {len(asked)} districts")
