"""S-07, S-09, S-10, S-13 to S-15, A-09: plans that wait, additions, undo and new ids, when other things go wrong."""

import pytest

from homeroom.accounts.account import Account, LinkEnd
from homeroom.accounts.store.links import LinkItem, link_key
from homeroom.roster import linking, wiring
from homeroom.roster.activation.model import Evidence
from homeroom.roster.holds import PlanStale
from homeroom.roster.runs import RunInProgress
from homeroom.roster.store.files import FilesGone
from homeroom.roster.store.runs import RunStore
from homeroom.roster.store.uses import Uses
from homeroom.runtime import aws
from homeroom.runtime.dynamo import bind
from tests.faults.test_holding import BAD, WHO, WHOLE, get, held, without
from tests.support import rows
from tests.support.machine import BUCKET, START, FakeSource, Killed
from tests.support.rows import DISTRICT


@pytest.fixture
def machine(stage):
    return stage.machine()


@pytest.fixture
def worked_in(monkeypatch):
    """From now on somebody has worked in every class."""
    return lambda: monkeypatch.setattr(Uses, "used", lambda *_: True)


def graded(district, **given):
    users = [row.model_copy(update={"student": row.student.model_copy(update={"grade": given[row.id]})})
             if row.id in given else row for row in district["users"]]  # fmt: skip
    return {**district, "users": users}


# Held since more than half changes; nothing of it ever falls due.
GRADED = graded(WHOLE, **{f"s{n:03d}": "6" for n in range(30)})


def approved(stage, machine, run, source, only=None):
    wiring.decisions().approve(DISTRICT, run.run, WHO, stage.now, only)
    [done] = machine.play(FakeSource(source))
    return done


def dies(machine, error, source, **given):
    """An execution that ends in an error, and is recorded as the state machine does."""
    with pytest.raises(type(error)):
        machine.run(FakeSource(source), **given)
    run = wiring.run_store().sync(DISTRICT).counter
    told = {"district": DISTRICT, "run": str(run), "execution": f"execution-{machine.executions}"}
    machine.fail(told, type(error).__name__)


def refuse(*_):
    raise RuntimeError("throttled")


@pytest.mark.parametrize("only", [None, "additions"])
def test_s10_while_a_later_plan_is_half_applied_an_earlier_one_is_stale(stage, machine, only):
    run = held(stage, machine)
    stage.wait(days=1)

    def kill(_chunk):
        raise Killed

    machine.before_chunk = kill
    dies(machine, Killed(), graded(WHOLE, s039="6"))
    stage.wait(minutes=5)
    with pytest.raises((PlanStale, RunInProgress)):
        wiring.decisions().approve(DISTRICT, run.run, WHO, stage.now, only)


def test_s10_a_run_that_dies_in_the_place_of_a_waiting_plan_stops_no_night(stage, machine, monkeypatch):
    """S-05: the night after plans again, and that plan can be decided on."""
    run = held(stage, machine, GRADED)
    machine.play(FakeSource(GRADED))
    wiring.runs().start(DISTRICT, WHO, stage.now)
    record = RunStore.record

    def refuse_its_end(store, run, sync, audit=None, **changes):
        return refuse() if "waiting" in changes else record(store, run, sync, audit, **changes)

    monkeypatch.setattr(RunStore, "record", refuse_its_end)
    dies(machine, RuntimeError(), GRADED, **machine.played.started.pop())
    monkeypatch.setattr(RunStore, "record", record)
    assert get(run).state == "superseded"
    stage.wait(days=1)
    night = machine.run(FakeSource(GRADED))
    assert night.state == "held"
    assert approved(stage, machine, night, GRADED).state == "succeeded"


def test_s10_whoever_waits_with_a_superseded_plan_is_told_although_a_run_in_its_place_dies(stage, machine, monkeypatch):
    """Told before the run in its place is recorded, by that one or by the next: nobody waits for what is over."""
    run = held(stage, machine, GRADED)
    machine.play(FakeSource(GRADED))
    stage.wait(days=1)
    monkeypatch.setattr(stage.played, "wake", refuse)
    with pytest.raises(RuntimeError):
        machine.run(FakeSource(WHOLE))
    assert get(run).state == "superseded"
    monkeypatch.undo()
    stage.wait(days=1)
    machine.run(FakeSource(WHOLE))
    assert stage.played.woken == [("token-2", "superseded")]


