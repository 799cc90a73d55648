"""Envelope, paging, errors and headers: the traps that the roster client must bear."""

import pytest


def test_pages_in_both_directions_give_every_user_once_in_ascending_order(api) -> None:
    whole = api.get("/v3.1/users?limit=10000")
    ids = [row["id"] for row in whole.rows]
    assert ids == sorted(set(ids))
    assert set(whole.rels) == {"self"}
    assert [row["id"] for row in api.walk("/v3.1/users?limit=97")] == ids
    assert [row["id"] for row in api.walk("/v3.1/users?limit=97&ending_before=last", "prev")] == ids


def test_links_are_relative_keep_the_given_parameters_and_come_self_prev_next(api) -> None:
    first = api.get("/v3.0/users?limit=3&role=staff")
    assert [link["rel"] for link in first.body["links"]] == ["self", "next"]
    assert first.rels["self"] == "/v3.0/users?limit=3&role=staff"
    assert first.rels["next"] == f"/v3.0/users?limit=3&role=staff&starting_after={first.rows[-1]['id']}"
    second = api.get(first.rels["next"])
    assert [link["rel"] for link in second.body["links"]] == ["self", "prev", "next"]
    assert second.rels["prev"] == f"/v3.0/users?limit=3&role=staff&ending_before={second.rows[0]['id']}"
    assert api.get(second.rels["prev"]).rows == first.rows


def test_the_default_page_has_100_rows_and_names_no_limit_in_its_links(api) -> None:
    page = api.get("/v3.0/users")
    assert len(page.rows) == 100
    assert page.rels["next"] == f"/v3.0/users?starting_after={page.rows[-1]['id']}"
    assert page.body["data"][0]["uri"] == f"/v3.0/users/{page.rows[0]['id']}"


@pytest.mark.parametrize("role", ["student", "teacher", "staff", "district_admin", "contact"])
def test_role_gives_those_who_have_it_merged_users_included(api, role: str) -> None:
    everybody = api.walk("/v3.0/users?limit=1000")
    assert api.walk(f"/v3.0/users?role={role}&limit=7") == [row for row in everybody if role in row["roles"]]


def test_terms_page_has_the_links_that_were_recorded(api, recordings) -> None:
    import json

    for name, path in (("terms_page_limit3", "/v3.0/terms?limit=3"), ("terms_last_page", None)):
        recorded = json.loads((recordings / f"{name}.json").read_text())
        page = api.get(path) if path else api.get(api.get("/v3.0/terms?limit=3").rels["next"])
        recorded_links = recorded.get("body", recorded)["links"]
        assert [link["rel"] for link in page.body["links"]] == [link["rel"] for link in recorded_links]
        for mine, theirs in zip(page.body["links"], recorded_links, strict=True):
            assert mine["uri"].rsplit("=", 1)[0] == theirs["uri"].rsplit("=", 1)[0]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v3.0/users?limit=10001", 413),
        ("/v3.0/users?limit=0", 400),
        ("/v3.0/users?limit=ten", 400),
        ("/v3.0/users?starting_after=nobody", 400),
        ("/v3.0/users/5f5000000001ffffffffffff", 404),
    ],
)
def test_a_refused_request_has_a_json_message(api, path: str, status: int) -> None:
    answer = api.get(path)
    assert (answer.status, list(answer.body)) == (status, ["message"])


def test_an_unknown_path_is_html_as_recorded(api, recordings) -> None:
    import json

    lines = (recordings / "interactions.jsonl").read_text().splitlines()
    recorded = next(row for row in map(json.loads, lines) if row["status"] == 404)
    answer = api.get("/v3.0/resources")
    assert (answer.status, answer.headers["content-type"]) == (404, recorded["headers"]["content-type"])
    assert answer.raw.decode() == recorded["body_text"]


def test_a_wrong_bearer_is_401(api) -> None:
    assert api.get("/v3.0/users", authorization="Bearer nobody").status == 401
    assert api.get("/v3.0/users", authorization="").status == 401


def test_the_token_list_wants_the_client_and_names_each_district(api) -> None:
    """A token in this list is a district that authorised the application."""
    assert api.tokens(user="sandbox-client:wrong").status == 401
    rows = api.tokens().body["data"]
    owners = [row["owner"] for row in rows]
    assert owners == [{"type": "district", "id": world.roster.district} for world in api.sandbox.worlds]
    only = api.tokens(f"owner_type=district&district={owners[1]['id']}").body["data"]
    assert only == rows[1:]
    second = api.get("/v3.1/districts", authorization=f"Bearer {only[0]['access_token']}")
    assert [row["id"] for row in second.rows] == [owners[1]["id"]]


def test_a_revoked_token_leaves_the_list_and_is_refused(api) -> None:
    api.control(revoke={})
    assert len(api.tokens().body["data"]) == 1
    assert api.get("/v3.1/users").status == 401
    api.control(authorise={})
    assert api.get("/v3.1/users").status == 200
    old = api.sandbox.worlds[0].token
    assert api.control(rotate={}).body["results"]["rotate"] == api.sandbox.worlds[0].token
    assert api.get("/v3.1/users", authorization=f"Bearer {old}").status == 401


def test_v31_adds_sensitive_fields_that_v30_does_not_have(api) -> None:
    """What a consumer must drop is there to be dropped."""
    old, new = (
        api.get(f"/{version}/users?role=student&limit=1").rows[0]["roles"]["student"] for version in ("v3.0", "v3.1")
    )
    assert {"frl_status", "iep_status", "disability", "home_language"} <= set(new) - set(old)
    assert {"race", "gender", "hispanic_ethnicity", "location"} <= set(old)
