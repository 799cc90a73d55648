"""Where taken notices wait for the worker: a message names a district and a moment, nothing and nobody else (X-05)."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from homeroom.roster.webhook.faults import faults

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class NoticesQueue:
    """The queue of that URL."""

    def __init__(self, client: Callable[[], "SQSClient"], url: str) -> None:
        self._client, self._url = client, url

    def put(self, district: str, now: datetime) -> None:
        """Queue that there is news of a district; when this returns, SQS has it. Raises Fault."""
        body = json.dumps({"district": district, "at": now.isoformat(timespec="seconds")})
        client = self._client()
        with faults():
            client.send_message(QueueUrl=self._url, MessageBody=body)
