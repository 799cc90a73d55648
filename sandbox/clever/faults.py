"""Answers that go wrong on order: which path, how, and how often."""

import threading
from dataclasses import dataclass, field

from .errors import NoSuchPath, Refused

_STATUS = {"400": "Bad request", "401": "Unauthorized", "404": "Resource not found", "413": "Page too large"}
_STATUS |= {"429": "Too many requests", "500": "Internal error", "502": "Bad gateway", "503": "Unavailable"}
KINDS = (*_STATUS, "html404", "truncated", "cut_off", "empty", "slow")


@dataclass
class Fault:
    """One order: requests whose path ends with `path` fail `times` times."""

    path: str
    kind: str
    times: int = 1
    seconds: float = 20.0


@dataclass
class Faults:
    """The orders in force; the first that fits and is not used up decides."""

    orders: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, path: str) -> Fault | None:
        """The fault for this request, counted as used, or None."""
        with self._lock:
            for fault in self.orders:
                if fault.times > 0 and path.endswith(fault.path):
                    fault.times -= 1
                    return fault
        return None


def refuse(fault: Fault | None, path: str) -> None:
    """Raises the answer of a fault that is a status; does nothing for the others."""
    if fault is not None and fault.kind == "html404":
        raise NoSuchPath(path)
    if fault is not None and fault.kind in _STATUS:
        raise Refused(int(fault.kind), _STATUS[fault.kind])
