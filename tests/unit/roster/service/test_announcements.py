"""What goes into the outbox for a district: once each, and only what it wants (D-03, D-04, S-08, X-03)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from homeroom.roster import wiring
from homeroom.roster.runs import Run
from homeroom.runtime import aws
from homeroom.runtime.transact import transact
from tests.support.machine import START, Stage, staged
from tests.support.rows import DISTRICT


@pytest.fixture
def stage() -> Iterator[Stage]:
    with staged() as made:
        made.register()
        yield made


def ended(number=1, **changes):
    return Run(
        district=DISTRICT,
        run=number,
        state="applying",
        trigger="night",
        actor="schedule",
        started_at=START,
        changes=changes,
    )


def queued(stage) -> list[str]:
    return sorted(pk.removeprefix("M#") for table, pk, _ in stage.items() if table == "outbox")


def announce(stage, run):
    return wiring.announcements().announce_joined(run, stage.now)


def test_whom_a_run_has_brought_is_one_message_however_often_it_is_finished_d_04_x_03(stage):
    run = ended(person={"create": 3})
    assert [announce(stage, run) for _ in range(2)] == [True, False]
    assert announce(stage, ended(2, person={"restore": 1}))
    assert queued(stage) == [f"joined:{DISTRICT}:1", f"joined:{DISTRICT}:2"]


def test_a_district_that_wants_no_mails_gets_none_d_04(stage):
    stage.set(mails=False)
    assert not announce(stage, ended(person={"create": 3}))
    assert queued(stage) == []


def test_a_run_without_changes_of_people_tells_nobody_s_12(stage):
    assert not announce(stage, ended())
    assert not announce(stage, ended(**{"class": {"create": 3}}))
    assert queued(stage) == []


def test_a_held_run_is_announced_once_s_08(stage):
    told = wiring.announcements()
    assert [told.announce_hold(DISTRICT, 7, stage.now) for _ in range(2)] == [True, False]
    assert queued(stage) == [f"held:{DISTRICT}:7"]


def test_each_time_that_a_district_is_disconnected_is_announced_once_d_03(stage):
    """However often it is found out; again once Clever has let us in since."""
    district = wiring.registration().get(DISTRICT).model_copy(update={"authorised_at": stage.now})
    for one in (district, district, district.let_in(stage.now + timedelta(days=1))):
        stage.wait(hours=1)
        transact(aws.dynamodb(), [wiring.announcements().disconnected_action(one, stage.now)])
    assert queued(stage) == [f"disconnected:{DISTRICT}:20260915T070000Z", f"disconnected:{DISTRICT}:20260916T070000Z"]
