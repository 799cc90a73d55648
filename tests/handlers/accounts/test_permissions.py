"""`/accounts/{account}/permissions`: what an account's age permits, for programs (A-06, A-07, X-01)."""

from dataclasses import replace

import pytest

from homeroom.runtime.auth import ScopeMissing, Unauthorized, machine
from tests.support.people import Machine, Person

ADA = Person.named("ada")
PLATFORM = Machine()
LIMITED = {"discussion_posts": "limited", "cs_projects": "limited"}
FULL = {"discussion_posts": "full", "cs_projects": "full"}
SCOPE = "homeroom/permissions.read"


def permissions(api, account=ADA.account, as_=PLATFORM, **request):
    return api.call("GET", f"/accounts/{account}/permissions", as_=as_, **request)


def born(api, date, **more):
    assert api.call("PATCH", "/me", {"birth_date": date, **more}, as_=ADA).status == 200


def test_a_program_learns_what_age_permits_and_nothing_else_a_06(fresh):
    born(fresh, "2010-05-04")
    assert (permissions(fresh).status, permissions(fresh).body) == (200, FULL)


def test_the_event(sent):
    sent("me")
    assert sent("permissions").body == LIMITED


@pytest.mark.parametrize(
    ("date", "zone", "hours", "permitted"),
    [
        ("2013-09-16", "America/Los_Angeles", 15, LIMITED),  # 23:00 there
        ("2013-09-16", "America/Los_Angeles", 16, FULL),
        ("2013-09-16", "Asia/Tokyo", 0, FULL),
        ("2013-09-16", "UTC", 8, LIMITED),
        ("2013-09", "UTC", 15 * 24, LIMITED),  # 30 September
        ("2013-09", "UTC", 15 * 24 + 9, FULL),
    ],
)
def test_it_is_reckoned_at_each_request_where_the_account_is_a_06_a_07(fresh, date, zone, hours, permitted):
    born(fresh, date, time_zone=zone)
    fresh.wait(hours=hours)
    assert permissions(fresh).body == permitted


def test_without_a_birth_date_as_under_13_a_07(fresh):
    fresh.call("GET", "/me", as_=ADA)
    assert permissions(fresh).body == LIMITED


def test_nothing_that_is_sent_has_a_say_a_06(fresh):
    born(fresh, "2016-05-04")
    sent = {"X-Birth-Date": "1990-01-01", "X-Now": "2099-01-01T00:00:00Z"}
    assert permissions(fresh, headers=sent).body == LIMITED
    asked = f"/accounts/{ADA.account}/permissions?birth_date=1990-01-01&age=40&cs_projects=full"
    assert fresh.call("GET", asked, {"cs_projects": "full"}, as_=PLATFORM).body == LIMITED


@pytest.mark.parametrize("account", ["nobody", "U%23x", "%E2%80%8B", "x" * 3000, ADA.account.upper()])
def test_an_account_that_there_is_not_x_01(fresh, account):
    born(fresh, "2010-05-04")
    refused = permissions(fresh, account)
    assert (refused.status, refused.body["code"]) in {(404, "account_not_found"), (404, "not_found")}


def test_only_programs_with_the_scope_are_told_x_01(fresh):
    born(fresh, "2010-05-04")
    assert permissions(fresh, as_=None).status == 401
    assert permissions(fresh, as_=ADA).status == 401
    assert permissions(fresh, as_=replace(PLATFORM, scopes=("homeroom/progress.write",))).status == 401


def event(**claims):
    return {"requestContext": {"authorizer": {"claims": claims}}}


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"token_use": "id", "client_id": "m", "scope": SCOPE},
        {"token_use": "access", "scope": SCOPE},
        {"token_use": "access", "client_id": "m", "scope": SCOPE, "username": "ada"},  # a person's
    ],
)
def test_what_is_no_programs_token_is_refused_here_too_x_01(claims):
    with pytest.raises(Unauthorized):
        machine(event(**claims), SCOPE)


@pytest.mark.parametrize(
    "scope", ["", "homeroom/permissions.readx", "homeroom/progress.write", "permissions.read", None]
)
def test_a_program_without_the_scope_is_refused_here_too_x_01(scope):
    with pytest.raises(ScopeMissing):
        machine(event(token_use="access", client_id="m", scope=scope), SCOPE)


def test_a_program_is_known_by_its_client():
    assert machine(event(token_use="access", client_id="m", scope=f"a/b {SCOPE}"), SCOPE) == "m"
