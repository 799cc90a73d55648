"""A-01, A-05, X-03, X-04: accounts and whose an address is, on every engine."""

from datetime import UTC, datetime, timedelta

import pytest

from homeroom.accounts.account import Account
from homeroom.accounts.rules.accounts import owned
from homeroom.accounts.service.callers import Callers
from homeroom.accounts.store import UserAuditItem
from homeroom.accounts.store.profiles import AddressItem, ProfileItem, ProfileStore
from homeroom.runtime import aws
from homeroom.runtime.auth import Caller
from homeroom.runtime.dynamo import bind

NOW = datetime(2026, 9, 15, 7, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
OLD, NEW = "old@people.example", "new@people.example"


@pytest.fixture
def profiles(make_table):
    name = make_table("UsersTable")
    bind(name, UserAuditItem)
    return ProfileStore(name, aws.dynamodb())


@pytest.fixture
def callers(profiles):
    return Callers(profiles)


def addresses() -> dict[str, str]:
    return {item.pk.removeprefix("ADDR#"): item.account for item in AddressItem.scan() if item.pk.startswith("ADDR#")}


def audit(account: str) -> list[UserAuditItem]:
    return list(UserAuditItem.query(f"U#{account}", UserAuditItem.sk.startswith("AUDIT#")))


def test_the_first_request_makes_the_account_and_its_address_its_own_a_01(callers, profiles):
    found = callers.account(Caller("a1", " Old@People.example "), NOW)
    assert found == Account("a1", created=NOW, address=OLD)
    assert (profiles.get("a1"), addresses()) == (found, {OLD: "a1"})


def test_later_requests_change_nothing_x_03(callers):
    callers.account(Caller("a1", OLD), NOW)
    assert callers.account(Caller("a1", OLD), LATER) == Account("a1", created=NOW, address=OLD)


def test_an_address_that_is_not_verified_is_nobodys_a_04(callers):
    assert callers.account(Caller("a1", ""), NOW).address == ""
    assert addresses() == {}


@pytest.mark.parametrize("malformed", ["no-at-sign", "a@b", f"{'x' * 3000}@people.example", "a b@people.example"])
def test_an_address_that_is_none_is_not_kept(callers, malformed):
    assert callers.account(Caller("a1", malformed), NOW).address == ""


def test_a_changed_address_of_the_login_takes_the_place_of_the_old_one_a_01(callers, profiles):
    callers.account(Caller("a1", OLD), NOW)
    found = callers.account(Caller("a1", NEW), LATER)
    assert found == profiles.get("a1") == Account("a1", created=NOW, address=NEW)
    assert addresses() == {NEW: "a1"}
    (row,) = audit("a1")
    assert (row.action, row.actor, row.cause) == ("account.login_address", "a1", "sign_in")
    assert OLD not in row.before + row.after
    assert NEW not in row.before + row.after


def test_somebody_elses_address_stays_theirs_and_the_old_one_becomes_free_a_01(callers, profiles):
    callers.account(Caller("a1", OLD), NOW)
    callers.account(Caller("a2", NEW), NOW)
    found = callers.account(Caller("a1", NEW), LATER)
    assert found.address == profiles.get("a1").address == ""
    assert addresses() == {NEW: "a2"}
    assert owned(found, NEW) == frozenset()


def test_who_signs_in_with_somebody_elses_address_owns_none_until_it_is_free_a_01(callers):
    callers.account(Caller("a1", OLD), NOW)
    assert callers.account(Caller("a2", OLD), NOW).address == ""
    callers.account(Caller("a1", NEW), LATER)
    assert callers.account(Caller("a2", OLD), LATER).address == OLD
    assert addresses() == {OLD: "a2", NEW: "a1"}


def test_an_address_of_a_mailed_link_survives_a_change_of_the_login_a_05(callers, profiles):
    callers.account(Caller("a1", OLD), NOW)
    ProfileItem("U#a1", "PROFILE").update([ProfileItem.addresses.set({OLD})])
    assert callers.account(Caller("a1", NEW), LATER).addresses == {OLD}
    assert addresses() == {OLD: "a1", NEW: "a1"}


def test_an_account_that_was_read_before_a_change_is_read_again_x_03(callers, profiles):
    stale = callers.account(Caller("a1", OLD), NOW)
    callers.account(Caller("a1", "third@people.example"), NOW)
    assert callers.settled(stale, Caller("a1", NEW), LATER).address == NEW
    assert addresses() == {NEW: "a1"}


def test_an_account_as_it_was_read_is_not_read_again(callers, profiles, monkeypatch):
    found = callers.account(Caller("a1", OLD), NOW)
    monkeypatch.setattr(profiles, "client", None)
    assert callers.settled(found, Caller("a1", OLD.upper()), LATER) is found
    assert callers.settled(found, Caller("a1", ""), LATER) is found
