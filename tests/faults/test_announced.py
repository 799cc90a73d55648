"""S-11, D-04: a run killed at its end has told everybody who joined once, when it has been finished."""

import pytest

from homeroom.roster import mailing
from homeroom.roster.service.announcements import Announcements
from homeroom.roster.store import spool
from homeroom.runtime.settings import settings
from tests.support import rows
from tests.support.machine import FakeSource, Killed, staged
from tests.support.mails import ENVIRONMENT, PostOffice, sent
from tests.support.rows import DISTRICT

JOINED = {"t00", "t01", "a1", "f1"}


@pytest.fixture
def stage(monkeypatch):
    """Chunks so small that each holds few people."""
    monkeypatch.setattr(spool, "CHUNK", 2)
    with staged(**ENVIRONMENT) as made:
        made.register()
        yield made


@pytest.fixture
def office(stage, monkeypatch):
    made = PostOffice(stage)
    monkeypatch.setenv("USER_POOL_ID", made.pool)
    settings.cache_clear()
    return made


def post(office):
    """Carry out what there is."""
    while records := office.stream()["Records"]:
        for record in records:
            mailing.mailer().deliver(record["dynamodb"]["Keys"]["pk"]["S"].removeprefix("M#"), office.stage.now)


def told():
    """Who got a mail, by the name in their address."""
    return sorted(to.partition("@")[0] for to, _ in sent())


def queued(stage):
    return sorted(pk.removeprefix("M#") for table, pk, _ in stage.items() if table == "outbox")


def test_everybody_who_joins_is_told_and_no_student(stage, office):
    assert stage.machine().run(FakeSource(rows.small(6, 2))).state == "succeeded"
    post(office)
    assert told() == sorted(JOINED)


@pytest.mark.parametrize("enqueued", [False, True])
def test_killed_at_its_end_it_tells_once_when_it_is_finished_i_06(stage, office, monkeypatch, enqueued):
    """The people are written; the next run finishes this one before anything else, and tells by the same plan."""
    announce = Announcements.announce_joined

    def dying(*given):
        if enqueued:
            announce(*given)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Announcements, "announce_joined", dying)
        with pytest.raises(Killed):
            stage.machine().run(FakeSource(rows.small(6, 2)))
    post(office)
    assert set(told()) == (JOINED if enqueued else set())
    stage.wait(hours=3)
    stage.machine().run(FakeSource(rows.small(6, 2)))
    post(office)
    assert told() == sorted(JOINED)


def test_nobody_is_told_before_the_whole_plan_is_written_a_05(stage, office):
    """The mailer is quicker than the chunks: of two who share an address, the student may be stored last."""
    whole = rows.small(6, 2)
    shared = [
        row.model_copy(update={"email": "t00@district.example"}) if row.id == "s005" else row for row in whole["users"]
    ]
    machine, seen = stage.machine(), []

    def mailed(_chunk):
        post(office)
        seen.append(told())

    machine.before_chunk = mailed
    assert machine.run(FakeSource({**whole, "users": shared})).state == "succeeded"
    assert len(seen) > 5
    assert seen == [[]] * len(seen)
    post(office)
    assert told() == sorted(JOINED - {"t00"})


def test_what_comes_later_is_told_then(stage, office):
    stage.machine().run(FakeSource(rows.small(6, 2)))
    stage.wait(days=1)
    more = rows.small(6, 2)
    stage.machine().run(FakeSource({**more, "users": [*more["users"], rows.teacher("t90"), rows.student("s90")]}))
    assert queued(stage) == [f"joined:{DISTRICT}:1", f"joined:{DISTRICT}:2"]
    post(office)
    assert told() == sorted({*JOINED, "t90"})
