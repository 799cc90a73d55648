"""S-11: only the execution that has a district's lease speaks for its run; X-03: each step may be repeated."""

import json

import pytest

from homeroom.roster import wiring
from homeroom.roster.runs import RunInProgress
from homeroom.roster.store.runs import LeaseLost
from tests.support.machine import FakeSource
from tests.support.rows import DISTRICT, small

EVENT = {"district": DISTRICT, "trigger": "night"}


def begin(stage, execution, **more):
    return wiring.control().begin({**EVENT, "execution": execution, **more}, stage.now)


def fail(stage, execution, error="SourceFailed", **more):
    event = {"step": "fail", "execution": execution, "failure": {"Error": error}, **more}
    return wiring.control().fail(event, stage.now)


def by_api(stage):
    return wiring.run_store().begin(DISTRICT, execution="", now=stage.now, trigger="manual", actor="admin")


def state_of(run):
    return wiring.run_store().get(DISTRICT, int(run)).state


def holder():
    return wiring.run_store().sync(DISTRICT).holder


def test_s11_the_same_execution_gets_the_same_run(stage):
    assert begin(stage, "one") == begin(stage, "one")
    assert begin(stage, "one")["run"] == "1"


def test_s11_a_run_that_the_api_began_is_carried_out_by_its_execution_alone(stage):
    run = by_api(stage)
    assert begin(stage, "one", run=str(run.run)) == begin(stage, "one", run=str(run.run))
    with pytest.raises(LeaseLost):
        begin(stage, "two", run=str(run.run))


def test_s11_a_run_that_the_api_began_ends_as_any(stage):
    run = by_api(stage)
    done = stage.machine().run(FakeSource(small(6, 2)), run=str(run.run), trigger="manual")
    assert (done.run, done.state, done.actor) == (1, "succeeded", "admin")
    assert holder() == 0


def test_s11_a_night_leaves_it_to_the_run_that_the_api_began(stage):
    run = by_api(stage)
    begin(stage, "theirs", run=str(run.run))
    before = stage.items()
    assert begin(stage, "night") == {"district": DISTRICT, "run": "1", "mode": "skip"}
    assert stage.items() == before


def test_s05_a_run_that_nobody_carries_out_does_not_eat_the_night(stage):
    """The API died between the lease and the start of the execution: the night asks again until the lease is free."""
    by_api(stage)
    with pytest.raises(RunInProgress):
        begin(stage, "night")
    stage.wait(minutes=11)
    assert begin(stage, "night")["mode"] == "fetch"
    assert (state_of(1), state_of(2)) == ("failed", "running")


def test_s11_a_second_run_by_hand_is_refused_with_the_number_of_the_first(stage):
    by_api(stage)
    before = stage.items()
    with pytest.raises(RunInProgress) as refused:
        by_api(stage)
    assert refused.value.extra == {"run": "1"}
    assert stage.items() == before


def test_s11_an_expired_lease_is_taken_over_and_the_killed_run_is_recorded(stage):
    begin(stage, "killed")
    stage.wait(hours=2, minutes=15)
    assert begin(stage, "other")["mode"] == "skip"
    stage.wait(minutes=2)
    assert begin(stage, "other")["run"] == "2"
    assert state_of(1) == "failed"


@pytest.mark.parametrize("run", [{}, {"run": "1"}])
def test_s11_an_execution_that_lost_its_lease_cannot_end_another_ones_run(stage, run):
    begin(stage, "stale")
    stage.wait(hours=3)
    begin(stage, "current")
    before = stage.items()
    fail(stage, "stale", **EVENT, **run)
    assert stage.items() == before
    assert (state_of(2), holder()) == ("running", 2)


def test_s11_a_stale_step_is_refused(stage):
    state = begin(stage, "stale")
    stage.wait(hours=3)
    begin(stage, "current")
    with pytest.raises(LeaseLost):
        wiring.steps().fetch(state, lambda _: FakeSource(small(6, 2)))


