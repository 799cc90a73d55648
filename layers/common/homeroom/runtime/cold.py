"""Cold starts of functions that somebody waits for."""

import gc
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

T = TypeVar("T")


def uncollected(make: Callable[[], T]) -> Callable[[], T]:
    """Has `make` import and build what it gives without the garbage collector, which never looks at it again.

    What is being loaded is no garbage, and looking for some among it takes a third of a cold start.
    """

    @wraps(make)
    def made() -> T:
        gc.disable()
        try:
            return make()
        finally:
            gc.freeze()
            gc.enable()

    return made
