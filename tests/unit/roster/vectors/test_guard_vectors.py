"""S-08, S-09: what others hold and let through. docs/vectors.md lists them all."""

import pytest

from homeroom.roster.settings import Guards, from_json
from homeroom.runtime.errors import InvalidInput
from tests.support.vectors import applied
from tests.unit.roster.rules.planned import Plan, klass, people


def students(count, start=0, **fields):
    return [person.model_copy(update=fields) for person in people(count, start)]


def planned(vector, **guards):
    """The plan of a vector that gives a baseline and how many of it go and come."""
    before, gone = vector["given"]["baseline_active"], vector["when"]["planned_deletes"]
    old = students(before)
    new = old[gone:] + students(vector["when"]["planned_creates"], start=before)
    limits = {"removal_percent": vector["given"]["threshold_pct"], **guards}
    return Plan(old, new, guards=Guards(**limits))


@applied("GUARD-03", "GUARD-04", "GUARD-05", "GUARD-06", "GUARD-10", "GUARD-11")
def test_s09_removals_hold_beyond_a_part_of_what_was_there_before(vector):
    reasons = planned(vector).reasons
    assert ("removals:student" in reasons) == (vector["then"]["decision"] == "hold")
    assert bool(reasons) == (vector["then"]["decision"] == "hold")


@applied("GUARD-01")
def test_s09_without_a_floor_one_of_two_holds(vector):
    assert "removals:student" in planned(vector, removal_floor=0).reasons
    assert planned(vector).reasons == ()


@applied("GUARD-18")
def test_s09_a_small_school_has_a_floor_and_no_freedom(vector):
    vector["given"]["baseline_active"] = vector["given"]["population"]
    vector["when"]["planned_creates"] = 0
    assert planned(vector, removal_floor=vector["when"]["planned_deletes"]).reasons == ()
    assert "removals:student" in planned(vector).reasons


@applied("GUARD-13")
def test_s09_a_school_is_looked_at_by_itself(vector):
    given, gone = vector["given"]["district_baseline"], vector["when"]["planned_deletes"]
    schools = {
        name: students(count, 1000 * at, school=name) for at, (name, count) in enumerate(given["schools"].items())
    }
    old = [person for crowd in schools.values() for person in crowd]
    new = [person for name, crowd in schools.items() for person in crowd[gone[name] :]]
    plan = Plan(old, new, guards=Guards(removal_percent=vector["given"]["threshold_pct"]))
    assert [(hold.reason, hold.school) for hold in plan.holds] == [("removals:student", "B")]


@applied("GUARD-14")
def test_s09_nobody_left_is_never_taken_for_everybody_gone(vector):
    old = students(vector["given"]["baseline_active"])
    assert "empty:student" in Plan(old, []).reasons


@applied("GUARD-17")
def test_s08_three_quarters_updated_are_more_than_half(vector):
    given = vector["given"]["baseline_active"]
    pupils, staying = students(given["students"]), people(given["teachers"], 5000, roles=("teacher",))
    changed = vector["when"]["planned_updates"]["students"]
    new = [person.model_copy(update={"grade": "9"}) for person in pupils[:changed]]
    assert Plan([*pupils, *staying], [*new, *pupils[changed:], *staying]).reasons == ("half:person",)


@applied("GUARD-25")
def test_s08_more_than_half_changed_holds(vector):
    old = students(100)
    changed = [
        person.model_copy(update={"grade": "9"}) for person in old[: vector["given"]["existing_total_changed_pct"]]
    ]
    assert Plan(old, [*changed, *old[len(changed) :]]).reasons == ("half:person",)


@applied("GUARD-21")
def test_s09_what_is_lost_without_an_event_is_lost_all_the_same(vector):
    """A run by events plans from whole snapshots as any other does."""
    was, now = (vector["given"][name]["enrollments"] for name in ("last_applied_counts", "incoming_counts"))
    everybody = students(was)
    classes = [klass("c1", [person.id for person in everybody[:count]], teacher="") for count in (was, now)]
    plan = Plan([*everybody, classes[0]], [*everybody, classes[1]])
    assert plan.reasons == ("removals:membership",)


@applied("GUARD-24")
def test_s09_a_limit_that_is_none_is_refused_when_it_is_set(vector):
    percent, number, word, beyond = vector["given"]["threshold_config"].split("|")
    assert from_json({"guards": {"removal_percent": int(percent.rstrip("%"))}}).guards.removal_percent == 50
    assert from_json({"guards": {"removal_floor": int(number)}}).guards.removal_floor == 200
    for refused in (word.rstrip("%"), int(beyond.rstrip("%"))):
        with pytest.raises(InvalidInput):
            from_json({"guards": {"removal_percent": refused}})
