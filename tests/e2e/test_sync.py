"""A district's roster arrives on the deployed stack, night after night, whatever Clever does in between."""

from typing import Any

import pytest

from homeroom.roster import wiring
from sandbox.clever.demo import quirks
from sandbox.rig.night import discover
from sandbox.rig.stack import Stack

pytestmark = [pytest.mark.e2e, pytest.mark.local_stack]

EXPECTED = {
    ("500", "/users"): ("failed", ("source_failed",)),
    ("401", "/schools"): ("failed", ("source_refused",)),
    ("html404", "/sections"): ("failed", ("source_unexpected",)),
    ("truncated", "/users"): ("failed", ("source_not_json",)),
    ("429", "/terms"): ("failed", ("source_throttled",)),
    ("empty", "/districts"): ("failed", ("source_district_missing",)),
    ("empty", "/schools"): ("failed", ("source_empty",)),
    ("empty", "/sections"): ("failed", ("source_empty",)),
    ("empty", "/users"): ("failed", ("source_empty",)),
    ("empty", "/terms"): ("held", ("empty:term", "half:class")),
    ("empty", "/courses"): ("held", ("empty:courses", "half:class")),
}


@pytest.fixture(scope="module")
def synced(stack: Stack, district: str) -> dict[str, Any]:
    """The district after its first sync: what is stored."""
    status, run = stack.execute(district)
    assert (status, run.state, run.reasons) == ("SUCCEEDED", "succeeded", ())
    return stack.roster()


def person(district: str, quirk: str) -> str:
    return f"D#{district}#P#{quirks()[quirk].ids[0]}|PERSON"


def test_the_first_sync_stores_every_person_class_and_membership(stack: Stack, district: str, synced: dict) -> None:
    """S-01, S-05: what the run counts is what is stored, and each section of the current term is a class."""
    counts = stack.last_run(district).counts
    kinds = {"person": "|PERSON", "class": "|CLASS", "school": "|SCHOOL#", "term": "|TERM#"}
    assert {kind: sum(mark in key for key in synced) for kind, mark in kinds.items()} == {
        kind: counts[kind] for kind in kinds
    }
    members = sum("|S#" in key or "|T#" in key for key in synced)
    assert members == counts["membership"] > 1000


def test_the_quirks_land_as_the_rules_say(district: str, synced: dict) -> None:
    """S-02, S-03, S-04, A-01, A-07 on the demo district's own oddities."""
    known = quirks()
    twelve = f"C#D#{district}#{known['twelve_teachers'].ids[0]}"
    roles = [item["role"]["S"] for key, item in synced.items() if key.startswith(f"{twelve}|T#")]
    assert sorted(roles) == ["co_teacher"] * 9 + ["primary"]
    assert f"C#D#{district}#{known['name_band'].ids[0]}|CLASS" not in synced
    assert f"C#D#{district}#{known['kept_language_arts'].ids[0]}|CLASS" in synced
    assert f"C#D#{district}#{known['ended_term'].ids[0]}|CLASS" not in synced
    assert synced[person(district, "staff_of_one_school")]["admin"]["S"] == "schools"
    assert "admin" not in synced[person(district, "staff_portal_only")]
    assert "birth_date" not in synced[person(district, "impossible_dob")]
    assert "address" not in synced[person(district, "malformed_email")]


def test_a_night_without_change_writes_only_the_runs_own_record(stack: Stack, district: str, synced: dict) -> None:
    """S-12, on the deployed stack: the roster is byte for byte as it was."""
    status, run = stack.execute(district)
    assert (status, run.state, run.written, run.changes) == ("SUCCEEDED", "succeeded", 0, {})
    assert stack.roster() == synced


