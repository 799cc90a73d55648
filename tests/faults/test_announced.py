"""S-11, D-04: a run killed while it is applied has told everybody who joined once, when it has been finished."""

import pytest

from homeroom.roster.service.announcements import Announcements
from homeroom.roster.store import spool
from tests.support import rows
from tests.support.machine import FakeSource, Killed, staged
from tests.support.rows import DISTRICT

JOINED = {"t00", "t01", "a1", "f1"}


@pytest.fixture
def stage(monkeypatch):
    """Chunks so small that each holds few people."""
    monkeypatch.setattr(spool, "CHUNK", 2)
    with staged() as made:
        made.register()
        yield made


def told(stage):
    """Who has a message, and when it was written."""
    found = {pk: item for (table, pk, _), item in stage.items().items() if table == "outbox"}
    return {pk.removeprefix(f"M#activation:{DISTRICT}:"): item["created"]["S"] for pk, item in found.items()}


def test_everybody_who_joins_is_told_and_no_student(stage):
    assert stage.machine().run(FakeSource(rows.small(6, 2))).state == "succeeded"
    assert set(told(stage)) == JOINED


@pytest.mark.parametrize("after", [0, 1, 2])
def test_killed_between_writing_and_telling_it_tells_when_it_is_finished(stage, monkeypatch, after):
    """The people are written; the next run finishes this one before anything else, and tells by the same plan."""
    announce, calls = Announcements.announce, []

    def dying(self, *args):
        calls.append(args)
        if len(calls) == after + 1:
            raise Killed
        return announce(self, *args)

    with monkeypatch.context() as patch:
        patch.setattr(Announcements, "announce", dying)
        with pytest.raises(Killed):
            stage.machine().run(FakeSource(rows.small(6, 2)))
    before = told(stage)
    stage.wait(hours=3)
    stage.machine().run(FakeSource(rows.small(6, 2)))
    assert set(told(stage)) == JOINED
    assert told(stage).items() >= before.items()


def test_what_comes_later_is_told_then(stage):
    stage.machine().run(FakeSource(rows.small(6, 2)))
    stage.wait(days=1)
    more = rows.small(6, 2)
    stage.machine().run(FakeSource({**more, "users": [*more["users"], rows.teacher("t90"), rows.student("s90")]}))
    assert set(told(stage)) == {*JOINED, "t90"}
