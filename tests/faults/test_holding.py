"""S-08, S-09, S-10, S-13: plans that wait for a person, what the person says, and what becomes of it."""

import pytest

from homeroom.accounts.store.links import LinkItem, link_key
from homeroom.classes.store import WorkItem, class_pk
from homeroom.roster import wiring
from homeroom.roster.holds import PlanStale, RunNotHeld, RunNotUndoable
from homeroom.roster.runs import RunInProgress
from homeroom.runtime.dynamo import bind
from tests.support import rows
from tests.support.machine import FakeSource, without_run
from tests.support.rows import DISTRICT

WHO = "admin-1"


@pytest.fixture
def machine(stage):
    return stage.machine()


def without(district, share):
    """The district without that share of its students, as a bad file has it."""
    users = [row for row in district["users"] if row.student]
    kept = {row.id for row in users[: round(len(users) * (1 - share))]} | {
        row.id for row in district["users"] if not row.student
    }
    sections = [
        row.model_copy(update={"students": tuple(s for s in row.students if s in kept)}) for row in district["sections"]
    ]
    return {**district, "users": [row for row in district["users"] if row.id in kept], "sections": sections}


WHOLE = rows.small(40, 4)
BAD = without(WHOLE, 0.6)


def held(stage, machine, then=BAD):
    machine.run(FakeSource(WHOLE))
    stage.wait(days=1)
    run = machine.run(FakeSource(then))
    assert run.state == "held"
    return run


def get(run):
    return wiring.run_store().get(DISTRICT, run.run)


def test_s08_a_held_plan_changes_nothing_keeps_no_lease_and_says_why(stage, machine):
    machine.run(FakeSource(WHOLE))
    before = stage.roster()
    stage.wait(days=1)
    run = machine.run(FakeSource(BAD))
    assert stage.roster() == before
    sync = wiring.run_store().sync(DISTRICT)
    assert (sync.holder, sync.waiting.run) == (0, run.run)
    assert {"half:person", "removals:student"} <= set(run.reasons)
    [half] = [hold for hold in run.holds if hold.reason == "half:person"]
    assert (half.before, half.removed, len(half.sample)) == (46, 24, 5)


def test_s10_approved_it_is_applied_as_it_was_planned(stage, machine):
    run = held(stage, machine)
    planned = run.changes
    stage.wait(hours=5)
    wiring.decisions().approve(DISTRICT, run.run, WHO, stage.now)
    [done] = machine.play(FakeSource(WHOLE))
    assert (done.run, done.state, done.decision.choice) == (run.run, "succeeded", "approve")
    assert done.changes == planned
    states = [item["state"]["S"] for key, item in stage.roster().items() if key[2] == "PERSON"]
    assert states.count("leaving") == 24
    sync = wiring.run_store().sync(DISTRICT)
    assert (sync.holder, sync.waiting, sync.promoted.run) == (0, None, run.run)


def test_s10_additions_only_bring_what_is_new_and_the_next_night_plans_the_rest(stage, machine):
    more = {**BAD, "users": [*BAD["users"], rows.student("s900")]}
    run = held(stage, machine, more)
    before = stage.roster()
    wiring.decisions().approve(DISTRICT, run.run, WHO, stage.now, "additions")
    [done] = machine.play(FakeSource(more))
    assert (done.state, done.changes) == ("succeeded", {"person": {"create": 1}})
    after = stage.roster()
    assert {key: after[key] for key in before} == before
    stage.wait(days=1)
    again = machine.run(FakeSource(more))
    assert again.state == "held"
    assert again.changes["person"] == {"remove": 24}


