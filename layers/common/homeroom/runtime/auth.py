"""Who is asking: what the Cognito authorizer found in an id token, checked again (X-01)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from homeroom.runtime.errors import HomeroomError


class Unauthorized(HomeroomError):
    """Nobody, or somebody with a token that is not for people or not for us."""

    status = 401
    code = "unauthorized"
    title = "Sign in first"


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in account, and its address as given if Cognito says that it is verified, else "".

    Nothing else of a token is believed: it outlives sign-out, so state, roles and links come from our tables.
    """

    account: str
    address: str = ""


def caller(event: Mapping[str, Any], client_id: str) -> Caller:
    """The account behind a REST proxy event that passed the Cognito authorizer.

    Raises Unauthorized for anything but an id token that was issued to the client `client_id`.
    """
    claims = ((event.get("requestContext") or {}).get("authorizer") or {}).get("claims") or {}
    account = claims.get("sub")
    if not client_id or claims.get("token_use") != "id" or claims.get("aud") != client_id or not account:
        raise Unauthorized("Send the id token of a signed-in person.")
    verified = str(claims.get("email_verified", "")).lower() == "true"
    return Caller(str(account), str(claims.get("email") or "") if verified else "")
