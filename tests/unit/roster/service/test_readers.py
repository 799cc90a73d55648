"""What readers are told of runs: a plan's counts, the findings, and how the sync stands."""

import json
from datetime import timedelta

import pytest

from homeroom.roster import wiring
from homeroom.roster.syncs import NEVER
from homeroom.runtime import aws
from homeroom.runtime.errors import InvalidInput, NotFound
from tests.support.machine import BUCKET, FakeSource, staged
from tests.support.rows import DISTRICT, OTHER_SCHOOL, SCHOOL, district, section, student, teacher


def rows(moved=SCHOOL):
    people = [student("s1", school=moved), student("s2"), teacher("t1")]
    return district(people, [section("c", students=("s1", "s2"))])


@pytest.fixture
def stage():
    with staged() as made:
        made.register("live")
        yield made


def run(stage, source):
    stage.wait(days=1)
    return stage.machine().run(FakeSource(source))


def hold(stage, nights):
    """Nights that end as held."""
    store = wiring.run_store()
    for _ in range(nights):
        stage.wait(days=1)
        begun = store.begin(DISTRICT, execution="e", now=stage.now, trigger="night", actor="schedule")
        held = begun.model_copy(update={"state": "held", "finished_at": stage.now, "reasons": ("half:class",)})
        store.record(held, store.sync(DISTRICT), holder=0, held_until=NEVER, execution="")


def test_s10_a_plan_is_counted_by_school_kind_and_operation(stage):
    service = wiring.runs(start=False)
    assert run(stage, rows()).state == "succeeded"
    assert service.counts(DISTRICT, 1) == {
        "": {"term": {"create": 1}},
        SCHOOL: {
            "class": {"create": 1}, "membership": {"create": 3}, "person": {"create": 3}, "school": {"create": 1},
        },
        OTHER_SCHOOL: {"school": {"create": 1}},
    }  # fmt: skip
    assert service.counts(DISTRICT, 1, OTHER_SCHOOL) == {OTHER_SCHOOL: {"school": {"create": 1}}}
    assert service.counts(DISTRICT, 1, "elsewhere") == {}


def test_s10_a_move_is_counted_and_shown_at_both_schools(stage):
    service = wiring.runs(start=False)
    run(stage, rows())
    assert run(stage, rows(moved=OTHER_SCHOOL)).changes == {"person": {"update": 1}}
    for school in (SCHOOL, OTHER_SCHOOL):
        assert service.counts(DISTRICT, 2, school) == {school: {"person": {"update": 1}}}
        page = service.plan(DISTRICT, 2, kind=None, school=school, limit=50, cursor=None)
        assert [(row["id"], row["school"]) for row in page.items] == [("s1", OTHER_SCHOOL)]


def test_s10_a_run_that_found_nothing_new_has_no_changes_to_count(stage):
    service = wiring.runs(start=False)
    run(stage, rows())
    assert run(stage, rows()).based_on == 1
    assert service.counts(DISTRICT, 2) == {}
    assert service.plan(DISTRICT, 2, kind=None, school=None, limit=50, cursor=None).items == []
    with pytest.raises(NotFound):
        service.counts(DISTRICT, 3)


def test_s10_a_plan_from_before_it_was_counted_has_no_counts(stage):
    run(stage, rows())
    key = f"districts/{DISTRICT}/runs/00000001/report.json"
    report = json.loads(aws.s3().get_object(Bucket=BUCKET, Key=key)["Body"].read())
    del report["schools"]
    aws.s3().put_object(Bucket=BUCKET, Key=key, Body=json.dumps(report))
    assert wiring.runs(start=False).counts(DISTRICT, 1) == {}


def test_s05_p10_held_nights_do_not_hide_the_roster_in_force(stage):
    """However many: the counts are of what was applied last, and its data reaches as far as it did."""
    applied = run(stage, rows())
    hold(stage, 10)
    summary = wiring.runs(start=False).summary(DISTRICT, stage.now)
    assert (summary["status"], summary["reasons"], summary["last_run"]) == ("held", ["half:class"], "11")
    assert (summary["counts"], summary["data_reaches"]) == (applied.counts, applied.reached)
    assert summary["counts"]["person"] == 3
    assert stage.now - summary["data_reaches"] >= timedelta(days=10)


def test_s05_p10_a_night_without_change_takes_the_data_further(stage):
    applied = run(stage, rows())
    quiet = run(stage, rows())
    hold(stage, 1)
    summary = wiring.runs(start=False).summary(DISTRICT, stage.now)
    assert (summary["data_reaches"], summary["counts"]) == (quiet.reached, applied.counts)
    assert quiet.reached > applied.reached


def test_s05_before_anything_was_applied_nothing_is_in_force(stage):
    hold(stage, 2)
    summary = wiring.runs(start=False).summary(DISTRICT, stage.now)
    assert (summary["status"], summary["counts"], summary["data_reaches"]) == ("held", {}, None)


def test_s06_findings_of_a_code_that_is_none_are_refused(stage):
    with pytest.raises(InvalidInput) as refused:
        wiring.runs(start=False).findings(DISTRICT, None, code="no_such", school=None, limit=50, cursor=None)
    assert refused.value.field == "code"
