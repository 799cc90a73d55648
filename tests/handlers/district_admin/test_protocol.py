"""What every answer has in common: problems (X-02), headers (X-08), limits."""

import base64
import json
from typing import Any

import pytest

from functions.district_admin.routes import deps

from .conftest import EVENTS, ORIGIN, Send, event
from .fakes import FakeRuns


def test_a_problem_has_all_its_members_x_02(send: Send) -> None:
    status, problem, headers = send(event("show"))
    assert headers["content-type"] == "application/problem+json"
    assert problem == {
        "type": "urn:homeroom:problem:not_found",
        "title": "Not found",
        "status": status,
        "detail": "There is no such district, or it is not yours to see.",
        "code": "not_found",
        "request_id": "2c4e6a80-1357-4b9d-8f02-46a8c0e2b4d6",
    }


@pytest.mark.parametrize("case", ["show", "plan_csv", "change_settings"])
@pytest.mark.parametrize("account", ["9d4c1f3e-6a0b-4c55-9c3a-0a7f5b6f2d11", "stranger", ""])
def test_every_answer_carries_cors_and_is_kept_by_nobody_x_08(
    send: Send, district: str, runs: FakeRuns, case: str, account: str
) -> None:
    sent = event(case)
    sent["requestContext"]["authorizer"]["claims"]["sub"] = account
    headers = send(sent)[2]
    assert (headers["access-control-allow-origin"], headers["vary"]) == (ORIGIN, "Origin")
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")


def test_an_origin_that_is_not_allowed_is_not_echoed_x_08(send: Send) -> None:
    headers = send(event("show", headers={"origin": "https://evil.example"}))[2]
    assert "access-control-allow-origin" not in headers


def test_a_preflight_needs_no_token_x_08(send: Send) -> None:
    sent = event("change_settings", httpMethod="OPTIONS", body=None)
    del sent["requestContext"]["authorizer"]
    status, body, headers = send(sent)
    assert (status, body) == (204, "")
    assert "PATCH" in headers["access-control-allow-methods"]
    assert "Authorization" in headers["access-control-allow-headers"]


def test_a_head_is_a_get_without_its_body(send: Send, district: str) -> None:
    status, body, headers = send(event("show", httpMethod="HEAD"))
    assert (status, body, headers["content-type"]) == (200, "", "application/json")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/nowhere"), ("PUT", "/districts/x"), ("GET", "/districts/é é/ü")]
)
def test_no_such_route_x_02(send: Send, method: str, path: str) -> None:
    status, problem, headers = send(event("show", httpMethod=method, path=path))
    assert (status, problem["code"], headers["content-type"]) == (404, "not_found", "application/problem+json")


def text(body: str | bytes, *, encoded: bool = False, kind: str = "application/json") -> dict[str, Any]:
    raw = base64.b64encode(body if isinstance(body, bytes) else body.encode()).decode() if encoded else body
    headers = {"Content-Type": kind, "Origin": ORIGIN}
    return event("change_settings", body=raw, isBase64Encoded=encoded, headers=headers)


@pytest.mark.parametrize(
    "body",
    ["{", "{'a': 1}", "[" * 200_000, "9" * 5000, '{"settings": {}} x', b"\xff\xfe", '"\\ud800', "\x00"],
    ids=range(8),
)
@pytest.mark.parametrize("encoded", [True, False])
def test_what_is_no_json_is_refused(send: Send, district: str, body: str | bytes, *, encoded: bool) -> None:
    if isinstance(body, bytes) and not encoded:
        pytest.skip("bytes come in base64 only")
    status, problem, _ = send(text(body, encoded=encoded))
    assert (status, problem["code"], problem["field"]) == (422, "invalid_input", "body")


def test_a_body_that_is_not_even_base64_is_refused(send: Send, district: str) -> None:
    status, problem, _ = send(event("change_settings", body="%%%", isBase64Encoded=True))
    assert (status, problem["field"]) == (422, "body")


@pytest.mark.parametrize("encoded", [True, False])
def test_more_than_a_megabyte_is_too_much(send: Send, district: str, *, encoded: bool) -> None:
    long = json.dumps({"settings": {"email_domains": ["x" * 1024 * 1024]}})
    status, problem, headers = send(text(long, encoded=encoded))
    assert (status, problem["code"]) == (413, "payload_too_large")
    assert headers["access-control-allow-origin"] == ORIGIN


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data", "application/x-www-form-urlencoded", "json"])
def test_a_body_that_is_not_json_by_its_own_word_is_refused(send: Send, district: str, kind: str) -> None:
    status, problem, _ = send(text("{}", kind=kind))
    assert (status, problem["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON", ""])
def test_json_is_json_however_it_is_spelt(send: Send, district: str, kind: str) -> None:
    assert send(text('{"settings": {"grace_days": 3}}', kind=kind))[0] == 200


def test_nothing_of_an_unexpected_error_leaves_but_an_alarm_can_see_it_x_02_x_05(
    send: Send,
    district: str,
    runs: FakeRuns,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("Zelda Steve, zelda@district.example")

    monkeypatch.setattr(runs, "summary", broken)
    status, problem, _ = send(event("summary"))
    assert (status, problem["code"]) == (500, "internal_error")
    out = capsys.readouterr().out
    assert "Zelda" not in json.dumps(problem) + out + caplog.text + str([vars(line) for line in caplog.records])
    (log,) = (vars(line) for line in caplog.records if line.message == "unexpected_error")
    assert (log["error"], log["request_id"]) == ("builtins.KeyError", problem["request_id"])
    metric = next(json.loads(line) for line in out.splitlines() if "_aws" in line)
    assert (metric["UnexpectedErrors"], metric["service"]) == ([1.0], "homeroom")


def test_an_outage_is_told_as_one(send: Send, district: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USERS_TABLE", "gone")
    for cached in (deps.settings, deps.accounts):
        cached.cache_clear()
    status, problem, _ = send(event("show"))
    assert (status, problem["code"]) == (503, "unavailable")
    assert "gone" not in json.dumps(problem)


def test_every_event_is_one_that_a_test_sends() -> None:
    """Events are named after their case; a test that sends one names it."""
    cases = {path.stem.removeprefix("district_admin__") for path in EVENTS.glob("district_admin__*.json")}
    sources = "".join(path.read_text() for path in (EVENTS.parent / "tests/handlers/district_admin").glob("test_*.py"))
    assert cases
    assert {case for case in cases if f'"{case}"' not in sources} == set()
