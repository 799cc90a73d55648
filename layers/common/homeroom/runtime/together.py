"""Items of several tables in one consistent read, which pynamodb has for one table only."""

from collections.abc import Iterable, Sequence
from time import sleep
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import ClientError

from homeroom.runtime.dynamo import TableModel
from homeroom.runtime.transact import StoreBusy, busy, key, waits

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# As many as DynamoDB gives at a time.
MOST = 100

Key = tuple[str, str]


class Want(NamedTuple):
    """An item that is asked for: its model, bound to its table, and its keys."""

    model: type[TableModel]
    pk: str
    sk: str


def read_together(client: "DynamoDBClient", wanted: Iterable[Want]) -> "Found":
    """All of the items that there are, read consistently, in one request for each hundred.

    Raises StoreBusy when a table would not give them, what boto3 raises.
    """
    asked = list(dict.fromkeys(wanted))
    models = {(want.model.Meta.table_name, want.pk, want.sk): want for want in asked}
    found: dict[Want, TableModel] = {}
    for start in range(0, len(asked), MOST):
        for table, item in _read(client, asked[start : start + MOST]):
            want = models[table, item["pk"]["S"], item["sk"]["S"]]
            found[want] = _model(want.model, item)
    return Found(found)


class Found:
    """What was read together, by model and keys."""

    def __init__(self, items: dict[Want, TableModel]) -> None:
        self._items = items

    def get(self, model: type[Any], pk: str, sk: str) -> Any:
        """The item, as its model has it; None when there is none, or it was not asked for."""
        return self._items.get(Want(model, pk, sk))


def _model(model: type[TableModel], item: dict[str, Any]) -> TableModel:
    made = model()
    made.deserialize(item)
    return made


def _read(client: "DynamoDBClient", wanted: Sequence[Want]) -> list[tuple[str, dict[str, Any]]]:
    request: Any = {}
    for want in wanted:
        keys = request.setdefault(want.model.Meta.table_name, {"Keys": [], "ConsistentRead": True})
        keys["Keys"].append(key(want.pk, want.sk))
    found: list[tuple[str, dict[str, Any]]] = []
    for wait in waits():
        answer = _asked(client, request)
        found += [(table, item) for table, items in answer["Responses"].items() for item in items]
        request = answer.get("UnprocessedKeys")
        if not request:
            return found
        # A table that gives a part of them is busy: asked again at once it gives none.
        sleep(wait)
    raise StoreBusy


def _asked(client: "DynamoDBClient", request: Any) -> Any:
    try:
        return client.batch_get_item(RequestItems=request)
    except ClientError as error:
        if busy(error):
            raise StoreBusy from error
        raise
