"""Pages of a list: how many, from where, and where the next one starts.

A cursor is opaque to callers. It carries a position and a check that binds it to its list, so that a cursor of
another list, or one that was edited, is refused. It grants nothing: a store takes the partition from its own
arguments and only the position inside it from the cursor (X-06).
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from homeroom.runtime.errors import InvalidInput

LEAST, MOST, USUAL = 1, 200, 50
LONGEST_CURSOR = 2048
_CHECK_BYTES = 8
_NUMBER = re.compile("[0-9]{1,9}")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list, and the cursor of those that follow; `next` is None after the last."""

    items: list[T]
    next: str | None = None


def page_limit(value: str | int | None) -> int:
    """How many items to give: 1 to 200, 50 when nothing is said. Raises InvalidInput (field `limit`)."""
    if value is None:
        return USUAL
    text = str(value)
    if not (text.isascii() and text.isdigit() and LEAST <= int(text[:4]) <= MOST):
        raise InvalidInput(f"limit is a whole number from {LEAST} to {MOST}.", field="limit")
    return int(text)


def encode_cursor(scope: str, position: str) -> str:
    """A cursor of the list `scope` (name it with its district, e.g. `runs:<district>`) that starts after `position`."""
    raw = position.encode()
    return base64.urlsafe_b64encode(_check(scope, raw) + raw).rstrip(b"=").decode("ascii")


def decode_cursor(scope: str, cursor: str | None) -> str | None:
    """The position in a cursor of `scope`; None without a cursor. Raises InvalidInput (field `cursor`)."""
    if cursor is None:
        return None
    try:
        if len(cursor) > LONGEST_CURSOR:
            raise malformed()
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        check, raw = packed[:_CHECK_BYTES], packed[_CHECK_BYTES:]
        if check != _check(scope, raw):
            raise malformed()
        return raw.decode()
    except (binascii.Error, ValueError) as error:
        raise malformed() from error


def decode_number(scope: str, cursor: str | None) -> int | None:
    """The same where positions are whole numbers, which a cursor need not be that somebody made themselves."""
    position = decode_cursor(scope, cursor)
    if position is not None and not _NUMBER.fullmatch(position):
        raise malformed()
    return None if position is None else int(position)


def malformed() -> InvalidInput:
    """What is said of a cursor that its list has not given."""
    return InvalidInput("cursor is not one that this list has given.", field="cursor")


def page_of(rows: Iterable[T], *, scope: str, limit: int, cursor: str | None) -> Page[T]:
    """A page of rows that are read from the start each time (a file, a computed list); positions are counts.

    Raises InvalidInput (field `cursor`).
    """
    start = decode_number(scope, cursor) or 0
    items = list(islice(rows, start, start + limit + 1))
    if len(items) <= limit:
        return Page(items)
    return Page(items[:limit], encode_cursor(scope, str(start + limit)))


def _check(scope: str, raw: bytes) -> bytes:
    return hashlib.blake2s(raw, digest_size=_CHECK_BYTES, key=hashlib.blake2s(scope.encode()).digest()).digest()
