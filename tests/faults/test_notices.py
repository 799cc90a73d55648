"""W-04, W-05: whatever dies when, no notice is lost, and many of them are one more run."""

import itertools
import random
from datetime import UTC, datetime, timedelta

import pytest

from homeroom.roster.districts import DistrictNotFound
from homeroom.roster.notices import STARTING
from homeroom.roster.service.nights import NightService, NightsNotStarted
from homeroom.roster.service.registration import Stamp
from homeroom.roster.store.runs import LEASE
from homeroom.runtime import aws
from tests.support.lifecycle import Lifecycle
from tests.support.machine import staged

NOW = datetime(2026, 9, 15, 7, tzinfo=UTC)
A, B = "a" * 24, "b" * 24


@pytest.fixture
def world():
    with staged():
        made = Lifecycle("districts", NOW, random.Random(1))
        for district in (A, B):
            made.register(district)
        yield made


def test_w01_a_notice_starts_a_run(world):
    world.accept(A)
    ((district, name),) = world.waiting
    assert district == A
    assert name.startswith(f"{A}-notice-0000000001-1-2026")
    assert world.begin().notices == 1


def test_w04_many_before_it_has_begun_are_its_own(world):
    for _ in range(50):
        world.accept(A)
    assert world.executions == {A: 1}
    assert world.begin().notices == 50
    world.end(A)
    assert world.waiting == []


def test_w04_many_while_it_runs_are_one_more_and_not_many(world):
    world.accept(A)
    world.begin()
    for _ in range(50):
        world.accept(A)
    assert world.waiting == []
    world.end(A)
    assert world.executions == {A: 2}
    assert world.begin().notices == 51
    world.end(A)
    assert world.waiting == []
    assert world.lost == []


def test_w04_districts_do_not_wait_for_each_other(world):
    world.accept(A)
    world.begin()
    world.accept(B)
    assert [district for district, _ in world.waiting] == [B]


def test_w04_notices_that_a_night_takes_in_need_no_run_of_their_own(world):
    """The night begins before the execution that was started for them does."""
    world.accept(A)
    night = world.runs.begin(A, execution="night", now=NOW, trigger="night", actor="schedule", notices=1)
    assert world.begin() is None
    world.running[A], world.began[A] = night, world.moment
    world.end(A)
    assert (world.waiting, world.service.outstanding(A)) == ([], False)


def test_w04_a_notice_that_came_as_a_night_began_is_pursued_when_that_ends(world):
    """The night counted before the notice came, and has the lease before its execution begins."""
    counted = world.service.wanted(A)
    world.accept(A)
    night = world.runs.begin(A, execution="night", now=NOW, trigger="night", actor="schedule", notices=counted)
    assert world.begin() is None
    world.running[A], world.began[A] = night, 0
    world.end(A)
    assert [district for district, _ in world.waiting] == [A]


def test_w04_an_execution_that_finds_nothing_left_to_do_does_nothing(world):
    world.accept(A)
    world.service.served(A, 1)
    assert world.begin() is None
    assert list(world.runs.newest_first(A)) == []


def test_w05_an_execution_that_was_killed_before_it_began_is_started_again(world):
    world.accept(A)
    world.waiting.clear()
    world.now += STARTING - timedelta(seconds=1)
    assert not world.service.start(A, world.now)
    world.tick()
    assert world.begin().notices == 1


def test_w05_a_run_that_was_killed_is_followed_by_another_when_its_lease_is_over(world):
    world.accept(A)
    world.begin()
    world.end(A, "killed")
    for _ in range(int(LEASE / timedelta(minutes=15))):
        world.tick()
    assert world.waiting == []
    world.tick()
    assert world.begin().run == 2


def test_w05_failures_are_followed_after_longer_and_longer_waits(world):
    world.accept(A)
    at = []
    for _ in range(6):
        while not world.waiting:
            world.tick()
        at.append(world.now)
        world.begin()
        world.end(A, "failed")
        world.accept(A)
        assert world.waiting == [], "a source that fails is not asked more often because there is more news"
    waits = [(later - earlier) / timedelta(minutes=15) for earlier, later in itertools.pairwise(at)]
    assert waits == [1, 2, 4, 8, 16]


def test_w05_a_failure_with_nothing_outstanding_is_not_counted(world):
    """S-12: a night that fails writes nothing of notices where there are none."""
    before = aws.dynamodb().scan(TableName="districts")["Items"]
    world.service.failed(A, world.now)
    world.service.served(A, 0)
    assert aws.dynamodb().scan(TableName="districts")["Items"] == before