def test_s10_a_run_that_dies_once_it_is_recorded_leaves_nobody_waiting(stage, machine, monkeypatch):
    held(stage, machine, GRADED)
    machine.play(FakeSource(GRADED))
    stage.wait(days=1)
    record = RunStore.record

    def die_behind_its_end(store, run, sync, audit=None, **changes):
        record(store, run, sync, audit, **changes)
        if "waiting" in changes:
            raise RuntimeError

    monkeypatch.setattr(RunStore, "record", die_behind_its_end)
    with pytest.raises(RuntimeError):
        machine.run(FakeSource(WHOLE))
    assert stage.played.woken == [("token-2", "superseded")]


def test_s08_a_held_plan_of_which_nobody_was_told_is_told_by_the_next_night(stage, machine, monkeypatch):
    machine.run(FakeSource(WHOLE))
    stage.wait(days=1)
    monkeypatch.setattr(stage.played, "wait", refuse)
    with pytest.raises(RuntimeError):
        machine.run(FakeSource(GRADED))
    monkeypatch.undo()
    stage.wait(days=1)
    assert machine.run(FakeSource(GRADED)).reasons == ("plan_held",)
    assert [run.run for run in stage.played.holding] == [2]
    assert [key[1] for key in stage.items() if key[1].startswith("M#held")] == [f"M#held:{DISTRICT}:2"]


def test_s10_on_the_day_on_which_something_falls_due_a_plan_is_out_of_date(stage, machine):
    """Its graces were reckoned from the day of the plan; a plan of today is another one."""
    run = held(stage, machine)
    stage.wait(days=7)
    with pytest.raises(PlanStale):
        wiring.decisions().approve(DISTRICT, run.run, WHO, stage.now)


def test_s10_additions_under_other_settings_than_they_were_shown_with_are_stale(stage, machine):
    run = held(stage, machine)
    stage.set(exclude={"subjects": []})
    with pytest.raises(PlanStale):
        wiring.decisions().approve(DISTRICT, run.run, WHO, stage.now, "additions")


def test_s10_additions_take_nobody_out_of_a_frozen_class_that_comes_back(stage, machine, worked_in):
    worked_in()
    machine.run(FakeSource(WHOLE))
    gone = {**WHOLE, "sections": WHOLE["sections"][1:]}
    approved(stage, machine, machine.run(FakeSource(gone)), gone)
    stage.wait(days=1)
    first = WHOLE["sections"][0]
    fewer = first.model_copy(update={"students": first.students[:1]})
    back = {**BAD, "sections": [fewer, *BAD["sections"][1:]]}
    done = approved(stage, machine, machine.run(FakeSource(back)), back, "additions")
    assert done.changes == {"class": {"restore": 1}}


def test_s13_additions_do_not_answer_whether_what_was_undone_may_come_again(stage, machine):
    fewer = without(WHOLE, 0.05)
    machine.run(FakeSource(WHOLE))
    run = machine.run(FakeSource(fewer))
    wiring.decisions().undo(DISTRICT, run.run, WHO, stage.now)
    machine.play(FakeSource(fewer))
    stage.wait(days=1)
    more = {**fewer, "users": [*fewer["users"], rows.student("s900")]}
    approved(stage, machine, machine.run(FakeSource(more)), more, "additions")
    stage.wait(days=1)
    assert machine.run(FakeSource(more)).reasons == ("undone:run",)


def test_s07_additions_do_not_answer_for_an_empty_list(stage, machine):
    named = [row if row.id == "c00" else row.model_copy(update={"course": ""}) for row in WHOLE["sections"]]
    few = {**WHOLE, "sections": named}
    machine.run(FakeSource(few))
    stage.wait(days=1)
    empty = {**few, "courses": []}
    run = machine.run(FakeSource(empty))
    assert run.reasons == ("empty:courses",)
    approved(stage, machine, run, empty, "additions")
    stage.wait(days=1)
    assert machine.run(FakeSource(empty)).reasons == ("empty:courses",)


