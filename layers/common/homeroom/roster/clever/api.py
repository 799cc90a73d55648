"""Where Clever is, how to speak to it, and how time passes there."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import SystemRandom
from typing import Literal

from pydantic import SecretStr

Version = Literal["v3.0", "v3.1"]
MAX_PAGE_SIZE = 10_000


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class CleverApi:
    """Addresses and habits. `timeout_seconds` holds for connecting and for each silence within an answer.

    Raises ValueError when `version` is not one of the two that are known, or `page_size` is not 1 to 10,000.
    """

    api_url: str = "https://api.clever.com"
    auth_url: str = "https://clever.com"
    version: Version = "v3.1"
    page_size: int = 1000
    timeout_seconds: float = 30.0

    def __post_init__(self) -> None:
        """Refuse settings that Clever would refuse later."""
        if self.version not in ("v3.0", "v3.1"):
            raise ValueError("version")
        if not 1 <= self.page_size <= MAX_PAGE_SIZE:
            raise ValueError("page_size")


@dataclass(frozen=True, slots=True)
class Timing:
    """Time and chance as arguments. `now` is the machine's clock, never a rehearsal's: rate limits are real.

    `sleep` takes seconds; `jitter` gives a number from 0 to 1.
    """

    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = _now
    jitter: Callable[[], float] = field(default=SystemRandom().random)


@dataclass(frozen=True, slots=True)
class Credentials:
    """The application's own client id and secret. The secret never shows in `repr`, `str` or JSON (X-05)."""

    client_id: str
    client_secret: SecretStr
