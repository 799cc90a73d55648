"""J-04, I-06: counters that end by themselves, on every engine, however many count at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from homeroom.runtime.counters import Count, Counters

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
WINDOW = timedelta(minutes=10)


@pytest.fixture
def counters(make_table):
    return Counters(make_table("TransientTable"), boto3.client("dynamodb"))


def test_it_counts_to_its_limit_and_no_further(counters):
    assert [counters.take("a", 3, WINDOW, NOW) for _ in range(5)] == [True, True, True, False, False]
    assert counters.read(["a", "b"], NOW) == {"a": Count(3, 600), "b": Count()}


def test_the_window_begins_with_the_first_event_and_then_anew(counters):
    counters.take("a", 1, WINDOW, NOW)
    assert not counters.take("a", 1, WINDOW, NOW + timedelta(minutes=9, seconds=59))
    later = NOW + WINDOW
    assert counters.read(["a"], later) == {"a": Count()}
    assert counters.take("a", 1, WINDOW, later)
    assert counters.read(["a"], later) == {"a": Count(1, 600)}


def test_several_at_once_are_counted_whole_or_not_at_all(counters):
    assert counters.take("a", 10, WINDOW, NOW, 8)
    assert not counters.take("a", 10, WINDOW, NOW, 3)
    assert counters.take("a", 10, WINDOW, NOW, 2)
    assert not counters.take("b", 10, WINDOW, NOW, 11)
    assert counters.read(["a", "b"], NOW) == {"a": Count(10, 600), "b": Count()}


def test_counting_at_once_never_exceeds_the_limit(counters):
    with ThreadPoolExecutor(12) as pool:
        taken = list(pool.map(lambda _: counters.take("a", 7, WINDOW, NOW), range(40)))
    assert sum(taken) == 7
    assert counters.read(["a"], NOW)["a"].events == 7
