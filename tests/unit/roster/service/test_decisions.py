"""S-08, S-10, S-13: what people decide of runs, once each, whatever is repeated or lost."""

import json

import pytest

from homeroom.roster import wiring
from homeroom.roster.holds import PlanStale, RunNotHeld, RunNotUndoable
from homeroom.roster.runs import DistrictNotActive, RunInProgress
from homeroom.roster.store.layout import Report
from homeroom.roster.store.runs import UNSTARTED, LeaseLost
from homeroom.roster.syncs import Promoted, Waiting
from homeroom.runtime.errors import InvalidInput, NotFound
from tests.support.machine import staged
from tests.support.rows import DISTRICT
from tests.unit.roster.service.held import FREE, HOLD, SYNC, Office


@pytest.fixture
def office():
    with staged() as stage:
        stage.register("live")
        yield Office(stage)


@pytest.fixture
def held(office):
    """A run that is held, against a roster in force."""
    office.ended("succeeded")
    return office.ended("held")


def begin(office, **more):
    given = {"execution": "another", "now": office.stage.now, "trigger": "night", "actor": "schedule"}
    return office.store.begin(DISTRICT, **given | more)


def test_s10_an_approved_plan_has_the_lease_until_its_execution_begins(office, held):
    run, sync = office.approve(held), office.store.sync(DISTRICT)
    assert run == office.get(held)
    assert (run.state, run.finished_at, run.decision.choice, run.decision.actor) == (
        "running",
        None,
        "approve",
        "admin",
    )
    assert (sync.holder, sync.execution, sync.waiting) == (held.run, "", None)
    assert sync.held_until == office.stage.now + UNSTARTED


@pytest.mark.parametrize(("only", "choice"), [(None, "approve"), ("additions", "additions")])
def test_s10_the_waiting_execution_is_told_what_was_approved(office, held, only, choice):
    office.asks(held)
    office.approve(held, only=only)
    assert office.states.answers == {"token": {"choice": choice}}
    assert office.states.of(SYNC) == []


def test_s10_an_approval_before_the_execution_asks_starts_the_run_itself_and_once(office, held):
    """The hold may not have begun to wait, or be gone: nobody need wait for it."""
    office.approve(held)
    assert office.states.of(SYNC) == [
        {"district": DISTRICT, "run": str(held.run), "trigger": "manual", "approved": True}
    ]
    office.asks(held)
    assert office.states.answers == {"token": {"choice": "approve"}}
    office.holds.approved({"district": DISTRICT, "run": str(held.run)}, office.stage.now)
    assert len(office.states.of(SYNC)) == 1


def test_s10_a_token_that_nobody_waits_with_any_more_is_no_error(office, held):
    office.asks(held)
    office.states.waiting.clear()
    assert office.approve(held).state == "running"
    assert len(office.states.of(SYNC)) == 1


def test_x03_the_same_approval_again_answers_the_same_run(office, held):
    first = office.approve(held)
    office.stage.wait(minutes=1)
    assert office.approve(held) == first
    assert len(office.audited()) == len(office.states.of(SYNC)) == 1


def test_x03_an_approval_that_could_not_be_passed_on_is_passed_on_by_the_next(office, held):
    office.asks(held)
    office.states.fault = ConnectionError()
    with pytest.raises(ConnectionError):
        office.approve(held)
    assert office.get(held).state == "running"
    office.states.fault = None
    office.approve(held)
    assert office.states.answers == {"token": {"choice": "approve"}}


def test_x03_the_same_approval_after_the_run_has_ended_starts_nothing(office, held):
    run = office.approve(held)
    office.states.started.clear()
    office.store.record(run.model_copy(update={"state": "succeeded"}), office.store.sync(DISTRICT), **FREE)
    assert office.approve(held).state == "succeeded"
    assert office.states.of(SYNC) == []


def test_s10_a_decision_is_made_once(office, held):
    office.approve(held)
    for other in (lambda: office.reject(held), lambda: office.approve(held, only="additions")):
        with pytest.raises(RunNotHeld):
            other()
    assert office.get(held).decision.choice == "approve"


@pytest.mark.parametrize("state", ["succeeded", "planned", "failed", "skipped"])
def test_s10_a_run_that_was_never_held_cannot_be_decided_on(office, state):
    run = office.ended(state)
    for decide in (office.approve, office.reject):
        with pytest.raises(RunNotHeld):
            decide(run)


