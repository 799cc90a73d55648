"""S-10: the tokens of waiting executions, on every engine."""

from datetime import UTC, datetime, timedelta

import pytest

from homeroom.roster.store.holds import KEPT, HoldItem, HoldStore

NOW = datetime(2026, 9, 15, 7, tzinfo=UTC)
A, B = "a" * 24, "b" * 24


@pytest.fixture
def store(districts_table):
    return HoldStore(districts_table)


def test_a_run_that_nobody_waits_for(store):
    assert store.waiting(A, 1) is None
    store.answered(A, 1, "token", "approve")
    assert list(HoldItem.query(f"D#{A}")) == []


def test_s10_a_token_is_of_one_run_of_one_district(store):
    store.keep(A, 1, "one", NOW)
    store.keep(A, 2, "two", NOW)
    assert [store.waiting(A, 1), store.waiting(A, 2), store.waiting(B, 1)] == ["one", "two", None]


def test_s10_who_was_answered_waits_no_more(store):
    store.keep(A, 1, "one", NOW)
    store.answered(A, 1, "one", "approve")
    assert store.waiting(A, 1) is None
    (item,) = HoldItem.query(f"D#{A}")
    assert (item.sk, item.token, item.answered) == ("HOLD#00000001", "one", "approve")


def test_s10_an_answer_to_an_earlier_token_leaves_a_later_one_waiting(store):
    store.keep(A, 1, "one", NOW)
    store.keep(A, 1, "two", NOW)
    store.answered(A, 1, "one", "approve")
    assert store.waiting(A, 1) == "two"


def test_s10_asking_again_waits_again(store):
    store.keep(A, 1, "one", NOW)
    store.answered(A, 1, "one", "approve")
    store.keep(A, 1, "two", NOW)
    assert store.waiting(A, 1) == "two"


def test_x07_a_token_goes_by_itself_after_the_longest_wait(store):
    store.keep(A, 1, "one", NOW)
    store.answered(A, 1, "one", "reject")
    (item,) = HoldItem.query(f"D#{A}")
    assert item.expires_at == (NOW + KEPT).timestamp()
    assert timedelta(days=14) < KEPT