@pytest.mark.parametrize("begun", [False, True])
def test_x03_a_hold_that_is_recorded_again_after_it_was_approved_takes_nothing_back(stage, machine, begun):
    """Its last step failed behind the record, and is tried again: S-08, S-11."""
    run = held(stage, machine)
    [state] = [told for told in machine.payloads if told.get("decision") == "hold"]
    frame = {"district": DISTRICT, "run": str(run.run), "state": state, "execution": f"execution-{machine.executions}"}
    wiring.decisions().approve(DISTRICT, run.run, WHO, stage.now)
    if begun:
        approved = {"district": DISTRICT, "run": str(run.run), "trigger": "manual", "execution": "approved"}
        wiring.control().begin(approved, stage.now)
    before = stage.items()
    assert wiring.control().finish(frame, stage.now)["resumed"] is False
    assert stage.items() == before
    more = {"execution": "approved"} if begun else {}
    machine.played.started = [given | more for given in machine.played.started]
    [done] = machine.play(FakeSource(BAD))
    assert (done.run, done.state) == (run.run, "succeeded")


@pytest.mark.parametrize("only", [None, "additions"])
@pytest.mark.parametrize("begun", [False, True])
def test_s11_an_execution_that_fails_after_its_hold_was_approved_ends_nobody_s_run(stage, machine, only, begun):
    run = held(stage, machine)
    wiring.decisions().approve(DISTRICT, run.run, WHO, stage.now, only)
    more = {"execution": "approved"} if begun else {}
    if begun:
        given = {"district": DISTRICT, "run": str(run.run), "trigger": "manual", "execution": "approved"}
        wiring.control().begin(given, stage.now)
    before = stage.items()
    ended = {"district": DISTRICT, "run": str(run.run), "execution": f"execution-{machine.executions}"}
    machine.fail(ended, "StoreBusy")
    assert stage.items() == before
    machine.played.started = [given | more for given in machine.played.started]
    [done] = machine.play(FakeSource(BAD))
    assert (done.run, done.state) == (run.run, "succeeded")


@pytest.mark.parametrize("only", [None, "additions"])
def test_s11_an_approved_run_has_failed_whose_own_execution_fails_before_its_first_step_is_recorded(
    stage, machine, only
):
    """S-05: nobody else would say so before the next night."""
    run = held(stage, machine)
    wiring.decisions().approve(DISTRICT, run.run, WHO, stage.now, only)
    [given] = machine.played.started
    machine.played.started.clear()
    machine.fail(given | {"execution": "approved"}, "States.Timeout")
    assert (get(run).state, get(run).finished_at, wiring.run_store().sync(DISTRICT).holder) == ("failed", stage.now, 0)
    assert machine.run(FakeSource(BAD)).state == "held"


def test_s10_rejected_it_never_happens_and_is_not_asked_again_until_the_source_changes(stage, machine):
    run = held(stage, machine)
    before = stage.roster()
    wiring.decisions().reject(DISTRICT, run.run, WHO, stage.now, "the file was cut off")
    assert machine.play(FakeSource(BAD)) == []
    assert (get(run).state, get(run).decision.why) == ("rejected", "the file was cut off")
    stage.wait(days=1)
    night = machine.run(FakeSource(BAD))
    assert (night.state, night.reasons) == ("skipped", ("plan_rejected",))
    stage.wait(days=1)
    assert machine.run(FakeSource(WHOLE)).state == "succeeded"
    assert stage.roster() == before
    stage.wait(days=1)
    assert machine.run(FakeSource(BAD)).state == "held"


def test_s10_a_night_with_the_same_news_leaves_the_plan_waiting(stage, machine):
    run = held(stage, machine)
    stage.wait(days=1)
    night = machine.run(FakeSource(BAD))
    assert (night.state, night.reasons) == ("skipped", ("plan_held",))
    wiring.decisions().approve(DISTRICT, run.run, WHO, stage.now)
    assert [done.state for done in machine.play(FakeSource(BAD))] == ["succeeded"]


@pytest.mark.parametrize("later", [WHOLE, without(WHOLE, 0.7)])
def test_s10_a_later_plan_supersedes_it_and_approving_the_old_one_is_refused(stage, machine, later):
    run = held(stage, machine)
    stage.wait(days=1)
    machine.run(FakeSource(later))
    assert get(run).state == "superseded"
    before = stage.roster()
    for decide in (wiring.decisions().approve, lambda *given: wiring.decisions().reject(*given, "no")):
        with pytest.raises(PlanStale):
            decide(DISTRICT, run.run, WHO, stage.now)
    machine.play(FakeSource(later))
    assert stage.roster() == before


