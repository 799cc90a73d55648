"""The DynamoDB engines that a first sync is measured on: the emulator's, and Amazon's own where it can be had."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support import dynamodb_local as amazon


@contextmanager
def dynamodb_local(notes: list[str]) -> Iterator[str]:
    """The URL of Amazon's own engine: one that runs already, or one started for the while.

    Where it cannot be had, "", and `notes` gets the reason.
    """
    if url := os.environ.get(amazon.ENDPOINT):
        yield url
        return
    try:
        amazon.installed()
    except amazon.Unavailable as missing:
        notes.append(f"DynamoDB Local was not measured: {missing}")
        yield ""
        return
    with amazon.running() as url:
        yield url
