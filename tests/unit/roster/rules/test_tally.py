"""S-10: changes counted by the schools that they concern."""

from homeroom.roster.changes import Change
from homeroom.roster.entries import PersonEntry, TermEntry
from homeroom.roster.rules.tally import schools_of
from tests.unit.roster.rules.planned import Plan, klass


def person(school, **fields):
    return PersonEntry(id="p", roles=("student",), school=school, **fields)


def schools(old, new):
    return Plan(old, new).tallies.schools()


def test_s10_a_change_counts_at_its_school_by_kind_and_operation():
    new = [person("a"), klass("c", ("p",), school="b"), TermEntry(id="y", name="Year")]
    assert schools([], new) == {
        "": {"term": {"create": 1}},
        "a": {"person": {"create": 1}},
        "b": {"class": {"create": 1}, "membership": {"create": 2}},
    }


def test_s10_one_that_leaves_a_school_counts_there_too():
    moved = {"person": {"update": 1}}
    assert schools([person("a")], [person("b")]) == {"a": moved, "b": moved}
    assert schools([klass("c", school="a")], [klass("c", school="b")]).keys() == {"a", "b"}


def test_s10_whoever_had_no_school_leaves_none():
    assert schools([person("")], [person("a")]).keys() == {"a"}
    assert schools([person("a")], [person("")]).keys() == {"", "a"}
    assert schools([person("a")], []).keys() == {"a"}
    assert schools([person("a")], [person("a", first="New")]).keys() == {"a"}


def test_s10_a_membership_belongs_to_its_classes_school():
    change = Change(kind="membership", op="update", id="c/S#p", school="a", before={"role": "student"}, after={})
    assert schools_of(change) == ("a",)
