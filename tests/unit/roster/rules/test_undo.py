"""S-13: what undo of a run takes back, entry by entry and membership by membership, and what it leaves."""

from datetime import date

import pytest

from homeroom.roster.entries import ClassEntry, PersonEntry, SchoolEntry
from homeroom.roster.rules.plan import line_of
from homeroom.roster.rules.undo import undone
from tests.unit.roster.rules.planned import klass, of_kind, people, reader

TODAY = date(2026, 9, 20)
ANN = PersonEntry(id="p1", first="Ann", roles=("student",))
GONE = ANN.model_copy(update={"archived": 5, "left": "2026-09-15"})


class Undone:
    """Undo by run 9: `entries` as wanted, what is `left`, and which ids it would change."""

    def __init__(self, before, made, current, *, grace_days=7, gone=frozenset()):
        kind = "class" if any(isinstance(entry, ClassEntry) for entry in current) else _kind(current)
        self.parsed = []
        rosters = [iter(of_kind(roster, kind, lines=True)) for roster in (before, made, current)]
        found = list(undone(*rosters, self._reader(kind), run=9, today=TODAY, grace_days=grace_days, gone=gone))
        self.changed = [wanted.after.id for wanted in found if wanted.after]
        assert all(line_of(wanted.before) == wanted.line for wanted in found if wanted.after)
        assert [wanted.line for wanted in found] == of_kind(current, kind, lines=True)
        self.entries = [wanted.after or reader(kind)(wanted.line) for wanted in found]
        self.left = [key for wanted in found for key in wanted.left]

    def _reader(self, kind):
        def read(line):
            self.parsed.append(line)
            return reader(kind)(line)

        return read

    @property
    def one(self):
        (entry,) = self.entries
        return entry


def _kind(entries):
    return "school" if isinstance(entries[0], SchoolEntry) else "person"


def test_s13_what_the_run_did_not_touch_is_never_even_read():
    roster = people(50)
    undo = Undone(roster, roster, roster)
    assert (undo.changed, undo.left, undo.parsed) == ([], [], [])


def test_s13_whom_the_run_removed_is_back_as_before():
    undo = Undone([ANN], [GONE], [GONE])
    assert (undo.entries, undo.left) == ([ANN], [])
    assert (undo.one.archived, undo.one.left, undo.one.over) == (0, "", False)


def test_s13_what_the_run_changed_is_as_before():
    other = ANN.model_copy(update={"first": "Anna", "admin": "schools", "admin_schools": ("a",)})
    assert Undone([other], [ANN], [ANN]).entries == [other]


@pytest.mark.parametrize(("grace_days", "over"), [(7, False), (0, True)])
def test_s13_whom_the_run_created_leaves_today_with_a_grace_of_their_own(grace_days, over):
    """S-14: admin rights end at once."""
    new = ANN.model_copy(update={"admin": "schools", "admin_schools": ("a",)})
    left = ANN.model_copy(update={"archived": 9, "left": "2026-09-20", "over": over})
    assert Undone([], [new], [new], grace_days=grace_days).entries == [left]


def test_s13_what_else_the_run_created_is_archived():
    school = SchoolEntry(id="a", name="A")
    assert Undone([], [school], [school]).entries == [school.model_copy(update={"archived": 9})]


def test_s13_whom_the_run_restored_is_archived_as_before():
    assert Undone([GONE], [ANN], [ANN]).entries == [GONE]


def test_s13_what_somebody_changed_since_stays_and_is_listed():
    made, since = ANN.model_copy(update={"first": "Anna"}), ANN.model_copy(update={"first": "Annie"})
    undo = Undone([ANN], [made], [since])
    assert (undo.entries, undo.changed, undo.left) == ([since], [], ["p1"])


def test_s13_what_others_changed_and_the_run_did_not_is_none_of_its_business():
    since = ANN.model_copy(update={"first": "Annie"})
    undo = Undone([ANN], [ANN], [since])
    assert (undo.changed, undo.left) == ([], [])


def test_s13_what_came_since_stays():
    undo = Undone([ANN], [GONE], [GONE, *people(3)])
    assert undo.entries == [ANN, *people(3)]
    assert (undo.changed, undo.left) == (["p1"], [])


@pytest.mark.parametrize(
    ("before", "made", "current"),
    [([ANN], [GONE], [ANN]), ([], [ANN], [ANN.model_copy(update={"archived": 7, "left": "2026-09-17"})])],
)
def test_s13_what_is_as_it_was_already_is_neither_changed_nor_listed(before, made, current):
    """The next run brought it back, or took it away again: there is nothing left to undo."""
    undo = Undone(before, made, current)
    assert (undo.entries, undo.changed, undo.left) == (current, [], [])


def test_s13_ids_that_come_and_go_keep_their_order():
    def named(ids):
        return [PersonEntry(id=name) for name in ids]

    undo = Undone(named("bdf"), named("abcdf"), named("abcdefg"))
    assert [entry.id for entry in undo.entries] == list("abcdefg")
    assert undo.changed == ["a", "c"]


def test_s13_a_class_that_the_run_removed_is_back_with_its_members():
    before, made = klass("c1", ["s1", "s2"]), klass("c1", ["s1", "s2"], archived=5)
    assert Undone([before], [made], [made]).entries == [before]


