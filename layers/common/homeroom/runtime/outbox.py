"""The outbox: what is to be mailed, written with the change that it tells of; its stream drives the mailer (I-06).

`M#<id>` / `MAIL`: one message, of ids only (X-05). Its key says what it is about, so that it is written once, however
often the change is repeated (X-03); once it was dropped it may be written anew, and after KEPT it is forgotten.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute

from homeroom.runtime.dynamo import TableMeta, TableModel, bind, wire
from homeroom.runtime.messages import Message

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

KEPT = timedelta(days=30)
THREADS = 16
SK = "MAIL"
# DynamoDB removes what has expired within days, not at once. What was dropped has told nobody: it may be true again.
FREE = "attribute_not_exists(pk) OR expires_at < :now OR #state = :dropped"


class OutboxItem(TableModel):
    """A message as it is stored. `attempts` counts claims, `claimed` is the moment of the last one, `claim` its name
    until it is settled.
    """

    class Meta(TableMeta):
        pass

    kind = UnicodeAttribute()
    district = UnicodeAttribute(null=True)
    person = UnicodeAttribute(null=True)
    account = UnicodeAttribute(null=True)
    subject = UnicodeAttribute(null=True)
    run = NumberAttribute()
    created = UTCDateTimeAttribute()
    actor = UnicodeAttribute(null=True)
    asked = UnicodeAttribute(null=True)
    state = UnicodeAttribute()
    reason = UnicodeAttribute(null=True)
    attempts = NumberAttribute()
    claimed = UTCDateTimeAttribute(null=True)
    claim = UnicodeAttribute(null=True)
    again = UTCDateTimeAttribute(null=True)
    expires_at = NumberAttribute()


class Outbox:
    """Where messages are put. What becomes of them is the mailer's."""

    def __init__(self, table: str, client: "DynamoDBClient") -> None:
        self._table, self._client = table, client
        bind(table, OutboxItem)

    def put_action(self, message: Message) -> "TransactWriteItemTypeDef":
        """The action that writes a message if it was not written before, for the transaction of its change."""
        return {"Put": self._put(message)}

    def enqueue(self, message: Message) -> bool:
        """Write a message alone; False if it was written before, and not dropped.

        Only where its key makes repeating harmless (X-03).
        """
        try:
            self._client.put_item(**self._put(message))
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def enqueue_all(self, messages: Iterable[Message]) -> int:
        """Write messages, several at once; how many were not written before. Raises what boto3 raises, some written."""
        with ThreadPoolExecutor(THREADS) as pool:
            return sum(pool.map(self.enqueue, messages))

    def among(self, ids: Iterable[str]) -> dict[str, Message]:
        """Those of the messages that there are (a consistent read), by id."""
        found = OutboxItem.batch_get([(key(one), SK) for one in ids], consistent_read=True)
        return {message.id: message for message in map(message_of, found)}

    def _put(self, message: Message) -> Any:
        values = {":now": {"N": str(int(message.created.timestamp()))}, ":dropped": {"S": "dropped"}}
        item = wire(_item(message))
        return {
            "TableName": self._table,
            "Item": item,
            "ConditionExpression": FREE,
            "ExpressionAttributeNames": {"#state": "state"},
            "ExpressionAttributeValues": values,
        }


def key(message: str) -> str:
    """The partition of a message of that id."""
    return f"M#{message}"


def message_of(item: OutboxItem) -> Message:
    """What a stored message says."""
    plain = {name: getattr(item, name) for name in Message.model_fields if name != "id"}
    said = {name: value for name, value in plain.items() if value is not None}
    return Message.model_validate({"id": item.pk.removeprefix("M#"), **said})


def _item(message: Message) -> OutboxItem:
    said: dict[str, Any] = {name: value or None for name, value in message.model_dump(exclude={"id", "run"}).items()}
    ends = int((message.created + KEPT).timestamp())
    return OutboxItem(key(message.id), SK, run=message.run, state="new", attempts=0, expires_at=ends, **said)
