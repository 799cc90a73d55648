"""S-01, S-07, S-08, S-09, A-09: which plans are held, from one roster to another."""

import pytest

from homeroom.roster.entries import PersonEntry, SchoolEntry, TermEntry
from homeroom.roster.settings import Guards
from tests.unit.roster.rules.planned import Plan, klass, people

# So that S-08 can be looked at alone.
WIDE = Guards(removal_percent=100, rekey_percent=100)


def regraded(persons, n):
    return [person.model_copy(update={"grade": "9"}) for person in persons[:n]] + persons[n:]


def ids(n, start=0):
    return [f"s{at:04d}" for at in range(start, start + n)]


def renamed(persons, prefix="n"):
    return [person.model_copy(update={"id": prefix + person.id}) for person in persons]


def with_sis_ids(persons, **fields):
    return [person.model_copy(update={"student_sis_id": person.id, **fields}) for person in persons]


def lost(plan, kind, school=""):
    return plan.tallies.counts()[kind, school].removed


def test_s08_exactly_half_of_the_people_passes_and_one_more_holds():
    old = people(10)
    assert Plan(old, regraded(old, 5)).reasons == ()
    assert Plan(old, regraded(old, 6)).reasons == ("half:person",)


def test_s08_removals_and_updates_count_together():
    old = people(10)
    assert Plan(old, regraded(old[:7], 2)).reasons == ()
    assert Plan(old, regraded(old[:7], 3)).reasons == ("half:person",)


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
    new = [entry.model_copy(update={"name": "new"}) for entry in old]
    assert Plan(old, [*new[:2], *old[2:]]).reasons == ()
    assert Plan(old, [*new[:3], *old[3:]]).reasons == ("half:class",)


def test_s08_half_of_the_memberships():
    old = [*people(11), klass("c1", ids(9))]  # ten with the teacher
    assert Plan(old, [*people(11), klass("c1", ids(4))], guards=WIDE).reasons == ()
    assert Plan(old, [*people(11), klass("c1", ids(3))], guards=WIDE).reasons == ("half:membership",)


def test_s08_memberships_of_removed_classes_count():
    old = [*people(20), klass("c1", ids(16)), *(klass(f"c{n}", ["s0001"]) for n in range(2, 6))]
    assert Plan(old, [entry for entry in old if entry.id != "c1"], guards=WIDE).reasons == ("half:membership",)


@pytest.mark.parametrize("other", ["c0", "c2"])
def test_s09_a_student_who_enters_another_class_has_moved(other):
    """Whether the other class comes before or after, and is new or not."""
    old = [*people(20), klass("c1", ids(20))]
    moved = klass(other, ids(20))
    assert lost(Plan(old, [*people(20), klass("c1"), moved]), "membership") == 0
    assert Plan([*old, klass(other)], [*people(20), klass("c1"), moved]).reasons == ()


def test_s09_a_student_who_leaves_two_classes_and_enters_one_has_left_one():
    old = [*people(1), klass("c1", ["s0000"]), klass("c2", ["s0000"])]
    assert lost(Plan(old, [*people(1), klass("c1"), klass("c2"), klass("c3", ["s0000"])]), "membership") == 1


def test_s08_who_moves_from_a_removed_class_has_moved():
    old = [*people(9), klass("c1", ids(9))]
    plan = Plan(old, [*people(9), klass("c2", ids(9))])
    assert lost(plan, "membership") == 0
    assert plan.reasons == ("half:class",)


def test_s08_who_moves_into_a_class_that_comes_back_has_moved():
    old = [*people(9), klass("c1", ids(9)), klass("c2", ids(9), archived=1)]
    assert lost(Plan(old, [*people(9), klass("c1"), klass("c2", ids(9))]), "membership") == 0


def test_s08_another_student_in_their_place_is_no_move():
    old = [*people(20), klass("c1", ids(10))]
    assert lost(Plan(old, [*people(20), klass("c1", ids(10, start=10))]), "membership") == 10


def test_s01_a_whole_term_that_ends_holds_nothing():
    old = [*people(9), *(klass(f"c{n}", ids(9)) for n in range(5))]
    assert Plan(old, [*people(9), *(klass(f"c{n}", ids(9), state="ended") for n in range(5))]).reasons == ()


def test_s01_a_term_that_ends_while_its_sections_are_emptied_holds_nothing():
    old = [*people(9), *(klass(f"c{n}", ids(9)) for n in range(5))]
    assert Plan(old, [*people(9), *(klass(f"c{n}", [], state="ended") for n in range(5))]).reasons == ()


