"""Ports of the loopback interface."""

import socket
import time
from collections.abc import Callable

from sandbox.stack.errors import StackError

LOOPBACK = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether nobody on this machine listens there and we may."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def any_free() -> int:
    """A port that is free now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether a program accepts connections there."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def wait_for(
    ready: Callable[[], bool], still_running: Callable[[], bool], *, what: str, seconds: float, log: str
) -> None:
    """Returns once `ready`. Raises StackError, naming the log, when the program ends or the time is over."""
    deadline = time.monotonic() + seconds
    while not ready():
        if not still_running():
            raise StackError(f"{what} ended while starting; see {log}")
        if time.monotonic() > deadline:
            raise StackError(f"{what} did not answer within {seconds:.0f} seconds; see {log}")
        time.sleep(0.1)