def test_s13_a_class_that_the_run_created_is_archived_with_its_members():
    new = klass("c1", ["s1", "s2"])
    assert Undone([], [new], [new]).entries == [new.model_copy(update={"archived": 9})]


def test_s15_a_class_that_the_run_froze_stands_again():
    before, made = klass("c1", ["s1"]), klass("c1", ["s1"], state="frozen", until="2027-06-30")
    assert Undone([before], [made], [made]).entries == [before]


def test_s13_a_class_keeps_its_name_of_since_and_has_its_students_back():
    """The class's own fields and each of its members are judged apart."""
    before, made = klass("c1", ["s1", "s2", "s3"]), klass("c1", ["s3", "s4"], name="Maths")
    since = klass("c1", ["s2", "s3", "s4", "s5"], name="Math 5")
    undo = Undone([before], [made], [since])
    assert undo.one == klass("c1", ["s1", "s2", "s3", "s5"], name="Math 5")
    assert undo.left == ["c1"]


def test_s13_a_role_that_somebody_changed_since_stays_and_is_listed():
    before, made = klass("c1", co_teachers=("t2",)), klass("c1")
    since = klass("c1", teacher="t2", co_teachers=())
    undo = Undone([before], [made], [since])
    assert (undo.entries, undo.left) == ([since], ["c1/T#t2"])


def test_s13_a_membership_that_the_run_made_goes_with_the_person_that_it_created():
    before, made = klass("c1", ["s1"]), klass("c1", ["s1", "s2"])
    since = klass("c1", ["s1", "s2"], name="Math 5")
    assert Undone([before], [made], [since]).one == klass("c1", ["s1"], name="Math 5")


def test_s13_a_new_class_that_somebody_joined_since_stays_for_them():
    """What others did would go with it; what the run did in it goes by itself."""
    made, since = klass("c1", ["s1"]), klass("c1", ["s1", "s2"])
    undo = Undone([], [made], [since])
    assert (undo.one, undo.left) == (klass("c1", ["s2"], teacher=""), ["c1"])


def test_s13_a_new_class_that_somebody_only_left_goes():
    undo = Undone([], [klass("c1", ["s1", "s2"])], [klass("c1", ["s1"])])
    assert (undo.one, undo.left) == (klass("c1", ["s1"], archived=9), [])


def test_s14_nobody_comes_back_into_a_class_after_their_grace():
    before, made = klass("c1", ["s1", "s2"]), klass("c1")
    undo = Undone([before], [made], [made], gone={"s2"})
    assert (undo.one, undo.left) == (klass("c1", ["s1"]), ["c1/S#s2"])


def test_s02_a_primary_of_since_stays_the_only_one():
    before, made = klass("c1", teacher="t1"), klass("c1", teacher="t2")
    undo = Undone([before], [made], [klass("c1", teacher="t3")])
    assert (undo.one.teacher, undo.one.co_teachers, undo.left) == ("t3", (), ["c1/T#t1"])


def test_s02_a_primary_whom_the_run_made_co_teacher_stays_so_beside_a_primary_of_since():
    before, made = klass("c1", teacher="t1"), klass("c1", teacher="t2", co_teachers=("t1",))
    undo = Undone([before], [made], [klass("c1", teacher="t3", co_teachers=("t1",))])
    assert (undo.one.teacher, undo.one.co_teachers, undo.left) == ("t3", ("t1",), ["c1/T#t1"])


def test_s02_a_swap_of_primaries_is_undone_whole():
    before, made = klass("c1", teacher="t1", co_teachers=("t2",)), klass("c1", teacher="t2", co_teachers=("t1",))
    since = made.model_copy(update={"name": "Math 5"})
    undo = Undone([before], [made], [since])
    assert (undo.one, undo.left) == (before.model_copy(update={"name": "Math 5"}), [])


def test_s02_never_more_than_nine_co_teachers_come_of_it():
    nine = tuple(f"t{n}" for n in range(2, 11))
    before, made, since = (klass("c1", co_teachers=who) for who in (nine, nine[:-1], (*nine[:-1], "t99")))
    undo = Undone([before], [made], [since])
    assert (undo.entries, undo.left) == ([since], ["c1/T#t10"])


def test_s02_co_teachers_keep_the_order_that_the_source_gave_them():
    before, made = klass("c1", co_teachers=("t9", "t2")), klass("c1", co_teachers=("t2",))
    assert Undone([before], [made], [made]).entries == [before]
    since = klass("c1", co_teachers=("t5", "t2"))
    assert Undone([before], [made], [since]).one.co_teachers == ("t5", "t2", "t9")


@pytest.mark.parametrize("made", [{"archived": 5}, {"state": "ended"}])
def test_s14_a_class_comes_back_without_those_whose_grace_is_over(made):
    """No night takes anybody out of a class that is gone, or has ended."""
    before = klass("c1", ["s1", "s2"], co_teachers=("t2",))
    gone = before.model_copy(update=made)
    undo = Undone([before], [gone], [gone], gone={"s2", "t1"})
    assert (undo.one, undo.left) == (klass("c1", ["s1"], teacher="", co_teachers=("t2",)), ["c1/S#s2", "c1/T#t1"])


def test_s01_an_ended_class_that_undo_renames_keeps_who_was_in_it():
    before, made = (klass("c1", ["s1"], name=name, state="ended") for name in ("Math 5", "Math"))
    assert Undone([before], [made], [made], gone={"s1"}).entries == [before]
