"""Mailed proofs: a secret that goes out once by mail and is kept only as a hash (I-03, A-05, J-09).

The text in the mail is `<subject>.<secret>`. Its subject says where the hash is kept, and grants nothing.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable
from typing import NamedTuple

BYTES = 32  # 256 bits, twice what I-03 asks for
LONGEST = 600
_SHAPE = re.compile(r"(?P<subject>[A-Za-z0-9_-]{1,500})\.(?P<secret>[A-Za-z0-9_-]{43})")

Randomness = Callable[[int], bytes]


class Proof(NamedTuple):
    """A proof as it was sent in: what it is about, and the hash to compare with the one that is kept."""

    subject: str
    digest: str

    def proves(self, kept: str) -> bool:
        """Whether it is the one of which the hash was kept. Takes as long either way; an empty hash proves nothing."""
        return bool(kept) and hmac.compare_digest(self.digest, kept)


def make_proof(subject: str, randomness: Randomness) -> tuple[str, str]:
    """The text to be mailed, and the hash to be kept. `subject` has letters, digits, `_` and `-` only."""
    secret = base64.urlsafe_b64encode(randomness(BYTES)).rstrip(b"=").decode("ascii")
    return f"{subject}.{secret}", _digest(secret)


def read_proof(text: str) -> Proof | None:
    """The proof in a text that was sent in; None when it is none."""
    match = _SHAPE.fullmatch(text) if len(text) <= LONGEST else None
    return Proof(match["subject"], _digest(match["secret"])) if match else None


def hashed(text: str, length: int = 32) -> str:
    """A text's place in keys and counters that must not show it: hexadecimal, the same for the same text."""
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def name_of(parts: tuple[str, ...]) -> str:
    """Several texts as one subject, which `parts_of` takes apart again."""
    return base64.urlsafe_b64encode("\n".join(parts).encode()).rstrip(b"=").decode("ascii")


def parts_of(subject: str) -> tuple[str, ...]:
    """The texts that a subject was made of; empty when it is none of `name_of`'s."""
    try:
        return tuple(base64.urlsafe_b64decode(subject + "=" * (-len(subject) % 4)).decode().split("\n"))
    except (binascii.Error, ValueError):
        return ()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
