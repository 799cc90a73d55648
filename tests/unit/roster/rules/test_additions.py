"""S-10: of a held plan only the additions, i.e. what is new and what comes back; the rest is planned again."""

from homeroom.roster.entries import ENTRY_KINDS, PersonEntry, SchoolEntry
from homeroom.roster.rules.plan import Planner
from homeroom.roster.rules.tally import Tallies
from tests.unit.roster.rules.planned import TODAY, Plan, klass, of_kind, people, reader


def additions(old, new):
    planner = Planner(3, TODAY, Tallies(TODAY.isoformat()))
    planner.additions = True
    found = {}
    for kind in ENTRY_KINDS:
        lines = iter(of_kind(old, kind, lines=True))
        found[kind] = list(planner.steps(kind, lines, of_kind(new, kind), reader(kind)))
    changes = [(change.op, change.id) for steps in found.values() for step in steps for change in step.changes]
    return changes, [reader(kind)(step.line) for kind, steps in found.items() for step in steps]


def test_s10_additions_are_creations_and_restores_and_nothing_else():
    gone = PersonEntry(id="s0009", archived=1)
    old = [SchoolEntry(id="a", name="Old"), *people(2), gone, klass("c1", ["s0000", "s0001"]), klass("c2")]
    new = [
        SchoolEntry(id="a", name="New"), *people(1), PersonEntry(id="s0005"), PersonEntry(id="s0009"),
        klass("c1", ["s0000", "s0005"], name="Renamed"), klass("c3", ["s0000"]),
    ]  # fmt: skip
    changes, after = additions(old, new)
    assert changes == [
        ("create", "s0005"), ("restore", "s0009"), ("create", "c1/S#s0005"),
        ("create", "c3"), ("create", "c3/S#s0000"), ("create", "c3/T#t1"),
    ]  # fmt: skip
    assert klass("c1", ["s0000", "s0001", "s0005"]) in after
    assert klass("c2") in after
    assert SchoolEntry(id="a", name="Old") in after


def test_s10_a_new_primary_joins_beside_the_present_one_and_a_class_has_one_primary():
    _, after = additions([klass("c1")], [klass("c1", teacher="t2")])
    assert after == [klass("c1", co_teachers=("t2",))]
    _, after = additions([klass("c1", teacher="")], [klass("c1", teacher="t2")])
    assert after == [klass("c1", teacher="t2")]


def test_s10_what_additions_leave_out_is_the_next_plan():
    old = [*people(2), klass("c1", ["s0000", "s0001"])]
    new = [*people(1), PersonEntry(id="s0005"), klass("c1", ["s0000", "s0005"])]
    _, after = additions(old, new)
    assert Plan(after, new).ops() == [("remove", "s0001")]
    assert Plan(after, new).entries == Plan(old, new).entries


def test_s14_a_class_comes_back_without_those_whose_grace_is_over():
    """An ended class keeps who was in it, whatever became of them since; one that stands does not."""
    gone = PersonEntry(id="s0001", archived=1, left="2026-08-01", over=True)
    old = [*people(1), gone, klass("c1", ["s0000", "s0001"], state="ended", ends="2026-09-01")]
    changes, after = additions(old, [*people(1), klass("c1", ["s0000"], ends="2026-12-18")])
    assert after[-1] == klass("c1", ["s0000"], ends="2026-09-01")
    assert changes == [("restore", "c1"), ("remove", "c1/S#s0001")]


def test_s02_new_teachers_join_as_long_as_there_are_fewer_than_nine_co_teachers():
    """The primary first. The next plan, which takes out who is gone, brings the others."""
    eight = tuple(f"t{n}" for n in range(11, 19))
    new = klass("c1", teacher="t3", co_teachers=("t21", "t22", *eight[:7]))
    _, after = additions([klass("c1", co_teachers=eight)], [new])
    assert after == [klass("c1", co_teachers=(*eight, "t3"))]
    assert Plan(after, [new]).entries == [new]
