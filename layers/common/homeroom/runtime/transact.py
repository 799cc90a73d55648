"""Transactions by boto3, whose reasons come back in the order asked (pynamodb regroups actions)."""

import random
from collections.abc import Iterator, Mapping, Sequence
from time import sleep
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from homeroom.runtime.dynamo import TableModel, wire
from homeroom.runtime.errors import Fault

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

# A whole class joins at once: fifty transactions on one item, of which one is let through at a time. Each has to have
# its answer within the 29 seconds of the API.
FIRST_WAIT, LONGEST_WAIT, PATIENCE = 0.1, 4.0, 18.0
PASSING = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
# What DynamoDB answers a whole request with when it is too busy, and botocore has asked it several times.
BUSY = frozenset({
    "TransactionInProgressException", "ThrottlingException", "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
})  # fmt: skip
# No condition: the item is new, or there is one already.
NEW, THERE = "attribute_not_exists(pk)", "attribute_exists(pk)"


class StoreBusy(Fault):
    """Others kept writing the same items, or the table was too busy, for as long as somebody can wait.

    Of a transaction nothing was written; of batches a part may have been, and may be written again.
    """

    code = "store_busy"
    title = "Too many changes at once, try again"


def put(
    table: str, item: TableModel, condition: str = "", values: dict[str, Any] | None = None, **names: str
) -> "TransactWriteItemTypeDef":
    """The action that writes a whole item, if `condition` holds; `values` in DynamoDB's own notation.

    `names` are what `#name` stands for in the condition.
    """
    return {"Put": _action(table, condition, values, names, Item=wire(item))}


def update(
    table: str, pk: str, sk: str, change: str, condition: str = "", values: dict[str, Any] | None = None, **names: str
) -> "TransactWriteItemTypeDef":
    """The action that changes attributes of an item, in DynamoDB's update expressions, if `condition` holds.

    Without a condition it makes an item that was not there.
    """
    return {"Update": _action(table, condition, values, names, Key=key(pk, sk), UpdateExpression=change)}


def check(
    table: str, pk: str, sk: str, condition: str, values: dict[str, Any] | None = None, **names: str
) -> "TransactWriteItemTypeDef":
    """The action that writes nothing, and refuses the transaction unless `condition` holds for the item."""
    return {"ConditionCheck": _action(table, condition, values, names, Key=key(pk, sk))}


def remove(
    table: str, pk: str, sk: str, condition: str = "", values: dict[str, Any] | None = None, **names: str
) -> "TransactWriteItemTypeDef":
    """The action that removes an item, whether or not it is there, if `condition` holds."""
    return {"Delete": _action(table, condition, values, names, Key=key(pk, sk))}


def key(pk: str, sk: str) -> dict[str, Any]:
    """The keys of an item in DynamoDB's own notation."""
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def transact(client: "DynamoDBClient", actions: "Sequence[TransactWriteItemTypeDef]") -> frozenset[int]:
    """Write all or nothing. Returns the positions whose condition failed: none means written.

    Conflicts with other writers and throttling are tried again with jitter. Raises StoreBusy when they
    last, ClientError when a reason is of another kind.
    """
    for wait in waits():
        try:
            return _once(client, actions)
        except StoreBusy:
            sleep(wait)
    return _once(client, actions)


def waits() -> Iterator[float]:
    """Seconds to wait before each further attempt, until PATIENCE is spent: random ones, so that those who met once
    do not meet again, of up to twice as long each time, so that many leave each other room.
    """
    left, longest = PATIENCE, FIRST_WAIT
    while (wait := random.uniform(0, longest)) <= left:  # noqa: S311  no secret
        yield wait
        left, longest = left - wait, min(2 * longest, LONGEST_WAIT)


def busy(error: ClientError) -> bool:
    """Whether DynamoDB says that it is too busy: that nothing is wrong but the moment."""
    return error.response.get("Error", {}).get("Code") in BUSY


def _once(client: "DynamoDBClient", actions: "Sequence[TransactWriteItemTypeDef]") -> frozenset[int]:
    try:
        client.transact_write_items(TransactItems=actions)
    except client.exceptions.TransactionCanceledException as cancelled:
        return _refused(cancelled)
    except ClientError as error:
        if busy(error):
            raise StoreBusy from error
        raise
    return frozenset()


def _refused(cancelled: ClientError) -> frozenset[int]:
    """The positions refused by their own condition, every reason having been looked at."""
    response: Any = cancelled.response
    codes = [reason.get("Code", "None") for reason in response.get("CancellationReasons", [])]
    if refused := frozenset(at for at, code in enumerate(codes) if code == "ConditionalCheckFailed"):
        return refused
    if PASSING.issuperset(code for code in codes if code != "None") and PASSING.intersection(codes):
        raise StoreBusy from cancelled
    raise cancelled


def _action(table: str, condition: str, values: dict[str, Any] | None, names: Mapping[str, str], **what: object) -> Any:
    found: dict[str, Any] = {"TableName": table, **what}
    if condition:
        found["ConditionExpression"] = condition
    if values:
        found["ExpressionAttributeValues"] = values
    if names:
        found["ExpressionAttributeNames"] = {f"#{name}": text for name, text in names.items()}
    return found
