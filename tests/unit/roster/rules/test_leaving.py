"""S-13, S-14, S-15: leaving and returning, for people and for classes whose section is gone."""

from datetime import date, timedelta

import pytest

from homeroom.roster.entries import PersonEntry
from homeroom.roster.rules.leaving import Leave, year_end
from tests.unit.roster.rules.planned import TODAY, Plan, klass, people

TEACHER = PersonEntry(id="t1", roles=("teacher",), admin="schools", admin_schools=("a",))
LATER = timedelta(days=1)


def days(n):
    return TODAY + n * LATER


def left(person, since=TODAY, run=2):
    return person.model_copy(
        update={"archived": run, "left": since.isoformat(), "admin": "", "admin_schools": (), "over": False}
    )


def used(*sections):
    return Leave(used=lambda entry: entry.id in sections)


def test_s14_who_drops_out_keeps_their_classes_and_loses_admin_rights_at_once():
    [s1, s2] = people(2)
    plan = Plan([TEACHER, s1, s2, klass("c1", ["s0000", "s0001"])], [s1, klass("c1", ["s0000"], teacher="")])
    assert plan.ops() == [("remove", "s0001"), ("remove", "t1")]
    assert plan.entries[1:] == [left(s2), left(TEACHER), klass("c1", ["s0000", "s0001"])]
    assert all(entry.leaving for entry in plan.entries[1:3])


def test_s14_a_primary_in_their_grace_is_a_co_teacher_where_somebody_else_is_primary():
    two = PersonEntry(id="t2", roles=("teacher",))
    plan = Plan([TEACHER, two, klass("c1")], [two, klass("c1", teacher="t2")])
    assert plan.entries[-1] == klass("c1", teacher="t2", co_teachers=("t1",))


def test_s14_who_is_still_on_the_roster_leaves_a_class_at_once():
    both = people(2)
    plan = Plan([*both, klass("c1", ["s0000", "s0001"])], [*both, klass("c1", ["s0000"])])
    assert plan.ops() == [("remove", "c1/S#s0001")]


@pytest.mark.parametrize(("since", "ends"), [(6, False), (7, True), (30, True)])
def test_s14_after_grace_they_leave_their_classes(since, ends):
    [s1] = people(1)
    roster = [left(s1), klass("c1", ["s0000"])]
    plan = Plan(roster, [klass("c1")], run=9, today=days(since))
    assert plan.ops() == ([("end", "s0000"), ("remove", "c1/S#s0000")] if ends else [])
    assert plan.entries[0].over is ends
    assert plan.entries[0].archived == 2


def test_s14_no_grace_at_all_is_a_setting():
    [s1] = people(1)
    plan = Plan([s1, klass("c1", ["s0000"])], [klass("c1")], leave=Leave(grace_days=0))
    assert plan.ops() == [("remove", "s0000"), ("remove", "c1/S#s0000")]
    assert not plan.entries[0].leaving


def test_s14_a_shorter_grace_holds_for_those_who_are_in_it():
    [s1] = people(1)
    plan = Plan([left(s1)], [], today=days(3), leave=Leave(grace_days=3))
    assert plan.ops() == [("end", "s0000")]


def test_s14_back_in_time_everything_is_as_before():
    [s1] = people(1)
    before = [s1, klass("c1", ["s0000"])]
    away = Plan(before, [klass("c1")]).entries
    back = Plan(away, before, today=days(5))
    assert back.ops() == [("restore", "s0000")]
    assert back.entries == before


def test_s13_back_after_grace_is_back_in_the_classes_that_the_roster_says():
    [s1] = people(1)
    before = [s1, klass("c1", ["s0000"])]
    away = Plan(Plan(before, [klass("c1")]).entries, [klass("c1")], today=days(7)).entries
    assert Plan(away, before).ops() == [("restore", "s0000"), ("create", "c1/S#s0000")]


def test_s14_who_is_gone_and_over_is_gone_for_good_without_another_change():
    over = left(people(1)[0]).model_copy(update={"over": True})
    assert Plan([over], [], today=days(90)).ops() == []


def test_s14_somebody_in_grace_counts_as_gone_for_the_guards_and_only_once():
    old = [*people(20), klass("c1", [f"s{n:04d}" for n in range(20)])]
    new = [*people(8), klass("c1", [f"s{n:04d}" for n in range(8)])]
    plan = Plan(old, new)
    assert plan.tallies.counts()["membership", ""].removed == 12
    assert "half:membership" in plan.reasons
    after = Plan(plan.entries, new, today=days(7))
    assert {op for op, _ in after.ops()} == {"end", "remove"}
    assert after.holds == ()


def test_s15_a_class_that_nobody_used_goes_with_its_section():
    assert Plan([klass("c1", ["s0000"]), *people(1)], people(1)).ops() == [("remove", "c1")]


