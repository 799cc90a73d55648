"""How often somebody may be wrong about a code (J-04)."""

import ipaddress
from datetime import timedelta
from typing import Protocol

from homeroom.runtime.errors import HomeroomError

WINDOW = timedelta(minutes=10)
AN_ACCOUNT, A_SOURCE = 10, 300
_SITE_BITS = 64


class Counted(Protocol):
    """How many failures there were in a window that ends in so many seconds; 0 of both when none is running."""

    @property
    def events(self) -> int:
        """The failures."""

    @property
    def seconds_left(self) -> int:
        """The seconds."""


class TooManyAttempts(HomeroomError):
    """Too many wrong codes from one account, or from where it is (J-04)."""

    status = 429
    code = "too_many_attempts"
    title = "Too many wrong codes, try again later"


def wait(own: Counted, source: Counted) -> int:
    """For how many seconds somebody is not listened to; 0 when they are. Carries out J-04.

    `own` counts the failures of the account, `source` those from its network address. There, only who was wrong
    themselves is held up, so that a right code from a school's shared address always works.
    """
    if own.events >= AN_ACCOUNT:
        return own.seconds_left
    if source.events >= A_SOURCE and own.events:
        return min(own.seconds_left, source.seconds_left)
    return 0


def refusal(seconds: int) -> TooManyAttempts:
    """What they are told, with the seconds after which to come again."""
    return TooManyAttempts("Ask your teacher for the code, and try again later.", retry_after=str(seconds))


def source_of(address: str) -> str:
    """What counts as one source of guesses: an IPv4 address, or an IPv6 network, of which one person has plenty."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:  # noqa: PLR2004  IP's own number
        return str(parsed)
    return str(ipaddress.ip_network((parsed, _SITE_BITS), strict=False))
