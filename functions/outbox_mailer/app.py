"""The mailer: what the outbox's stream brings goes out, once each (D-04, I-06)."""

from typing import Any

from homeroom.mail.service import deliver_all
from homeroom.roster import mailing
from homeroom.roster.telemetry import observed
from homeroom.runtime.settings import settings

ENOUGH_MS = 60_000


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Deal with a batch of the stream; what has to come again is named by its place in the stream."""
    left = getattr(context, "get_remaining_time_in_millis", lambda: ENOUGH_MS)
    brought = [
        (record["dynamodb"]["SequenceNumber"], record["dynamodb"]["Keys"]["pk"]["S"].removeprefix("M#"))
        for record in event["Records"]
    ]
    again = deliver_all(mailing.mailer(), brought, settings().clock(), lambda: left() / 1000)
    return {"batchItemFailures": [{"itemIdentifier": place} for place in again]}
