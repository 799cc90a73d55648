"""S-08, S-10: a held plan waits in an execution of its own, and is answered whoever comes first."""

import pytest

from homeroom.roster.runs import RunInProgress
from homeroom.roster.service.machines import Machines
from homeroom.runtime.errors import NotFound
from tests.support.machine import staged
from tests.support.rows import DISTRICT
from tests.unit.roster.service.held import HOLD, SYNC, Office


@pytest.fixture
def office():
    with staged() as stage:
        stage.register("live")
        yield Office(stage)


@pytest.fixture
def held(office):
    return office.ended("held")


def named(run):
    return {"district": DISTRICT, "run": str(run.run)}


def test_s08_a_held_run_waits_once(office, held):
    office.holds.open(held)
    office.holds.open(held)
    assert office.states.of(HOLD) == [named(held)]
    ((_, name),) = office.states.started
    assert name == f"{DISTRICT}-hold-00000001-20260916T070000"


def test_x03_a_hold_that_has_ended_is_not_opened_again(office, held):
    office.holds.open(held)
    office.states.ended.update(name for _, name in office.states.started)
    office.holds.open(held)
    assert len(office.states.of(HOLD)) == 1


def test_s10_who_asks_in_time_waits(office, held):
    assert office.holds.ask({**named(held), "token": "token"}, office.stage.now) == {**named(held), "waits": True}
    assert office.tokens.waiting(DISTRICT, held.run) == "token"
    assert office.states.answers == {}


@pytest.mark.parametrize("only", [None, "additions"])
def test_s10_who_asks_after_an_approval_is_told_so_at_once(office, held, only):
    office.approve(held, only=only)
    office.asks(held)
    assert office.states.answers == {"token": {"choice": only or "approve"}}
    assert office.tokens.waiting(DISTRICT, held.run) is None


def test_s10_who_asks_after_a_rejection_is_told_so_at_once(office, held):
    office.reject(held)
    office.asks(held)
    assert office.states.answers == {"token": {"choice": "reject"}}


@pytest.mark.parametrize("closed", [True, False])
def test_s10_who_asks_after_a_later_plan_is_told_so_at_once(office, held, *, closed):
    """Whether or not the run's own record says so yet."""
    office.ended("held")
    if closed:
        office.store.supersede(DISTRICT, held.run)
    office.asks(held)
    assert office.states.answers == {"token": {"choice": "superseded"}}


def test_s10_a_later_plan_ends_the_waiting(office, held):
    office.asks(held)
    office.holds.close(DISTRICT, held.run, "superseded")
    assert office.states.answers == {"token": {"choice": "superseded"}}
    office.holds.close(DISTRICT, held.run, "superseded")
    office.holds.close(DISTRICT, 99, "superseded")


def test_s10_no_run_of_that_number_waits(office):
    with pytest.raises(NotFound):
        office.asks(office.ended("held").model_copy(update={"run": 9}))


@pytest.mark.parametrize("only", [None, "additions"])
def test_s10_an_approved_plan_is_carried_out_once(office, held, only):
    office.asks(held)
    office.approve(held, only=only)
    for started in (True, True):
        assert office.holds.approved(named(held), office.stage.now) == {**named(held), "started": started}
    assert office.states.of(SYNC) == [{**named(held), "trigger": "manual", "approved": True}]


def test_s11_an_approved_plan_that_is_being_carried_out_is_not_started_again(office, held):
    run = office.approve(held)
    office.states.started.clear()
    office.store.record(run, office.store.sync(DISTRICT), execution="one")
    assert office.holds.approved(named(held), office.stage.now)["started"] is False
    assert office.states.of(SYNC) == []


def test_s11_what_was_not_approved_is_not_started(office, held):
    for decide in (lambda: None, lambda: office.reject(held)):
        decide()
        assert office.holds.approved(named(held), office.stage.now)["started"] is False


def test_s10_a_plan_that_nobody_decided_on_lapses_and_the_next_run_plans_anew(office, held):
    assert office.holds.lapse(named(held), office.stage.now)["lapsed"] is True
    run = office.get(held)
    assert (run.state, run.reasons[-1], office.store.sync(DISTRICT).waiting) == ("superseded", "lapsed", None)
    assert office.holds.lapse(named(held), office.stage.now)["lapsed"] is False


def test_s10_what_was_decided_does_not_lapse(office, held):
    office.approve(held)
    assert office.holds.lapse(named(held), office.stage.now)["lapsed"] is False
    assert office.get(held).state == "running"


def test_s10_a_plan_that_a_later_one_replaced_takes_nothing_from_it_when_it_lapses(office, held):
    later = office.ended("held")
    office.holds.lapse(named(held), office.stage.now)
    assert office.store.sync(DISTRICT).waiting.run == later.run


def test_s11_nothing_lapses_under_a_run_that_is_under_way(office, held):
    """It would find the sync changed at its end, and fail for it."""
    office.store.begin(DISTRICT, execution="x", now=office.stage.now, trigger="night", actor="schedule")
    with pytest.raises(RunInProgress):
        office.holds.lapse(named(held), office.stage.now)
    assert office.get(held).state == "held"


def test_a_function_that_may_not_start_executions_says_so(held):
    with pytest.raises(RuntimeError):
        Machines(lambda: None).wait(held)
