"""W-04, W-05: notices and the ids of those that were taken, as they are kept, on every engine."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from homeroom.roster.notices import Notices
from homeroom.roster.store.notices import NoticeStore
from homeroom.roster.webhook.store import SeenNotices
from homeroom.runtime import aws
from homeroom.runtime.errors import Fault

NOW = datetime(2026, 9, 15, 7, tzinfo=UTC)
A, B = "a" * 24, "b" * 24


@pytest.fixture
def store(districts_table):
    return NoticeStore(districts_table)


@pytest.fixture
def seen(make_table):
    return SeenNotices(make_table("TransientTable"))


def test_a_district_that_never_had_one(store):
    assert store.read(A) == Notices(A)
    assert store.outstanding([A, B]) == {}


def test_w04_each_is_counted_whoever_counts(store, districts_table):
    other = NoticeStore(districts_table)
    assert [one.want(A).wanted for one in (store, other, other, store)] == [1, 2, 3, 4]
    assert store.read(A) == Notices(A, wanted=4)
    assert store.read(B) == Notices(B)


def test_w04_all_but_the_count_is_written_by_one_at_a_time(store):
    old = store.want(A)
    assert store.change(old, old.starting(NOW))
    assert not store.change(old, old.starting(NOW + timedelta(hours=1)))
    new = store.read(A)
    assert new == replace(old.starting(NOW), version=1)
    assert store.change(new, new.after(1))
    assert store.read(A).version == 2


def test_w04_a_notice_that_comes_meanwhile_is_neither_lost_nor_in_the_way(store):
    old = store.want(A)
    store.want(A)
    assert store.change(old, old.starting(NOW))
    assert (store.read(A).wanted, store.read(A).asked) == (2, 1)


def test_a_change_may_be_the_first_thing_that_is_kept(store):
    assert store.change(Notices(A), replace(Notices(A), served=3))
    assert store.want(A) == Notices(A, wanted=1, served=3, version=1)


def test_w05_what_is_outstanding_is_found_for_any_number_of_districts(store):
    districts = [f"{number:024x}" for number in range(130)]
    for district in districts[::3]:
        store.want(district)
    done = store.read(districts[0])
    store.change(done, done.after(1))
    assert set(store.outstanding(districts)) == set(districts[3::3])


def test_w04_an_id_is_known_for_a_day(seen):
    assert not seen.known("msg_1", NOW)
    seen.remember("msg_1", NOW)
    assert seen.known("msg_1", NOW + timedelta(hours=23, minutes=59))
    assert not seen.known("msg_1", NOW + timedelta(days=1))
    assert not seen.known("msg_2", NOW)


def test_x03_remembering_again_is_no_fault(seen):
    seen.remember("msg_1", NOW)
    seen.remember("msg_1", NOW + timedelta(hours=1))
    assert seen.known("msg_1", NOW + timedelta(hours=24))


def test_w05_a_table_that_is_not_there_is_an_outage(backend):
    gone = SeenNotices("no-such-table")
    for ask in (gone.known, gone.remember):
        with pytest.raises(Fault):
            ask("msg_1", NOW)


def test_an_id_is_kept_as_its_hash_with_its_end(make_table):
    """An id is the sender's own text; DynamoDB removes by `expires_at`, in seconds."""
    table = make_table("TransientTable")
    SeenNotices(table).remember("x" * 200, NOW)
    (item,) = aws.dynamodb().scan(TableName=table)["Items"]
    assert len(item["pk"]["S"]) == len("NOTICE#") + 64
    assert item["expires_at"] == {"N": str(int((NOW + timedelta(days=1)).timestamp()))}


def test_w05_our_own_change_asked_for_again_is_known_for_ours(store):
    """W-05, X-03: a client that got no answer asks again; what it then meets is what it wrote."""
    old = store.want(A)
    assert store.change(old, old.starting(NOW))
    store.want(A)
    assert store.change(old, old.starting(NOW))
    assert store.read(A).version == 1
