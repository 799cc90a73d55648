"""An address that went from one student to the next: A-01, A-04, A-05, A-09, A-10, G-10."""

import pytest

from homeroom.accounts.account import LinkEnd
from homeroom.accounts.store.links import LinkStore
from homeroom.roster import linking
from homeroom.runtime import aws
from tests.support import taught
from tests.support.people import Person
from tests.support.rostered import Rostered

ADDRESS = "ada@d1.example"
OLD = Person.named("old", address=ADDRESS)
NEW = Person.named("new", address="new@home.example")
BOSS = Person.named("boss", address="")
PERSON = "/districts/d1/people"
MINE = {"district": "d1", "person": "newcomer"}


@pytest.fixture(autouse=True)
def roster(fresh):
    """Ada, who has activated by her address."""
    fresh.become("AccountsFunction")
    taught.administrator(BOSS, district="d1")
    made = Rostered()
    made.person("ada", address=ADDRESS)
    made.klass("sec1", "ada", "newcomer", "third")
    fresh.call("GET", "/me", as_=OLD)
    assert linked("ada") == OLD.account
    fresh.wait(minutes=1)
    return made


def linked(person):
    found = linking.links().get(LinkEnd("d1", person))
    return found.account if found else None


def cut(api):
    assert api.call("DELETE", f"{PERSON}/ada/link", as_=BOSS).body["done"]
    api.wait(minutes=1)


def left(api, roster, how):
    """Ada leaves, with her link or without; a newcomer gets her address."""
    if how == "cut":
        cut(api)
    roster.person("ada", archived=1, address=ADDRESS)
    roster.person("newcomer", address=ADDRESS)


def activate(api, who=OLD):
    return api.call("POST", "/activations", {}, as_=who)


def confirm(api, body, who=OLD):
    return api.call("POST", "/activations/confirm", body, as_=who)


def assert_turned_away(api):
    """Ada's login, neither by itself nor by its owner's word."""
    assert api.call("GET", "/me", as_=OLD).body["proposals"] == []
    for refused in (activate(api), confirm(api, MINE)):
        assert (refused.status, refused.body["code"]) == (409, "linked_here")
    assert linked("newcomer") is None


def prove(api, who=NEW, address=ADDRESS):
    assert api.call("POST", "/me/aliases", {"address": address}, as_=who).status == 202
    (mail,) = api.deliver()
    assert mail.to == address
    return confirm(api, {"token": mail.links()[0].partition("#token=")[2]}, who)


@pytest.mark.parametrize("how", ["linked", "cut"])
def test_who_had_the_address_becomes_no_newcomer_a_01_a_04(fresh, roster, how):
    """Their login is verified as ever: neither by itself nor by their word."""
    left(fresh, roster, how)
    assert fresh.call("GET", "/me", as_=OLD).body["proposals"] == []
    for refused in (activate(fresh), confirm(fresh, MINE)):
        assert (refused.status, refused.body["code"]) == (409, "linked_here")
        assert "POST /districts/{district}/people/{person}/link" in refused.body["detail"]
    assert linked("newcomer") is None


@pytest.mark.parametrize("how", ["linked", "cut"])
@pytest.mark.parametrize("roles", [("teacher",), ("staff", "teacher"), ("district_admin",)])
def test_a_student_who_had_the_address_becomes_no_teacher_and_no_administrator_a_01_a_08(fresh, roster, how, roles):
    """Else who has left the school would look on at its classes, by a word of their own."""
    left(fresh, roster, how)
    roster.person("newcomer", *roles, address=ADDRESS, admin="district")
    assert_turned_away(fresh)
    assert prove(fresh).status == 200
    assert linked("newcomer") == NEW.account


@pytest.mark.parametrize("how", ["linked", "cut"])
def test_a_teacher_who_had_the_address_becomes_no_student_a_01_a_08(fresh, roster, how):
    roster.person("ada", "teacher", address=ADDRESS)
    left(fresh, roster, how)
    roster.person("ada", "teacher", address=ADDRESS, archived=1)
    assert activate(fresh).body["code"] == "linked_here"
    assert linked("newcomer") is None


@pytest.mark.parametrize("how", ["linked", "cut"])
def test_a_teacher_who_has_left_becomes_no_new_teacher_with_their_address_a_01_a_09(fresh, roster, how):
    """Else they would look on at a class that they never taught. Under a new id it is the administrator who says so."""
    left(fresh, roster, how)
    roster.person("ada", "teacher", address=ADDRESS, archived=1)
    roster.person("newcomer", "teacher", address=ADDRESS)
    assert_turned_away(fresh)
    assert prove(fresh).status == 200
    assert linked("newcomer") == NEW.account


def test_a_teacher_on_the_roster_is_asked_about_another_record_of_theirs_a_08(fresh, roster):
    roster.person("ada", "teacher", address=ADDRESS)
    assert activate(fresh).status == 200
    roster.person("ada", "teacher", address="")
    roster.person("newcomer", "staff", address=ADDRESS)
    assert [one["person"] for one in activate(fresh).body["to_confirm"]] == ["newcomer"]


