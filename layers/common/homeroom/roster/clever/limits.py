"""Clever's rate limit (1,200 requests a minute and token) and the waits between attempts."""

from collections.abc import Mapping
from datetime import datetime

from homeroom.roster.clever.api import Timing

# The limit starts anew each minute; a reset further off is a mistake, or another clock.
LONGEST_PAUSE = 65.0
FIRST_BACKOFF = 0.5
LONGEST_BACKOFF = 20.0


def backoff(attempt: int, jitter: float) -> float:
    """Seconds to wait after the `attempt`-th failure (from 1): exponential, with full jitter (0 to 1)."""
    return jitter * min(LONGEST_BACKOFF, FIRST_BACKOFF * 2.0**attempt)


class RateLimit:
    """Remembers what the last answer said about the limit."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._resume_at: float | None = None

    def note(self, headers: Mapping[str, str], *, refused: bool) -> None:
        """Read an answer's headers; `refused` when it was a 429. An unreadable reset counts as none."""
        if not refused and headers.get("x-ratelimit-remaining") != "0":
            return
        reset = headers.get("x-ratelimit-reset", "")
        self._resume_at = float(reset) if reset.isascii() and reset.isdigit() else None

    def pause(self) -> float:
        """Seconds to wait before the next request, at most 65 and a jitter; 0.0 when there is no need."""
        resume_at, self._resume_at = self._resume_at, None
        now: datetime = self._timing.now()
        if resume_at is None or resume_at <= now.timestamp():
            return 0.0
        return min(LONGEST_PAUSE, resume_at - now.timestamp()) + self._timing.jitter()
