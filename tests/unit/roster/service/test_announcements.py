"""What goes into the outbox for a district: once each, and only what it wants (D-03, D-04, S-08, X-03)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from homeroom.roster import wiring
from homeroom.roster.changes import Change
from homeroom.roster.entries import PersonEntry
from homeroom.runtime.outbox import KEPT
from tests.support.machine import Stage, staged
from tests.support.rows import DISTRICT


@pytest.fixture
def stage() -> Iterator[Stage]:
    with staged() as made:
        made.register()
        yield made


def came(*people: str, op="create", role="teacher"):
    after = {
        person: PersonEntry(id=person, roles=(role,), address=f"{person}@d.example").model_dump(mode="json")
        for person in people
    }
    return [Change(kind="person", op=op, id=person, after=after[person]) for person in people]


def queued(stage) -> list[str]:
    return sorted(pk.removeprefix("M#") for table, pk, _ in stage.items() if table == "outbox")


def announce(stage, changes, run=1):
    return wiring.announcements().announce(DISTRICT, run, changes, stage.now)


def test_each_who_comes_is_mailed_once_however_often_a_chunk_is_applied_d_04_x_03(stage):
    assert announce(stage, came("t1", "t2")) == 2
    assert announce(stage, came("t1", "t2")) == 0
    assert queued(stage) == [f"activation:{DISTRICT}:t1", f"activation:{DISTRICT}:t2"]


def test_a_chunk_half_announced_is_announced_to_the_end_s_11(stage):
    announce(stage, came("t1"))
    assert announce(stage, came("t1", "t2")) == 1


def test_who_returns_within_the_month_had_their_mail_d_04(stage):
    announce(stage, came("t1"))
    stage.wait(days=20)
    assert announce(stage, came("t1", op="restore"), run=2) == 0


def test_who_returns_after_it_is_told_again_d_04(stage):
    """Long after, an old mail is of no use; who has activated since is not mailed (see the mailer)."""
    announce(stage, came("t1"))
    stage.now += KEPT + timedelta(seconds=1)
    assert announce(stage, came("t1", op="restore"), run=2) == 1


def test_a_district_that_wants_no_mails_gets_none_d_04(stage):
    stage.set(mails=False)
    assert announce(stage, came("t1")) == 0
    assert queued(stage) == []


def test_two_thousand_at_once_are_a_matter_of_seconds(stage):
    """A chunk of a plan holds no more."""
    assert announce(stage, came(*(f"t{number}" for number in range(2000)))) == 2000


def test_changes_without_anybody_to_tell_ask_for_nothing(stage):
    """S-12: a chunk of students costs no read."""
    assert wiring.announcements().announce("no such district", 1, came("s1", role="student"), stage.now) == 0


def test_a_held_run_is_announced_once_s_08(stage):
    told = wiring.announcements()
    assert [told.announce_hold(DISTRICT, 7, stage.now) for _ in range(2)] == [True, False]
    assert queued(stage) == [f"held:{DISTRICT}:7"]


def test_each_time_that_a_district_is_disconnected_is_announced_once_d_03(stage):
    """However often it is found out; again once Clever has let us in since."""
    district = wiring.registration().get(DISTRICT).model_copy(update={"authorised_at": stage.now})
    for one in (district, district, district.let_in(stage.now + timedelta(days=1))):
        stage.wait(hours=1)
        wiring.announcements().announce_disconnected(one, stage.now)
    assert queued(stage) == [f"disconnected:{DISTRICT}:20260915T070000Z", f"disconnected:{DISTRICT}:20260916T070000Z"]
