"""Signing up, signing in, and machines' tokens, with the deployed pool and its authorizer."""

import secrets
from urllib.error import HTTPError

import pytest

from sandbox.rig.api import Api
from sandbox.rig.people import Address, claims, machine, newcomer, sign_in, sign_up, tokens
from sandbox.rig.stack import Stack

pytestmark = [pytest.mark.e2e, pytest.mark.local_stack]
PERMISSIONS = "/accounts/00000000-0000-4000-8000-000000000000/permissions"
READ, WRITE = "homeroom/permissions.read", "homeroom/progress.write"


def address() -> str:
    return f"{secrets.token_hex(6)}@people.example"


@pytest.mark.parametrize(("state", "verified"), [("verified", True), ("unverified", False), ("changed", False)])
def test_a_token_says_whether_the_address_was_verified_a_01_a_04(
    stack: Stack, state: Address, *, verified: bool
) -> None:
    """A-01, A-04: what activation and invitations look at, of real pool users."""
    login = sign_up(stack, theirs := address(), state)
    told = claims(tokens(stack, login)["IdToken"])
    assert (told["email"], told["email_verified"], told["sub"]) == (theirs, verified, login.account)
    assert (told["token_use"], told["aud"]) == ("id", stack.names["user_pool_client_id"])


def test_a_newcomer_reaches_the_api_and_a_stranger_does_not_x_01(stack: Stack) -> None:
    assert newcomer(stack, address()).call("GET", "/me").status == 200
    assert Api(stack.names["api_url"]).call("GET", "/me").status == 401


def test_sessions_sign_each_other_out_never_c_10(stack: Stack) -> None:
    """C-10: co-teachers may share an account."""
    login = sign_up(stack, address())
    first, second = sign_in(stack, login), sign_in(stack, login)
    assert {session.call("GET", "/me").status for session in (first, second, first)} == {200}


def test_permissions_are_for_machines_with_the_scope_alone_a_06(stack: Stack) -> None:
    """A-06: no person, and no program of another purpose."""
    login = sign_up(stack, address())
    theirs = tokens(stack, login)
    refused = [Api(stack.names["api_url"], token) for token in ("", theirs["IdToken"], theirs["AccessToken"])]
    for api in [*refused, machine(stack, WRITE)]:
        answer = api.call("GET", PERMISSIONS)
        assert (answer.status, answer.body["code"]) == (401, "unauthorized")
        assert answer.headers["content-type"].startswith("application/problem+json")
    allowed = machine(stack, READ).call("GET", PERMISSIONS)
    assert (allowed.status, allowed.headers["cache-control"]) == (404, "no-store")


def test_machines_get_no_scope_that_is_not_theirs_a_06(stack: Stack) -> None:
    with pytest.raises(HTTPError) as refused:
        machine(stack, "homeroom/everything")
    assert refused.value.code == 400


@pytest.mark.parametrize("token", ["read", "write"])
def test_a_machine_is_nobody_on_peoples_routes_x_01(stack: Stack, token: str) -> None:
    """X-01: whoever it is, it has no account; refused by the gateway on AWS, by the functions here."""
    api = machine(stack, READ if token == "read" else WRITE)
    for method, path in (("GET", "/districts/5f0000000001000000000000"), ("GET", "/me"), ("GET", "/classes")):
        assert api.call(method, path).status == 401
