"""S-01, S-10, S-13: what a plan changes, and what it leaves."""

from homeroom.roster.entries import PersonEntry, SchoolEntry, TermEntry
from homeroom.roster.rules.plan import line_of
from tests.unit.roster.rules.planned import Plan, klass, people


def test_s10_an_equal_roster_is_no_plan():
    roster = [*people(3), klass("c1", ["s0001"]), SchoolEntry(id="a"), TermEntry(id="t")]
    assert Plan(roster, roster).changes == []


def test_s10_a_first_plan_creates_all_with_nothing_before():
    plan = Plan([], [SchoolEntry(id="a", name="A"), *people(1), klass("c1", ["s0000"])])
    assert plan.ops() == [
        ("create", "a"), ("create", "s0000"), ("create", "c1"), ("create", "c1/S#s0000"), ("create", "c1/T#t1"),
    ]  # fmt: skip
    assert all(change.before is None for change in plan.changes)


def test_s10_an_update_holds_before_and_after():
    old, new = PersonEntry(id="s1", first="Ann", grade="5"), PersonEntry(id="s1", first="Ann", grade="6")
    [change] = Plan([old], [new]).changes
    assert change.op == "update"
    assert (change.before, change.after) == ({"id": "s1", "first": "Ann", "grade": "5"},
                                             {"id": "s1", "first": "Ann", "grade": "6"})  # fmt: skip
    assert change.differences() == ({"grade": "5"}, {"grade": "6"})


def test_s10_a_class_of_whom_only_the_members_change_is_not_changed_itself():
    plan = Plan([klass("c1", ["s1", "s2"])], [klass("c1", ["s2", "s3"])])
    assert plan.ops() == [("remove", "c1/S#s1"), ("create", "c1/S#s3")]


def test_s02_a_co_teacher_who_becomes_primary():
    plan = Plan([klass("c1", co_teachers=("t2",))], [klass("c1", teacher="t2", co_teachers=("t1",))])
    assert plan.ops() == [("update", "c1"), ("update", "c1/T#t1"), ("update", "c1/T#t2")]
    assert plan.changes[2].before == {"role": "co_teacher"}
    assert plan.changes[2].after == {"role": "primary"}


def test_s13_who_is_gone_is_archived_under_the_run():
    plan = Plan(people(2), people(1), run=7)
    assert plan.ops() == [("remove", "s0001")]
    assert plan.changes[0].after["archived"] == 7
    assert plan.entries[1].archived == 7


def test_s13_who_stays_away_is_no_further_change():
    gone = [*people(1), PersonEntry(id="s0001", archived=3)]
    plan = Plan(gone, people(1), run=7)
    assert plan.changes == []
    assert plan.entries == gone


def test_s13_who_comes_back_is_restored_as_before():
    before = [klass("c1", ["s1", "s2"], archived=3)]
    plan = Plan(before, [klass("c1", ["s1", "s2"])])
    assert plan.ops() == [("restore", "c1")]
    assert plan.entries == [klass("c1", ["s1", "s2"])]


def test_s13_a_class_that_comes_back_with_others_tells_who():
    plan = Plan([klass("c1", ["s1", "s2"], archived=3)], [klass("c1", ["s2", "s3"])])
    assert plan.ops() == [("restore", "c1"), ("remove", "c1/S#s1"), ("create", "c1/S#s3")]


def test_s10_a_removed_class_takes_its_members_without_a_change_for_each():
    assert Plan([klass("c1", ["s1", "s2"])], []).ops() == [("remove", "c1")]


def test_s01_a_class_of_an_ended_term_ends_and_is_not_removed():
    plan = Plan([klass("c1", ["s1"])], [klass("c1", ["s1"], state="ended")])
    assert plan.ops() == [("end", "c1")]


def test_s01_a_class_that_vanishes_after_its_terms_end_has_ended_too():
    plan = Plan([klass("c1", ends="2026-09-14")], [])
    assert plan.ops() == [("end", "c1")]
    assert plan.entries[0].state == "ended"


def test_s01_on_the_last_day_of_its_term_a_vanished_class_is_removed():
    assert Plan([klass("c1", ends="2026-09-15")], []).ops() == [("remove", "c1")]


def test_s01_an_ended_class_is_never_removed():
    ended = [klass("c1", ["s1"], state="ended")]
    plan = Plan(ended, [])
    assert plan.changes == []
    assert plan.entries == ended


def test_s01_an_ended_class_may_become_active_again():
    assert Plan([klass("c1", state="ended")], [klass("c1")]).ops() == [("restore", "c1")]


def test_s01_without_any_current_section_no_class_is_removed():
    old = [klass("c1", ["s1"]), klass("c2", ends="2026-09-14"), *people(2)]
    plan = Plan(old, people(1), spare=True)
    assert plan.ops() == [("remove", "s0001"), ("end", "c2")]
    assert plan.tallies.after["class"] == 1


def test_lines_stay_in_order_of_id_whatever_comes_and_goes():
    old = [PersonEntry(id=name) for name in "bdf"]
    new = [PersonEntry(id=name) for name in "acdg"]
    assert [entry.id for entry in Plan(old, new).entries] == list("abcdfg")


def test_equal_entries_are_equal_lines():
    assert line_of(PersonEntry(id="s1", email="")) == line_of(PersonEntry(id="s1")) == b'{"id":"s1"}'
