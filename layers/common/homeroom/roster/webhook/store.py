"""The ids of notices that were taken: `NOTICE#<sha-256 of the id>` / `SEEN`, in the transient table, for a day (W-04).

Hashed, since an id is the sender's own text: it could hold anything, and be as long as it likes.
"""

import hashlib
from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute
from pynamodb.exceptions import DoesNotExist, PynamoDBException

from homeroom.runtime import telemetry
from homeroom.runtime.dynamo import TableMeta, TableModel, bind
from homeroom.runtime.errors import Fault

REMEMBERED = timedelta(days=1)


class SeenItem(TableModel):
    """An id that was taken. DynamoDB removes it some time after `expires_at`."""

    class Meta(TableMeta):
        pass

    expires_at = NumberAttribute()


class SeenNotices:
    """Ids, in the transient table of that name."""

    def __init__(self, table: str) -> None:
        bind(table, SeenItem)

    def known(self, webhook_id: str, now: datetime) -> bool:
        """Whether a notice of this id was taken within a day (a consistent read). Raises Fault."""
        try:
            item = SeenItem.get(*_key(webhook_id), consistent_read=True)
        except DoesNotExist:
            return False
        except PynamoDBException as error:
            raise _fault(error) from error
        # Removed lazily: what is still there may be over.
        return bool(now.timestamp() < item.expires_at)

    def remember(self, webhook_id: str, now: datetime) -> None:
        """Keep that a notice of this id was taken. Again changes nothing but the end of that day. Raises Fault."""
        try:
            SeenItem(*_key(webhook_id), expires_at=int((now + REMEMBERED).timestamp())).save()
        except PynamoDBException as error:
            raise _fault(error) from error


def _key(webhook_id: str) -> tuple[str, str]:
    return f"NOTICE#{hashlib.sha256(webhook_id.encode()).hexdigest()}", "SEEN"


def _fault(error: PynamoDBException) -> Fault:
    telemetry.logger().error("webhook", extra={"code": error.cause_response_code or type(error).__name__})
    return Fault("The notice could not be taken; send it again.")
