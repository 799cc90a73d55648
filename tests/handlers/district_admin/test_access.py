"""Who gets in: P-08, X-01, G-02, X-06. Every route answers the same way."""

from datetime import UTC, datetime
from typing import Any

import pytest

from functions.district_admin.routes import deps
from homeroom.roster.entries import PersonEntry
from homeroom.roster.store.items import person_item

from .conftest import ADMIN, DISTRICT, EVENTS, LINKED, OTHER_DISTRICT, Send, event
from .fakes import FakeRuns

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
EVERY = sorted(path.stem.removeprefix("district_admin__") for path in EVENTS.glob("district_admin__*.json"))


def as_account(case: str, account: str, **claims: Any) -> dict[str, Any]:
    sent = event(case)
    sent["requestContext"]["authorizer"]["claims"] |= {"sub": account, **claims}
    return sent


def elsewhere(case: str, district: str) -> dict[str, Any]:
    sent = event(case)
    return sent | {"path": sent["path"].replace(DISTRICT, district)}


@pytest.mark.parametrize("case", EVERY)
def test_every_route_serves_the_districts_admin_p_08(send: Send, district: str, runs: FakeRuns, case: str) -> None:
    assert send(event(case))[0] in {200, 202}


@pytest.mark.parametrize("case", EVERY)
def test_unknown_and_somebody_elses_district_are_one_answer_x_01(send: Send, district: str, case: str) -> None:
    """X-06: the admin of one district learns nothing of another, not even that it is there."""
    deps.districts().register(OTHER_DISTRICT, name="Other", time_zone="UTC", actor="operator", now=NOW)
    others, unknown = send(elsewhere(case, OTHER_DISTRICT)), send(elsewhere(case, "f" * 24))
    assert others[0] == 404
    assert others == unknown
    assert send(as_account(case, "stranger")) == unknown


@pytest.mark.parametrize("name", ["é", "x" * 5000, "%00", "..", "58da8a43cc70ab00017a1a87%20"])
def test_what_is_no_district_is_not_found(send: Send, district: str, name: str) -> None:
    assert send(elsewhere("show", name))[0] == 404


@pytest.mark.parametrize("case", EVERY)
def test_ended_access_is_told_so_g_02_p_08(send: Send, district: str, case: str) -> None:
    deps.accounts().end_admin(ADMIN, district, "operator", NOW, "end-1")
    status, problem, _ = send(event(case))
    assert (status, problem["code"]) == (403, "district_access_ended")


@pytest.mark.parametrize("case", EVERY)
def test_a_schools_admin_does_not_reach_beyond_it_p_08(send: Send, district: str, runs: FakeRuns, case: str) -> None:
    deps.accounts().grant_admin("bounded", district, "operator", NOW, "grant-2", schools=["s1"])
    status, problem, _ = send(as_account(case, "bounded"))
    assert (status, problem["code"]) == (403, "out_of_scope")


@pytest.mark.parametrize("case", ["findings", "plan"])
def test_a_schools_admin_sees_what_is_their_schools_s_03(send: Send, district: str, runs: FakeRuns, case: str) -> None:
    deps.accounts().grant_admin("bounded", district, "operator", NOW, "grant-2", schools=["s1"])
    sent = as_account(case, "bounded")
    status, body, _ = send(sent | {"queryStringParameters": {"school": "s1"}, "multiValueQueryStringParameters": None})
    assert status == 200
    assert {item["school"] for item in body["items"]} == {"s1"}
    status, problem, _ = send(
        sent | {"queryStringParameters": {"school": "s2"}, "multiValueQueryStringParameters": None}
    )
    assert (status, problem["code"]) == (403, "out_of_scope")


def test_who_the_roster_makes_an_administrator_gets_in_until_it_does_no_more_s_03_g_02(
    send: Send, district: str
) -> None:
    """By their link alone; a teacher who is linked has no business here."""
    assert send(as_account("show", "owner"))[0] == 404
    roster = PersonEntry(id=LINKED, roles=("district_admin",), admin="district")
    person_item(district, roster, 2).save()
    assert send(as_account("show", "owner"))[0] == 200
    person_item(district, roster.model_copy(update={"archived": 3, "left": "2026-11-20"}), 3).save()
    status, problem, _ = send(as_account("show", "owner"))
    assert (status, problem["code"]) == (403, "district_access_ended")


@pytest.mark.parametrize("claims", [{"token_use": "access"}, {"aud": "another"}, {"aud": None}, {"account": ""}])
def test_only_our_id_tokens_count_x_01(send: Send, district: str, claims: dict[str, Any]) -> None:
    status, problem, headers = send(as_account("show", **{"account": ADMIN} | claims))
    assert (status, problem["code"], headers["www-authenticate"]) == (401, "unauthorized", "Bearer")


def test_without_an_authorizer_nobody_gets_in(send: Send, district: str) -> None:
    sent = event("show")
    del sent["requestContext"]["authorizer"]
    assert send(sent)[0] == 401
