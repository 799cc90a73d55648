"""POST …/runs/{run}/approve, …/reject, …/undo, and what a run says of its hold."""

import base64
import gzip
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from functions.district_admin.routes import deps
from homeroom.classes.store import WorkItem, class_pk
from homeroom.roster.entries import ClassEntry
from homeroom.roster.holds import Decision, Hold
from homeroom.roster.store import layout
from homeroom.roster.store.files import run_prefix
from homeroom.roster.store.holds import HoldStore
from homeroom.roster.syncs import NEVER, Promoted, Waiting
from homeroom.runtime.dynamo import bind

from .conftest import ADMIN, MACHINE, NOW, Send, event
from .fakes import REACHED, FakeRuns

HELD, UNDONE = 2, 1
BUCKET = "roster"


@pytest.fixture
def held(district: str, moto: Any) -> Iterator[Any]:
    """A live district with a run that was applied and one that is held, on moto; gives the state machine's client."""
    deps.districts().go_live(district, "operator", NOW)
    s3, client = boto3.client("s3"), boto3.client("stepfunctions")
    s3.create_bucket(Bucket=BUCKET)
    passing = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
    client.create_state_machine(name="roster", definition=passing, roleArn="arn:aws:iam::123456789012:role/unused")
    applied = Promoted(run=UNDONE, prefix=run_prefix(district, UNDONE))
    ended(district, "succeeded", layout.Report(promoted=applied, before=Promoted()), promoted=applied)
    ended(district, "held", layout.Report(promoted=Promoted(run=HELD), before=applied), waiting=Waiting(run=HELD))
    yield client
    client.delete_state_machine(stateMachineArn=MACHINE)
    for entry in s3.list_objects_v2(Bucket=BUCKET)["Contents"]:
        s3.delete_object(Bucket=BUCKET, Key=entry["Key"])
    s3.delete_bucket(Bucket=BUCKET)


def ended(district: str, state: Any, report: layout.Report, **changes: Any) -> None:
    """A run that ended so, with its report."""
    store = deps._run_store()
    version = deps.districts().get(district).settings_version
    begun = store.begin(
        district, execution="e", now=NOW, trigger="night", actor="schedule", settings_version=version
    )  # fmt: skip
    run = begun.model_copy(update={"state": state, "based_on": begun.run, "changes": {"person": {"remove": 6}}})
    store.record(run, store.sync(district), holder=0, held_until=NEVER, execution="", **changes)
    key = f"{run_prefix(district, run.run)}/{layout.REPORT}"
    boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=report.model_dump_json())


def started(machine: Any) -> list[dict[str, Any]]:
    """What the state machine was given, execution by execution."""
    listed = machine.list_executions(stateMachineArn=MACHINE)["executions"]
    told = [machine.describe_execution(executionArn=one["executionArn"])["input"] for one in listed]
    return [json.loads(text) for text in told]


def with_body(case: str, body: Any) -> dict[str, Any]:
    return event(case, body=base64.b64encode(json.dumps(body).encode()).decode(), isBase64Encoded=True)


def test_an_approved_plan_goes_on_s_10(send: Send, district: str, held: Any) -> None:
    status, body, _ = send(event("approve"))
    assert (status, body["run"], body["state"]) == (202, "2", "running")
    assert (body["decision"]["choice"], body["decision"]["actor"]) == ("approve", ADMIN)
    assert started(held) == [{"district": district, "run": "2", "trigger": "manual", "approved": True}]
    assert send(event("run"))[1] == body


def test_only_the_additions_of_a_plan_can_be_approved_s_10(send: Send, district: str, held: Any) -> None:
    HoldStore("districts").keep(district, HELD, "token", NOW)
    status, body, _ = send(event("approve_additions"))
    assert (status, body["decision"]["choice"]) == (202, "additions")
    assert HoldStore("districts").waiting(district, HELD) is None
    assert started(held) == []


def test_a_rejected_plan_says_why_s_10(send: Send, district: str, held: Any) -> None:
    status, body, _ = send(event("reject"))
    reason = "The file of Oak Hill was cut short; we send it again tonight."
    assert (status, body["state"], body["decision"]["reason"]) == (202, "rejected", reason)
    assert send(event("approve"))[1]["code"] == "run_not_held"


def test_the_same_decision_again_is_the_same_answer_x_03(send: Send, district: str, held: Any) -> None:
    first = send(event("approve"))[:2]
    assert send(event("approve"))[:2] == first
    assert len(started(held)) == 1


def test_an_undo_is_a_run_of_its_own_s_13(send: Send, district: str, held: Any) -> None:
    sent = event("undo")
    status, body, _ = send(sent | {"path": sent["path"].replace("/runs/2/", "/runs/1/")})
    assert (status, body["run"], body["trigger"], body["undoes"]) == (202, "3", "undo", "1")
    status, problem, _ = send(event("approve"))
    assert (status, problem["code"], problem["run"]) == (409, "run_in_progress", "3")


def test_what_cannot_be_undone_is_refused_s_13(send: Send, district: str, held: Any) -> None:
    status, problem, _ = send(event("undo"))
    assert (status, problem["code"]) == (409, "run_not_undoable")


