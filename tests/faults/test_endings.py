"""What ends and what stays of it: terms, classes and memberships; and files that grow old."""

from datetime import UTC, datetime, timedelta

import pytest

from homeroom.classes.store import MemberItem, class_pk
from homeroom.roster import wiring
from homeroom.roster.service.steps import RENEWED_AFTER
from tests.support import rows
from tests.support.machine import FakeSource

DISTRICT = rows.DISTRICT


def with_sections(whole, **changes):
    """The same district, every section changed alike."""
    return {**whole, "sections": [section.model_copy(update=changes) for section in whole["sections"]]}


def members(stage):
    return {key: item["role"] for key, item in stage.roster().items() if key[2].startswith(("T#", "S#"))}


@pytest.mark.parametrize("left", [(), ("s000",)])
def test_s01_an_ended_class_keeps_those_who_were_in_it(stage, left):
    """The roll-over in the SIS empties last year's sections while they are still listed: that is not their past."""
    whole = rows.small(students=6, classes=2)
    stage.machine().run(FakeSource(whole))
    before = members(stage)
    stage.wait(days=300)
    run = stage.machine().run(FakeSource(with_sections(whole, students=left, teacher="", teachers=())))
    assert (run.state, run.changes) == ("succeeded", {"class": {"end": 2}})
    stage.wait(days=1)
    assert stage.machine().run(FakeSource(with_sections(whole, students=()))).changes == {}
    assert members(stage) == before


def test_s01_classes_end_with_a_term_that_is_listed_no_more(stage):
    """Next year's sections and term have taken the place of this year's; nothing changes until the term is over."""
    whole = rows.small(students=6, classes=2)
    stage.machine().run(FakeSource(whole))
    late = rows.term("next", start="2027-08-20", end="2028-06-10")
    new = {**with_sections(whole, term="next"), "terms": [late]}
    new["sections"] = [one.model_copy(update={"id": f"next-{one.id}"}) for one in new["sections"]]
    stage.wait(days=260)
    assert "class" not in stage.machine().run(FakeSource(new)).changes
    stage.wait(days=1)
    assert stage.machine().run(FakeSource(new)).changes == {}
    stage.now = datetime(2027, 6, 11, 7, tzinfo=UTC)
    assert stage.machine().run(FakeSource(new)).changes == {"class": {"end": 2}}


def test_s08_with_terms_all_a_lost_class_is_removed_and_not_ended(stage):
    """Where terms do not decide, a section that is gone after its term's end is as gone as any other: it is guarded."""
    stage.set(terms="all")
    whole = rows.small(students=6, classes=10)
    stage.machine().run(FakeSource(whole))
    stage.wait(days=300)
    run = stage.machine().run(FakeSource({**whole, "sections": whole["sections"][:1]}))
    assert (run.state, "half:class" in run.reasons) == ("held", True)


def test_d02_settings_changed_between_fetch_and_plan_are_planned_again_the_next_night(stage):
    """The fingerprint is of what the fetch knew: it must not vouch for a plan that was made with other settings."""
    whole = rows.small(students=6, classes=2)
    control, steps = wiring.control(), wiring.steps()
    state = control.begin({"district": DISTRICT, "trigger": "night", "execution": "one"}, stage.now)
    fetched = steps.fetch(state, lambda _: FakeSource(whole))
    stage.set(exclude={"grades": ["5"]})
    planned = steps.plan(fetched)
    control.finish({"district": DISTRICT, "run": "1", "execution": "one", "state": planned}, stage.now)
    stage.set(exclude={"grades": []})
    stage.wait(days=1)
    assert stage.machine().run(FakeSource(whole)).changes["class"] == {"create": 2}


def test_a_membership_that_ends_or_changes_keeps_its_beginning(stage):
    """What is not kept when it happens cannot be made up later: reports of a period need it (P-04, P-12)."""
    whole = rows.small(students=6, classes=2)
    stage.machine().run(FakeSource(whole))
    began = stage.now
    stage.wait(days=1)
    first, second = whole["sections"]
    gone, stays = first.students[0], first.students[1:]
    moved = first.model_copy(update={"students": stays, "teacher": "", "teachers": first.teachers})
    stage.machine().run(FakeSource({**whole, "sections": [moved, second]}))
    pk = class_pk(DISTRICT, first.id)
    (ended,) = [item for item in MemberItem.query(pk) if item.sk.startswith(f"X#S#{gone}#")]
    assert (ended.started, ended.ended) == (began, stage.now)
    teacher = MemberItem.get(pk, f"T#{first.teacher}")
    assert (teacher.role, teacher.started) == ("co_teacher", began)


def test_a_quiet_districts_files_are_made_anew_before_they_expire(stage):
    """The bucket forgets runs after half a year; the roster in force must never be among them."""
    whole = rows.small(students=6, classes=2)
    stage.machine().run(FakeSource(whole))
    stage.wait(days=1)
    assert stage.machine().run(FakeSource(whole)).based_on == 1
    stage.wait(seconds=RENEWED_AFTER.total_seconds())
    renewed = stage.machine().run(FakeSource(whole))
    assert (renewed.changes, renewed.written, renewed.based_on) == ({}, 0, renewed.run)
    assert wiring.run_store().sync(DISTRICT).promoted.run == renewed.run
    assert timedelta(days=180) > 2 * RENEWED_AFTER


def test_s11_a_late_fault_of_a_run_that_was_ended_changes_nothing(stage):
    """Aborted during its fetch, and the fetch then meets a fault: the record stays as it ended."""
    control = wiring.control()
    control.begin({"district": DISTRICT, "trigger": "night", "execution": "one"}, stage.now)
    late = wiring.run_store().get(DISTRICT, 1)
    control.fail({"district": DISTRICT, "execution": "one", "failure": {"Error": "ABORTED"}}, stage.now)
    wiring.run_store().note(late.model_copy(update={"reasons": ("source_failed",)}))
    ended = wiring.run_store().get(DISTRICT, 1)
    assert (ended.state, ended.reasons) == ("failed", ("aborted",))
