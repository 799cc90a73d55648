"""Logins, as Cognito keeps them: the address of an account, if it was verified (A-01)."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient


class Directory:
    """The user pool. `client` gives its client when it is first needed."""

    def __init__(self, client: Callable[[], "CognitoIdentityProviderClient"], pool: str) -> None:
        self._client, self._pool = client, pool

    def address(self, account: str) -> str:
        """The account's address, "" when there is no such login, it is disabled, or the address is not verified.

        Raises what boto3 raises.
        """
        # By `sub`, which is an account's id here; a login's name, by which AdminGetUser looks, is another.
        # All attributes: asked for some by name, Cognito refuses to tell of who lacks one. Clever's people lack both.
        found = self._client().list_users(UserPoolId=self._pool, Filter=f'sub = "{account}"', Limit=1)["Users"]
        known = {one["Name"]: one.get("Value", "") for user in found for one in user.get("Attributes", [])}
        usable = known.get("email_verified") == "true" and all(user.get("Enabled", True) for user in found)
        return known.get("email", "") if usable else ""
