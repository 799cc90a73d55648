"""Transactions by boto3, whose reasons come back in the order asked (pynamodb regroups actions)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from homeroom.runtime.dynamo import TableModel, wire
from homeroom.runtime.errors import Fault

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

ATTEMPTS = 6
LONGEST_WAIT_SECONDS = 1.0
PASSING = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})


class StoreBusy(Fault):
    """Others kept writing the same items, or the table was too busy, for all attempts.

    Of a transaction nothing was written; of batches a part may have been, and may be written again.
    """

    code = "store_busy"
    title = "Too many changes at once, try again"


def put(
    table: str, item: TableModel, condition: str = "", values: dict[str, Any] | None = None
) -> "TransactWriteItemTypeDef":
    """The action that writes a whole item, if `condition` holds; `values` in DynamoDB's own notation."""
    action: Any = {"TableName": table, "Item": wire(item)}
    if condition:
        action["ConditionExpression"] = condition
    if values:
        action["ExpressionAttributeValues"] = values
    return {"Put": action}


def remove(table: str, pk: str, sk: str) -> "TransactWriteItemTypeDef":
    """The action that removes an item, whether or not it is there."""
    return {"Delete": {"TableName": table, "Key": {"pk": {"S": pk}, "sk": {"S": sk}}}}


def transact(client: "DynamoDBClient", actions: "Sequence[TransactWriteItemTypeDef]") -> frozenset[int]:
    """Write all or nothing. Returns the positions whose condition failed: none means written.

    Conflicts with other writers and throttling are tried again with jitter. Raises StoreBusy when they
    last, ClientError when a reason is of another kind.
    """
    for attempt in Retrying(
        retry=retry_if_exception_type(StoreBusy),
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_random_exponential(multiplier=0.05, max=LONGEST_WAIT_SECONDS),
        reraise=True,
    ):
        with attempt:
            return _once(client, actions)
    raise AssertionError  # Retrying returns or raises


def _once(client: "DynamoDBClient", actions: "Sequence[TransactWriteItemTypeDef]") -> frozenset[int]:
    try:
        client.transact_write_items(TransactItems=actions)
    except client.exceptions.TransactionCanceledException as cancelled:
        return _refused(cancelled)
    except client.exceptions.TransactionInProgressException as busy:
        raise StoreBusy from busy
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