def test_an_employees_other_record_follows_whatever_the_account_was_once_a_08(fresh, roster):
    """The district knows the account as this person; a wrong link to a student was cut before."""
    cut(fresh)
    roster.person("ada", address="")
    for person in ("newcomer", "t9"):
        roster.person(person, "teacher", address=ADDRESS)
    fresh.call("PATCH", f"{PERSON}/newcomer", {"aliases": [ADDRESS]}, as_=BOSS)
    assert confirm(fresh, MINE).status == 200
    assert (linked("newcomer"), linked("t9")) == (OLD.account, OLD.account)
    roster.person("t10", "staff", address=ADDRESS)
    assert activate(fresh).status == 200
    assert linked("t10") == OLD.account


@pytest.mark.parametrize("how", ["linked", "cut"])
def test_the_newcomer_gets_address_and_record_by_the_mailbox_a_01_a_04(fresh, roster, how):
    left(fresh, roster, how)
    done = prove(fresh)
    assert (done.status, linked("newcomer")) == (200, NEW.account)
    found = fresh.call("GET", "/me", as_=NEW).body
    assert (found["aliases"], found["kind"]) == ([ADDRESS], "district")
    assert activate(fresh).body["code"] == "not_on_roster"
    assert linked("newcomer") == NEW.account


def test_the_same_record_again_is_its_owners_g_10(fresh, roster):
    cut(fresh)
    roster.person("ada", archived=1, address=ADDRESS)
    assert activate(fresh).status != 200
    roster.run = 2
    roster.person("ada", address=ADDRESS)
    assert confirm(fresh, {"district": "d1", "person": "ada"}).status == 200
    assert linked("ada") == OLD.account


def test_the_same_person_under_a_new_id_is_the_administrators_a_09(fresh, roster):
    left(fresh, roster, "linked")
    assert activate(fresh).status == 409
    moved = {"account": OLD.account, "instead_of": "ada"}
    assert fresh.call("POST", f"{PERSON}/newcomer/link", moved, as_=BOSS).status == 200
    assert (linked("newcomer"), linked("ada")) == (OLD.account, None)


def test_after_a_wrong_link_was_cut_administrator_and_owner_say_who_it_is_a_10(fresh, roster):
    """The address is the right record's own; as an alias it is the administrator's word, and the owner is asked."""
    left(fresh, roster, "cut")
    refused = fresh.call("POST", f"{PERSON}/newcomer/link", {"account": OLD.account}, as_=BOSS)
    assert (refused.status, refused.body["code"]) == (409, "owner_must_confirm")
    assert fresh.call("PATCH", f"{PERSON}/newcomer", {"aliases": [ADDRESS]}, as_=BOSS).body["aliases"] == [ADDRESS]
    assert [one["person"] for one in activate(fresh).body["to_confirm"]] == ["newcomer"]
    assert linked("newcomer") is None
    assert confirm(fresh, MINE).status == 200
    assert linked("newcomer") == OLD.account


def test_whom_clever_names_is_asked_whatever_their_account_was_once_a_04_a_10(fresh, roster):
    """Clever's ids go from nobody to the next; and who has no mailbox has no address that could be an alias."""
    pupil = Person.named(
        "pupil", address="", verified=None, provider="Clever", subject="newcomer", more={"custom:clever_district": "d1"}
    )
    fresh.call("GET", "/me", as_=pupil)
    assert fresh.call("DELETE", f"{PERSON}/ada/link", as_=BOSS).status == 200
    wrong = fresh.call("POST", f"{PERSON}/ada/link", {"account": pupil.account}, as_=BOSS)
    assert (wrong.status, linked("ada")) == (200, pupil.account)
    cut(fresh)
    roster.person("newcomer")
    assert [one["person"] for one in activate(fresh, pupil).body.get("to_confirm", [])] == ["newcomer"]
    assert linked("newcomer") is None
    assert confirm(fresh, MINE, pupil).status == 200
    assert linked("newcomer") == pupil.account


def test_a_record_that_is_gone_may_have_been_a_students_a_04(fresh, roster):
    left(fresh, roster, "cut")
    roster_key = {"pk": {"S": "D#d1#P#ada"}, "sk": {"S": "PERSON"}}
    aws.dynamodb().delete_item(TableName=roster.districts, Key=roster_key)
    assert activate(fresh).body["code"] == "linked_here"


def test_who_was_a_student_elsewhere_is_asked_as_ever_a_11(fresh, roster):
    cut(fresh)
    elsewhere = Rostered("d2")
    elsewhere.person("far", address=ADDRESS)
    elsewhere.klass("x", "far")
    assert "far" in [one["person"] for one in activate(fresh).body["to_confirm"]]


def test_the_past_is_read_only_where_there_is_somebody_to_become_a_04(fresh, roster, monkeypatch):
    asked, past = [], LinkStore.past
    monkeypatch.setattr(LinkStore, "past", lambda self, account: asked.append(account) or past(self, account))
    fresh.call("GET", "/me", as_=OLD)
    activate(fresh)
    fresh.call("GET", "/me", as_=NEW)
    assert asked == []
    left(fresh, roster, "linked")
    activate(fresh)
    assert asked == [OLD.account]