@pytest.mark.parametrize("cut_off", [False, True])
def test_s10_a_plan_without_a_change_can_be_approved(stage, machine, cut_off):
    """Step Functions' reader fails on a list of no chunks, and so would every run that has to finish this one first."""
    bare = {**WHOLE, "sections": [row.model_copy(update={"course": ""}) for row in WHOLE["sections"]]}
    machine.run(FakeSource(bare))
    stage.wait(days=1)
    empty = {**bare, "courses": []}
    run = machine.run(FakeSource(empty))
    assert (run.reasons, run.changes) == (("empty:courses",), {})
    wiring.decisions().approve(DISTRICT, run.run, WHO, stage.now)
    if cut_off:
        given = {"district": DISTRICT, "run": str(run.run), "trigger": "manual", "execution": "cut-off"}
        wiring.control().begin(given, stage.now)
        machine.fail(given, "States.Timeout")
        stage.wait(minutes=10)
    else:
        machine.play(FakeSource(empty))
    assert machine.run(FakeSource(empty)).state == "succeeded"
    done = wiring.run_store().get(DISTRICT, run.run)
    assert (done.state, done.written) == ("succeeded", 0)


def renewed(n, *, beside=False):
    """The district with that many students under new ids, beside the old ones or in their place."""
    ids = {f"s{at:03d}": f"z{at:03d}" for at in range(n)}
    new = [rows.student(ids[old], sis_id=f"sis-{old}") for old in ids]
    users = [row for row in WHOLE["users"] if beside or row.id not in ids]
    sections = [
        row.model_copy(update={"students": tuple(sorted(ids.get(s, s) for s in row.students))})
        for row in WHOLE["sections"]
    ]
    return {**WHOLE, "users": [*users, *new], "sections": sections}


def test_a09_many_new_ids_that_came_before_the_old_ones_go_are_held_as_well(stage, machine):
    machine.run(FakeSource(WHOLE))
    stage.wait(days=1)
    assert machine.run(FakeSource(renewed(4, beside=True))).state == "succeeded"
    stage.wait(days=1)
    run = machine.run(FakeSource(renewed(4)))
    assert (run.state, run.findings["person_rekeyed"]) == ("held", 4)
    assert "rekey:student" in run.reasons


def test_a09_additions_do_not_answer_for_new_ids(stage, machine):
    machine.run(FakeSource(WHOLE))
    stage.wait(days=1)
    run = machine.run(FakeSource(renewed(4)))
    approved(stage, machine, run, renewed(4), "additions")
    stage.wait(days=1)
    rest = machine.run(FakeSource(renewed(4)))
    assert (rest.state, rest.findings["person_rekeyed"]) == ("held", 4)


def test_p09_an_undo_read_nothing_and_hides_nothing(stage, machine):
    """P-10, A-09: checklist, findings and what the data reach stay those of the run that looked."""
    machine.run(FakeSource(WHOLE))
    stage.wait(days=1)
    machine.run(FakeSource(renewed(1)))
    stage.wait(days=1)
    run = machine.run(FakeSource(graded(renewed(1), s006="6")))
    service = wiring.runs()
    before = service.summary(DISTRICT, stage.now)["data_reaches"], service.readiness(DISTRICT)
    stage.wait(hours=5)
    wiring.decisions().undo(DISTRICT, run.run, WHO, stage.now)
    machine.play(FakeSource(renewed(1)))
    assert (service.summary(DISTRICT, stage.now)["data_reaches"], service.readiness(DISTRICT)) == before
    found = service.findings(DISTRICT, None, code="person_rekeyed", school=None, limit=9, cursor=None)
    assert len(found.items) == 1
    stage.wait(days=1)
    assert machine.run(FakeSource(renewed(1))).findings["person_rekeyed"] == 1


def test_s13_undo_gives_memberships_back_since_when_they_were(stage, machine):
    machine.run(FakeSource(WHOLE))

    def members():
        return {key: item["started"] for key, item in stage.roster().items() if key[2].startswith(("S#", "T#"))}

    before = members()
    stage.wait(days=30)
    first, *others = WHOLE["sections"]
    fewer = {**WHOLE, "sections": [first.model_copy(update={"students": first.students[1:]}), *others]}
    run = machine.run(FakeSource(fewer))
    assert run.changes == {"membership": {"remove": 1}}
    wiring.decisions().undo(DISTRICT, run.run, WHO, stage.now)
    machine.play(FakeSource(fewer))
    assert members() == before


