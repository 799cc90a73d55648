"""The addresses of logins, as Cognito says them: A-01, A-04."""

from typing import Any, cast

import pytest

from homeroom.accounts.directory import Directory

POOL = "us-east-1_pool"
ADA = {"sub": "a1", "email": "Ada@D1.example", "email_verified": "true"}


class MissingAttribute(Exception):
    """What Cognito answers when somebody has not what is asked for by name."""


class Pool:
    """Cognito with one login. Unlike moto it refuses to tell single attributes of who lacks one."""

    def __init__(self, *, enabled: bool = True, **attributes: str) -> None:
        self._enabled, self._attributes = enabled, attributes

    def list_users(self, **asked: Any) -> dict[str, Any]:
        assert (asked["UserPoolId"], asked["Filter"]) == (POOL, f'sub = "{self._attributes["sub"]}"')
        names = asked.get("AttributesToGet") or list(self._attributes)
        if not self._attributes.keys() >= set(names):
            raise MissingAttribute
        told = [{"Name": name, "Value": self._attributes[name]} for name in names]
        return {"Users": [{"Enabled": self._enabled, "Attributes": told}]}


def address(**login: Any) -> str:
    return Directory(lambda: cast("Any", Pool(**login)), POOL).address("a1")


def test_the_address_that_the_pool_has_verified_a_01() -> None:
    assert address(**ADA) == "Ada@D1.example"


@pytest.mark.parametrize("more", [{"email_verified": "false"}, {"enabled": False}])
def test_no_other_address_counts_a_01(more: dict[str, Any]) -> None:
    assert address(**ADA | more) == ""


def test_who_came_by_clever_has_none_and_that_is_no_fault_a_04() -> None:
    """Their login has no address at all: one administrator more or less must not keep a letter from the others."""
    assert address(**{"sub": "a1", "custom:clever_district": "d1"}) == ""