def test_s10_a_run_by_hand_plans_anew_whatever_waits(stage, machine):
    run = held(stage, machine)
    wiring.runs().start(DISTRICT, WHO, stage.now)
    [done] = machine.play(FakeSource(BAD))
    assert done.state == "held"
    assert get(run).state == "superseded"


def test_x03_approving_twice_applies_once_and_another_answer_is_refused(stage, machine):
    run = held(stage, machine)
    for _ in range(2):
        wiring.decisions().approve(DISTRICT, run.run, WHO, stage.now)
    with pytest.raises(RunNotHeld):
        wiring.decisions().reject(DISTRICT, run.run, WHO, stage.now, "no")
    assert len(machine.play(FakeSource(BAD))) == 1
    wiring.decisions().approve(DISTRICT, run.run, WHO, stage.now)
    assert machine.play(FakeSource(BAD)) == []


def test_s11_nobody_decides_while_a_run_is_under_way(stage, machine):
    run = held(stage, machine)
    wiring.runs().start(DISTRICT, WHO, stage.now)
    with pytest.raises(RunInProgress):
        wiring.decisions().approve(DISTRICT, run.run, WHO, stage.now)


def test_s10_an_approved_plan_that_nobody_carried_out_is_planned_again(stage, machine):
    run = held(stage, machine)
    wiring.decisions().approve(DISTRICT, run.run, WHO, stage.now)
    machine.played.woken.clear()
    machine.played.started.clear()
    stage.wait(days=1)
    assert machine.run(FakeSource(BAD)).state == "held"
    assert (get(run).state, get(run).reasons) == ("failed", ("lease_expired",))


def test_s13_undo_restores_what_a_run_changed_and_is_a_run_with_a_plan(stage, machine):
    machine.run(FakeSource(WHOLE))
    before = stage.roster()
    stage.wait(days=1)
    changed = {
        **WHOLE,
        "users": [rows.student("s000", grade="6") if row.id == "s000" else row for row in WHOLE["users"]],
    }
    run = machine.run(FakeSource(changed))
    wiring.decisions().undo(DISTRICT, run.run, WHO, stage.now)
    [undo] = machine.play(FakeSource(changed))
    assert (undo.state, undo.trigger, undo.undoes, undo.changes) == (
        "succeeded",
        "undo",
        run.run,
        {"person": {"update": 1}},
    )
    assert without_run(stage.roster()) == without_run(before)
    assert list(wiring.runs().plan(DISTRICT, undo.run, kind=None, school=None, limit=9, cursor=None).items) != []


def test_s13_after_an_undo_the_source_has_its_way_only_when_a_person_says_so(stage, machine):
    machine.run(FakeSource(WHOLE))
    changed = {
        **WHOLE,
        "users": [rows.student("s000", grade="6") if row.id == "s000" else row for row in WHOLE["users"]],
    }
    run = machine.run(FakeSource(changed))
    wiring.decisions().undo(DISTRICT, run.run, WHO, stage.now)
    machine.play(FakeSource(changed))
    stage.wait(days=1)
    again = machine.run(FakeSource(changed))
    assert (again.state, again.reasons) == ("held", ("undone:run",))
    wiring.decisions().approve(DISTRICT, again.run, WHO, stage.now)
    assert [done.state for done in machine.play(FakeSource(changed))] == ["succeeded"]
    stage.wait(days=1)
    assert machine.run(FakeSource(changed)).state == "succeeded"


