"""S-05, S-17: why a district's data are as old as they are."""

import pytest

from homeroom.roster import wiring
from homeroom.roster.syncs import NEVER, Waiting
from tests.support.machine import staged
from tests.support.rows import DISTRICT


@pytest.fixture
def stage():
    with staged() as made:
        made.register("live")
        yield made


def ended(stage, state, *reasons, trigger="night", **sync):
    """A run that ended so; `sync` is what it left beside."""
    stage.wait(days=1)
    store = wiring.run_store()
    begun = store.begin(DISTRICT, execution="e", now=stage.now, trigger=trigger, actor="schedule")
    run = begun.model_copy(update={"state": state, "finished_at": stage.now, "reasons": reasons})
    store.record(run, store.sync(DISTRICT), holder=0, held_until=NEVER, execution="", **sync)
    return run


def told(stage):
    """Status, reasons, the last run, and the one whose plan waits."""
    found = wiring.runs(start=False).summary(DISTRICT, stage.now)
    return found["status"], found["reasons"], found["last_run"], found["waiting_run"]


@pytest.mark.parametrize("trigger", ["night", "notice"])
@pytest.mark.parametrize("reason", ["pause_window", "paused_at_source"])
def test_s17_a_paused_night_is_told_with_its_reason(stage, trigger, reason):
    ended(stage, "succeeded")
    ended(stage, "skipped", reason, trigger=trigger)
    assert told(stage) == ("skipped", [reason], "2", None)


def test_s05_nights_that_are_skipped_since_their_plan_waits_are_held(stage):
    """However many: the district's status is that of the plan."""
    ended(stage, "held", "half:person", waiting=Waiting(run=1))
    assert told(stage) == ("held", ["half:person"], "1", "1")
    for _ in range(3):
        ended(stage, "skipped", "plan_held")
    assert told(stage) == ("held", ["half:person"], "4", "1")


def test_s05_nights_that_are_skipped_since_their_plan_was_rejected_are_rejected(stage):
    ended(stage, "rejected", "half:person", waiting=Waiting(run=1, rejected=True))
    ended(stage, "skipped", "plan_rejected")
    assert told(stage) == ("rejected", ["half:person"], "2", None)


@pytest.mark.parametrize(("state", "reason"), [("skipped", "pause_window"), ("failed", "source_failed")])
def test_s05_another_reason_of_the_last_night_is_told_beside_the_plan_that_waits(stage, state, reason):
    ended(stage, "held", "half:person", waiting=Waiting(run=1))
    ended(stage, state, reason)
    assert told(stage) == (state, [reason], "2", "1")


def test_s05_what_came_after_a_plan_was_decided_on_stands_for_itself(stage):
    ended(stage, "held", "half:person", waiting=Waiting(run=1))
    ended(stage, "skipped", "plan_held")
    ended(stage, "succeeded", waiting=None)
    assert told(stage) == ("succeeded", [], "3", None)


def test_d03_a_disconnected_district_says_so_and_has_no_next_night(stage):
    ended(stage, "failed", "source_refused")
    wiring.registration().disconnected(DISTRICT, stage.now, "run:1")
    found = wiring.runs(start=False).summary(DISTRICT, stage.now)
    assert (found["state"], found["next_night"]) == ("disconnected", None)
    assert (found["status"], found["reasons"]) == ("failed", ["source_refused"])
