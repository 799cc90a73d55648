"""Whether a notice is genuine, and what it says: Standard Webhooks v1, decided over the raw bytes (W-02)."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from homeroom.runtime.errors import HomeroomError, InvalidInput
from homeroom.runtime.inbound import read_json

PREFIX = "whsec_"
LEAST_KEY_BYTES = 24
TOLERANCE_SECONDS = 300
NEWS = "roster.changed"

# A dot separates what is signed. Without one in id and timestamp, the signed bytes can be read in one way only.
_ID = re.compile(r"[!-\-/-~]{1,200}")
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_DISTRICT = re.compile(r"[0-9a-f]{24}")


class SignatureInvalid(HomeroomError):
    """The notice is not proved to come from who may send notices. It is never said what was wrong with it (W-02)."""

    status = 401
    code = "signature_invalid"
    title = "The signature is not valid"
    challenge = "Webhook-Signature"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A notice as it arrived: three headers, "" where one is absent, and the body's own bytes."""

    id: str
    timestamp: str
    signature: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Notice:
    """What a notice says. `district` is "" where the type is none that we know."""

    type: str
    district: str = ""


def keys(secret: str) -> tuple[bytes, ...]:
    """The signing keys in a secret's text, `{"secrets": ["whsec_<base64>", …]}`.

    An entry that is malformed or shorter than 24 bytes is no key; a text of another form holds none, and what holds
    none lets nobody in. Carries out W-02.
    """
    try:
        listed = read_json(secret)["secrets"]
    except (InvalidInput, KeyError, TypeError):
        return ()
    found = [_key(entry) for entry in listed] if isinstance(listed, list) else []
    return tuple(key for key in found if len(key) >= LEAST_KEY_BYTES)


def _key(entry: object) -> bytes:
    if not isinstance(entry, str) or not entry.startswith(PREFIX):
        return b""
    try:
        return base64.b64decode(entry.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return b""


def signature(key: bytes, webhook_id: str, timestamp: str, body: bytes) -> str:
    """The `v1,<base64>` that the holder of `key` puts into `webhook-signature`."""
    signed = hmac.new(key, f"{webhook_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode('ascii')}"


def authenticate(delivery: Delivery, active: Sequence[bytes], now: datetime) -> None:
    """Let a delivery pass that one of the active keys has signed within five minutes of now, before or after.

    Raises SignatureInvalid for every other one, and for all when there is no key. Carries out W-02.
    """
    if not (_ID.fullmatch(delivery.id) and _TIMESTAMP.fullmatch(delivery.timestamp)):
        raise SignatureInvalid
    if abs(now.timestamp() - int(delivery.timestamp)) > TOLERANCE_SECONDS:
        raise SignatureInvalid
    given = [text.encode(errors="replace") for text in delivery.signature.split(" ")]
    wanted = [signature(key, delivery.id, delivery.timestamp, delivery.body).encode() for key in active]
    # Each with each, whatever came out before: the time taken does not tell which key it was.
    matches = [hmac.compare_digest(one, other) for one in wanted for other in given]
    if not sum(matches):
        raise SignatureInvalid


def read(body: bytes) -> Notice:
    """What an authentic body says; members that we do not know are for others.

    Raises InvalidInput (field `body`, `type` or `district`).
    """
    try:
        said = read_json(body.decode())
    except UnicodeDecodeError as error:
        raise InvalidInput("The body is not UTF-8.", field="body") from error
    if not isinstance(said, dict):
        raise InvalidInput("The body must be an object.", field="body")
    kind, district = said.get("type"), said.get("district")
    if not isinstance(kind, str):
        raise InvalidInput("type must be a text.", field="type")
    if kind != NEWS:
        return Notice(kind)
    if not isinstance(district, str) or not _DISTRICT.fullmatch(district):
        raise InvalidInput("district is the Clever district id: 24 digits of 0-9 and a-f.", field="district")
    return Notice(kind, district)