def test_s10_no_such_run(office, held):
    for decide in (office.approve, office.reject, office.undo):
        with pytest.raises(NotFound):
            decide(held.model_copy(update={"run": 99}))


def test_s10_a_plan_that_a_later_one_replaced_is_stale(office, held):
    later = office.ended("held")
    for decide in (office.approve, office.reject):
        with pytest.raises(PlanStale):
            decide(held)
    office.store.supersede(DISTRICT, held.run)
    with pytest.raises(PlanStale):
        office.approve(held)
    assert office.approve(later).state == "running"


def test_s10_a_plan_whose_baseline_moved_is_stale(office, held):
    """Whatever let the roster change while the plan waited."""
    sync = office.store.sync(DISTRICT)
    office.store.record(held, sync, promoted=Promoted(run=99, prefix="p"))
    with pytest.raises(PlanStale):
        office.approve(held)
    assert office.get(held).state == "held"


def test_s10_a_plan_whose_files_are_gone_is_stale(office, held):
    office.forget(held)
    with pytest.raises(PlanStale):
        office.approve(held)


def test_s11_nothing_is_decided_while_another_run_is_under_way(office, held):
    other = begin(office)
    for decide in (office.approve, office.reject):
        with pytest.raises(RunInProgress) as refused:
            decide(held)
        assert refused.value.extra == {"run": str(other.run)}


def test_s11_an_approval_takes_over_a_lease_that_ran_out_and_closes_the_dead_run(office, held):
    dead = begin(office, execution="")
    office.stage.wait(minutes=11)
    office.approve(held)
    assert (office.get(dead).state, office.get(dead).reasons) == ("failed", ("lease_expired",))


def test_s11_an_approval_that_loses_a_race_decides_again_on_what_the_other_wrote(office, held, monkeypatch):
    stale, real = office.store.sync(DISTRICT), office.store.sync
    begin(office)
    answers = [stale]
    monkeypatch.setattr(office.store, "sync", lambda district: answers.pop() if answers else real(district))
    with pytest.raises(RunInProgress):
        office.approve(held)
    assert office.get(held).state == "held"


def test_s11_who_loses_every_race_is_told(office, held, monkeypatch):
    stale = office.store.sync(DISTRICT)
    office.store.record(held, stale)
    monkeypatch.setattr(office.store, "sync", lambda _: stale)
    with pytest.raises(LeaseLost):
        office.approve(held)


def test_d03_nothing_is_applied_to_a_district_that_is_not_synced(office, held):
    office.stage.set("disconnected")
    with pytest.raises(DistrictNotActive):
        office.approve(held)
    assert office.reject(held).state == "rejected"


def test_s10_a_rejected_plan_is_kept_as_such_with_its_reason(office, held):
    office.asks(held)
    run, sync = office.reject(held, "The file was cut short."), office.store.sync(DISTRICT)
    assert (run.state, run.decision.choice, run.decision.why) == ("rejected", "reject", "The file was cut short.")
    assert (sync.waiting, sync.holder) == (Waiting(run=held.run, fingerprint="f", rejected=True), 0)
    assert office.states.answers == {"token": {"choice": "reject"}}
    assert office.states.of(SYNC) == []


@pytest.mark.parametrize("why", ["", " \n", "x" * 501])
def test_s10_a_rejection_has_a_reason(office, held, why):
    with pytest.raises(InvalidInput) as refused:
        office.reject(held, why)
    assert (refused.value.field, office.get(held).state) == ("reason", "held")


def test_x03_the_same_rejection_again_keeps_the_first_reason(office, held):
    assert office.reject(held, "First.") == office.reject(held, "Second.")
    with pytest.raises(RunNotHeld):
        office.approve(held)


def test_x04_a_decision_leaves_one_row_with_ids_and_numbers_and_without_anybodys_words(office, held):
    office.reject(held, "Ada Abara is missing.")
    (row,) = office.audited()
    assert (row.action, row.actor, row.cause) == ("plan.rejected", "admin", "request:1")
    assert (row.before, row.after["state"], row.after["run"]) == ({"run": 2, "state": "held"}, "rejected", 2)
    assert "Ada" not in json.dumps([row.before, row.after])


