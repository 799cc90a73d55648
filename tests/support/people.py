"""Who sends a request: somebody who has signed in, a machine, and the tokens that Cognito would have given them."""

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

POOL = "us-east-1_Example01"
CLIENT = "4exampleclient0000000000"
MACHINE_CLIENT = "6examplemachine000000000"
ISSUER = f"https://cognito-idp.us-east-1.amazonaws.com/{POOL}"
VALID = timedelta(hours=1)
_NAMES = uuid.UUID("6d1f4a1e-0f65-4a5e-9f3b-3f1d4a0b7c21")
_KEY = b"of this test's pool alone"

Claims = dict[str, Any]


class Caller(Protocol):
    """Whoever has a token."""

    def claims(self, at: datetime) -> Claims:
        """What a token that is issued at that moment says."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account. `verified` None: the pool says nothing of the address, as of some providers' people.

    `provider` and `subject` are where they sign in and who they are there; `more` are further claims.
    """

    account: str
    address: str = ""
    verified: bool | None = True
    provider: str = ""
    subject: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    client: str = CLIENT

    @classmethod
    def named(cls, name: str, **fields: Any) -> "Person":
        """Somebody with an account and a verified address of that name, the same each time."""
        usual = {"account": str(uuid.uuid5(_NAMES, name)), "address": f"{name}@people.example"}
        return cls(**{**usual, **fields})

    def claims(self, at: datetime) -> Claims:
        """An id token's."""
        name = f"{self.provider.lower()}_{self.subject}" if self.provider else self.account
        said = _issued(at) | {"sub": self.account, "aud": self.client, "token_use": "id", "cognito:username": name}
        if self.address:
            said["email"] = self.address
        if self.verified is not None:
            said["email_verified"] = self.verified
        if self.provider:
            said["identities"] = [self._identity(at)]
        return said | dict(self.more)

    def access(self, at: datetime) -> Claims:
        """The access token's that came with it: what a front end must not send."""
        return _issued(at) | {
            "sub": self.account, "client_id": self.client, "token_use": "access", "username": self.account,
            "scope": "aws.cognito.signin.user.admin",
        }  # fmt: skip

    def _identity(self, at: datetime) -> dict[str, Any]:
        kind = "Google" if self.provider == "Google" else "OIDC"
        return {
            "dateCreated": str(int(at.timestamp() * 1000)), "userId": self.subject, "providerName": self.provider,
            "providerType": kind, "issuer": None, "primary": "true",
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Machine:
    """A program with credentials of its own, and the scopes that it was given."""

    scopes: tuple[str, ...] = ("homeroom/permissions.read",)
    client: str = MACHINE_CLIENT

    def claims(self, at: datetime) -> Claims:
        """An access token's."""
        scope = " ".join(self.scopes)
        return _issued(at) | {"sub": self.client, "client_id": self.client, "token_use": "access", "scope": scope}


def _issued(at: datetime) -> Claims:
    seconds = int(at.timestamp())
    ends = int((at + VALID).timestamp())
    return {"iss": ISSUER, "auth_time": seconds, "iat": seconds, "exp": ends, "jti": str(uuid.uuid4())}


def token(claims: Claims) -> str:
    """A token that says so, signed by the pool."""
    body = f"{_encoded({'alg': 'RS256', 'kid': 'test'})}.{_encoded(claims)}"
    return f"{body}.{_signature(body)}"


def read(text: str) -> Claims | None:
    """What a token says; None when it is none, or was not signed by the pool."""
    body, _, signature = text.rpartition(".")
    if body.count(".") != 1 or not hmac.compare_digest(signature.encode(), _signature(body).encode()):
        return None
    found: Claims = json.loads(base64.urlsafe_b64decode(body.partition(".")[2] + "=="))
    return found


def flattened(claims: Claims) -> dict[str, str]:
    """Claims as API Gateway hands them to a function: every one a text, moments of expiry spelt out."""
    return {name: _text(name, value) for name, value in claims.items()}


def _text(name: str, value: Any) -> str:
    if name in {"iat", "exp"}:
        return datetime.fromtimestamp(value, UTC).strftime("%a %b %d %H:%M:%S UTC %Y")
    if isinstance(value, list):
        return ",".join(one if isinstance(one, str) else json.dumps(one) for one in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _encoded(value: Claims) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _signature(body: str) -> str:
    return base64.urlsafe_b64encode(hmac.digest(_KEY, body.encode(), hashlib.sha256)).decode().rstrip("=")
