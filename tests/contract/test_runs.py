"""S-11: the ledger of runs and the lease, on every engine."""

from datetime import UTC, datetime, timedelta

import pytest

from homeroom.roster.runs import RunInProgress
from homeroom.roster.store.runs import LEASE, LeaseLost, RunStore
from homeroom.roster.syncs import Promoted, Sync
from homeroom.runtime import aws
from homeroom.runtime.errors import InvalidInput, NotFound

NOW = datetime(2026, 9, 15, 7, tzinfo=UTC)
A, B = "a" * 24, "b" * 24


@pytest.fixture
def store(districts_table):
    return RunStore(districts_table, aws.dynamodb())


def begin(store, district=A, execution="one", now=NOW, **known):
    return store.begin(district, execution=execution, now=now, trigger="night", actor="schedule", **known)


def end(store, run, **changes):
    free = {"holder": 0, "execution": "", "held_until": NOW}
    store.record(run.model_copy(update={"state": "succeeded"}), store.sync(run.district), **free, **changes)


def test_a_district_that_never_ran(store):
    assert store.sync(A) == Sync()
    assert list(store.newest_first(A)) == []
    with pytest.raises(NotFound):
        store.get(A, 1)


def test_s11_runs_are_numbered_upwards_by_district(store):
    first = begin(store)
    end(store, first)
    assert [first.run, begin(store).run, begin(store, B).run] == [1, 2, 1]


def test_s11_a_run_and_its_lease_are_one(store):
    run = begin(store, settings_version=3)
    assert store.get(A, 1) == run
    sync = store.sync(A)
    assert (sync.holder, sync.held_until, sync.execution, sync.counter) == (1, NOW + LEASE, "one", 1)


def test_s11_nobody_else_gets_the_lease_while_it_lasts(store):
    begin(store)
    with pytest.raises(RunInProgress) as refused:
        begin(store, execution="two", now=NOW + LEASE - timedelta(seconds=1))
    assert refused.value.extra == {"run": "1"}
    assert [run.run for run in store.newest_first(A)] == [1]


def test_s11_the_same_execution_gets_the_same_run(store):
    assert begin(store) == begin(store, now=NOW + timedelta(minutes=5))


def test_s11_two_that_are_no_execution_are_not_the_same(store):
    begin(store, execution="")
    with pytest.raises(RunInProgress):
        begin(store, execution="")


def test_s11_an_expired_lease_is_taken_over(store):
    begin(store)
    assert begin(store, execution="two", now=NOW + LEASE).run == 2


def test_s11_of_two_who_read_the_same_one_gets_the_lease(store, monkeypatch):
    stale = store.sync(A)
    begin(store)
    real, answers = store.sync, [stale]
    monkeypatch.setattr(store, "sync", lambda district: answers.pop() if answers else real(district))
    with pytest.raises(RunInProgress) as refused:
        begin(store, execution="two")
    assert refused.value.extra == {"run": "1"}


def test_x03_an_answer_that_was_lost_is_found_again(store, monkeypatch):
    """The write had its effect, the retry is refused by its condition: it is our own run all the same."""
    stale = store.sync(A)
    run = begin(store)
    real, answers = store.sync, [stale]
    monkeypatch.setattr(store, "sync", lambda district: answers.pop() if answers else real(district))
    assert begin(store) == run


def test_s11_who_was_overtaken_writes_nothing(store):
    run = begin(store)
    stale = store.sync(A)
    begin(store, execution="two", now=NOW + LEASE)
    with pytest.raises(LeaseLost):
        store.record(run.model_copy(update={"state": "succeeded"}), stale, promoted=Promoted(run=1))
    dead = store.get(A, 1)
    assert (dead.state, dead.reasons) == ("failed", ("lease_expired",))
    assert store.sync(A).promoted == Promoted()


def test_what_is_in_force_survives(store):
    promoted = Promoted(run=1, prefix="p", fingerprint="f", sourced={"users": 3}, cursor="c")
    end(store, begin(store), promoted=promoted)
    assert store.sync(A).promoted == promoted
    begin(store)
    assert store.sync(A).promoted == promoted


def test_runs_come_the_latest_first_and_in_pages(store):
    for _ in range(11):
        end(store, begin(store))
    assert [run.run for run in store.newest_first(A)] == list(range(11, 0, -1))
    first = store.page(A, 4, None)
    second = store.page(A, 4, first.next)
    third = store.page(A, 4, second.next)
    assert [[run.run for run in page.items] for page in (first, second, third)] == [
        [11, 10, 9, 8],
        [7, 6, 5, 4],
        [3, 2, 1],
    ]
    assert third.next is None


def test_x06_a_cursor_is_good_for_its_own_district_alone(store):
    for _ in range(2):
        end(store, begin(store))
    cursor = store.page(A, 1, None).next
    with pytest.raises(InvalidInput):
        store.page(B, 1, cursor)


def test_x06_districts_see_their_own_runs_alone(store):
    begin(store)
    assert list(store.newest_first(B)) == []
    with pytest.raises(NotFound):
        store.get(B, 1)


def test_a_run_can_be_noted_without_the_lease(store):
    run = begin(store)
    store.note(run.model_copy(update={"state": "failed", "reasons": ("stopped",)}))
    assert store.get(A, 1).reasons == ("stopped",)
    assert store.sync(A).holder == 1