def with_another_class(students):
    extra = rows.section("x00", students=students, teacher="t00", teachers=("t00",))
    return {**WHOLE, "sections": [*WHOLE["sections"], extra]}


def test_s13_undo_leaves_a_class_in_which_somebody_has_worked_since(stage, machine, worked_in):
    machine.run(FakeSource(WHOLE))
    run = machine.run(FakeSource(with_another_class(("s000",))))
    worked_in()
    wiring.decisions().undo(DISTRICT, run.run, WHO, stage.now)
    [undo] = machine.play(FakeSource(WHOLE))
    assert (undo.changes.get("class"), undo.left_alone) == (None, 1)


def test_s15_a_class_that_stood_for_a_grace_and_was_used_meanwhile_stands_until_the_year_ends(
    stage, machine, worked_in
):
    machine.run(FakeSource(with_another_class(("s000",))))
    users = [row for row in WHOLE["users"] if row.id != "s000"]
    sections = [
        row.model_copy(update={"students": tuple(s for s in row.students if s != "s000")}) for row in WHOLE["sections"]
    ]
    gone = {**WHOLE, "users": users, "sections": sections}
    assert machine.run(FakeSource(gone)).changes["class"] == {"freeze": 1}
    worked_in()
    stage.wait(days=8)
    assert machine.run(FakeSource(gone)).changes["class"] == {"update": 1}
    frozen = [item for key, item in stage.roster().items() if key[1].endswith("#x00") and key[2] == "CLASS"]
    assert [(item["state"]["S"], item["until"]["S"]) for item in frozen] == [("frozen", "2027-06-30")]


def test_s14_a_term_that_was_wrong_for_a_night_costs_nobody_in_their_grace_a_class(stage, machine):
    fewer = without(WHOLE, 0.05)
    machine.run(FakeSource(WHOLE))
    machine.run(FakeSource(fewer))
    for found in ({**fewer, "terms": [rows.term(end="2026-09-01")]}, fewer):
        stage.wait(days=1)
        assert "membership" not in machine.run(FakeSource(found)).changes


def test_s07_where_the_files_of_the_roster_in_force_are_gone_the_run_says_so(stage, machine):
    machine.run(FakeSource(WHOLE))
    before = stage.roster()
    for key in stage.objects():
        aws.s3().delete_object(Bucket=BUCKET, Key=key)
    dies(machine, FilesGone(), GRADED)
    assert wiring.run_store().get(DISTRICT, 2).reasons == ("files_gone",)
    assert stage.roster() == before


def noticed(stage):
    """A notice comes, and its execution is about to start."""
    wiring.notices().accept(DISTRICT, stage.now)
    return stage.played.started.pop()


def test_w05_a_run_for_notices_that_finishes_a_dead_one_first_goes_on_with_its_own(stage, machine):
    """S-11: no lease stays with a run that nobody carries out."""
    machine.run(FakeSource(WHOLE))
    stage.wait(hours=1)

    def kill(_chunk):
        raise Killed

    machine.before_chunk = kill
    more = {**WHOLE, "users": [*WHOLE["users"], rows.student("s900")]}
    dies(machine, Killed(), more, **noticed(stage))
    machine.before_chunk = lambda _: None
    stage.wait(minutes=20)
    assert wiring.notices().start(DISTRICT, stage.now)
    run = machine.run(FakeSource(more), **stage.played.started.pop())
    assert (run.run, run.state) == (3, "succeeded")
    assert wiring.run_store().sync(DISTRICT).holder == 0


def test_s05_a_night_that_finds_an_undo_under_way_is_made_up_for(stage, machine):
    machine.run(FakeSource(WHOLE))
    changed = graded(WHOLE, s000="6")
    run = machine.run(FakeSource(changed))
    wiring.decisions().undo(DISTRICT, run.run, WHO, stage.now)
    undo = machine.played.started.pop()
    wiring.control().begin({**undo, "execution": "undo"}, stage.now)
    assert machine.run(FakeSource(changed)).run == run.run + 1
    stage.wait(hours=3)
    machine.fail({"district": DISTRICT, "run": undo["run"], "execution": "undo"}, "stopped")
    stage.wait(minutes=20)
    assert wiring.notices().start(DISTRICT, stage.now)


