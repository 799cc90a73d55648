"""POST and GET /districts/{district}/runs, GET …/runs/{run}, …/plan."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from functions.district_admin.routes import deps

from .conftest import ADMIN, DISTRICT, MACHINE, NOW, Send, event
from .fakes import FakeRuns


@pytest.fixture
def machine(environment: None) -> Iterator[Any]:
    client = boto3.client("stepfunctions")
    passing = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    client.create_state_machine(
        name="roster", definition=json.dumps(passing), roleArn="arn:aws:iam::123456789012:role/unused"
    )
    yield client
    client.delete_state_machine(stateMachineArn=MACHINE)


def query(name: str, **parameters: str) -> dict[str, object]:
    return event(name, queryStringParameters=parameters, multiValueQueryStringParameters=None)


def test_an_admin_starts_a_run_s_05(send: Send, district: str, runs: FakeRuns) -> None:
    status, body, _ = send(event("start_run"))
    assert (status, body["run"], body["state"], body["actor"]) == (202, "3", "running", ADMIN)


def test_a_run_while_one_is_running_is_refused_with_its_id_s_11(send: Send, district: str, runs: FakeRuns) -> None:
    send(event("start_run"))
    status, problem, _ = send(event("start_run"))
    assert (status, problem["code"], problem["run"]) == (409, "run_in_progress", "3")
    assert len(runs.runs) == 3


def test_a_run_is_begun_once_and_carried_out_by_the_state_machine_s_05_s_11(
    send: Send, district: str, machine: Any
) -> None:
    """With the real service, on moto."""
    status, body, _ = send(event("start_run"))
    assert (status, body["run"], body["trigger"], body["actor"]) == (202, "1", "manual", ADMIN)
    status, problem, _ = send(event("start_run"))
    assert (status, problem["code"], problem["run"]) == (409, "run_in_progress", "1")
    (execution,) = machine.list_executions(stateMachineArn=MACHINE)["executions"]
    told = machine.describe_execution(executionArn=execution["executionArn"])["input"]
    assert json.loads(told) == {"district": district, "trigger": "manual", "run": "1"}
    assert [item["run"] for item in send(event("runs"))[1]["items"]] == ["1"]


def test_a_district_that_is_not_synced_starts_no_run_d_03(send: Send) -> None:
    deps.districts().register(DISTRICT, name="New", time_zone="UTC", actor="operator", now=NOW)
    deps.accounts().grant_admin(ADMIN, DISTRICT, "operator", NOW, "grant-1")
    status, problem, _ = send(event("start_run"))
    assert (status, problem["code"]) == (409, "district_not_active")


def test_runs_come_newest_first_and_paged_to_the_end(send: Send, district: str, runs: FakeRuns) -> None:
    first = send(query("runs", limit="1"))[1]
    second = send(query("runs", limit="1", cursor=first["next"]))[1]
    assert [first["items"][0]["run"], second["items"][0]["run"], second["next"]] == ["2", "1", None]


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "201"}, "limit"),
        ({"limit": "ten"}, "limit"),
        ({"limit": "1.5"}, "limit"),
        ({"cursor": "made-up"}, "cursor"),
        ({"cursor": ""}, "cursor"),
        ({"cursor": "é"}, "cursor"),
        ({"cursor": "A" * 5000}, "cursor"),
    ],
)
def test_a_malformed_page_names_the_field_x_02(
    send: Send, district: str, runs: FakeRuns, parameters: dict[str, str], field: str
) -> None:
    status, problem, _ = send(query("runs", **parameters))
    assert (status, problem["code"], problem["field"]) == (422, "invalid_input", field)


def test_a_cursor_of_another_list_is_refused(send: Send, district: str, runs: FakeRuns) -> None:
    cursor = send(query("runs", limit="1"))[1]["next"]
    assert send(query("findings", limit="1", cursor=cursor))[0] == 422


def test_runs_in_one_state_are_found_s_10(send: Send, district: str, runs: FakeRuns) -> None:
    runs.runs[0] = runs.runs[0].model_copy(update={"state": "held"})
    assert [item["run"] for item in send(query("runs", state="held"))[1]["items"]] == ["1"]
    status, problem, _ = send(query("runs", state="hold"))
    assert (status, problem["field"]) == (422, "state")


def test_a_run_says_how_it_went_s_10(send: Send, district: str, runs: FakeRuns) -> None:
    status, body, _ = send(event("run"))
    assert (status, body["run"], body["based_on"], body["changes"]) == (200, "2", "1", {"person": {"create": 1}})


@pytest.mark.parametrize("run", ["99", "0", "x", "-1", "²", "1" * 30])
@pytest.mark.parametrize("case", ["run", "plan"])
def test_no_such_run(send: Send, district: str, runs: FakeRuns, run: str, case: str) -> None:
    sent = event(case)
    status, problem, _ = send(sent | {"path": sent["path"].replace("/runs/2", f"/runs/{run}")})
    assert (status, problem["code"]) == (404, "not_found")


def test_a_plan_is_changes_with_before_and_after_s_10(send: Send, district: str, runs: FakeRuns) -> None:
    status, body, _ = send(event("plan"))
    assert status == 200
    assert [(item["op"], item["before"], item["after"], item["words"]) for item in body["items"]] == [
        ("create", None, {"last": "=1+1"}, "=1+1 joins as student"),
        ("update", {"grade": "4"}, {"grade": "5"}, "Ada: grade 4 → 5"),
    ]


def test_a_plan_is_counted_by_school_and_kind_on_its_first_page_s_10(send: Send, district: str, runs: FakeRuns) -> None:
    first = send(query("plan", limit="2"))[1]
    assert first["counts"] == {"s1": {"class": {"end": 1}, "person": {"create": 1}}, "s2": {"person": {"update": 1}}}
    assert send(query("plan", school="s2"))[1]["counts"] == {"s2": {"person": {"update": 1}}}
    second = send(query("plan", limit="2", cursor=first["next"]))[1]
    assert (len(second["items"]), second["counts"]) == (1, None)


def test_a_plan_is_readable_as_a_table_too_s_10_p_04(send: Send, district: str, runs: FakeRuns) -> None:
    status, text, headers = send(event("plan_csv"))
    assert (status, headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert headers["content-disposition"] == 'attachment; filename="plan_2.csv"'
    assert text.startswith("\ufeffkind,op,id,school,before,after,words\r\n")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert [row["op"] for row in rows] == ["create", "update", "end"]
    assert rows[1]["before"] == '{"grade": "4"}'
    assert [rows[0]["words"], rows[1]["words"]] == ["'=1+1 joins as student", "Ada: grade 4 → 5"]


def test_an_unknown_kind_of_change_is_refused(send: Send, district: str, runs: FakeRuns) -> None:
    status, problem, _ = send(query("plan", kind="planet"))
    assert (status, problem["field"]) == (422, "kind")
