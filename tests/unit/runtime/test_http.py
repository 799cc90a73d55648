"""The resolver without validation, CORS, callers and problems: X-01, X-02, X-08."""

import json
from typing import Any

import pytest

from homeroom.runtime import http, problems
from homeroom.runtime.auth import Caller, Unauthorized, caller
from homeroom.runtime.cors import cors_headers
from homeroom.runtime.errors import Fault, HomeroomError, InvalidInput
from homeroom.runtime.settings import settings


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", "https://a.example, https://b.example")
    settings.cache_clear()


def event(path: str, method: str = "GET", **more: Any) -> dict[str, Any]:
    context = {"requestId": "r1", "stage": "v1", "path": f"/v1{path}"}
    return {"httpMethod": method, "path": path, "headers": {}, "requestContext": context} | more


def test_the_quick_resolver_routes_and_refuses_alike_x_02() -> None:
    app = http.quick_api()

    @app.post("/echo")
    def echo() -> dict[str, Any]:
        return {"said": app.current_event.json_body}

    @app.get("/full")
    def full() -> None:
        raise Fault("Come again.", retry_after="30")

    said = app.resolve(event("/echo", "POST", body='{"a": 1}'), None)  # type: ignore[arg-type]
    assert (said["statusCode"], json.loads(said["body"])) == (200, {"said": {"a": 1}})
    bad = app.resolve(event("/echo", "POST", body="{"), None)  # type: ignore[arg-type]
    assert (bad["statusCode"], json.loads(bad["body"])["code"]) == (422, "invalid_input")
    busy = app.resolve(event("/full"), None)  # type: ignore[arg-type]
    assert (busy["statusCode"], busy["multiValueHeaders"]["Retry-After"]) == (503, ["30"])


def test_an_event_with_nothing_in_it_still_gets_an_answer_x_02() -> None:
    answer = http.quick_api().resolve({}, None)  # type: ignore[arg-type]
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (500, "internal_error")


@pytest.mark.parametrize(
    ("origin", "allowed", "echoed"),
    [
        ("https://a.example", ("https://a.example",), "https://a.example"),
        ("https://A.example", ("https://a.example",), None),
        ("https://a.example.evil.example", ("https://a.example",), None),
        ("null", ("https://a.example",), None),
        ("", ("https://a.example",), None),
        ("", (), None),
        ("https://x.example", ("*",), "*"),
    ],
)
def test_only_an_allowed_origin_is_echoed_x_08(origin: str, allowed: tuple[str, ...], echoed: str | None) -> None:
    assert cors_headers(origin, allowed).get("Access-Control-Allow-Origin") == echoed


def claims(**changes: Any) -> dict[str, Any]:
    whole = {"sub": "a1", "token_use": "id", "aud": "client", "email": "Z@x.example", "email_verified": "true"}
    return {"requestContext": {"authorizer": {"claims": whole | changes}}}


def test_of_a_token_only_account_and_verified_address_are_taken_x_01() -> None:
    assert caller(claims(**{"custom:role": "admin"}), "client") == Caller("a1", "Z@x.example")


@pytest.mark.parametrize("verified", ["false", None, "", "1", False])
def test_an_address_that_is_not_verified_is_none_a_04(verified: object) -> None:
    assert caller(claims(email_verified=verified), "client") == Caller("a1", "")


@pytest.mark.parametrize(
    ("event", "client"),
    [
        ({}, "client"),
        ({"requestContext": None}, "client"),
        ({"requestContext": {"authorizer": {"claims": None}}}, "client"),
        (claims(token_use="access"), "client"),
        (claims(aud="other"), "client"),
        (claims(aud=""), ""),
        (claims(sub=""), "client"),
    ],
)
def test_anything_but_our_id_token_is_nobody_x_01(event: dict[str, Any], client: str) -> None:
    with pytest.raises(Unauthorized):
        caller(event, client)


def test_extra_members_stand_beside_the_standard_ones_and_never_instead_x_02() -> None:
    error = InvalidInput("No.", field="a.b", run="12", status="200", request_id="forged")
    told = problems.document(error, "r1")
    assert (told["run"], told["status"], told["request_id"], told["field"]) == ("12", 422, "r1", "a.b")


def every(kind: type[HomeroomError]) -> list[type[HomeroomError]]:
    return [kind, *(deeper for below in kind.__subclasses__() for deeper in every(below))]


def test_every_refusal_has_a_stable_code_and_a_fitting_status_x_02() -> None:
    for kind in every(HomeroomError):
        assert kind.code.replace("_", "").isalnum()
        assert kind.code.islower()
        assert 400 <= kind.status < 600
        assert kind().detail


def test_every_kind_of_validation_has_a_sentence_that_needs_nothing_else_x_02() -> None:
    for kind in problems._SENTENCES:
        words = {"ge": 1, "le": 2, "min_length": 1, "max_length": 2, "expected": "'a'"}
        told = problems._invalid([{"type": kind, "loc": ("body", "a", 0), "ctx": words}])
        assert told.detail.endswith(".")
        assert "{" not in told.detail