def test_a_plan_that_a_later_one_replaced_is_stale_s_10(send: Send, district: str, held: Any) -> None:
    ended(district, "held", layout.Report(promoted=Promoted(run=3)), waiting=Waiting(run=3))
    for case in ("approve", "reject"):
        status, problem, _ = send(event(case))
        assert (status, problem["code"]) == (409, "plan_stale")


def kept(name: str, body: bytes) -> None:
    boto3.client("s3").put_object(Bucket=BUCKET, Key=name, Body=body)


def removes_a_class(district: str) -> None:
    """What is held removes the class x1, which nobody had used."""
    store = deps._run_store()
    plan, entry = run_prefix(district, HELD), ClassEntry(id="x1", name="Latin", students=("p1",))
    change = {"kind": "class", "op": "remove", "id": "x1", "before": {"id": "x1"}, "after": {"id": "x1", "archived": 2}}
    chunk = f"{plan}/{layout.chunk(0)}"
    kept(chunk, gzip.compress(json.dumps(change).encode()))
    kept(f"{plan}/{layout.INDEX}", json.dumps([{"key": chunk, "kind": "class", "lines": 1}]).encode())
    roster = f"{run_prefix(district, UNDONE)}/{layout.roster('class')}"
    kept(roster, gzip.compress(entry.model_dump_json(exclude_defaults=True).encode()))
    store.record(
        store.get(district, HELD).model_copy(update={"changes": {"class": {"remove": 1}}}), store.sync(district)
    )


def test_a_plan_that_would_remove_a_class_used_by_now_is_stale_s_15(send: Send, district: str, held: Any) -> None:
    removes_a_class(district)
    bind("classes", WorkItem)
    WorkItem(class_pk(district, "x1"), "G#1").save()
    status, problem, _ = send(event("approve"))
    assert (status, problem["code"]) == (409, "plan_stale")
    assert "Class x1" in problem["detail"]
    assert "has been used since" in problem["detail"]
    assert (send(event("run"))[1]["state"], started(held)) == ("held", [])
    assert send(event("approve_additions"))[0] == 202


def test_a_plan_that_removes_a_class_unused_as_ever_goes_on_s_15(send: Send, district: str, held: Any) -> None:
    removes_a_class(district)
    assert send(event("approve"))[:1] == (202,)


@pytest.mark.parametrize("case", ["approve", "reject", "undo"])
@pytest.mark.parametrize("run", ["99", "0", "x", "-1", "²", "1" * 30])
def test_no_such_run(send: Send, district: str, held: Any, run: str, case: str) -> None:
    sent = event(case)
    status, problem, _ = send(sent | {"path": sent["path"].replace("/runs/2/", f"/runs/{run}/")})
    assert (status, problem["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("case", "body", "field"),
    [
        ("approve_additions", {"only": "removals"}, "only"),
        ("approve_additions", {"all": True}, "all"),
        ("approve_additions", [], "body"),
        ("reject", {}, "reason"),
        ("reject", {"reason": ""}, "reason"),
        ("reject", {"reason": "  \n"}, "reason"),
        ("reject", {"reason": "x" * 501}, "reason"),
        ("reject", {"reason": 5}, "reason"),
    ],
)
def test_a_malformed_decision_names_the_field_and_decides_nothing_x_02(
    send: Send, district: str, held: Any, case: str, body: Any, field: str
) -> None:
    status, problem, _ = send(with_body(case, body))
    assert (status, problem["code"], problem["field"]) == (422, "invalid_input", field)
    assert send(event("run"))[1]["state"] == "held"


def test_a_rejection_needs_a_body_x_02(send: Send, district: str, held: Any) -> None:
    assert send(event("reject", body=None, isBase64Encoded=False))[0] == 422
    assert send(with_body("reject", {"reason": "x" * 500}))[0] == 202


def test_an_approval_may_say_that_it_is_of_all(send: Send, district: str, held: Any) -> None:
    assert send(with_body("approve_additions", {"only": None}))[1]["decision"]["choice"] == "approve"


def test_a_decision_names_the_request_that_caused_it_x_04(send: Send, district: str, held: Any) -> None:
    sent = event("reject")
    send(sent)
    row = deps.districts()._store.audit(district)[-1]
    assert (row.action, row.actor, row.cause) == (
        "plan.rejected",
        ADMIN,
        f"request:{sent['requestContext']['requestId']}",
    )


def test_a_run_says_why_it_waits_and_what_was_decided_s_08_s_09(send: Send, district: str, runs: FakeRuns) -> None:
    guard = Hold(guard="removals", kind="student", school="s1", before=9, after=2, removed=7, limit=5, sample=("p1",))
    decision = Decision(choice="reject", actor="a1", at=REACHED, why="Not yet.")
    known = {"state": "rejected", "holds": (guard,), "decision": decision, "left_alone": 3, "read": "events"}
    runs.runs[1] = runs.runs[1].model_copy(update=known)
    body = send(event("run"))[1]
    (shown,) = body["holds"]
    assert (shown["guard"], shown["school"], shown["removed"], shown["limit"]) == ("removals", "s1", 7, 5)
    assert "7 of 9" in shown["told"]
    assert body["decision"] == {"choice": "reject", "at": "2026-11-21T07:00:00Z", "actor": "a1", "reason": "Not yet."}
    assert (body["undoes"], body["left_alone"], body["read"]) == (None, 3, "events")
