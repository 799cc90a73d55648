"""The district administrators' API over HTTP, with real tokens of the pool, on the deployed stack."""

import pytest

from sandbox.rig.api import Api, signed_in
from sandbox.rig.stack import Stack

pytestmark = [pytest.mark.e2e, pytest.mark.local_stack]


def test_a_run_on_demand_and_a_second_one_while_it_runs(stack: Stack, api: Api, district: str) -> None:
    """S-05, S-11: 202 with the run's id; another one meanwhile is 409 and names it."""
    first = api.call("POST", f"/districts/{district}/runs")
    second = api.call("POST", f"/districts/{district}/runs")
    assert (first.status, second.status) == (202, 409)
    assert (second.body["code"], second.body["run"]) == ("run_in_progress", first.body["run"])
    while api.call("GET", f"/districts/{district}/runs/{first.body['run']}").body["finished_at"] is None:
        pass
    assert api.call("GET", f"/districts/{district}/runs").body["items"][0]["state"] == "succeeded"


def test_the_plan_can_be_read_to_its_end(api: Api, district: str) -> None:
    """S-10: page by page, every change once, as many as the run counts."""
    run = api.call("GET", f"/districts/{district}/runs").body["items"][0]
    path, seen, cursor = f"/districts/{district}/runs/{run['run']}/plan?kind=person&limit=200", set(), ""
    while cursor is not None:
        page = api.call("GET", path + (f"&cursor={cursor}" if cursor else "")).body
        seen |= {change["id"] for change in page["items"]}
        cursor = page["next"]
    assert len(seen) == run["changes"]["person"]["create"] > 500


def test_readiness_and_findings(api: Api, district: str) -> None:
    """P-09, S-06: the checklist, worst first, and each finding with how to mend it."""
    items = api.call("GET", f"/districts/{district}/readiness").body["items"]
    assert [item["status"] for item in items] == sorted(
        (item["status"] for item in items), key=["blocking", "warning", "ok"].index
    )
    finding = api.call("GET", f"/districts/{district}/findings?code=too_many_teachers").body["items"][0]
    assert finding["mend"]
    csv = api.call("GET", f"/districts/{district}/findings?format=csv")
    assert csv.body.startswith(b"\xef\xbb\xbf")


def test_a_district_is_its_own_admins_alone(stack: Stack, api: Api, district: str) -> None:
    """X-01, X-06, P-08: unknown and somebody else's are the same 404; without a token 401."""
    other, nobody = signed_in(stack, "someone@elsewhere.example"), Api(stack.names["api_url"])
    unknown = api.call("GET", "/districts/5f0000009999000000000000")
    foreign = other.call("GET", f"/districts/{district}")
    assert (unknown.status, foreign.status) == (404, 404)
    assert unknown.body["code"] == foreign.body["code"]
    refused = nobody.call("GET", f"/districts/{district}")
    assert refused.status == 401
    assert refused.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"term_lead_days": -1}, "term_lead_days"), ({"terms": "some"}, "terms"), ({"colour": 1}, "colour")],
)
def test_malformed_settings_are_refused_by_field(api: Api, district: str, changes: dict, field: str) -> None:
    """D-02, X-02: 422 with the field at fault, and nothing is changed."""
    before = api.call("GET", f"/districts/{district}").body
    answer = api.call("PATCH", f"/districts/{district}", {"settings": changes})
    assert answer.status == 422
    assert field in answer.body["field"]
    assert api.call("GET", f"/districts/{district}").body == before
