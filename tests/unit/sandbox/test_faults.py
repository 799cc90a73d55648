"""Faults on order: each kind, once, on the path it names."""

import http.client
import json

import pytest


@pytest.mark.parametrize("kind", ["400", "401", "404", "413", "429", "500", "502", "503"])
def test_a_status_is_answered_so_many_times(api, kind: str) -> None:
    api.control(fault={"path": "/users", "kind": kind, "times": 2})
    assert [api.get("/v3.1/users").status for _ in range(3)] == [int(kind), int(kind), 200]
    assert api.get("/v3.1/sections").status == 200


def test_429_says_when_to_come_back(api) -> None:
    api.control(fault={"path": "/users", "kind": "429"})
    headers = api.get("/v3.1/users").headers
    assert headers["x-ratelimit-remaining"] == "0"
    assert int(headers["x-ratelimit-reset"]) > 0


def test_html_truncated_and_empty_bodies(api) -> None:
    for kind in ("html404", "truncated", "empty"):
        api.control(fault={"path": "/sections", "kind": kind})
    page = api.get("/v3.1/sections")
    assert (page.status, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    page = api.get("/v3.1/sections")
    assert page.status == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(page.raw)
    assert api.get("/v3.1/sections").body == {"data": [], "links": [{"rel": "self", "uri": "/v3.1/sections"}]}


def test_cut_off_closes_the_connection_before_the_end(api) -> None:
    api.control(fault={"path": "/courses", "kind": "cut_off"})
    with pytest.raises(http.client.IncompleteRead):
        api.get("/v3.1/courses")
    api.close()
    assert api.get("/v3.1/courses").status == 200


def test_slow_waits_and_then_answers_rightly(api) -> None:
    api.control(fault={"path": "/terms", "kind": "slow", "seconds": 0.05})
    assert len(api.get("/v3.1/terms").rows) == 5


def test_the_token_list_can_fail_too(api) -> None:
    api.control(fault={"path": "/oauth/tokens", "kind": "500"})
    assert [api.tokens().status for _ in range(2)] == [500, 200]


def test_an_unreadable_order_is_400(api) -> None:
    for order in (
        {"fault": {"path": "/x", "kind": "odd"}},
        {"fault": {"when": 1}},
        {"nix": {}},
        {"join": {}},
        {"join": 1},
    ):
        assert api.control(**order).status == 400
    assert api.control(district="nowhere").status == 404
