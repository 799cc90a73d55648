"""Who is asking: what the Cognito authorizer found in a token, checked again (X-01)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from homeroom.runtime.errors import Forbidden, HomeroomError

CLEVER = "Clever"


class Unauthorized(HomeroomError):
    """Nobody, or somebody with a token that is not for people or not for us."""

    status = 401
    code = "unauthorized"
    title = "Sign in first"


class ScopeMissing(Forbidden):
    """A program whose credentials were not given the scope that this takes."""

    code = "scope_missing"
    title = "These credentials do not reach that far"


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in account, and its address as given if Cognito says that it is verified, else "".

    `clever` is the district and the Clever user id of who has signed in by Clever, and such a login has no verified
    address: Clever verifies none (A-04). Nothing else of a token is believed: it outlives sign-out, so state, roles and
    links come from our tables.
    """

    account: str
    address: str = ""
    clever: tuple[str, str] | None = None


def caller(event: Mapping[str, Any], clients: str) -> Caller:
    """The account behind a REST proxy event that passed the Cognito authorizer.

    Raises Unauthorized for anything but an id token that was issued to one of the clients, ids with commas between.
    """
    claims = _claims(event)
    account, client = claims.get("sub"), claims.get("aud")
    if claims.get("token_use") != "id" or not account or not client or client not in clients.split(","):
        raise Unauthorized("Send the id token of a signed-in person.")
    user = _clever_user(claims)
    if user is not None:
        district = str(claims.get("custom:clever_district") or "")
        return Caller(str(account), clever=(district, user) if district and user else None)
    verified = str(claims.get("email_verified", "")).lower() == "true"
    return Caller(str(account), str(claims.get("email") or "") if verified else "")


def machine(event: Mapping[str, Any], scope: str) -> str:
    """The client id of the program behind a REST proxy event that passed the Cognito authorizer.

    Raises Unauthorized for anything but an access token of a program's own, ScopeMissing when it lacks the scope.
    """
    claims = _claims(event)
    client = claims.get("client_id")
    # The access token of a person names them; whatever its scopes, it is no program's.
    if claims.get("token_use") != "access" or not client or claims.get("username"):
        raise Unauthorized("Send the access token of a program.")
    if scope not in str(claims.get("scope") or "").split():
        raise ScopeMissing(f"The scope {scope} is needed.")
    return str(client)


def _clever_user(claims: Mapping[str, Any]) -> str | None:
    """The Clever user id behind a login by Clever, "" when it cannot be read; None of a login that is none by Clever.

    Cognito alone writes `identities`.
    """
    told = str(claims.get("identities") or "").strip()
    try:
        # API Gateway hands a list on as what is in it.
        identities = json.loads(told if told.startswith("[") else f"[{told}]")
    except ValueError:
        return "" if CLEVER in told else None
    found = [one for one in identities if isinstance(one, dict) and one.get("providerName") == CLEVER]
    return str(found[0].get("userId") or "") if found else None


def _claims(event: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = ((event.get("requestContext") or {}).get("authorizer") or {}).get("claims") or {}
    return found
