"""J-04: who is listened to, and until when, against a plain model that remembers every failure."""

from datetime import UTC, datetime, timedelta

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from homeroom.classes.rules.guesses import A_SOURCE, AN_ACCOUNT, WINDOW, TooManyAttempts, source_of, wait
from homeroom.classes.service.guesses import Guesser, Guesses
from homeroom.runtime import aws
from homeroom.runtime.counters import Count, Counters
from homeroom.runtime.together import read_together
from tests.support.tables import create_tables

START = datetime(2026, 9, 15, 15, 0, tzinfo=UTC)
LIMITS = {"a": AN_ACCOUNT, "ip": A_SOURCE}


class Model:
    """Windows as lists of failures: one begins with a failure, and takes in all those of the ten minutes after it."""

    def __init__(self):
        self.windows = {}

    def running(self, name, now):
        begun, events = self.windows.get(name, (None, 0))
        return (begun, events) if begun is not None and now < begun + WINDOW else (None, 0)

    def count(self, name, now, limit):
        begun, events = self.running(name, now)
        self.windows[name] = (begun or now, min(events + 1, limit))

    def listens(self, account, address, now):
        own, source = self.running(("a", account), now)[1], self.running(("ip", address), now)[1]
        return own < AN_ACCOUNT and not (source >= A_SOURCE and own)


@pytest.fixture(scope="module")
def guesses():
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        aws.forget_clients()
        create_tables(boto3.client("dynamodb"), {"TransientTable": "transient"})
        yield Guesses(Counters("transient", aws.dynamodb()))
        aws.forget_clients()


def refused(guesses, who, now):
    found = read_together(aws.dynamodb(), guesses.wants(who))
    try:
        guesses.check(found, who, now)
    except TooManyAttempts as error:
        return int(error.extra["retry_after"])
    return 0


runs = iter(range(10**6))
steps = st.lists(
    st.tuples(st.sampled_from(["ada", "bob"]), st.sampled_from([1, 7]), st.sampled_from([0, 1, 30, 299, 601])),
    min_size=1, max_size=24,
)  # fmt: skip


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_j04_as_a_model_that_remembers_everything(guesses, steps):
    run, model, now = next(runs), Model(), START
    for account, times, seconds in steps:
        now += timedelta(seconds=seconds)
        who = Guesser(f"{account}{run}", f"198.51.{run % 256}.{run // 256}")
        for _ in range(times):
            listened = model.listens(who.account, who.address, now)
            wait_for = refused(guesses, who, now)
            assert (wait_for == 0) == listened
            if not listened:
                # Retry-After is kept: a second before, nothing has changed; then somebody is heard.
                assert refused(guesses, who, now + timedelta(seconds=wait_for - 1)) or wait_for == 1
                assert not refused(guesses, who, now + timedelta(seconds=wait_for))
                continue
            guesses.failed(who, now)
            model.count(("a", who.account), now, AN_ACCOUNT)
            model.count(("ip", who.address), now, A_SOURCE)


@given(st.integers(0, 20), st.integers(0, 600), st.integers(0, 400), st.integers(1, 600))
def test_j04_a_right_code_from_a_shared_address_always_works(own, left, source, source_left):
    assert wait(Count(0, 0), Count(source, source_left)) == 0
    seconds = wait(Count(own, left), Count(source, source_left))
    assert seconds == (left if own >= 10 else min(left, source_left) if own and source >= 300 else 0)


def test_j04_ten_failures_at_once_are_ten_however_many_come(guesses):
    who = Guesser("burst", "192.0.2.1")
    outcomes = []
    for _ in range(25):
        try:
            guesses.failed(who, START)
            outcomes.append("counted")
        except TooManyAttempts as error:
            outcomes.append(error.extra["retry_after"])
    assert outcomes == ["counted"] * 10 + ["600"] * 15


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("203.0.113.7", "203.0.113.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"), ("", ""), ("unknown", "unknown"),
    ],
)  # fmt: skip
def test_j04_a_home_with_many_addresses_is_one_source(address, source):
    assert source_of(address) == source
