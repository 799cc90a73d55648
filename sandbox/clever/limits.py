"""Clever's rate limit: 1,200 requests a minute a token."""

import threading
import time
from dataclasses import dataclass

LIMIT = 1200
_WINDOW = 60


@dataclass(frozen=True)
class Allowance:
    """What a request may still do; `reset` is in unix seconds."""

    allowed: bool
    remaining: int
    reset: int

    def headers(self) -> dict[str, str]:
        """The recorded headers."""
        names = {"bucket": "bearer", "limit": LIMIT, "remaining": self.remaining, "reset": self.reset}
        return {f"x-ratelimit-{name}": str(value) for name, value in names.items()}


class RateLimit:
    """Counts requests by token in windows of a minute that begin with the first request."""

    def __init__(self, *, enforced: bool) -> None:
        self._enforced = enforced
        self._lock = threading.Lock()
        self._windows: dict[str, tuple[int, int]] = {}

    def spend(self, token: str, now: float | None = None) -> Allowance:
        """Count one request of that token at `now` (unix seconds, default: the clock)."""
        second = int(time.time() if now is None else now)
        with self._lock:
            reset, used = self._windows.get(token, (0, 0))
            if second >= reset:
                reset, used = second + _WINDOW, 0
            self._windows[token] = reset, used + 1
        allowed = used < LIMIT or not self._enforced
        return Allowance(allowed, max(0, LIMIT - used - 1), reset)