def test_s13_the_undo_of_an_undo_is_the_run_itself(stage, machine):
    machine.run(FakeSource(WHOLE))
    fewer = without(WHOLE, 0.05)
    run = machine.run(FakeSource(fewer))
    changed = stage.roster()
    wiring.decisions().undo(DISTRICT, run.run, WHO, stage.now)
    [undo] = machine.play(FakeSource(fewer))
    wiring.decisions().undo(DISTRICT, undo.run, WHO, stage.now)
    [again] = machine.play(FakeSource(fewer))
    assert again.state == "succeeded"
    assert without_run(stage.roster()) == without_run(changed)


def test_s13_a_run_can_be_undone_again_when_a_plan_s_additions_have_brought_it_back(stage, machine):
    """The undo of before is the answer to whoever repeats the request, and not the additions that came after it."""
    machine.run(FakeSource(WHOLE))
    more = {**WHOLE, "users": [*WHOLE["users"], rows.student("s900")]}
    run = machine.run(FakeSource(more))
    wiring.decisions().undo(DISTRICT, run.run, WHO, stage.now)
    [undo] = machine.play(FakeSource(more))
    assert wiring.decisions().undo(DISTRICT, run.run, WHO, stage.now).run == undo.run
    held = machine.run(FakeSource(more))
    wiring.decisions().approve(DISTRICT, held.run, WHO, stage.now, "additions")
    [added] = machine.play(FakeSource(more))
    assert (added.state, added.changes) == ("succeeded", {"person": {"restore": 1}})
    begun = wiring.decisions().undo(DISTRICT, run.run, WHO, stage.now)
    assert (begun.run, begun.undoes) == (added.run + 1, run.run)
    [again] = machine.play(FakeSource(more))
    assert (again.state, again.changes) == ("succeeded", {"person": {"remove": 1}})


def test_s13_what_changed_since_is_left_alone_and_listed(stage, machine):
    machine.run(FakeSource(WHOLE))

    def grades(**given):
        people = [rows.student(row.id, grade=given[row.id]) if row.id in given else row for row in WHOLE["users"]]
        return {**WHOLE, "users": people}

    run = machine.run(FakeSource(grades(s000="6", s001="6")))
    machine.run(FakeSource(grades(s000="6", s001="7")))
    wiring.decisions().undo(DISTRICT, run.run, WHO, stage.now)
    [undo] = machine.play(FakeSource(WHOLE))
    assert (undo.changes, undo.left_alone) == ({"person": {"update": 1}}, 1)
    page = wiring.runs().findings(DISTRICT, undo.run, code="undo_left_alone", school=None, limit=9, cursor=None)
    assert [found["id"] for found in page.items] == ["s001"]


def graded(**given):
    people = [rows.student(row.id, grade=given[row.id]) if row.id in given else row for row in WHOLE["users"]]
    return {**WHOLE, "users": people}


def undone(machine, run, now, source):
    """The run that takes a run back, carried out; asking again answers the same one and starts none."""
    begun = wiring.decisions().undo(DISTRICT, run.run, WHO, now)
    [undo] = machine.play(FakeSource(source))
    assert undo.run == begun.run == wiring.decisions().undo(DISTRICT, run.run, WHO, now).run
    assert machine.play(FakeSource(source)) == []
    assert wiring.run_store().sync(DISTRICT).counter == undo.run
    return undo


@pytest.mark.parametrize(("since", "left"), [({"s000": "7"}, 1), ({}, 0)])
def test_s13_an_undo_that_takes_nothing_back_holds_no_night(stage, machine, since, left):
    """X-03: somebody has changed it since, or back; there is nothing that the source could ask for again."""
    machine.run(FakeSource(WHOLE))
    run = machine.run(FakeSource(graded(s000="6")))
    machine.run(FakeSource(graded(**since)))
    undo = undone(machine, run, stage.now, graded(**since))
    assert (undo.state, undo.changes, undo.left_alone) == ("succeeded", {}, left)
    stage.wait(days=1)
    night = machine.run(FakeSource(graded(**since, s001="6")))
    assert (night.state, night.changes) == ("succeeded", {"person": {"update": 1}})


