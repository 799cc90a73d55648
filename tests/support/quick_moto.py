"""Makes moto's tables quick: its transactions copy whole tables to be able to take themselves back, these a few items.

with quick():
    ...
    truncate("districts", "classes")
"""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table

REGION = "us-east-1"
# A table, the keys of an item, and the item as it was.
Touched = tuple[Table, DynamoType, DynamoType, Any]


@contextmanager
def quick() -> Iterator[None]:
    """Transactions cost as much as they touch, whatever else is in the tables."""
    whole = DynamoDBBackend.transact_write_items

    def transact(backend: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
        touched = [found for one in transact_items for found in _touched(backend, *one.values())]
        try:
            whole(backend, transact_items)
        except Exception:
            for table, pk, sk, before in touched:
                _put_back(table, pk, sk, before)
            raise

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DynamoDBBackend, "transact_write_items", transact)
        patch.setattr(Table, "__deepcopy__", lambda table, _: table, raising=False)
        yield


def truncate(*names: str) -> None:
    """Empty tables at once."""
    for name in names:
        dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables[name].items.clear()


def _touched(backend: DynamoDBBackend, action: dict[str, Any]) -> Iterator[Touched]:
    table, key = backend.tables.get(action["TableName"]), action.get("Item", action.get("Key"))
    if table is not None and {"pk", "sk"} <= set(key):
        pk, sk = DynamoType(key["pk"]), DynamoType(key["sk"])
        yield table, pk, sk, copy.deepcopy(table.items.get(pk, {}).get(sk))


def _put_back(table: Table, pk: DynamoType, sk: DynamoType, before: Any) -> None:
    if before is not None:
        table.items[pk][sk] = before
    elif pk in table.items:
        table.items[pk].pop(sk, None)
