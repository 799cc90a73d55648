"""Whose an address is, whatever logins and mailed links do: A-01, A-04, A-05, I-03."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws

from homeroom.accounts.account import Account
from homeroom.accounts.rules.accounts import login_address, owned
from homeroom.accounts.service.callers import Callers
from homeroom.accounts.store.addresses import AddressStore
from homeroom.accounts.store.profiles import AddressItem, ProfileStore
from homeroom.runtime.audit import Change
from homeroom.runtime.auth import Caller
from homeroom.runtime.transact import transact
from tests.support.quicker import truncate
from tests.support.tables import schema

NOW = datetime(2026, 9, 15, 7, tzinfo=UTC)
LOGIN, MAILED = "ada@people.example", "ada@school.example"
ADA = Account("a1", created=NOW, address=LOGIN, addresses=frozenset({MAILED}))
PEOPLE, ADDRESSES = ("a1", "a2", "a3"), ("", "x@people.example", "y@people.example", "z@people.example")

signs_in = st.tuples(st.just("login"), st.sampled_from(PEOPLE), st.sampled_from(ADDRESSES))
proves = st.tuples(st.just("mail"), st.sampled_from(PEOPLE), st.sampled_from(ADDRESSES[1:]))


def test_a_login_owns_its_address_while_its_token_says_so_and_mailed_ones_always_a_01_a_04() -> None:
    assert owned(ADA, " ADA@people.example ") == {LOGIN, MAILED}
    assert owned(ADA, "") == {MAILED}
    assert owned(ADA, "ben@people.example") == {MAILED}
    assert owned(replace(ADA, address=""), LOGIN) == {MAILED}
    assert owned(replace(ADA, address="", addresses=frozenset()), "") == frozenset()


@pytest.mark.parametrize(
    "text", ["", " ", "ada", "a@b", "a@@b.example", "a\u200b b@c.example", "x" * 300 + "@c.example"]
)
def test_what_is_no_address_is_no_logins_a_01(text: str) -> None:
    assert login_address(text) == ""


@given(st.text(max_size=60), st.text(max_size=60))
def test_nobody_owns_what_is_not_theirs_whatever_is_said_a_01(kept: str, said: str) -> None:
    account = replace(ADA, address=login_address(kept))
    assert owned(account, said) - {MAILED} <= {account.address} - {""}


@pytest.fixture(scope="module")
def profiles() -> Iterator[ProfileStore]:
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        client = boto3.client("dynamodb")
        client.create_table(**schema("UsersTable", "users"))
        yield ProfileStore("users", client)


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(signs_in | proves, max_size=12))
def test_an_address_is_one_accounts_and_each_says_so_of_the_other_a_01_a_05(
    profiles: ProfileStore, steps: list[tuple[str, str, str]]
) -> None:
    truncate("users")
    callers, store = Callers(profiles), AddressStore(profiles)
    for number, (how, who, address) in enumerate(steps):
        if how == "login":
            account = callers.account(Caller(who, address), NOW + timedelta(seconds=number))
            assert account == profiles.get(who)
        else:
            row = Change(str(number), NOW, who, "account.address", f"account:{who}", "request:r1", None, {})
            transact(profiles.client, store.adopt_actions(who, address, 10, NOW, row))
        assert claims() == said(profiles)


def claims() -> set[tuple[str, str]]:
    items = [item for item in AddressItem.scan() if item.sk == "ADDR"]
    return {(item.pk.removeprefix("ADDR#"), item.account) for item in items}


def said(profiles: ProfileStore) -> set[tuple[str, str]]:
    """What the accounts say themselves."""
    found = profiles.many(PEOPLE).values()
    return {(address, one.id) for one in found for address in {one.address, *one.addresses} - {""}}
