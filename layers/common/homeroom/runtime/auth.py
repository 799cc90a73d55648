"""Who is asking: what the Cognito authorizer found in a token, checked again (X-01)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from homeroom.runtime.errors import Forbidden, HomeroomError


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

    Nothing else of a token is believed: it outlives sign-out, so state, roles and links come from our tables.
    """

    account: str
    address: str = ""


def caller(event: Mapping[str, Any], clients: str) -> Caller:
    """The account behind a REST proxy event that passed the Cognito authorizer.

    Raises Unauthorized for anything but an id token that was issued to one of the clients, ids with commas between.
    """
    claims = _claims(event)
    account, client = claims.get("sub"), claims.get("aud")
    if claims.get("token_use") != "id" or not account or not client or client not in clients.split(","):
        raise Unauthorized("Send the id token of a signed-in person.")
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


def _claims(event: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = ((event.get("requestContext") or {}).get("authorizer") or {}).get("claims") or {}
    return found
