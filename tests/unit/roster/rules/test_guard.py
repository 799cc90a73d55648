"""S-07, S-08, S-09: the guards on bare numbers; what a plan counts is in test_guarded_plans."""

from typing import get_args

import pytest

from homeroom.roster.holds import Guard, Hold
from homeroom.roster.rules import guard
from homeroom.roster.rules.rekey import Match
from homeroom.roster.rules.tally import Count
from homeroom.roster.settings import Guards

KINDS = ["school", "term", "person", "student", "teacher", "staff", "district_admin", "class", "membership"]
SITED = ["student", "teacher", "staff", "class", "membership"]
# So that one guard can be looked at alone: no removals hold, nor new ids short of all.
WIDE = {"removal_percent": 100, "rekey_percent": 100}


def at(kind, before, *, removed=0, updated=0, after=None, school="", sample=()):
    left = before - removed if after is None else after
    return {(kind, school): Count(before, left, removed, updated, sample)}


def fired(*counts, sourced=None, matches=(), **guards):
    whole = {place: count for part in counts for place, count in part.items()}
    return guard.holds(whole, Guards(**guards), sourced or {}, matches)


def reasons(*counts, **more):
    return [hold.reason for hold in fired(*counts, **more)]


def match(n, roles=("student",), schools=(), *, now=True):
    return Match(f"new{n}", f"old{n}", roles, "sis_id", now, "", schools)


@pytest.mark.parametrize("kind", ["person", "class", "membership"])
@pytest.mark.parametrize(("removed", "updated", "held"), [(0, 50, 0), (0, 51, 1), (25, 25, 0), (25, 26, 1), (51, 0, 1)])
def test_s08_exactly_half_passes_and_one_more_holds(kind, removed, updated, held):
    counts = at(kind, 100, removed=removed, updated=updated)
    assert reasons(counts, **WIDE) == [f"half:{kind}"] * held