def test_s13_an_undo_that_takes_nothing_back_lets_the_source_ask_no_sooner_for_what_another_took_back(stage, machine):
    machine.run(FakeSource(WHOLE))
    first = machine.run(FakeSource(graded(s000="6")))
    machine.run(FakeSource(graded(s000="7")))
    last = machine.run(FakeSource(graded(s000="7", s001="6")))
    source = graded(s000="7", s001="6")
    assert undone(machine, last, stage.now, source).changes == {"person": {"update": 1}}
    assert undone(machine, first, stage.now, source).changes == {}
    stage.wait(days=1)
    night = machine.run(FakeSource(source))
    assert (night.state, night.holds[0].reason, night.holds[0].sample) == ("held", "undone:run", (str(last.run),))


def test_s13_a_first_sync_can_be_undone_but_is_held_first(stage, machine):
    run = machine.run(FakeSource(WHOLE))
    wiring.decisions().undo(DISTRICT, run.run, WHO, stage.now)
    [undo] = machine.play(FakeSource(WHOLE))
    assert undo.state == "held"
    assert "half:person" in undo.reasons


def test_s13_a_run_that_changed_nothing_cannot_be_undone(stage, machine):
    machine.run(FakeSource(WHOLE))
    quiet = machine.run(FakeSource(WHOLE))
    with pytest.raises(RunNotUndoable):
        wiring.decisions().undo(DISTRICT, quiet.run, WHO, stage.now)


def test_a09_a_proposal_to_link_again_stands_while_the_old_record_is_gone(stage, machine):
    machine.run(FakeSource(WHOLE))

    def renewed(**fields):
        users = [
            rows.student("z000", sis_id="sis-s000", **fields) if row.id == "s000" else row for row in WHOLE["users"]
        ]
        return {**WHOLE, "users": users}

    assert machine.run(FakeSource(renewed())).findings["person_rekeyed"] == 1
    again = machine.run(FakeSource(renewed(grade="6")))
    assert (again.changes, again.findings["person_rekeyed"]) == ({"person": {"update": 1}}, 1)
    # And the other way round: s000 is back, z000 gone.
    assert machine.run(FakeSource(WHOLE)).findings["person_rekeyed"] == 1


def test_s14_grace_runs_out_by_the_calendar_although_nothing_changes_at_the_source(stage, machine):
    fewer = without(WHOLE, 0.05)
    machine.run(FakeSource(WHOLE))
    stage.wait(days=1)
    machine.run(FakeSource(fewer))
    for _ in range(6):
        stage.wait(days=1)
        assert machine.run(FakeSource(fewer)).changes == {}
    stage.wait(days=1)
    assert machine.run(FakeSource(fewer)).changes == {"person": {"end": 2}, "membership": {"remove": 4}}
    stage.wait(days=1)
    assert machine.run(FakeSource(fewer)).changes == {}


IDLE = rows.section("x00", students=("s000",), teacher="t00", teachers=("t00",))
WITH_IDLE = {**WHOLE, "sections": [*WHOLE["sections"], IDLE]}
HALF_GRADED = [
    row.model_copy(update={"student": row.student.model_copy(update={"grade": "6"})})
    if row.student and row.id < "s030"
    else row
    for row in WHOLE["users"]
]


def activated():
    bind("districts", LinkItem)
    LinkItem(*link_key(DISTRICT, "s000"), account="ada").save()


def assigned():
    bind("classes", WorkItem)
    WorkItem(class_pk(DISTRICT, "x00"), "A#1").save()


def state_of(stage, section="x00"):
    return stage.roster()["classes", class_pk(DISTRICT, section), "CLASS"]["state"]["S"]


def without_idle(stage, machine, **more):
    """A held plan that removes a class which was never used."""
    machine.run(FakeSource(WITH_IDLE))
    stage.wait(days=1)
    later = {**WHOLE, "users": HALF_GRADED, **more}
    run = machine.run(FakeSource(later))
    assert (run.state, run.changes["class"]) == ("held", {"remove": 1})
    return run, later


