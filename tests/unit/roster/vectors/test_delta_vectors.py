"""S-10, S-12, S-13, S-19: what others make of two rosters, and of events. docs/vectors.md lists them all."""

import json
from datetime import UTC, datetime, timedelta

from homeroom.roster.entries import ClassEntry, PersonEntry, TermEntry
from homeroom.roster.rules.events import too_old, touched
from homeroom.roster.rules.plan import line_of
from homeroom.roster.service.fetch import fetch
from homeroom.roster.source import SourceEvent
from homeroom.roster.store.files import RunFiles
from homeroom.roster.syncs import Promoted
from tests.support.vectors import applied
from tests.unit.roster.rules.planned import Plan, klass, people


@applied("DELTA-02")
def test_s13_who_is_no_longer_there_is_removed_and_kept_as_archived(vector):
    plan = Plan([PersonEntry(**row) for row in vector["given"]["previous"]], [], run=7)
    assert plan.ops() == [("remove", row["id"]) for row in vector["then"]["diff"]]
    assert [entry.archived for entry in plan.entries] == [7]


@applied("DELTA-03")
def test_s13_a_membership_that_ends_is_a_change_of_its_own(vector):
    [row] = vector["given"]["previous"]
    class_id, person, _ = row["enrollment"]
    plan = Plan([*people(1), klass(class_id, [person])], [*people(1), klass(class_id)])
    assert plan.ops() == [("remove", f"{class_id}/S#{person}")]
    assert (plan.changes[0].before, plan.changes[0].after) == ({"role": "student"}, None)


@applied("DELTA-08")
def test_s12_the_same_again_changes_nothing(vector):
    roster = [*people(9), klass("c1", ["s0001"])]
    assert len(Plan(roster, roster).changes) == vector["then"]["writes_second_run"]


@applied("DELTA-09")
def test_s19_events_that_come_again_touch_nothing_more(vector):
    events = [SourceEvent(name, "users.updated", "users", f"of-{name}", "d") for name in vector["given"]["events"]]
    again = events.index(next(event for event in events if event.id == vector["given"]["crash_after"]))
    assert touched([*events[: again + 1], *events[again:]]) == touched(events)
    assert touched(events[again:]).last == events[-1].id


@applied("DELTA-11")
def test_s19_the_cursor_is_from_before_the_reading(vector, tmp_path):
    class Busy:
        newest = vector["given"]["full_sync_started"]

        def cursor(self):
            return self.newest

        def rows(self, kind):
            self.newest = vector["given"]["event"]
            return iter(())

    assert fetch(Busy(), RunFiles(None, "", tmp_path), "run", Promoted()).cursor < vector["given"]["event"]


@applied("DELTA-12")
def test_s19_an_old_cursor_forces_a_full_sync(vector):
    now = datetime(2026, 9, 15, tzinfo=UTC)
    made = now - timedelta(days=vector["given"]["cursor_age_days"])
    assert too_old(f"{int(made.timestamp()):08x}{0:016x}", now)


@applied("DELTA-14")
def test_s12_the_order_of_fields_does_not_matter(vector):
    person = PersonEntry(id="p1", first="Ann", grade="5", roles=("student",))
    fields = json.loads(line_of(person))
    reordered = PersonEntry.model_validate_json(json.dumps(dict(reversed(fields.items()))))
    assert (Plan([person], [reordered]).changes == []) == vector["given"]["csv_reordered_columns"]


@applied("DELTA-16")
def test_s10_a_change_of_any_one_field_is_a_change(vector):
    assert len(vector["given"]["existing_enrollment"].items() ^ vector["given"]["incoming"].items()) == 2
    for entry in (PersonEntry(id="x"), ClassEntry(id="x"), TermEntry(id="x")):
        for name in [name for name, value in entry if value == "" and name not in {"left", "until", "admin"}]:
            changed = entry.model_copy(update={name: "2026-09-20"})
            assert Plan([entry], [changed]).changes[0].differences()[1] == {name: "2026-09-20"}


@applied("DELTA-17")
def test_s13_everybody_who_left_a_class_is_out_of_it(vector):
    gone, course = vector["given"]["to_unenrol"], vector["given"]["course"]
    plan = Plan([*people(9), klass(course, gone)], [*people(9), klass(course)])
    assert plan.ops() == [("remove", f"{course}/S#{person}") for person in gone]