def test_s12_a_run_that_took_in_what_was_taken_in_before_writes_nothing(world):
    world.accept(A)
    world.begin()
    world.end(A)
    before = aws.dynamodb().scan(TableName="districts")["Items"]
    world.service.served(A, 1)
    world.service.pursue(A, world.now)
    assert aws.dynamodb().scan(TableName="districts")["Items"] == before


def test_w05_what_could_not_be_started_is_tried_again_at_once(world, monkeypatch):
    """The queue brings the message again in three minutes: it must not find an execution awaited that is none."""

    def refuse(*_):
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(world, "notice", refuse)
        with pytest.raises(ConnectionError):
            world.service.accept(A, world.now)
    world.accept(A)
    assert world.begin().notices == 2


@pytest.mark.parametrize("state", ["invited", "ended"])
def test_w01_a_district_that_is_not_synced_is_counted_and_nothing_else(world, state):
    world.register("c" * 24, state)
    before = aws.dynamodb().scan(TableName="districts")["Items"]
    for district in ("c" * 24, "f" * 24):
        world.service.accept(district, world.now)
    assert aws.dynamodb().scan(TableName="districts")["Items"] == before
    assert world.waiting == []


def test_w05_a_notice_of_a_disconnected_district_waits_until_it_is_back(world):
    """D-03: it may be back within the hour, and its next night be days away: what was answered 202 is read then."""
    world.register("c" * 24, "disconnected")
    world.accept("c" * 24)
    for _ in range(8):
        world.tick()
    assert (world.waiting, world.service.outstanding("c" * 24)) == ([], True)
    gone = world.districts.get("c" * 24)
    back = Stamp("district.reconnected", "system:discovery", world.now, "token_listed")
    world.districts.replace(gone, gone.let_in(world.now), back.difference(gone, gone.let_in(world.now)))
    world.tick()
    assert world.begin().notices == 1


def test_s17_in_a_pause_window_notices_wait_for_the_first_run_after_it(world):
    """A run would be skipped, and the dispatcher would start the next."""
    world.register("c" * 24, pause_windows=[{"from": "2026-09-15", "to": "2026-09-16"}], time_zone="UTC")
    world.accept("c" * 24)
    for _ in range(8):
        world.tick()
    assert (world.waiting, world.service.outstanding("c" * 24)) == ([], True)
    world.now += timedelta(days=2)
    world.tick()
    assert world.begin().notices == 1


class Night:
    """Starts nights, or does not."""

    def __init__(self):
        self.names = []

    def start(self, name, district):
        self.names.append(name)
        return True


def dispatcher(world, leftovers=None):
    return NightService(world.districts, Night(), lambda _: world.now, leftovers or world.service)


def test_w05_the_dispatcher_looks_after_what_was_left(world):
    """And leaves it to the night where it has just started one, which takes it in."""
    world.accept(A)
    world.waiting.clear()
    assert dispatcher(world).dispatch(world.now).started == [A, B]
    world.now += timedelta(minutes=15)
    done = dispatcher(world).dispatch(world.now)
    assert (done.started, done.noticed) == ([], [A])
    assert [district for district, _ in world.waiting] == [A]


def test_w05_one_districts_fault_keeps_the_dispatcher_from_no_other(world, monkeypatch):
    for district in (A, B):
        world.accept(district)
    world.waiting.clear()
    dispatcher(world).dispatch(world.now)
    world.now += timedelta(minutes=15)
    start = world.service.start

    def broken(district, now):
        if district == A:
            raise DistrictNotFound
        return start(district, now)

    monkeypatch.setattr(world.service, "start", broken)
    with pytest.raises(NightsNotStarted):
        dispatcher(world).dispatch(world.now)
    assert [district for district, _ in world.waiting] == [B]


@pytest.mark.parametrize("seed", range(3))
def test_w05_whatever_fails_or_is_killed_nothing_is_lost_and_runs_stay_few(seed):
    """Many notices for some districts, between anything that can happen to their runs."""
    chance = random.Random(seed)
    with staged():
        world = Lifecycle("districts", NOW, chance)
        districts = [f"{number:024x}" for number in range(4)]
        for district in districts:
            world.register(district)
        for _ in range(120):
            world.accept(chance.choice(districts))
            if chance.random() < 0.3:
                world.something()
        world.settle()
        assert set(world.accepted) == set(districts)
        assert world.lost == []
        assert not world.service.left(districts)
        assert sum(world.executions.values()) < 60