@pytest.mark.parametrize("used", [activated, assigned])
def test_s15_a_class_that_is_first_used_while_its_plan_waits_is_frozen_by_the_next_night(stage, machine, used):
    """S-10: the plan is out of date, and the night with the same news makes another instead of keeping it."""
    run, later = without_idle(stage, machine)
    used()
    before = stage.roster()
    for _ in range(2):
        with pytest.raises(PlanStale, match=r"Class x00, .* run 2 .* has been used since"):
            wiring.decisions().approve(DISTRICT, run.run, WHO, stage.now)
    assert machine.play(FakeSource(later)) == []
    assert (stage.roster(), get(run).state, get(run).decision) == (before, "held", None)
    stage.wait(days=1)
    night = machine.run(FakeSource(later))
    assert (night.state, night.changes["class"], get(run).state) == ("held", {"freeze": 1}, "superseded")
    wiring.decisions().approve(DISTRICT, night.run, WHO, stage.now)
    assert [done.state for done in machine.play(FakeSource(later))] == ["succeeded"]
    assert state_of(stage) == "frozen"


def test_s15_a_class_that_nobody_used_goes_with_the_plan_that_waited(stage, machine):
    run, later = without_idle(stage, machine)
    stage.wait(days=2)
    wiring.decisions().approve(DISTRICT, run.run, WHO, stage.now)
    assert [done.state for done in machine.play(FakeSource(later))] == ["succeeded"]
    assert state_of(stage) == "archived"


def test_s15_additions_remove_no_class_and_ask_nobody_about_one(stage, machine):
    run, later = without_idle(stage, machine, users=[*HALF_GRADED, rows.student("s900")])
    activated()
    wiring.decisions().approve(DISTRICT, run.run, WHO, stage.now, "additions")
    assert [done.changes for done in machine.play(FakeSource(later))] == [{"person": {"create": 1}}]
    assert state_of(stage) == "active"


def test_s15_a_plan_that_waits_with_a_class_whose_last_day_is_over_is_none_the_worse(stage, machine):
    """It was used, stood until the school year's end, and goes."""
    later = {**WHOLE, "users": HALF_GRADED}
    machine.run(FakeSource(WITH_IDLE))
    activated()
    stage.set(school_year_end="09-20")
    stage.wait(days=1)
    assert machine.run(FakeSource(WHOLE)).changes["class"] == {"freeze": 1}
    stage.wait(days=7)
    run = machine.run(FakeSource(later))
    assert (run.state, run.changes["class"]) == ("held", {"remove": 1})
    wiring.decisions().approve(DISTRICT, run.run, WHO, stage.now)
    assert [done.state for done in machine.play(FakeSource(later))] == ["succeeded"]
    assert state_of(stage) == "archived"


def test_s15_an_undo_that_waits_is_out_of_date_when_a_class_that_it_takes_back_was_used(stage, machine):
    """S-13: asked for again, it leaves the class alone."""
    machine.run(FakeSource(WHOLE))
    stage.wait(days=1)
    brought = [rows.student(f"y{number:03d}") for number in range(30)]
    more = {**WITH_IDLE, "users": [*WHOLE["users"], *brought]}
    run = machine.run(FakeSource(more))
    wiring.decisions().undo(DISTRICT, run.run, WHO, stage.now)
    [undo] = machine.play(FakeSource(more))
    assert (undo.state, undo.changes["class"]) == ("held", {"remove": 1})
    assigned()
    with pytest.raises(PlanStale):
        wiring.decisions().approve(DISTRICT, undo.run, WHO, stage.now)
    wiring.decisions().reject(DISTRICT, undo.run, WHO, stage.now, "a class is used")
    wiring.decisions().undo(DISTRICT, run.run, WHO, stage.now)
    [again] = machine.play(FakeSource(more))
    assert (again.state, again.changes.get("class"), again.left_alone) == ("held", None, 1)
    wiring.decisions().approve(DISTRICT, again.run, WHO, stage.now)
    assert [done.state for done in machine.play(FakeSource(more))] == ["succeeded"]
    assert state_of(stage) == "active"