@pytest.mark.parametrize(("kind", "path"), EXPECTED)
def test_a_faulty_answer_changes_nothing(stack: Stack, district: str, synced: dict, kind: str, path: str) -> None:
    """S-07: a failing, cut or empty answer stops or holds the run; the next one succeeds."""
    stack.control({"fault": {"path": path, "kind": kind, "times": 99}})
    _, run = stack.execute(district)
    stack.control({"reset": True})
    assert stack.roster() == synced
    assert stack.execute(district)[1].state == "succeeded"
    assert stack.roster() == synced
    assert (run.state, run.reasons) == EXPECTED[kind, path]


def test_a_token_that_opens_nothing_disconnects_the_district_until_it_works(
    stack: Stack, district: str, synced: dict
) -> None:
    """D-03: nothing is removed, nothing runs, and discovery lets it in again."""
    for path in ("/districts", "/users", "/events"):
        stack.control({"fault": {"path": path, "kind": "401", "times": 99}})
    _, run = stack.execute(district)
    stack.control({"reset": True})
    assert (run.state, run.reasons) == ("failed", ("token_refused",))
    assert wiring.registration().get(district).state == "disconnected"
    assert stack.execute(district)[1].reasons == ("district_not_active",)
    discover(stack)
    assert stack.execute(district)[1].state == "succeeded"
    assert stack.roster() == synced


@pytest.mark.parametrize(("kind", "path"), [("429", "/users"), ("500", "/sections")])
def test_a_passing_fault_is_not_even_noticed(stack: Stack, district: str, synced: dict, kind: str, path: str) -> None:
    """S-07, S-11: what Clever answers once is tried again within the run."""
    stack.control({"fault": {"path": path, "kind": kind, "times": 1}})
    assert stack.execute(district)[1].state == "succeeded"
    assert stack.roster() == synced


def test_a_change_at_clever_is_here_after_the_next_night(stack: Stack, district: str, synced: dict) -> None:
    """S-05, S-10, S-12: one student moves; the plan says so, and nothing else is written."""
    one, other = (key for key in sorted(synced) if key.endswith("|CLASS") and "state" in synced[key]), None
    sections = [key.removesuffix("|CLASS").rpartition("#")[2] for key in one]
    student = next(key.rpartition("S#")[2] for key in sorted(synced) if f"#{sections[0]}|S#" in key)
    other = next(s for s in sections[1:] if f"C#D#{district}#{s}|S#{student}" not in synced)
    stack.control({"move": {"student": student, "from": sections[0], "to": other}})
    _, run = stack.execute(district)
    assert run.changes == {"membership": {"create": 1, "remove": 1}}
    after = stack.roster()
    assert f"C#D#{district}#{other}|S#{student}" in after
    assert f"C#D#{district}#{sections[0]}|S#{student}" not in after
    # One item gone, its ended twin and the new membership come.
    assert len(after) == len(synced) + 1
    stack.control({"move": {"student": student, "from": other, "to": sections[0]}})
    assert stack.execute(district)[1].state == "succeeded"


def test_two_executions_at_once_are_one_run(stack: Stack, district: str, synced: dict) -> None:
    """S-11: the second finds the lease taken and changes nothing."""
    before = stack.last_run(district).run
    ended = [stack.ended(arn, seconds=120) for arn in [stack.start(district), stack.start(district)]]
    runs = [run for run in wiring.run_store().newest_first(district) if run.run > before]
    assert ended == ["SUCCEEDED", "SUCCEEDED"]
    # Both, when the first was over before the second began.
    assert len(runs) in {1, 2}
    assert {run.state for run in runs} == {"succeeded"}
    assert not any(one.started_at < other.started_at < one.finished_at for one in runs for other in runs)


def test_losing_most_students_holds_the_run(stack: Stack, district: str, synced: dict) -> None:
    """S-08: more than half of the people gone is not applied until a person says so."""
    before = stack.roster()
    stack.control({"drop": {"kind": "users", "fraction": 0.6}})
    _, run = stack.execute(district)
    assert run.state == "held"
    assert "half:person" in run.reasons
    assert stack.roster() == before
    stack.control({"reset": True})
    assert stack.execute(district)[1].state == "succeeded"
