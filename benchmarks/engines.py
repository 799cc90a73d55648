"""The DynamoDB engines that a first sync is measured on."""

import importlib
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

ENDPOINT = "HOMEROOM_DYNAMODB_ENDPOINT"
MISSING = (
    "DynamoDB Local was not measured: it needs Java and its jar (see docs/benchmarks.md), "
    f"or a running one named in {ENDPOINT}."
)


@contextmanager
def dynamodb_local() -> Iterator[str]:
    """The URL of Amazon's own engine: one that runs already, or one started for the while; "" when there is none."""
    with _found() as url:
        yield url


def _found() -> AbstractContextManager[str]:
    if url := os.environ.get(ENDPOINT):
        return nullcontext(url)
    try:
        support = importlib.import_module("tests.support.dynamodb_local")
    except ModuleNotFoundError:
        return nullcontext("")
    started: AbstractContextManager[str] = support.running()
    return started
