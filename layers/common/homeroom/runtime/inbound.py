"""A REST proxy event as it arrives, made plain: bytes decoded, too much or the wrong kind refused."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from homeroom.runtime.errors import HomeroomError, InvalidInput

MOST_BYTES = 1024 * 1024
LONGEST_FIELD = 100


class PayloadTooLarge(HomeroomError):
    """The body has more bytes than any request of ours needs."""

    status = 413
    code = "payload_too_large"
    title = "The request is too large"


class UnsupportedMediaType(HomeroomError):
    """The body is not JSON by its own word."""

    status = 415
    code = "unsupported_media_type"
    title = "The body must be JSON"


def header(event: Mapping[str, Any], name: str) -> str:
    """A request header by its lower-case name; "" when absent."""
    headers = event.get("headers") or {}
    return next((value or "" for key, value in headers.items() if key.lower() == name), "")


def request_id(event: Mapping[str, Any]) -> str:
    """The gateway's id of this request; "" when it gave none."""
    return str((event.get("requestContext") or {}).get("requestId") or "")


def raw_body(event: Mapping[str, Any], most: int = MOST_BYTES) -> bytes:
    """The body's own bytes, `b""` without one. With binary media types the gateway hands every body over in base64.

    Raises PayloadTooLarge, InvalidInput (field `body`).
    """
    body = event.get("body") or ""
    # Base64 is a third longer than what it holds; refuse before decoding what is too much in any case.
    if len(body) > most * 4 // 3 + 4:
        raise _too_large(most)
    try:
        raw = base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else str(body).encode()
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("The body cannot be decoded.", field="body") from error
    if len(raw) > most:
        raise _too_large(most)
    return raw


def plain(event: Mapping[str, Any]) -> dict[str, Any]:
    """The event with its body as text and a content type in lower case, which is all that Powertools understand.

    Raises PayloadTooLarge, UnsupportedMediaType, InvalidInput (field `body`).
    """
    raw = raw_body(event)
    if raw and header(event, "content-type").partition(";")[0].strip().lower() not in {"", "application/json"}:
        raise UnsupportedMediaType("Send the body as application/json.")
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise InvalidInput("The body is not UTF-8.", field="body") from error
    headers = {key: value for key, value in (event.get("headers") or {}).items() if key.lower() != "content-type"}
    return {
        **event,
        "headers": headers | {"content-type": "application/json"},
        "body": text or None,
        "isBase64Encoded": False,
    }


def read_json(text: str) -> Any:
    """JSON as Python values. Raises InvalidInput (field `body`), also for what would exhaust the parser."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("The body is not JSON.", field="body") from error


def only_text(event: Mapping[str, Any], name: str) -> str:
    """The text `name` of a body that is a JSON object with that member alone.

    Raises PayloadTooLarge, UnsupportedMediaType, InvalidInput (the field at fault).
    """
    body = read_json(plain(event)["body"] or "null")
    if not isinstance(body, dict):
        raise InvalidInput("The body must be an object.", field="body")
    for unknown in sorted(body.keys() - {name}):
        raise InvalidInput("The body has a member that is not known here.", field=unknown[:LONGEST_FIELD])
    if not isinstance(body.get(name), str):
        raise InvalidInput(f"{name} must be a text.", field=name)
    return str(body[name])


def read_body(text: str) -> Any:
    """The JSON of a body. No route takes a list, of which Powertools would take the first. Raises InvalidInput."""
    value = read_json(text)
    if isinstance(value, list):
        raise InvalidInput("The body must be an object.", field="body")
    return value


def _too_large(most: int) -> PayloadTooLarge:
    return PayloadTooLarge(f"A body may have {most} bytes at most.")
