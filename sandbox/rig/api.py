"""The deployed REST API, called as a signed-in person."""

import json
import secrets
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import boto3

from homeroom.accounts.service import AccountService
from homeroom.accounts.store import AccountStore
from homeroom.runtime.settings import settings
from ops.commands.admins import login
from sandbox.rig.stack import Stack


@dataclass
class Answer:
    """An HTTP answer; `body` is what the JSON says, or bytes where it is none. Header names are lower case."""

    status: int
    headers: dict[str, str]
    body: Any


class Api:
    """The API with somebody's token, or with none."""

    def __init__(self, url: str, token: str = "") -> None:
        self._url, self._token = url, token

    def call(self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None) -> Answer:
        """One request. A body that is not bytes goes as JSON."""
        raw = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data=raw, method=method)  # noqa: S310  loopback
        sent = {"authorization": self._token, "content-type": "application/json"} | (headers or {})
        for name, value in sent.items():
            if value:
                request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310  loopback
                return _answer(answer.status, answer)
        except urllib.error.HTTPError as error:
            return _answer(error.code, error)


def _answer(status: int, answer: Any) -> Answer:
    raw = answer.read()
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Answer(status, headers, json.loads(raw) if "json" in headers.get("content-type", "") else raw)


def signed_in(stack: Stack, email: str, district: str | None = None) -> Api:
    """The API as the pool user of an address, made if need be, who administers the district if one is given."""
    client, pool, password = boto3.client("cognito-idp"), stack.names["user_pool_id"], secrets.token_urlsafe(18)
    account = login(client, pool, email, password)
    signed = client.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=stack.names["user_pool_client_id"],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": email, "PASSWORD": password},
    )
    if district:
        accounts = AccountService(AccountStore(settings().need("users_table")))
        accounts.grant_admin(account, district, "operator", datetime.now(UTC), secrets.token_hex(8))
    return Api(stack.names["api_url"], signed["AuthenticationResult"]["IdToken"])
