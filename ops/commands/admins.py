"""Administrators: a district's first one gets in by this command (D-06, X-01)."""

import argparse
import uuid
from typing import TYPE_CHECKING, Any

from homeroom.accounts.rules import address_problem, normalise_address
from homeroom.runtime.errors import InvalidInput
from ops.commands import Commands
from ops.context import Context

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import UserTypeTypeDef


def add(commands: Commands) -> None:
    """Add this module's command."""
    command = commands.add_parser("admin", help="give somebody the administration of a whole district")
    command.add_argument("--district", required=True)
    command.add_argument("--email", required=True, help="an address that you know to be theirs")
    command.add_argument("--password", help="set it for good, and send no mail; - reads it from standard input")
    command.set_defaults(run=admin)


def admin(args: argparse.Namespace, context: Context) -> int:
    """Make the login if there is none, then grant. Again changes nothing but the password. Carries out X-03, X-04."""
    district = context.districts().get(args.district)
    address = normalise_address(args.email)
    if address_problem(address) or '"' in address or "\\" in address:
        raise InvalidInput("Send one e-mail address, such as name@district.example.", field="--email")
    password = context.text.readline().rstrip("\n") if args.password == "-" else args.password  # noqa: S105  a dash is no password
    account = login(context.cognito(), context.stack.user_pool, address, password)
    context.accounts().grant_admin(account, district.id, context.actor, context.now(), f"command-{uuid.uuid4()}")
    context.out.line(f"Account {account} administers district {district.id}.")
    return 0


def login(client: "CognitoIdentityProviderClient", pool: str, address: str, password: str | None) -> str:
    """The account id (`sub`) of the login that owns the address, made if there is none."""
    user = _owner(client, pool, address) or _made(client, pool, address, invite=password is None)
    if password is not None:
        _set_password(client, pool, user["Username"], password)
    return _attribute(user, "sub")


def _set_password(client: "CognitoIdentityProviderClient", pool: str, username: str, password: str) -> None:
    try:
        client.admin_set_user_password(UserPoolId=pool, Username=username, Password=password, Permanent=True)
    except (client.exceptions.InvalidPasswordException, client.exceptions.InvalidParameterException):
        raise InvalidInput("The pool wants a longer or another password.", field="--password") from None


def _owner(client: "CognitoIdentityProviderClient", pool: str, address: str) -> "UserTypeTypeDef | None":
    # Only a verified address is anybody's: an unverified claim must not get the grant.
    for page in client.get_paginator("list_users").paginate(UserPoolId=pool, Filter=f'email = "{address}"'):
        for user in page["Users"]:
            if _attribute(user, "email_verified") == "true":
                return user
    return None


def _made(client: "CognitoIdentityProviderClient", pool: str, address: str, *, invite: bool) -> "UserTypeTypeDef":
    request: dict[str, Any] = {
        "UserPoolId": pool,
        "Username": str(uuid.uuid4()),
        "UserAttributes": [{"Name": "email", "Value": address}, {"Name": "email_verified", "Value": "true"}],
    }
    how: dict[str, Any] = {"DesiredDeliveryMediums": ["EMAIL"]} if invite else {"MessageAction": "SUPPRESS"}
    made = client.admin_create_user(**request, **how)
    return made["User"]


def _attribute(user: "UserTypeTypeDef", name: str) -> str:
    found = (a.get("Value", "") for a in user.get("Attributes", []) if a["Name"] == name)
    return next(found, "")