@pytest.mark.parametrize("live", [1, 2, 3, 7, 99, 101])
def test_s08_the_limit_is_exact_for_any_number(live):
    assert reasons(at("person", live, updated=live // 2)) == []
    assert reasons(at("person", live, updated=live // 2 + 1)) == ["half:person"]


def test_s08_a_district_may_draw_the_limit_tighter():
    assert reasons(at("person", 10, updated=2), half_percent=20) == []
    [hold] = fired(at("person", 10, updated=3), half_percent=20)
    assert (hold.reason, hold.limit) == ("half:person", 2)


@pytest.mark.parametrize("kind", sorted({*KINDS} - {"person", "class", "membership"}))
def test_s08_is_about_people_classes_and_memberships(kind):
    assert reasons(at(kind, 100, updated=100)) == []


@pytest.mark.parametrize("kind", ["person", "class", "membership"])
def test_s08_is_about_the_whole_district_and_something_that_was_live(kind):
    assert reasons(at(kind, 100, updated=100, school="a")) == []
    assert reasons(at(kind, 0, updated=100, after=100)) == []


@pytest.mark.parametrize(
    ("before", "most"), [(6, 5), (10, 5), (50, 5), (59, 5), (60, 6), (69, 6), (70, 7), (1000, 100), (1009, 100)]
)
def test_s09_removals_beyond_the_larger_of_a_tenth_and_five_hold(before, most):
    assert reasons(at("student", before, removed=most, after=1)) == []
    [hold] = fired(at("student", before, removed=most + 1, after=1))
    assert (hold.reason, hold.limit) == ("removals:student", most)


@pytest.mark.parametrize("kind", KINDS)
def test_s09_every_kind_has_its_own_guard(kind):
    assert reasons(at(kind, 100, removed=10)) == []
    assert reasons(at(kind, 100, removed=11)) == [f"removals:{kind}"]


@pytest.mark.parametrize("kind", SITED)
def test_s09_a_school_has_its_own_guard(kind):
    """A loss that is little for the district may be all of a school."""
    district, school = at(kind, 1000, removed=60), at(kind, 100, removed=60, school="b")
    [hold] = fired(district, at(kind, 900, school="a"), school)
    assert (hold.reason, hold.school, hold.before, hold.removed) == (f"removals:{kind}", "b", 100, 60)


def test_s09_the_limits_are_settings():
    assert reasons(at("student", 100, removed=25), removal_percent=25) == []
    assert reasons(at("student", 100, removed=26), removal_percent=25) == ["removals:student"]
    assert reasons(at("student", 20, removed=9), removal_floor=9) == []
    assert reasons(at("student", 20, removed=1), removal_percent=0, removal_floor=0) == ["removals:student"]
    assert reasons(at("student", 20, removed=19), removal_percent=100, removal_floor=0) == []


@pytest.mark.parametrize("kind", sorted({*KINDS} - {"class", "membership"}))
def test_s09_nothing_left_where_there_was_something_holds(kind):
    assert reasons(at(kind, 1, after=0)) == [f"empty:{kind}"]
    assert reasons(at(kind, 0, after=0)) == []
    assert reasons(at(kind, 1, after=1)) == []


@pytest.mark.parametrize("kind", ["class", "membership"])
@pytest.mark.parametrize("school", ["", "a"])
def test_s09_no_class_and_no_member_left_holds_only_where_some_were_removed(kind, school):
    """S-01: what ended with its term was not removed; what moved is at another school."""
    assert reasons(at(kind, 3, after=0, school=school)) == []
    assert f"empty:{kind}" in reasons(at(kind, 3, removed=3, school=school))


@pytest.mark.parametrize("kind", ["student", "teacher", "staff"])
def test_s09_a_school_of_which_nobody_is_left_holds_even_if_all_only_moved(kind):
    [hold] = fired(at(kind, 3), at(kind, 3, after=0, school="a"))
    assert (hold.reason, hold.school, hold.before, hold.removed) == (f"empty:{kind}", "a", 3, 0)


def test_s07_an_empty_course_list_holds():
    assert reasons(sourced={"courses": (4, 0)}) == ["empty:courses"]
    assert reasons(sourced={"courses": (0, 0)}) == reasons(sourced={"courses": (4, 1)}) == []


@pytest.mark.parametrize(("removed", "matched", "held"), [(10, 1, 0), (10, 2, 1), (11, 2, 0), (14, 2, 0), (15, 3, 1)])
def test_s09_a_fifth_of_the_removed_under_new_ids_holds(removed, matched, held):
    counts = at("student", 1000, removed=removed)
    assert reasons(counts, matches=[match(n) for n in range(matched)]) == ["rekey:student"] * held


@pytest.mark.parametrize(("matched", "held"), [(1, 0), (2, 1)])
def test_a09_one_alone_is_a_proposal_and_many_at_once_hold(matched, held):
    counts = at("student", 1000, removed=matched)
    assert reasons(counts, matches=[match(n) for n in range(matched)]) == ["rekey:student"] * held


def test_s09_new_ids_count_for_each_role_and_school_that_the_old_record_had():
    gone = [match(n, ("teacher", "staff"), ("a", "b")) for n in range(2)]
    counts = [at(kind, 100, removed=2, school=school) for kind in ("teacher", "staff") for school in ("", "a", "c")]
    assert {(hold.reason, hold.school) for hold in fired(*counts, matches=gone)} == {
        ("rekey:teacher", ""), ("rekey:staff", ""), ("rekey:teacher", "a"), ("rekey:staff", "a"),
    }  # fmt: skip


def test_a09_who_was_gone_before_this_run_holds_nothing():
    assert reasons(at("student", 100, removed=2), matches=[match(n, now=False) for n in range(2)]) == []


def test_s09_the_part_that_holds_is_a_setting():
    gone = [match(n) for n in range(4)]
    assert reasons(at("student", 100, removed=9), matches=gone, rekey_percent=45) == []
    [hold] = fired(at("student", 100, removed=8), matches=gone, rekey_percent=50)
    assert (hold.matched, hold.limit, hold.sample) == (4, 3, ("old0", "old1", "old2", "old3"))


def test_s09_the_worst_comes_first_the_district_before_its_schools():
    counts = [
        at("student", 100, removed=90, school="a"), at("student", 200, removed=40, school="b"),
        at("student", 300, removed=33), at("teacher", 100, removed=50), at("staff", 4, after=0),
    ]  # fmt: skip
    assert [(hold.reason, hold.school) for hold in fired(*counts)] == [
        ("empty:staff", ""), ("removals:teacher", ""), ("removals:student", ""),
        ("removals:student", "a"), ("removals:student", "b"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("hold", "sentence"),
    [
        (
            Hold(guard="removals", kind="student", before=1000, removed=120, limit=100, sample=("s1", "s2")),
            "Students: 120 of 1,000 would be removed (limit 100) in the whole district, such as s1, s2.",
        ),
        (
            Hold(guard="half", kind="person", before=2000, removed=1, updated=1199, limit=1000),
            "People: 1,200 of 2,000 would be changed or removed (limit 1,000) in the whole district.",
        ),
        (
            Hold(guard="empty", kind="class", school="a", before=3, removed=3, sample=("c1",)),
            "Classes: none of 3 would be left at school a, such as c1.",
        ),
        (
            Hold(guard="rekey", kind="teacher", removed=10, matched=4, limit=1, sample=("t1",)),
            "Teachers: 4 of 10 removed come back under new ids (limit 1) in the whole district, such as t1.",
        ),
        (
            Hold(guard="undone", kind="run", sample=("12",)),
            "The source asks again for what an undo took back: run 12.",
        ),
    ],
)
def test_s09_a_hold_is_told_in_one_sentence_with_its_numbers(hold, sentence):
    assert guard.told(hold) == sentence


def test_every_guard_and_kind_has_its_words():
    assert {*guard.NAMES} == {*KINDS, "courses"}
    assert {*guard.SENTENCES} == {*guard.ORDER} == {*get_args(Guard)}
