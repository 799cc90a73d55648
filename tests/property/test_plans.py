"""Properties of every plan (S-01, S-08, S-10, S-12, S-13), on made-up districts and in memory."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from homeroom.roster.entries import ENTRY_KINDS, ClassEntry
from homeroom.roster.rules import guard
from homeroom.roster.rules.plan import line_of
from homeroom.roster.rules.tally import is_live
from homeroom.roster.settings import Guards
from tests.property.rosters import Roster, districts, project

TODAY = date(2026, 9, 15)
STRICT = Guards(half_percent=1, removal_percent=0, removal_floor=0, rekey_percent=1)
many = settings(max_examples=40, deadline=None)


def after(*snapshots):
    roster = Roster()
    for run, snapshot in enumerate(snapshots, start=1):
        roster, _, _ = roster.planned(snapshot, TODAY, run)
    return roster


def kept(entry):
    """Whether an entry may stand in a roster without being in the source: archived, or a class that stays."""
    return entry.archived or (isinstance(entry, ClassEntry) and entry.state != "active")


@many
@given(districts, districts)
def test_s10_the_roster_after_a_plan_is_what_the_source_says_and_what_is_archived(one, other):
    before = after(one)
    roster, _, _ = before.planned(other, TODAY, 2)
    projected, any_current = project(other, TODAY, before.standing())
    for kind in ENTRY_KINDS:
        # Of an ended class the source decides nothing any more: its members are those that it ended with (S-01).
        said = {line_of(entry) for entry in projected[kind] if not kept(entry)}
        assert said <= set(roster.lines[kind])
        others = [entry for entry in roster.entries(kind) if line_of(entry) not in said]
        assert all(kept(entry) for entry in others if any_current or kind != "class")


@many
@given(districts, districts)
def test_s10_changes_applied_to_the_roster_before_give_the_roster_after(one, other):
    before = after(one)
    roster, changes, _ = before.planned(other, TODAY, 2)
    assert played(before, changes) == played(roster, [])


def played(roster, changes):
    """What is stored after the changes: entries without members, and members by key."""
    stored = {}
    for kind in ENTRY_KINDS:
        for entry in roster.entries(kind):
            shown = entry.model_dump(mode="json", exclude_defaults=True, exclude={"students", "co_teachers"})
            stored[kind, entry.id] = shown
            if isinstance(entry, ClassEntry):
                stored |= {("membership", f"{entry.id}/{key}"): {"role": role} for key, role in entry.members().items()}
    for change in changes:
        key = (change.kind, change.id)
        assert stored.get(key) == change.before
        gone = change.kind == "membership" and change.op == "remove"
        stored = {name: value for name, value in stored.items() if name != key} if gone else stored
        stored |= {} if gone else {key: change.after}
    return stored


@many
@given(districts, districts)
def test_s12_the_same_again_is_no_plan(one, other):
    roster = after(one, other)
    again, changes, tallies = roster.planned(other, TODAY, 3)
    assert changes == []
    assert tallies.changes == {}
    assert again.lines == roster.lines
    assert guard.holds(tallies.counts(), STRICT, {}, []) == ()


@many
@given(districts, districts)
def test_s10_ids_ascend_and_no_change_is_none(one, other):
    roster, changes, _ = after(one).planned(other, TODAY, 2)
    for kind in ENTRY_KINDS:
        ids = [entry.id for entry in roster.entries(kind)]
        assert ids == sorted(set(ids))
    assert all(change.before != change.after for change in changes)
    assert len({(change.kind, change.id) for change in changes}) == len(changes)


@many
@given(districts, districts)
def test_s13_who_is_removed_and_comes_back_is_as_before(one, other):
    first = after(one)
    back, _, _ = after(one, other).planned(one, TODAY, 3)
    for kind in ("school", "term", "person"):
        assert {line_of(e) for e in first.entries(kind)} <= set(back.lines[kind])
    active = {line_of(entry) for entry in first.entries("class") if entry.state == "active"}
    assert active <= set(back.lines["class"])


@many
@given(st.lists(districts, min_size=1, max_size=4))
def test_s11_whatever_went_before_the_live_roster_is_that_of_the_last_snapshot(snapshots):
    """Except that a class which ended, or vanished when no section was current, stays (S-01)."""
    _, any_current = project(snapshots[-1], TODAY, set())
    there, fresh = after(*snapshots), after(snapshots[-1])
    for kind in ("school", "term", "person", *(["class"] if any_current else [])):
        assert [e for e in there.entries(kind) if is_live(e)] == [e for e in fresh.entries(kind) if is_live(e)]


@many
@given(districts, districts)
def test_s02_every_member_stands_under_one_key_and_is_somebody(one, other):
    roster = after(one, other)
    people = {entry.id for entry in roster.entries("person")}
    for entry in roster.entries("class"):
        members = entry.members()
        assert len(entry.co_teachers) <= 9
        assert list(members.values()).count("primary") <= 1
        assert entry.teacher not in entry.co_teachers
        assert {key[2:] for key in members} <= people
        assert {key[:2] for key in members} <= {"T#", "S#"}


@many
@given(districts, districts)
def test_s08_tallies_count_what_is_there(one, other):
    before = after(one)
    roster, _, tallies = before.planned(other, TODAY, 2)
    for kind in ENTRY_KINDS:
        stood = {entry.id for entry in roster.entries(kind) if kind == "class" and entry.state == "ended"}
        lived = [entry for entry in before.entries(kind) if is_live(entry) and entry.id not in stood]
        assert tallies.live.get(kind, 0) == len(lived)
        assert tallies.after.get(kind, 0) == sum(is_live(entry) for entry in roster.entries(kind))
    for count in tallies.counts().values():
        assert 0 <= count.removed <= count.before
        assert count.removed + count.updated <= count.before
        assert bool(count.sample) == bool(count.removed)
        assert len(set(count.sample)) <= min(count.removed, 5)


@many
@given(districts)
def test_s08_a_first_run_is_never_held(district):
    _, _, tallies = Roster().planned(district, TODAY)
    assert guard.holds(tallies.counts(), STRICT, {"courses": (0, 1)}, []) == ()
