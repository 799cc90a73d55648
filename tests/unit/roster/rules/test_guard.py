"""S-01, S-07, S-08: what holds a plan, and what does not."""

import pytest

from homeroom.roster.entries import PersonEntry, SchoolEntry, TermEntry
from tests.unit.roster.rules.planned import Plan, klass, people


def regraded(persons, n):
    return [person.model_copy(update={"grade": "9"}) for person in persons[:n]] + persons[n:]


def ids(n, start=0):
    return [f"s{at:04d}" for at in range(start, start + n)]


def test_s08_exactly_half_of_the_people_passes_and_one_more_holds():
    old = people(10)
    assert Plan(old, regraded(old, 5)).reasons == ()
    assert Plan(old, regraded(old, 6)).reasons == ("half:person",)


def test_s08_removals_and_updates_count_together():
    old = people(10)
    assert Plan(old, regraded(old[:7], 2)).reasons == ()
    assert Plan(old, regraded(old[:7], 3)).reasons == ("half:person",)


@pytest.mark.parametrize("live", [1, 2, 3, 7, 99, 100, 101])
def test_s08_the_limit_is_exact_for_any_number(live):
    old = people(live)
    assert Plan(old, regraded(old, live // 2)).reasons == ()
    assert Plan(old, regraded(old, live // 2 + 1)).reasons == ("half:person",)


def test_s08_a_district_may_draw_the_limit_tighter():
    old = people(10)
    assert Plan(old, regraded(old, 2), half=20).reasons == ()
    assert Plan(old, regraded(old, 3), half=20).reasons == ("half:person",)


def test_s08_creations_never_count():
    assert Plan(people(1), people(1000)).reasons == ()
    assert Plan([klass("c1", ["s1"])], [klass("c1", ids(90)), klass("c2", ids(90))]).reasons == ()


def test_s08_restored_people_are_creations():
    gone = [person.model_copy(update={"archived": 1}) for person in people(8, start=2)]
    assert Plan([*people(2), *gone], people(10)).reasons == ()


def test_s08_nothing_live_before_never_holds():
    assert Plan([], people(10)).reasons == ()
    assert Plan([PersonEntry(id="s1", archived=1)], [PersonEntry(id="s1", grade="5")]).reasons == ()


def test_s08_half_of_the_classes():
    old = [klass(f"c{n}") for n in range(4)]
    renamed = [entry.model_copy(update={"name": "new"}) for entry in old]
    assert Plan(old, [*renamed[:2], *old[2:]]).reasons == ()
    assert "half:class" in Plan(old, [*renamed[:3], *old[3:]]).reasons


def test_s08_half_of_the_memberships():
    old = [*people(11), klass("c1", ids(9))]  # ten with the teacher
    assert Plan(old, [*people(11), klass("c1", ids(4))]).reasons == ()
    assert Plan(old, [*people(11), klass("c1", ids(3))]).reasons == ("half:membership",)


def test_s08_memberships_of_removed_classes_count():
    old = [*people(20), klass("c1", ids(16)), *(klass(f"c{n}", ["s0001"]) for n in range(2, 6))]
    assert Plan(old, [entry for entry in old if entry.id != "c1"]).reasons == ("half:membership",)


@pytest.mark.parametrize("other", ["c0", "c2"])
def test_s08_a_student_who_enters_another_class_has_moved(other):
    """Whether the other class comes before or after, and is new or not."""
    old = [*people(20), klass("c1", ids(20))]
    moved = klass(other, ids(20))
    assert Plan(old, [*people(20), klass("c1"), moved]).tallies.lost("membership") == 0
    assert Plan([*old, klass(other)], [*people(20), klass("c1"), moved]).reasons == ()


def test_s08_a_student_who_leaves_two_classes_and_enters_one_has_left_one():
    old = [*people(1), klass("c1", ["s0000"]), klass("c2", ["s0000"])]
    plan = Plan(old, [*people(1), klass("c1"), klass("c2"), klass("c3", ["s0000"])])
    assert plan.tallies.lost("membership") == 1


def test_s08_who_moves_from_a_removed_class_has_moved():
    old = [*people(9), klass("c1", ids(9))]
    plan = Plan(old, [*people(9), klass("c2", ids(9))])
    assert plan.tallies.lost("membership") == 0
    assert plan.reasons == ("half:class",)


def test_s08_who_moves_into_a_class_that_comes_back_has_moved():
    old = [*people(9), klass("c1", ids(9)), klass("c2", ids(9), archived=1)]
    assert Plan(old, [*people(9), klass("c1"), klass("c2", ids(9))]).tallies.lost("membership") == 0


def test_s08_another_student_in_their_place_is_no_move():
    old = [*people(20), klass("c1", ids(10))]
    assert Plan(old, [*people(20), klass("c1", ids(10, start=10))]).tallies.lost("membership") == 10


def test_s01_a_whole_term_that_ends_holds_nothing():
    old = [*people(9), *(klass(f"c{n}", ids(9)) for n in range(5))]
    assert Plan(old, [*people(9), *(klass(f"c{n}", ids(9), state="ended") for n in range(5))]).reasons == ()


def test_s01_a_term_that_ends_while_its_sections_are_emptied_holds_nothing():
    old = [*people(9), *(klass(f"c{n}", ids(9)) for n in range(5))]
    assert Plan(old, [*people(9), *(klass(f"c{n}", [], state="ended") for n in range(5))]).reasons == ()


def test_s01_what_happens_to_an_ended_class_is_not_counted():
    ended = [klass(f"c{n}", ids(9), state="ended") for n in range(5)]
    changed = [klass(entry.id, [], state="ended", name="old") for entry in ended]
    plan = Plan([*people(9), *ended, klass("d1", ids(9))], [*people(9), *changed, klass("d1", ids(9))])
    assert plan.reasons == ()
    assert plan.tallies.live["class"] == plan.tallies.live["membership"] / 10 == 1


def test_s01_an_ended_class_that_is_active_again_is_no_update():
    old = [klass("c0"), *(klass(f"c{n}", state="ended") for n in range(1, 9))]
    assert Plan(old, [klass(f"c{n}") for n in range(9)]).reasons == ()


@pytest.mark.parametrize("role", ["student", "teacher", "staff", "district_admin"])
def test_s07_a_role_of_whom_nobody_is_left_holds(role):
    others = people(100, roles=("teacher" if role == "student" else "student",))
    one = PersonEntry(id="x", roles=(role,))
    assert Plan([*others, one], others).reasons == (f"empty:{role}",)
    assert Plan(others, others).reasons == ()


def test_s07_a_role_that_only_some_lost_does_not_hold():
    old = people(10, roles=("staff",))
    assert Plan([*people(100, start=10), *old], [*people(100, start=10), *old[:1]]).reasons == ()


@pytest.mark.parametrize(("kind", "entry"), [("school", SchoolEntry(id="a")), ("term", TermEntry(id="t"))])
def test_s07_no_school_or_term_left_holds(kind, entry):
    assert Plan([entry, *people(3)], people(3)).reasons == (f"empty:{kind}",)
    assert Plan([*people(3)], [*people(3)]).reasons == ()


def test_s07_an_empty_course_list_holds():
    assert Plan(people(3), people(3), sourced={"courses": (4, 0)}).reasons == ("empty:courses",)
    assert Plan(people(3), people(3), sourced={"courses": (0, 0)}).reasons == ()
    assert Plan(people(3), people(3), sourced={"courses": (4, 1)}).reasons == ()


def test_s07_no_current_class_left_is_no_empty_list():
    """S-01: the summer holds nothing."""
    assert Plan([klass("c1"), *people(3)], [klass("c1", state="ended"), *people(3)]).reasons == ()
