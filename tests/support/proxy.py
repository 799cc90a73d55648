"""A request as API Gateway's Lambda proxy integration hands it to a function, and the function's answer taken back."""

import base64
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, unquote

HOST = "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com"
STAGE = "v1"
Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer. Header names are lower case; `body` is what the JSON says, or bytes where it is none."""

    status: int
    headers: dict[str, str]
    body: Any
    raw: bytes = b""

    @property
    def code(self) -> str:
        """The problem's code; "" where the answer is no problem."""
        found: str = self.body.get("code", "") if isinstance(self.body, dict) else ""
        return found


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody sent: `path` percent-encoded and without the stage, `query` without its question mark."""

    method: str
    path: str
    query: str
    headers: Headers
    body: bytes | None
    source_ip: str
    at: datetime


class MalformedAnswer(AssertionError):
    """A function's answer that API Gateway would have turned into a 502."""


def event(request: Request, resource: str, names: Mapping[str, str], claims: Mapping[str, str] | None) -> Any:
    """The event of a request to that resource, with the values of its parameters still percent-encoded.

    The path stays encoded and the parameters are decoded, as a REST API has it. Every body goes in base64, since every
    media type counts as binary.
    """
    headers = {**request.headers, "Host": HOST, "X-Forwarded-For": request.source_ip}
    query = parse_qsl(request.query, keep_blank_values=True)
    body = None if request.body is None else base64.b64encode(request.body).decode()
    return {
        "resource": resource,
        "path": request.path,
        "httpMethod": request.method,
        "headers": headers,
        "multiValueHeaders": {name: [text] for name, text in headers.items()},
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": _many(query) or None,
        "pathParameters": {name: unquote(value) for name, value in names.items()} or None,
        "stageVariables": None,
        "requestContext": _context(request, resource, claims),
        "body": body,
        "isBase64Encoded": body is not None,
    }


def _many(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _context(request: Request, resource: str, claims: Mapping[str, str] | None) -> dict[str, Any]:
    at = request.at.astimezone(UTC)
    return {
        "resourceId": "k3x9qz",
        "resourcePath": resource,
        "httpMethod": request.method,
        **({"authorizer": {"claims": dict(claims)}} if claims is not None else {}),
        "requestTime": at.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "requestTimeEpoch": int(at.timestamp() * 1000),
        "path": f"/{STAGE}{request.path}",
        "accountId": "123456789012",
        "protocol": "HTTP/1.1",
        "stage": STAGE,
        "requestId": str(uuid.uuid4()),
        "identity": {"sourceIp": request.source_ip, "userAgent": request.headers.get("User-Agent")},
        "domainName": HOST,
        "apiId": HOST.partition(".")[0],
    }


def taken(found: Any) -> Answer:
    """The answer that API Gateway makes of what a function returned. Raises MalformedAnswer."""
    known = {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded", "cookies"}
    if not isinstance(found, dict) or set(found) - known or not isinstance(found.get("statusCode"), int):
        raise MalformedAnswer(found)
    fields = {name: [text] for name, text in (found.get("headers") or {}).items()} | (
        found.get("multiValueHeaders") or {}
    )
    body = "" if found.get("body") is None else found["body"]
    if not isinstance(body, str) or not all(isinstance(text, str) for texts in fields.values() for text in texts):
        raise MalformedAnswer(found)
    raw = base64.b64decode(body) if found.get("isBase64Encoded") else body.encode()
    # API Gateway says that a body is JSON where nobody says what it is.
    headers = {"content-type": "application/json"} | {name.lower(): ",".join(texts) for name, texts in fields.items()}
    return answer(found["statusCode"], headers, raw)


def answer(status: int, headers: Headers, raw: bytes) -> Answer:
    """An answer with its JSON read."""
    named = {name.lower(): text for name, text in headers.items()}
    is_json = raw and "json" in named.get("content-type", "")
    return Answer(status, named, json.loads(raw) if is_json else raw, raw)
