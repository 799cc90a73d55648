"""GET /districts/{district}/findings, …/readiness, …/summary."""

import csv
import io

from .conftest import Send, event
from .fakes import FakeRuns
from .test_runs import query


def test_findings_say_what_is_wrong_and_how_to_mend_it_s_06(send: Send, district: str, runs: FakeRuns) -> None:
    status, body, _ = send(event("findings"))
    assert (status, len(body["items"])) == (200, 2)
    assert body["items"][0]["mend"] == "Enter it in the SIS."
    seen = body["items"]
    while body["next"]:
        body = send(query("findings", limit="2", cursor=body["next"]))[1]
        seen += body["items"]
    assert [item["id"] for item in seen] == ["p0", "p1", "p2", "p3", "p4"]


def test_findings_of_one_school_and_code(send: Send, district: str, runs: FakeRuns) -> None:
    body = send(query("findings", school="s2", code="birth_date_missing", run="2"))[1]
    assert [item["id"] for item in body["items"]] == ["p1", "p3"]
    assert send(query("findings", code="no_staff"))[1] == {"items": [], "next": None}


def test_findings_of_a_code_that_is_none_are_refused_s_06(send: Send, district: str) -> None:
    """With the real service."""
    status, problem, _ = send(query("findings", code="no_such"))
    assert (status, problem["code"], problem["field"]) == (422, "invalid_input", "code")


def test_findings_download_as_csv_that_starts_no_formula_p_05(send: Send, district: str, runs: FakeRuns) -> None:
    status, text, headers = send(event("findings_csv"))
    assert (status, text.count("\r\n"), headers["content-type"]) == (200, 6, "text/csv; charset=utf-8")
    text, headers = send(query("findings", format="csv", limit="3"))[1:]
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert [row["label"] for row in rows] == ["'@100"] * 3
    rest = send(query("findings", format="csv", limit="3", cursor=headers["x-next-cursor"]))
    assert rest[1].count("\r\n") == 3
    assert "x-next-cursor" not in rest[2]


def test_another_format_is_refused_by_its_name_in_the_query(send: Send, district: str, runs: FakeRuns) -> None:
    status, problem, _ = send(query("findings", format="xml"))
    assert (status, problem["field"]) == (422, "format")


def test_readiness_is_a_checklist_with_counts_p_09(send: Send, district: str, runs: FakeRuns) -> None:
    status, body, _ = send(event("readiness"))
    assert (status, body["run"]) == (200, "2")
    assert body["items"][0]["status"] == "warning"


def test_a_summary_says_how_the_sync_stands_s_05(send: Send, district: str, runs: FakeRuns) -> None:
    body = send(event("summary"))[1]
    assert (body["state"], body["status"], body["last_run"]) == ("onboarding", "planned", "2")


def test_before_the_first_run_there_is_nothing_to_report_p_09_p_10(send: Send, district: str) -> None:
    """With the real service, on an empty table."""
    assert send(event("readiness"))[1] == {"run": None, "reached": None, "items": []}
    assert send(event("findings"))[1] == {"items": [], "next": None}
    body = send(event("summary"))[1]
    assert (body["status"], body["last_run"], body["counts"]) == ("never_run", None, {})
    assert body["next_night"] is not None


def test_an_answer_of_a_wrong_shape_is_our_fault_not_the_callers(send: Send, district: str, runs: FakeRuns) -> None:
    runs.readiness = lambda district: {"run": 2}  # type: ignore[method-assign]
    status, problem, _ = send(event("readiness"))
    assert (status, problem["code"]) == (500, "internal_error")
