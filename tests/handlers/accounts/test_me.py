"""`/me`: who the caller is, and what they change of themselves (A-01, A-02, A-06, A-07, X-03, X-04)."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from homeroom.accounts.service import AccountService
from homeroom.accounts.store import AccountStore
from homeroom.accounts.store.links import LinkItem, link_key
from homeroom.accounts.store.profiles import ProfileItem, TeachingItem
from homeroom.roster.entries import PersonEntry
from homeroom.roster.store.items import PersonItem, person_item
from homeroom.runtime.dynamo import bind
from tests.support.people import Person
from tests.support.rows import DISTRICT
from tests.support.served import START

ADA, BEN = Person.named("ada"), Person.named("ben")
BORN = {"birth_date": "2016-05-04"}
EMPTY = {
    "account": ADA.account, "name": None, "role": None, "roles": [], "kind": "grassroots",
    "permissions": {"discussion_posts": "limited", "cs_projects": "limited"}, "districts": [],
    "address": {"value": ADA.address, "verified": True, "own": True}, "aliases": [], "birth_date": None,
    "birth_date_by": None, "time_zone": None, "guardian": None, "guardian_needed": True, "proposals": [],
}  # fmt: skip


def me(api, who=ADA):
    found = api.call("GET", "/me", as_=who)
    assert found.status == 200, found.body
    return found.body


def change(api, who=ADA, **said):
    return api.call("PATCH", "/me", said, as_=who)


def audit(api):
    rows = [item for item in api.items("UsersTable") if item["sk"]["S"].startswith("AUDIT#")]
    return [{name: value["S"] for name, value in row.items()} for row in rows]


@pytest.fixture
def linked(fresh):
    """ADA, linked to a teacher of a live district by the roster, which says when they were born."""

    def links(**fields):
        me(fresh)
        fresh.become("AccountsFunction")
        bind("districts", PersonItem, LinkItem)
        register(fresh)
        entry = PersonEntry(id="p1", **{"first": "Ada", "last": "B", "roles": ("student",), **fields})
        person_item(DISTRICT, entry, 1).save()
        LinkItem(*link_key(DISTRICT, "p1"), account=ADA.account).save()
        profile = ProfileItem(f"U#{ADA.account}", "PROFILE")
        profile.update([ProfileItem.links.set({f"{DISTRICT}#p1"}), ProfileItem.district_zone.set("America/New_York")])
        return fresh

    return links


def register(api):
    from homeroom.roster.service.registration import DistrictService
    from homeroom.roster.store.districts import DistrictStore
    from homeroom.runtime import aws

    districts = DistrictService(DistrictStore("districts", aws.dynamodb()))
    districts.register(DISTRICT, name="Grand Bend", time_zone="America/New_York", actor="operator", now=START)


def test_the_first_request_makes_the_account_x_03(fresh):
    assert me(fresh) == EMPTY
    assert me(fresh) == EMPTY


def test_the_event_of_the_first_request(sent):
    assert sent("me").body == EMPTY | {"account": "3f1c2b7a-8d4e-4f60-9a1b-5c6d7e8f9a0b"}


def test_the_event_of_a_change_a_07(sent):
    found = sent("change_me").body
    assert (found["name"], found["role"], found["roles"]) == ("Ada Byron", "student", ["student"])
    assert (found["birth_date"], found["birth_date_by"], found["time_zone"]) == (
        "2012-02-29",
        "self",
        "America/Chicago",
    )
    assert found["permissions"] == {"discussion_posts": "full", "cs_projects": "full"}
    assert found["guardian_needed"] is False


@pytest.mark.parametrize("verified", [False, None])
def test_an_address_that_is_not_verified_is_nobodys_a_04(fresh, verified):
    assert me(fresh, replace(ADA, verified=verified))["address"] is None
    assert me(fresh, Person(BEN.account, ADA.address))["address"]["own"] is True


def test_somebody_elses_address_is_verified_and_not_ones_own_a_01(fresh):
    me(fresh)
    other = Person(BEN.account, ADA.address.upper())
    assert me(fresh, other)["address"] == {"value": ADA.address.upper(), "verified": True, "own": False}
    assert me(fresh)["address"]["own"] is True


def test_a_login_that_changed_its_address_keeps_account_and_all_a_01_a_02(fresh):
    change(fresh, name="Ada")
    moved = me(fresh, replace(ADA, address="byron@people.example"))
    assert (moved["account"], moved["name"], moved["address"]["own"]) == (ADA.account, "Ada", True)
    assert me(fresh, Person(BEN.account, ADA.address))["address"]["own"] is True


def test_any_number_of_tokens_of_one_account_are_good_at_once_c_10(fresh):
    """A shared account: one more sign-in, by whatever provider, ends none before it."""
    one, two = ADA, replace(ADA, provider="Google", subject="g1")
    assert [me(fresh, who)["account"] for who in (one, two, one, two)] == [ADA.account] * 4


def test_only_what_is_named_is_changed_and_again_changes_nothing_x_03(fresh):
    change(fresh, name=" Ada ", role="teacher", time_zone="America/Chicago")
    first = change(fresh, name=None, **BORN)
    before = fresh.items("UsersTable")
    assert change(fresh, **BORN).body == first.body == me(fresh)
    assert fresh.items("UsersTable") == before
    assert (first.body["name"], first.body["roles"], first.body["time_zone"]) == ("Ada", ["teacher"], "America/Chicago")


def test_a_birth_date_leaves_one_row_of_audit_without_the_date_x_04_x_07(fresh):
    change(fresh, **BORN)
    change(fresh, name="Ada")
    (row,) = audit(fresh)
    assert (row["action"], row["actor"], row["subject"]) == (
        "account.birth_date",
        ADA.account,
        f"account:{ADA.account}",
    )
    assert json.loads(row["after"]) == {"by": "self", "child": True}
    assert row["cause"].startswith("request:")


def test_nobody_under_13_makes_themselves_13_a_07(fresh):
    change(fresh, **BORN)
    refused = change(fresh, birth_date="2010-01-01", name="Ada")
    assert (refused.status, refused.body["code"], refused.body["field"]) == (403, "birth_date_fixed", "birth_date")
    assert (me(fresh)["birth_date"], me(fresh)["name"]) == ("2016-05-04", None)


def test_the_thirteenth_birthday_comes_by_itself_a_06(fresh):
    change(fresh, birth_date="2013-09-16", time_zone="America/New_York")
    assert me(fresh)["permissions"]["cs_projects"] == "limited"
    fresh.wait(hours=13)  # 04:00 UTC
    assert me(fresh)["permissions"] == {"discussion_posts": "full", "cs_projects": "full"}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"birth_date": "2016-02-30"}, "birth_date"),
        ({"birth_date": "5/4/2016"}, "birth_date"),
        ({"birth_date": "2027-01-01"}, "birth_date"),
        ({"birth_date": 2016}, "birth_date"),
        ({"time_zone": "Middle/Earth"}, "time_zone"),
        ({"role": "admin"}, "role"),
        ({"name": ""}, "name"),
        ({"name": "\u202e\u200b"}, "name"),
        ({"name": "a\u0000b"}, "name"),
        ({"name": "x" * 900_000}, "name"),
        ({"name": ["Ada"]}, "name"),
        ({"permissions": {"cs_projects": "full"}}, "permissions"),
        ({"kind": "district"}, "kind"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field_x_02(fresh, said, field):
    refused = change(fresh, **said)
    assert (refused.status, refused.body["code"], refused.body["field"]) == (422, "invalid_input", field)
    assert me(fresh) == EMPTY


@pytest.mark.parametrize("raw", [b'{"name": "\\ud83d"}', b"{", b"[]", b'"Ada"', b"\xff"])
def test_bodies_that_are_none_are_refused_x_02(fresh, raw):
    refused = fresh.call("PATCH", "/me", raw, as_=ADA, headers={"Content-Type": "application/json"})
    assert (refused.status, refused.body["code"]) == (422, "invalid_input")


def test_names_are_kept_as_they_are_written(fresh):
    for name in ("\u674e\u5c0f\u9f99", "Zo\u00eb", "\u0646\u200c\u0627", "\U0001f469\u200d\U0001f3eb"):
        assert change(fresh, name=name).body["name"] == name


def test_nothing_that_is_sent_makes_anybody_older_a_06(fresh):
    change(fresh, **BORN)
    older = {"X-Birth-Date": "1990-01-01", "X-Forwarded-For": "203.0.113.9", "Date": "Thu, 01 Jan 2099 00:00:00 GMT"}
    claims = {"birthdate": "1990-01-01", "custom:birth_date": "1990-01-01", "custom:role": "teacher"}
    found = fresh.call("GET", "/me?birth_date=1990-01-01&now=2099", as_=replace(ADA, more=claims), headers=older)
    assert found.body["permissions"] == {"discussion_posts": "limited", "cs_projects": "limited"}


def test_owning_classes_makes_a_teacher_c_01(fresh):
    me(fresh)
    TeachingItem(f"U#{ADA.account}", "TEACHING", classes=1, places=3).save()
    assert me(fresh)["roles"] == ["teacher"]


def test_a_grant_makes_an_administrator_until_it_ends_s_03_g_02(fresh):
    me(fresh)
    accounts = AccountService(AccountStore("users"))
    accounts.grant_admin(ADA.account, DISTRICT, "operator", START, "r1")
    assert me(fresh)["roles"] == ["admin"]
    assert me(fresh)["districts"] == [{"id": DISTRICT, "name": None, "roles": ["admin"]}]
    accounts.end_admin(ADA.account, DISTRICT, "operator", START + timedelta(days=1), "r2")
    assert (me(fresh)["roles"], me(fresh)["districts"]) == ([], [])


def test_a_link_makes_a_districts_account_with_the_rosters_birth_date_a_07_a_08(linked):
    api = linked(roles=("student",), birth_date="2016-05-04")
    found = me(api)
    assert (found["kind"], found["roles"], found["guardian_needed"]) == ("district", ["student"], False)
    assert found["districts"] == [{"id": DISTRICT, "name": "Grand Bend", "roles": ["student"]}]
    assert (found["birth_date"], found["birth_date_by"]) == ("2016-05-04", "roster")


def test_the_roster_says_when_a_linked_account_was_born_and_not_how_it_is_called_a_07(linked):
    api = linked(birth_date="2016-05-04")
    refused = change(api, birth_date="2017-01-01")
    assert (refused.status, refused.body["code"], refused.body["field"]) == (403, "roster_decides", "birth_date")
    assert change(api, name="A. B.").body["name"] == "A. B."


def test_nobody_without_a_token_of_their_own_x_01(fresh):
    assert fresh.call("GET", "/me").status == 401
    assert fresh.call("GET", "/me", as_=replace(ADA, client="another")).status == 401
    assert fresh.items("UsersTable") == []