def test_w04_while_a_plan_waits_notices_read_the_source_every_quarter_of_an_hour_at_most(stage, machine):
    held(stage, machine, GRADED)
    machine.play(FakeSource(GRADED))
    ran = 0
    for _ in range(30):
        stage.wait(minutes=1)
        wiring.notices().accept(DISTRICT, stage.now)
        ran += len(machine.play(FakeSource(GRADED)))
    assert 1 <= ran <= 3
    stage.wait(minutes=20)
    assert wiring.notices().start(DISTRICT, stage.now)


def test_x03_an_undo_asked_for_again_is_the_one_that_was_done(stage, machine):
    machine.run(FakeSource(WHOLE))
    run = machine.run(FakeSource(graded(WHOLE, s000="6")))
    wiring.decisions().undo(DISTRICT, run.run, WHO, stage.now)
    [undo] = machine.play(FakeSource(WHOLE))
    assert wiring.decisions().undo(DISTRICT, run.run, WHO, stage.now) == undo
    assert machine.play(FakeSource(WHOLE)) == []


NEW_IDS = {"s000": "z000", "s001": "z001", "s002": "z002", "t00": "u00"}


def under_new_ids(district):
    """The district after a migration of its student information system: some have new ids, and all else of theirs."""
    users = [row.model_copy(update={"id": NEW_IDS.get(row.id, row.id)}) for row in district["users"]]
    sections = [
        row.model_copy(
            update={
                "teacher": NEW_IDS.get(row.teacher, row.teacher),
                "teachers": tuple(NEW_IDS.get(one, one) for one in row.teachers),
                "students": tuple(NEW_IDS.get(one, one) for one in row.students),
            }
        )
        for row in district["sections"]
    ]
    return {**district, "users": users, "sections": sections}


def met(*addresses, account=None, clever=None):
    """What meets somebody who shows that an address is theirs, for the first time unless it is a known account."""
    evidence = Evidence(frozenset(addresses), LinkEnd(DISTRICT, clever) if clever else None)
    found = linking.activations().decide(account or Account("somebody", START), evidence)
    return [(one.reason or one.verdict, [record.end.person for record in one.records]) for one in found]


def test_a05_additions_of_a_plan_held_for_new_ids_block_students_addresses_until_the_rest_is_applied(stage, machine):
    """S-10: both records are live, and in the same classes. Employees are one person still (A-08)."""
    later, address = under_new_ids(WHOLE), "s000@district.example"
    run = held(stage, machine, later)
    assert "rekey:student" in run.reasons
    bind("districts", LinkItem)
    ada = Account("ada", START, links=frozenset({LinkEnd(DISTRICT, "s001")}))
    LinkItem(*link_key(DISTRICT, "s001"), account=ada.id).save()
    assert met(address) == [("link", ["s000"])]
    done = approved(stage, machine, run, later, "additions")
    assert (done.changes["person"], done.findings) == ({"create": 4}, {})
    assert {key[1] for key in stage.roster() if key[2] == "S#s000"} == {
        key[1] for key in stage.roster() if key[2] == "S#z000"
    }
    for _ in range(2):
        assert met(address) == [("address_blocked", ["s000", "z000"])]
        assert met(address, clever="z000") == [("address_blocked", ["s000", "z000"]), ("link", ["z000"])]
        assert met("s001@district.example", account=ada) == [("linked", ["s001"])]
        assert met("t00@district.example") == [("link", ["t00", "u00"])]
        stage.wait(days=1)
        rest = machine.run(FakeSource(later))
        assert (rest.state, rest.reasons) in {("held", ("rekey:student",)), ("skipped", ("plan_held",))}
    waits = wiring.run_store().sync(DISTRICT).waiting
    assert approved(stage, machine, get(waits), later).state == "succeeded"
    assert met(address) == [("link", ["z000"])]
