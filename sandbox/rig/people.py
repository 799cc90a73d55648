"""People with a login of their own on the local stack, and the programs that may ask it without one."""

import base64
import json
import secrets
import urllib.parse
import urllib.request
import uuid
from dataclasses import dataclass
from typing import Any, Literal

import boto3

from sandbox.rig.api import Api
from sandbox.rig.stack import Stack

# What the pool knows of somebody's address: that it is theirs; nothing yet; that it was another one that was theirs.
Address = Literal["verified", "unverified", "changed"]


@dataclass(frozen=True)
class Login:
    """Somebody in the user pool. `account` is Homeroom's id of them, `name` the pool's."""

    account: str
    name: str
    address: str
    password: str


def sign_up(stack: Stack, address: str, state: Address = "verified") -> Login:
    """Sign up as the front end does, with an address that nobody else here has, and confirm the login.

    `unverified`: an operator let them in without a look at the address. `changed`: they verified another address, and
    then told the pool this one.
    """
    pool, client = boto3.client("cognito-idp"), stack.names["user_pool_client_id"]
    name, password = str(uuid.uuid4()), secrets.token_urlsafe(18)
    first = f"before-{secrets.token_hex(4)}@people.example" if state == "changed" else address
    made = pool.sign_up(
        ClientId=client, Username=name, Password=password, UserAttributes=[{"Name": "email", "Value": first}]
    )
    login = Login(made["UserSub"], name, address, password)
    pool.admin_confirm_sign_up(UserPoolId=stack.names["user_pool_id"], Username=name)
    _told(stack, login, email=first, email_verified=str(state != "unverified").lower())
    if state == "changed":
        # As Cognito has it: a new address is an unverified one, whatever the old one was.
        _told(stack, login, email=address, email_verified="false")
    return login


def tokens(stack: Stack, login: Login) -> dict[str, str]:
    """A new session of theirs: its `IdToken`, `AccessToken` and `RefreshToken`. Earlier ones go on (C-10)."""
    signed = boto3.client("cognito-idp").admin_initiate_auth(
        UserPoolId=stack.names["user_pool_id"],
        ClientId=stack.names["user_pool_client_id"],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": login.name, "PASSWORD": login.password},
    )
    return dict(signed["AuthenticationResult"])  # type: ignore[arg-type]  # its other members are not used


def sign_in(stack: Stack, login: Login) -> Api:
    """The API in a new session of theirs."""
    return Api(stack.names["api_url"], tokens(stack, login)["IdToken"])


def newcomer(stack: Stack, address: str, state: Address = "verified") -> Api:
    """The API as somebody who has just signed up with that address."""
    return sign_in(stack, sign_up(stack, address, state))


def forget(stack: Stack, address: str) -> None:
    """Remove the logins with that address, and what Homeroom keeps of their accounts, as if they had never come."""
    pool, users = boto3.client("cognito-idp"), stack.names["tables"]["UsersTable"]
    found = pool.list_users(UserPoolId=stack.names["user_pool_id"], Filter=f'email = "{address}"')["Users"]
    gone = {one["Value"] for user in found for one in user["Attributes"] if one["Name"] == "sub"}
    for user in found:
        pool.admin_delete_user(UserPoolId=stack.names["user_pool_id"], Username=user["Username"])
    for item in stack.items("UsersTable").values():
        theirs = {item["pk"]["S"].removeprefix("U#"), item.get("account", {}).get("S", "")}
        if theirs & gone or item["pk"]["S"] == f"ADDR#{address}":
            boto3.client("dynamodb").delete_item(TableName=users, Key={"pk": item["pk"], "sk": item["sk"]})


def machine(stack: Stack, *scopes: str) -> Api:
    """The API as the learning platform, with a token of these scopes, such as `homeroom/permissions.read`.

    Raises HTTPError when the machine client may not have them.
    """
    pool, client = boto3.client("cognito-idp"), stack.names["machine_client_id"]
    described = pool.describe_user_pool_client(UserPoolId=stack.names["user_pool_id"], ClientId=client)
    secret = described["UserPoolClient"]["ClientSecret"]
    asked = urllib.parse.urlencode({"grant_type": "client_credentials", "scope": " ".join(scopes)}).encode()
    proof = base64.b64encode(f"{client}:{secret}".encode()).decode()
    headers = {"Authorization": f"Basic {proof}", "Content-Type": "application/x-www-form-urlencoded"}
    request = urllib.request.Request(stack.names["token_url"], data=asked, headers=headers)  # noqa: S310  loopback
    with urllib.request.urlopen(request) as answer:  # noqa: S310  loopback
        return Api(stack.names["api_url"], json.load(answer)["access_token"])


def claims(token: str) -> dict[str, Any]:
    """What a token says, unchecked."""
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return found


def _told(stack: Stack, login: Login, **attributes: str) -> None:
    # The emulator marks no address when a sign-up is confirmed, and says of an unmarked one that it is verified.
    boto3.client("cognito-idp").admin_update_user_attributes(
        UserPoolId=stack.names["user_pool_id"],
        Username=login.name,
        UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
    )
