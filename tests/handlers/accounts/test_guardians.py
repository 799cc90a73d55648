"""Guardians, who answer by a mailed link (J-09, X-03, X-04)."""

import json

import pytest

from functions.accounts.routes import deps
from homeroom.accounts.service.guardians import MAILS_A_DAY
from homeroom.accounts.service.proofs import AN_ADDRESS_A_DAY, to_address
from homeroom.accounts.store.profiles import ProfileItem
from tests.support.people import Person

from .proving import ADA, BEN, DAD, MUM, OTHER, answer, audit, mailed, me, name


@pytest.fixture
def child(fresh):
    """ADA is a child."""
    fresh.call("PATCH", "/me", {"birth_date": "2016-05-04"}, as_=ADA)
    return fresh


@pytest.fixture
def released(monkeypatch):
    """The accounts whose waiting joins were moved on."""
    told = []
    monkeypatch.setattr(deps, "released", lambda account, now: told.append(account))
    for kept in (deps.guardians, deps.me):
        kept.cache_clear()
    yield told
    monkeypatch.undo()
    for kept in (deps.guardians, deps.me):
        kept.cache_clear()


def test_a_guardian_says_yes_without_an_account_j_09(child, released):
    named = name(child)
    assert (named.status, named.body["address"], named.body["state"]) == (202, MUM, "asked")
    text = mailed(child, "guardian", MUM)
    found = answer(child, text)
    assert (found.status, found.body) == (200, {"state": "approved"})
    assert (me(child)["guardian"]["state"], me(child)["guardian_needed"]) == ("approved", False)
    assert released == [ADA.account]


def test_the_events_of_a_guardian(sent, fresh):
    assert sent("guardian").body["address"] == "parent@people.example"
    assert mailed(fresh, "guardian", "parent@people.example")
    assert sent("guardian_approval").body["code"] == "proof_invalid"


def test_the_same_answer_again_is_answered_alike_and_lets_in_again_x_03(child, released):
    """What was cut short after the answer was written is done then."""
    name(child)
    text = mailed(child, "guardian", MUM)
    assert [answer(child, text).body for _ in range(3)] == [{"state": "approved"}] * 3
    assert released == [ADA.account] * 3
    assert len(audit(child, "account.guardian_answered")) == 1


def test_a_no_can_become_a_yes_for_thirty_days_and_a_yes_stays_j_09(child, released):
    name(child)
    text = mailed(child, "guardian", MUM)
    assert answer(child, text, "no").body == {"state": "refused"}
    assert me(child)["guardian_needed"] is True
    child.wait(days=29)
    assert answer(child, text, "yes").body == {"state": "approved"}
    refused = answer(child, text, "no")
    assert (refused.status, refused.body["code"]) == (409, "guardian_approved")
    rows = audit(child, "account.guardian_answered")
    assert [json.loads(row["after"])["state"] for row in rows] == ["refused", "approved"]
    assert {row["actor"].partition(":")[0] for row in rows} == {"guardian"}


def test_another_guardian_takes_the_place_of_the_first_j_09(child, released):
    name(child)
    first = mailed(child, "guardian", MUM)
    assert name(child, DAD).body["address"] == DAD
    assert answer(child, first).body["code"] == "proof_invalid"
    assert answer(child, mailed(child, "guardian", DAD)).status == 200
    assert len(audit(child, "account.guardian_named")) == 2


def test_a_mail_to_somebody_who_is_guardian_no_more_does_not_go_j_09(child):
    name(child)
    name(child, DAD)
    assert [mail.to for mail in child.deliver()] == [DAD]


def test_naming_again_sends_another_mail_three_a_day_j_09(child):
    for _ in range(MAILS_A_DAY):
        assert name(child).status == 202
        assert name(child).status == 202  # within the minute: the same mail
        child.wait(minutes=1)
    refused = name(child)
    assert (refused.status, refused.body["code"]) == (429, "too_many_mails")
    assert len(child.deliver()) == MAILS_A_DAY


def test_only_who_waits_names_a_guardian_j_09(fresh):
    fresh.call("PATCH", "/me", {"birth_date": "2010-05-04"}, as_=ADA)
    refused = name(fresh)
    assert (refused.status, refused.body["code"]) == (409, "guardian_not_needed")
    assert fresh.items("OutboxTable") == []


def test_nobody_is_their_own_guardian_j_09(child):
    ProfileItem(f"U#{ADA.account}", "PROFILE").update([ProfileItem.addresses.set({OTHER})])
    for address in (ADA.address, ADA.address.upper(), OTHER):
        refused = name(child, address)
        assert (refused.status, refused.body["field"]) == (422, "address")


def test_nobody_names_the_mailbox_by_which_they_sign_in_j_09(child):
    """The address is another account's here: this login reads its mail all the same."""
    second = Person.named("second", address=ADA.address)
    assert me(child, second)["address"]["own"] is False
    assert name(child, ADA.address, second).status == 422
    spelt = Person.named("spelt", address="kim@xn--bcher-kva.example")
    assert name(child, "kim@b\u00fccher.example", spelt).status == 422
    assert child.deliver() == []


def test_no_guardians_mail_tells_who_is_on_a_roster_a_04(child):
    """Mails that go to who is on a roster alone are counted, and the count is not told."""
    child.become("AccountsFunction")
    for _ in range(AN_ADDRESS_A_DAY):
        deps.proofs().count(to_address(MUM), child.now)
    assert name(child).status == 202


def test_an_age_of_13_on_file_ends_the_waiting_too_j_09(fresh, released):
    name(fresh)
    fresh.call("PATCH", "/me", {"birth_date": "2010-05-04"}, as_=ADA)
    assert (me(fresh)["guardian_needed"], released) == (False, [ADA.account])
    fresh.call("PATCH", "/me", {"name": "Ada"}, as_=ADA)
    assert released == [ADA.account]


def test_an_answer_that_is_neither_is_refused_x_02(child):
    name(child)
    text = mailed(child, "guardian", MUM)
    refused = answer(child, text, "maybe")
    assert (refused.status, refused.body["field"]) == (422, "answer")
    assert child.call("POST", "/guardian-approvals", {"token": text}).status == 422
    assert me(child)["guardian"]["state"] == "asked"


@pytest.fixture
def waiting(child):
    """ADA, a child, waits for her guardian in a class of BEN's."""
    child.call("PATCH", "/me", {"birth_date": "1990-05-04", "role": "teacher"}, as_=BEN)
    made = child.call("POST", "/classes", {"name": "Chess"}, as_=BEN)
    assert made.status == 201, made.body
    name(child)
    told = child.call("POST", "/join", {"code": made.body["code"]}, as_=ADA)
    assert (told.status, told.body["outcome"]) == (202, "waiting_for_guardian")
    return child


def classes(api):
    items = api.call("GET", "/me/classes", as_=ADA).body["items"]
    return [(one["name"], one["membership"], one["waits_for"]) for one in items]


def test_a_yes_lets_the_child_in_where_it_waits_j_09(waiting):
    text = mailed(waiting, "guardian", MUM)
    assert classes(waiting) == [("Chess", "waiting", "guardian")]
    assert answer(waiting, text).status == 200
    assert classes(waiting) == [("Chess", "active", "")]


def test_a_no_lets_nobody_in_j_09(waiting):
    assert answer(waiting, mailed(waiting, "guardian", MUM), "no").status == 200
    assert classes(waiting) == []
