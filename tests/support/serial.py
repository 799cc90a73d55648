"""Moto's DynamoDB, one request at a time: it checks a condition and writes in two steps that threads can come between.

Every engine that deserves the name does both at once, so races are told of on moto only with this.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from moto.dynamodb.responses import DynamoHandler


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Have moto answer one DynamoDB request after the other, whatever the number of threads."""
    lock, answer = threading.RLock(), DynamoHandler.call_action

    def alone(self: DynamoHandler) -> Any:
        with lock:
            return answer(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DynamoHandler, "call_action", alone)
        yield
