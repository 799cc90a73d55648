"""The two resolvers, CORS, callers and problems: X-01, X-02, X-08."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from homeroom.runtime import http, inbound, problems
from homeroom.runtime.answers import Answer, answer
from homeroom.runtime.auth import Caller, Unauthorized, caller
from homeroom.runtime.cors import cors_headers
from homeroom.runtime.errors import Fault, HomeroomError, InvalidInput
from homeroom.runtime.quick import QuickApi
from homeroom.runtime.settings import settings


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", "https://a.example, https://b.example")
    settings.cache_clear()


def event(path: str, method: str = "GET", **more: Any) -> dict[str, Any]:
    context = {"requestId": "r1", "stage": "v1", "path": f"/v1{path}"}
    return {"httpMethod": method, "path": path, "resource": path, "headers": {}, "requestContext": context} | more


def test_the_quick_resolver_routes_and_refuses_alike_x_02() -> None:
    app = QuickApi()

    @app.route("POST", "/echo")
    def echo(event: Mapping[str, Any]) -> Answer:
        return answer(200, inbound.raw_body(event, 10).decode(), {"Content-Type": "text/plain"})

    @app.route("GET", "/full")
    def full(_: Mapping[str, Any]) -> Answer:
        raise Fault("Come again.", retry_after="30")

    said = app.resolve(event("/echo", "POST", body="a"))
    assert (said["statusCode"], said["body"]) == (200, "a")
    bad = app.resolve(event("/echo", "POST", body="%%%", isBase64Encoded=True))
    assert (bad["statusCode"], json.loads(bad["body"])["code"]) == (422, "invalid_input")
    much = app.resolve(event("/echo", "POST", body="a" * 11))
    assert (much["statusCode"], json.loads(much["body"])["request_id"]) == (413, "r1")
    busy = app.resolve(event("/full"))
    assert (busy["statusCode"], busy["multiValueHeaders"]["Retry-After"]) == (503, ["30"])
    for method, path in (("GET", "/echo"), ("POST", "/nowhere"), ("HEAD", "/full")):
        assert app.resolve(event(path, method))["statusCode"] == 404
    for one in (said, bad, much, busy):
        assert one["multiValueHeaders"]["Cache-Control"] == ["no-store"]
        assert one["multiValueHeaders"]["X-Content-Type-Options"] == ["nosniff"]


def test_both_resolvers_tell_the_unexpected_alike_x_02_x_05(capsys: pytest.CaptureFixture[str]) -> None:
    quick, whole = QuickApi(), http.api()

    @quick.route("GET", "/broken")
    def broken(_: Mapping[str, Any]) -> Answer:
        raise KeyError("Zelda Steve")

    @whole.get("/broken")
    def broken_too() -> None:
        raise KeyError("Zelda Steve")

    one, other = quick.resolve(event("/broken")), whole.resolve(event("/broken"), None)  # type: ignore[arg-type]
    assert (one["statusCode"], json.loads(one["body"])["code"]) == (500, "internal_error")
    assert json.loads(one["body"]) == json.loads(other["body"])
    assert "Zelda" not in capsys.readouterr().out + one["body"]


@pytest.mark.parametrize("origin", ["https://a.example", "https://evil.example", ""])
def test_both_resolvers_answer_a_preflight_alike_x_08(origin: str) -> None:
    asked = event("/districts/x", "OPTIONS", headers={"Origin": origin})
    assert QuickApi().resolve(asked) == http.api().resolve(asked, None)  # type: ignore[arg-type]


def test_an_event_with_nothing_in_it_still_gets_an_answer_x_02() -> None:
    answer = http.api().resolve({}, None)  # type: ignore[arg-type]
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (500, "internal_error")
    assert QuickApi().resolve({})["statusCode"] == 404


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
        told = problems.invalid([{"type": kind, "loc": ("body", "a", 0), "ctx": words}])
        assert told.detail.endswith(".")
        assert "{" not in told.detail
