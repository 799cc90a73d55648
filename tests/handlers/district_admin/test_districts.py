"""GET and PATCH /districts/{district}, POST …/go-live."""

import json

import pytest

from functions.district_admin.routes import deps

from .conftest import ADMIN, DISTRICT, Send, event


def test_an_admin_sees_the_district_and_its_settings_d_02(send: Send, district: str) -> None:
    status, body, _ = send(event("show"))
    assert status == 200
    assert (body["id"], body["state"], body["settings_version"]) == (district, "onboarding", 1)
    assert body["settings"]["time_zone"] == "America/New_York"
    assert body["registered_at"] == "2026-11-22T01:00:00Z"


def test_a_change_of_settings_is_kept_versioned_and_audited_d_02(send: Send, district: str) -> None:
    status, body, _ = send(event("change_settings"))
    assert (status, body["settings_version"], body["settings"]["grace_days"]) == (200, 2, 14)
    assert send(event("show"))[1] == body
    row = deps.districts()._store.audit(district)[-1]
    assert (row.actor, row.after["settings.grace_days"]) == (ADMIN, 14)


def test_an_audit_row_names_the_request_that_caused_it_x_04(send: Send, district: str) -> None:
    sent = [event("change_settings"), event("go_live"), event("go_live", body=None, isBase64Encoded=False)]
    assert [send(one)[0] for one in sent] == [200, 200, 200]
    rows = deps.districts()._store.audit(district)[-3:]
    assert [row.action for row in rows] == ["district.settings_changed", "district.go_live", "district.go_live"]
    assert [row.cause for row in rows] == [f"request:{one['requestContext']['requestId']}" for one in sent]


def test_the_same_change_again_changes_nothing_x_03(send: Send, district: str) -> None:
    assert send(event("change_settings"))[1] == send(event("change_settings"))[1]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"settings": {"grace_days": -1}}, "settings.grace_days"),
        ({"settings": {"grace_days": "7"}}, "settings.grace_days"),
        ({"settings": {"exclude": {"grades": "4"}}}, "settings.exclude.grades"),
        ({"settings": {"time_zone": "Mars/Olympus"}}, "settings.time_zone"),
        ({"settings": {"no_such": 1}}, "settings.no_such"),
        ({"settings": []}, "settings"),
        ({"settings": None}, "settings"),
        ({"setting": {}}, "settings"),
        ({"settings": {}, "state": "live"}, "state"),
        ([], "body"),
        ("text", "body"),
        (None, "body"),
    ],
)
def test_malformed_settings_name_the_field_and_change_nothing_d_02_x_02(
    send: Send, district: str, body: object, field: str
) -> None:
    before = send(event("show"))[1]
    status, problem, headers = send(event("change_settings", body=json.dumps(body), isBase64Encoded=False))
    assert (status, problem["code"], problem["field"]) == (422, "invalid_input", field)
    assert headers["content-type"] == "application/problem+json"
    assert send(event("show"))[1] == before


def test_a_district_goes_live_on_its_date_or_at_once_d_01(send: Send, district: str) -> None:
    status, body, _ = send(event("go_live"))
    assert (status, body["state"], body["go_live_on"]) == (200, "onboarding", "2026-12-01")
    status, body, _ = send(event("go_live", body=None, isBase64Encoded=False))
    assert (status, body["state"]) == (200, "live")


@pytest.mark.parametrize("on", ["2026-02-30", "tomorrow", 20261201, "2001-01-01", "2026-12-01T00:00:00Z", ""])
def test_a_date_to_go_live_on_is_a_date_that_comes(send: Send, district: str, on: object) -> None:
    status, problem, _ = send(event("go_live", body=json.dumps({"on": on}), isBase64Encoded=False))
    assert (status, problem["field"]) == (422, "on")


def test_a_district_that_has_not_authorised_us_cannot_go_live_d_01(send: Send) -> None:
    deps.districts().register(DISTRICT, name="New", time_zone="UTC", actor="operator", now=deps.now())
    deps.accounts().grant_admin(ADMIN, DISTRICT, "operator", deps.now(), "grant-1")
    status, problem, _ = send(event("go_live"))
    assert (status, problem["code"]) == (409, "district_not_authorised")
