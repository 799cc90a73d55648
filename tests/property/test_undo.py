"""Properties of undo (S-13), on made-up districts and in memory: what one run did is taken back, nothing else."""

from datetime import date

from hypothesis import given, settings

from homeroom.roster.entries import ENTRY_KINDS, ENTRY_TYPES, ClassEntry, PersonEntry
from homeroom.roster.rules.undo import undone
from tests.property.rosters import Roster, districts

TODAY, LATER = date(2026, 9, 15), date(2026, 9, 20)
many = settings(max_examples=30, deadline=None)
UNDO = 9


def after(*snapshots):
    """The rosters after each of these nights, the empty one first."""
    rosters = [Roster()]
    for run, snapshot in enumerate(snapshots, start=1):
        rosters.append(rosters[-1].planned(snapshot, TODAY, run)[0])
    return rosters


def undo(before, made, current, run=UNDO):
    """The roster after an undo, the ids that it changed, and what it left."""
    lines, changed, left = {}, [], []
    for kind in ENTRY_KINDS:
        read = ENTRY_TYPES[kind].model_validate_json
        rosters = (iter(roster.lines[kind]) for roster in (before, made, current))
        found = list(undone(*rosters, read, run=run, today=LATER, grace_days=7))
        lines[kind] = [
            wanted.after.model_dump_json(exclude_defaults=True).encode() if wanted.after else wanted.line
            for wanted in found
        ]
        assert [wanted.line for wanted in found] == current.lines[kind]
        changed += [(kind, wanted.after.id) for wanted in found if wanted.after]
        left += [key for wanted in found for key in wanted.left]
    return Roster(lines), changed, left


def by_id(roster, kind):
    return {entry.id: entry for entry in roster.entries(kind)}


def put_away(entry):
    """Whether an entry, of a run that created it, is as undo leaves it."""
    rights = isinstance(entry, PersonEntry) and (entry.admin or entry.admin_schools)
    return entry.archived == UNDO and not rights and getattr(entry, "left", "2026-09-20") == "2026-09-20"


def own(entry):
    """An entry without what undo judges apart: the members of a class."""
    members = {"teacher": "", "co_teachers": (), "students": ()}
    return entry.model_copy(update=members) if isinstance(entry, ClassEntry) else entry


def judged(roster):
    """What undo judges by itself, by what `left` may name it: entries, and roles."""
    found = {}
    for kind in ENTRY_KINDS:
        for entry in roster.entries(kind):
            found[entry.id] = own(entry)
            if isinstance(entry, ClassEntry):
                found |= {f"{entry.id}/{key}": role for key, role in entry.members().items()}
    return found


@many
@given(districts, districts)
def test_s13_undo_right_after_a_run_restores_what_was_there_and_archives_what_was_not(one, other):
    _, before, made = after(one, other)
    back, _, left = undo(before, made, made)
    assert left == []
    for kind in ENTRY_KINDS:
        was = by_id(before, kind)
        there = by_id(back, kind)
        assert {name: there[name] for name in was} == was
        assert all(put_away(entry) for name, entry in there.items() if name not in was)


@many
@given(districts, districts)
def test_s13_undo_of_the_undo_gives_what_the_run_had_made(one, other):
    """Restores included: whoever the undo archived comes back with all that they had."""
    _, before, made = after(one, other)
    back, _, _ = undo(before, made, made)
    again, _, left = undo(made, back, back, run=UNDO + 1)
    assert again.lines == made.lines
    assert left == []


@many
@given(districts, districts)
def test_s13_undo_of_a_run_that_changed_nothing_wants_nothing(one, other):
    _, before, current = after(one, other)
    back, changed, left = undo(before, before, current)
    assert (back.lines, changed, left) == (current.lines, [], [])


@many
@given(districts, districts)
def test_s13_undo_twice_is_once(one, other):
    _, before, made = after(one, other)
    back, _, _ = undo(before, made, made)
    again, changed, left = undo(before, made, back, run=UNDO + 1)
    assert (again.lines, changed, left) == (back.lines, [], [])


@many
@given(districts, districts, districts)
def test_s13_what_others_changed_in_between_is_never_altered(one, other, third):
    """Everything that is not as the run made it stays as it is, but for the members of a class that goes."""
    _, before, made, current = after(one, other, third)
    was, then, now = judged(before), judged(made), judged(current)
    back = judged(undo(before, made, current)[0])
    for name, value in now.items():
        section = back[name.partition("/")[0]]
        if then.get(name) != value:
            assert back.get(name) == value or (was.get(name) == value and section.archived)
        elif was.get(name) == then.get(name):
            assert back.get(name) == value


@many
@given(districts, districts, districts)
def test_s13_whatever_undo_does_not_take_back_is_listed(one, other, third):
    """What the run changed is as before, archived if it was not there, or in the list; and nothing else is in it."""
    _, before, made, current = after(one, other, third)
    was, then, now = judged(before), judged(made), judged(current)
    roster, _, left = undo(before, made, current)
    back = judged(roster)
    touched = {name for name in was.keys() | then.keys() if was.get(name) != then.get(name)}
    assert set(left) <= touched
    assert len(set(left)) == len(left)
    for name in touched - set(left):
        assert back.get(name) == was.get(name) or gone(name, back)
    assert all(back.get(name) == now.get(name) for name in left)


def gone(name, there):
    """Whether what the run created has been archived, or went with its class."""
    return bool(there[name.partition("/")[0]].archived)


@many
@given(districts, districts, districts)
def test_s02_a_class_keeps_its_shape(one, other, third):
    _, before, made, current = after(one, other, third)
    back, _, _ = undo(before, made, current)
    for entry in back.entries("class"):
        members = entry.members()
        assert list(members.values()).count("primary") == bool(entry.teacher)
        assert entry.teacher not in entry.co_teachers
        assert len(members) == bool(entry.teacher) + len(entry.co_teachers) + len(entry.students)
        assert entry.students == tuple(sorted(set(entry.students)))
        assert len(entry.co_teachers) <= 9