def test_s11_a_stale_api_run_cannot_end_another_ones_run(stage):
    run = by_api(stage)
    stage.wait(hours=3)
    begin(stage, "current")
    with pytest.raises(LeaseLost):
        begin(stage, "stale", run=str(run.run))
    fail(stage, "stale", "LeaseLost", **EVENT, run=str(run.run))
    assert (state_of(1), state_of(2), holder()) == ("failed", "running", 2)


def test_s11_an_execution_ended_from_outside_is_recorded(stage):
    """As EventBridge tells it: the execution's input is a text inside."""
    begin(stage, "one")
    notice = {"executionArn": "one", "status": "TIMED_OUT", "input": json.dumps(EVENT)}
    wiring.control().fail(wiring.stopped(notice), stage.now)
    run = wiring.run_store().get(DISTRICT, 1)
    assert (run.state, run.reasons, holder()) == ("failed", ("timed_out",), 0)


def test_s11_an_api_run_whose_execution_never_began_is_recorded(stage):
    run = by_api(stage)
    notice = {"executionArn": "one", "status": "ABORTED", "input": json.dumps({**EVENT, "run": str(run.run)})}
    wiring.control().fail(wiring.stopped(notice), stage.now)
    assert (state_of(run.run), holder()) == ("failed", 0)


@pytest.mark.parametrize("named", [True, False])
def test_x03_a_failure_told_twice_keeps_its_first_reason(stage, named):
    run = by_api(stage) if named else None
    given = {**EVENT, **({"run": "1"} if run else {})}
    begin(stage, "one", **({"run": "1"} if run else {}))
    fail(stage, "one", "SourceRefused", **given)
    before = stage.items()
    fail(stage, "one", "FAILED", input=json.dumps(given))
    assert stage.items() == before
    assert wiring.run_store().get(DISTRICT, 1).reasons == ("source_refused",)


def test_x03_a_failure_after_the_end_changes_nothing(stage):
    stage.machine().run(FakeSource(small(6, 2)))
    before = stage.items()
    fail(stage, "execution-1", "FAILED", input=json.dumps(EVENT))
    fail(stage, "execution-1", "FAILED", input=json.dumps({**EVENT, "run": "1"}))
    assert stage.items() == before


def test_x03_a_failure_of_nobody_changes_nothing(stage):
    before = stage.items()
    assert fail(stage, "one", **EVENT) == {"district": DISTRICT, "run": None}
    assert fail(stage, "one", input="{}")["run"] is None
    assert stage.items() == before


def test_x03_finishing_twice_changes_nothing_and_asks_for_no_further_run(stage):
    machine = stage.machine()
    machine.run(FakeSource(small(6, 2)))
    before = stage.items()
    state = {"decision": "apply", "applied": [{"written": 1}]}
    frame = {"district": DISTRICT, "run": "1", "state": state, "execution": "execution-1"}
    assert wiring.control().finish(frame, stage.now)["resumed"] is False
    assert stage.items() == before
    begin(stage, "next")
    assert wiring.control().finish(frame, stage.now)["resumed"] is False
    assert (state_of(2), holder()) == ("running", 2)


def test_x03_fetching_and_planning_twice_is_the_same(stage):
    state = begin(stage, "one")
    source = FakeSource(small(6, 2))
    fetched = [wiring.steps().fetch(state, lambda _: source) for _ in range(2)]
    objects = []
    planned = []
    for _ in range(2):
        planned.append(wiring.steps().plan(fetched[0]))
        objects.append(stage.objects())
    assert fetched[0] == fetched[1]
    assert planned[0] == planned[1]
    assert objects[0] == objects[1]


@pytest.mark.parametrize("since", [{"guards": {"removal_floor": 0, "removal_percent": 0}}, {"state": "disconnected"}])
def test_s11_a_plan_that_is_to_be_applied_is_decided_on_once(stage, since):
    """S-08: planned again, since the answer was lost, it could be held, and be applied by the next run all the same."""
    stage.machine().run(FakeSource(small(6, 2)))
    state = begin(stage, "two")
    fetched = wiring.steps().fetch(state, lambda _: FakeSource(small(5, 2)))
    planned, objects = wiring.steps().plan(fetched), stage.objects()
    assert planned["decision"] == "apply"
    stage.set(**since)
    assert wiring.steps().plan(fetched) == planned
    assert stage.objects() == objects