def test_s15_a_used_class_is_frozen_until_the_school_year_ends():
    plan = Plan([klass("c1", ["s0000"]), *people(1)], people(1), leave=used("c1"))
    assert plan.ops() == [("freeze", "c1")]
    assert plan.entries[1] == klass("c1", ["s0000"], state="frozen", until="2027-06-30", lost="2026-09-15")
    assert plan.tallies.after.get("class", 0) == 0


@pytest.mark.parametrize(("today", "ops"), [(date(2027, 6, 30), []), (date(2027, 7, 1), [("remove", "c1")])])
def test_s15_a_frozen_class_is_removed_after_its_last_day(today, ops):
    frozen = [klass("c1", ["s0000"], state="frozen", until="2027-06-30"), *people(1)]
    plan = Plan(frozen, people(1), today=today, leave=used("c1"))
    assert plan.ops() == ops
    assert plan.holds == ()


def test_s15_a_frozen_class_whose_section_comes_back_is_restored():
    [s1] = people(1)
    frozen = [klass("c1", ["s0000"], state="frozen", until="2027-06-30"), s1]
    plan = Plan(frozen, [s1, klass("c1", ["s0000"])])
    assert plan.ops() == [("restore", "c1")]


def test_s14_a_class_that_goes_with_its_people_stands_through_their_grace():
    [s1] = people(1)
    plan = Plan([s1, klass("c1", ["s0000"])], [])
    assert plan.ops() == [("remove", "s0000"), ("freeze", "c1")]
    assert plan.entries[1].until == days(6).isoformat()
    assert Plan(plan.entries, [], today=days(6)).ops() == []
    assert Plan(plan.entries, [], today=days(7)).ops() == [("end", "s0000"), ("remove", "c1")]


def test_s15_from_a_frozen_class_people_go_whose_grace_is_over():
    [s1, s2] = people(2)
    frozen = [left(s1), s2, klass("c1", ["s0000", "s0001"], state="frozen", until="2027-06-30")]
    plan = Plan(frozen, [s2], today=days(7), leave=used("c1"))
    assert plan.ops() == [("end", "s0000"), ("remove", "c1/S#s0000")]
    assert plan.entries[-1].students == ("s0001",)


def test_s01_a_frozen_class_ends_with_its_term_and_is_not_removed():
    frozen = klass("c1", state="frozen", until="2026-09-10", ends="2026-09-14")
    plan = Plan([frozen], [])
    assert plan.ops() == [("end", "c1")]
    assert plan.entries == [klass("c1", state="ended", ends="2026-09-14", until="2027-06-30")]


def test_s01_a_class_that_has_ended_says_until_when_its_teachers_coach():
    """The end of the school year that its term ended in, whenever that is noticed, and as the setting has it now."""
    later = date(2027, 8, 1)
    [ended] = Plan([klass("c1", ends="2026-12-18")], [], today=later).entries
    assert (ended.state, ended.until) == ("ended", "2027-06-30")
    assert Plan([ended], [], today=later).ops() == []
    earlier = Plan([ended], [], today=later, leave=Leave(school_year_end="06-15"))
    assert (earlier.ops(), earlier.entries[0].until) == ([("update", "c1")], "2027-06-15")
    assert earlier.holds == ()


@pytest.mark.parametrize(
    ("today", "end"),
    [("2026-06-30", "2026-06-30"), ("2026-07-01", "2027-06-30"), ("2027-01-01", "2027-06-30")],
)
def test_s15_the_school_year_ends_on_its_day_or_in_the_next_year(today, end):
    assert year_end(date.fromisoformat(today), "06-30").isoformat() == end


def test_s15_a_grace_that_outlasts_the_school_year_gives_a_used_class_no_further_year():
    [s1, s2] = people(2)
    june = date(2027, 6, 28)
    frozen = Plan([s1, s2, klass("c1", ["s0000", "s0001"])], [s2], today=june, leave=used("c1")).entries
    assert frozen[-1].until == "2027-07-04"
    later = Plan(frozen, [], today=date(2027, 7, 2), leave=used("c1")).entries
    assert later[-1].until == "2027-07-08"
    over = Plan(later, [], today=date(2027, 7, 9), leave=used("c1"))
    assert ("remove", "c1") in over.ops()


@pytest.mark.parametrize("ends", ["9999-12-31", "9999-12-30"])
def test_s01_a_term_that_is_not_meant_to_end_stops_no_run(ends):
    """S-06: SIS say so by the last day that there is, after which there is none on which anything could be due."""
    there = klass("c1", ends=ends)
    assert Plan([there], [there.model_copy(update={"name": "Math"})]).ops() == [("update", "c1")]
    assert Plan([there], [], leave=used("c1")).ops() == [("freeze", "c1")]