def test_s13_an_undo_is_a_run_of_its_own(office):
    target = office.ended("succeeded")
    run = office.undo(target)
    assert (run.run, run.trigger, run.undoes, run.actor, run.state) == (2, "undo", 1, "admin", "running")
    assert office.states.of(SYNC) == [{"district": DISTRICT, "run": "2", "trigger": "undo"}]
    (row,) = office.audited()
    assert (row.action, row.after) == ("run.undo", {"run": 2, "undoes": 1, "changes": {"person": {"remove": 6}}})


def test_x03_the_same_undo_while_it_goes_on_answers_it(office):
    target = office.ended("succeeded")
    first = office.undo(target)
    office.states.started.clear()  # as if the start had been lost
    assert office.undo(target) == first
    assert len(office.states.of(SYNC)) == len(office.audited()) == 1


def test_x03_an_undo_is_answered_while_it_is_held_and_while_it_is_the_last_that_was_applied(office):
    target = office.ended("succeeded")
    held = office.ended("held", trigger="undo", undoes=target.run)
    assert office.undo(target) == held
    done = office.ended("succeeded", trigger="undo", undoes=target.run)
    assert office.undo(target) == done
    night = office.ended("succeeded")
    assert office.undo(target).run == night.run + 1


def test_s13_an_undo_that_died_does_not_stand_in_the_way_of_another(office):
    target = office.ended("succeeded")
    dead = office.undo(target)
    office.stage.wait(minutes=11)
    assert office.undo(target).run == dead.run + 1
    assert office.get(dead).state == "failed"


def test_s13_an_undo_can_be_undone(office):
    office.ended("succeeded")
    undo = office.ended("succeeded", trigger="undo", undoes=1)
    assert office.undo(undo).undoes == undo.run


@pytest.mark.parametrize(
    "more",
    [
        {"state": "held"},
        {"state": "planned"},
        {"state": "failed"},
        {"state": "succeeded", "changes": {}},
        {"state": "succeeded", "changes": {"person": {"remove": 0}}},
        {"state": "succeeded", "based_on": 1},
    ],
)
def test_s13_only_a_run_that_changed_the_roster_can_be_undone(office, more):
    office.ended("succeeded")
    with pytest.raises(RunNotUndoable):
        office.undo(office.ended(more.pop("state"), **more))
    assert office.audited() == []


def test_s13_a_run_that_does_not_say_what_it_replaced_cannot_be_undone(office):
    """Its files have expired, or were written before runs said so."""
    run = office.ended("succeeded")
    office.report(Report(promoted=Promoted(run=run.run)), run)
    with pytest.raises(RunNotUndoable):
        office.undo(run)
    office.forget(run)
    with pytest.raises(RunNotUndoable):
        office.undo(run)


def test_s13_an_undo_waits_its_turn(office):
    target = office.ended("succeeded")
    other = begin(office)
    with pytest.raises(RunInProgress) as refused:
        office.undo(target)
    assert refused.value.extra == {"run": str(other.run)}


def test_s13_nothing_is_undone_in_a_district_that_is_not_synced(office):
    target = office.ended("succeeded")
    office.stage.set("disconnected")
    with pytest.raises(DistrictNotActive):
        office.undo(target)


def test_s13_an_undo_that_could_not_be_started_gives_its_lease_back(office):
    target = office.ended("succeeded")
    office.states.fault = ConnectionError()
    with pytest.raises(ConnectionError):
        office.undo(target)
    assert not office.store.sync(DISTRICT).held(office.stage.now)
    office.states.fault = None
    assert office.undo(target).state == "running"


def test_s10_an_undo_is_approved_whole(office):
    target = office.ended("succeeded")
    held = office.ended("held", trigger="undo", undoes=target.run)
    with pytest.raises(InvalidInput):
        office.approve(held, only="additions")
    assert office.approve(held).decision.choice == "approve"


def test_the_services_of_a_deployment_are_put_together(office, monkeypatch):
    """What wiring gives is what the tests above have by hand."""
    monkeypatch.setenv("ROSTER_STATE_MACHINE_ARN", SYNC)
    monkeypatch.setenv("HOLD_STATE_MACHINE_ARN", HOLD)
    wiring.settings.cache_clear()
    assert type(wiring.decisions()) is type(office.decisions)
    with pytest.raises(NotFound):
        wiring.decisions().approve(DISTRICT, 9, "admin", office.stage.now)
