"""Progress for a person: one line a step, readable without colour and in a log."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(line: str) -> None:
    """Prints one line at once, also into a pipe."""
    print(line, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Says what begins, and how long it took when it is done."""
    say(f"{title} ...")
    begun = time.monotonic()
    yield
    say(f"  done in {time.monotonic() - begun:.1f} s")
