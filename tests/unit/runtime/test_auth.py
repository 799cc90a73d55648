"""Whose address a token vouches for, and what a login by Clever is worth: A-01, A-04."""

import json
from typing import Any

import pytest

from homeroom.runtime.auth import Caller, caller

CLIENT = "client"
ADDRESS = {"email": "Ada@d.example", "email_verified": "true"}


def identity(provider: str = "Clever", user: str = "5b1") -> str:
    return json.dumps({"userId": user, "providerName": provider, "providerType": "OIDC", "primary": "true"})


def asked(**claims: Any) -> Caller:
    said = {"sub": "a1", "aud": CLIENT, "token_use": "id", **claims}
    return caller({"requestContext": {"authorizer": {"claims": said}}}, f"other,{CLIENT}")


@pytest.mark.parametrize("verified", ["true", True])
def test_a_verified_address_counts_a_01(verified: Any) -> None:
    assert asked(email="Ada@d.example", email_verified=verified) == Caller("a1", "Ada@d.example")


@pytest.mark.parametrize("verified", ["false", False, "", "yes", "1", None])
def test_an_address_that_nobody_verified_does_not_a_04(verified: Any) -> None:
    assert asked(email="ada@d.example", email_verified=verified) == Caller("a1")


def test_without_a_word_on_it_an_address_does_not_count_a_04() -> None:
    assert asked(email="ada@d.example") == Caller("a1")


@pytest.mark.parametrize("told", [identity(), f"[{identity()}]", f"{identity('Google', 'g')},{identity()}"])
def test_a_login_by_clever_is_its_district_and_id_and_no_address_a_04(told: str) -> None:
    """Clever verifies no address, whatever a token says of it."""
    found = asked(identities=told, **ADDRESS, **{"custom:clever_district": "d1"})
    assert found == Caller("a1", "", ("d1", "5b1"))


@pytest.mark.parametrize("told", [identity(), identity(user=""), "{providerName=Clever, userId=5b1}"])
def test_a_login_by_clever_without_a_district_or_an_id_is_nobodys_record_a_04(told: str) -> None:
    assert asked(identities=told, **ADDRESS) == Caller("a1")


@pytest.mark.parametrize("told", ["", identity("Google", "g"), "{providerName=Google}", "[]", "7", "null"])
def test_what_another_provider_says_of_a_district_counts_for_nothing_a_04(told: str) -> None:
    found = asked(identities=told, **ADDRESS, **{"custom:clever_district": "d1"})
    assert found == Caller("a1", "Ada@d.example")
