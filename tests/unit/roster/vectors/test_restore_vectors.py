"""S-10, S-13: what others restore, and what they count. docs/vectors.md lists them all."""

from collections import Counter

from homeroom.roster.entries import PersonEntry
from homeroom.roster.rules.undo import undone
from tests.support.vectors import applied
from tests.unit.roster.rules.planned import TODAY, Plan, klass, of_kind, people, reader


def taken_back(before, made, now):
    """The classes that undo wants, and what it leaves."""
    rosters = [iter(of_kind(roster, "class", lines=True)) for roster in (before, made, now)]
    found = list(undone(*rosters, reader("class"), run=9, today=TODAY, grace_days=7))
    entries = [wanted.after or reader("class")(wanted.line) for wanted in found]
    return entries, [key for wanted in found for key in wanted.left]


BEFORE = [*people(2), klass("c1", ["s0000"]), klass("c2", ["s0001"]), klass("c3", ["s0000", "s0001"])]


@applied("REST-01")
def test_s13_undo_brings_back_what_a_run_removed(vector):
    plan = Plan(BEFORE, [*people(2), klass("c3")])
    ops = Counter((change.kind, change.op) for change in plan.changes)
    assert ops == {("class", "remove"): 2, ("membership", "remove"): 2}, vector["given"]["run"]
    assert taken_back(BEFORE, plan.entries, plan.entries) == (of_kind(BEFORE, "class"), [])


@applied("REST-03")
def test_s13_undo_lists_what_it_cannot_restore_and_restores_the_rest(vector):
    assert vector["given"]["one_row_cannot_be_restored"]
    made = Plan(BEFORE, [*people(2), klass("c3")]).entries
    now = [klass("c1", ["s0000"], name="Changed since") if entry.id == "c1" else entry for entry in made]
    entries, left = taken_back(BEFORE, made, now)
    assert entries == [klass("c1", ["s0000"], name="Changed since"), *of_kind(BEFORE, "class")[1:]]
    assert left == ["c1"]


@applied("REST-04")
def test_s10_a_plans_counts_are_its_changes_counted(vector):
    old = [*people(9), PersonEntry(id="x", archived=1), klass("c1", ["s0001"]), klass("c2")]
    regraded = [person.model_copy(update={"grade": "9"}) for person in people(5, start=2)]
    new = [*regraded, PersonEntry(id="x"), PersonEntry(id="y"), klass("c1", state="ended"), klass("c3")]
    plan = Plan(old, new)
    counted = {kind: dict(ops) for kind, ops in plan.tallies.changes.items()}
    assert counted["person"].keys() >= {"create", "update", "remove", "restore"}, vector["then"]["fields"]
    found = Counter((change.kind, change.op) for change in plan.changes)
    assert {(kind, op): count for kind, ops in counted.items() for op, count in ops.items()} == found