def test_s01_a_term_that_vanishes_with_its_sections_after_its_end_holds_nothing():
    old = [*people(9), TermEntry(id="y1", ends="2026-09-14"), TermEntry(id="y2"), klass("d"),
           *(klass(f"c{n}", ids(9), school="a", term="y1", ends="2026-09-14") for n in range(20))]  # fmt: skip
    assert Plan(old, [*people(9), TermEntry(id="y2"), klass("d")]).reasons == ()


def test_s01_what_happens_to_an_ended_class_is_not_counted():
    ended = [klass(f"c{n}", ids(9), state="ended") for n in range(5)]
    changed = [klass(entry.id, [], state="ended", name="old") for entry in ended]
    plan = Plan([*people(9), *ended, klass("d1", ids(9))], [*people(9), *changed, klass("d1", ids(9))])
    assert plan.reasons == ()
    assert plan.tallies.live["class"] == plan.tallies.live["membership"] / 10 == 1


def test_s01_an_ended_class_that_is_active_again_is_no_update():
    old = [klass("c0"), *(klass(f"c{n}", state="ended") for n in range(1, 9))]
    assert Plan(old, [klass(f"c{n}") for n in range(9)]).reasons == ()


def test_s01_the_summer_holds_nothing():
    """No section of a current term at all: the classes are spared, and nothing is empty."""
    old = [klass("c1", school="a"), klass("c2"), *people(3)]
    assert Plan(old, [klass("c1", school="a", state="ended"), *people(3)], spare=True).reasons == ()


@pytest.mark.parametrize("role", ["student", "teacher", "staff", "district_admin"])
def test_s07_a_role_of_whom_nobody_is_left_holds(role):
    others = people(100, roles=("teacher" if role == "student" else "student",))
    one = PersonEntry(id="x", roles=(role,))
    assert Plan([*others, one], others).reasons == (f"empty:{role}",)
    assert Plan(others, others).reasons == ()


def test_s07_a_role_that_only_some_lost_does_not_hold():
    old = people(5, roles=("staff",))
    assert Plan([*people(100, start=10), *old], [*people(100, start=10), *old[:1]]).reasons == ()


@pytest.mark.parametrize(("kind", "entry"), [("school", SchoolEntry(id="a")), ("term", TermEntry(id="t"))])
def test_s07_no_school_or_term_left_holds(kind, entry):
    assert Plan([entry, *people(3)], people(3)).reasons == (f"empty:{kind}",)
    assert Plan([*people(3)], [*people(3)]).reasons == ()


def test_s09_a_tenth_of_the_students_of_a_district():
    assert Plan(people(100), people(90)).reasons == ()
    assert Plan(people(100), people(89)).reasons == ("removals:person", "removals:student")


def test_s09_a_school_that_loses_its_students_holds_the_whole_plan():
    old = [*with_sis_ids(people(90), school="a"), *with_sis_ids(people(10, start=90), school="b")]
    plan = Plan([*old], old[:94])
    [hold] = plan.holds
    assert (hold.reason, hold.school, hold.before, hold.removed, hold.limit) == ("removals:student", "b", 10, 6, 5)
    assert hold.sample == ("s0094", "s0095", "s0096", "s0097", "s0098")


def test_s09_a_school_that_loses_its_last_class_holds():
    old = [klass("c1", school="a"), *(klass(f"d{n}", school="b", teacher="t2") for n in range(9))]
    plan = Plan(old, old[1:])
    assert [(hold.reason, hold.school) for hold in plan.holds] == [("empty:class", "a"), ("empty:membership", "a")]


def test_s09_a_district_whose_people_all_get_new_ids_holds():
    """More came than before and nothing is empty: what is counted is who was there."""
    old = with_sis_ids(people(10), school="a")
    plan = Plan(old, renamed([*old, *with_sis_ids(people(90, start=10))]))
    assert set(plan.reasons) == {"half:person", "removals:person", "removals:student", "rekey:student"}
    assert {hold.school for hold in plan.holds if hold.guard == "rekey"} == {"", "a"}


def test_a09_a_few_new_ids_among_many_people_hold():
    old = with_sis_ids(people(100))
    [hold] = Plan(old, [*renamed(old[:2]), *old[2:]]).holds
    assert (hold.reason, hold.matched, hold.removed, hold.sample) == ("rekey:student", 2, 2, ("s0000", "s0001"))
    one = Plan(old, [*renamed(old[:1]), *old[1:]])
    assert (one.reasons, len(one.matches)) == ((), 1)


def test_a09_who_was_gone_before_and_comes_back_under_a_new_id_holds_nothing():
    old = with_sis_ids(people(100))
    gone = [person.model_copy(update={"archived": 1}) for person in old[:10]]
    plan = Plan([*gone, *old[10:]], [*renamed(old[:10]), *old[10:]])
    assert (plan.reasons, len(plan.matches)) == ((), 10)
