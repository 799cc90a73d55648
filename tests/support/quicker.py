"""moto's DynamoDB with the same answers in a part of the time: most of what the tests take is spent in it.

For each write of a transaction it copies a whole table, for a query it compares the key of every item, and it writes an
answer member by member of every kind that a value could have. And botocore's clients, which tests make by the hundred:
each reads the description of its service anew, a megabyte of JSON.
"""

import copy
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import lru_cache, wraps
from typing import Any

from botocore import useragent
from botocore.loaders import JSONFileLoader
from moto.core import DEFAULT_ACCOUNT_ID, responses
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.request import normalize_request
from moto.core.serialize import JSONSerializer
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler

# Descriptions of services by path, as botocore keeps them for the clients of one session; none of them ever changes.
_DESCRIPTIONS: dict[str, Any] = {}
SCALARS = frozenset({"S", "N", "BOOL", "NULL"})
TEXTS = frozenset({"SS", "NS"})
# Where Table.query is given its index's name, counted after the partition's key.
INDEX = 6
TARGET = b"DynamoDB_20120810"
REGION = "us-east-1"

Json = dict[str, Any]
Keys = list[tuple[DynamoType, DynamoType | None]]
# The keys that the transaction under way writes to, by table.
_written: ContextVar[dict[str, Keys]] = ContextVar("written")


def moto() -> None:
    """Have DynamoDB answer sooner in all of this process. Calling it again does no harm."""
    for module, name in ((responses, "method_names_from_class"), (useragent, "sanitize_user_agent_string_component")):
        if not hasattr(getattr(module, name), "cache_info"):
            setattr(module, name, lru_cache(maxsize=256)(getattr(module, name)))
    for owner, name, new in (
        (JSONFileLoader, "load_file", _description),
        (BotocoreStubber, "process_request", _request),
        (Table, "all_items", _all_items),
        (Table, "query", _query),
        (DynamoDBBackend, "transact_write_items", _transact),
        (JSONSerializer, "_serialize_type_structure", _structure),
        (DynamoType, "__eq__", _equal),
        (DynamoType, "to_regular_json", _regular),
    ):
        old = getattr(owner, name)
        if not hasattr(old, "__wrapped__"):
            setattr(owner, name, _in_place_of(old, new))
    DynamoType.__deepcopy__, Item.__deepcopy__ = _value_copied, _item_copied
    Table.__deepcopy__ = _snapshot


def truncate(*names: str) -> None:
    """Empty tables at once."""
    for name in names:
        dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables[name].items.clear()


def _in_place_of(old: Callable[..., Any], new: Callable[..., Any]) -> Callable[..., Any]:
    """A method that is given the one in whose place it comes."""

    @wraps(old)
    def method(self: Any, *given: Any, **more: Any) -> Any:
        return new(old, self, *given, **more)

    return method


def _description(old: Any, self: JSONFileLoader, path: str) -> Any:
    if path not in _DESCRIPTIONS:
        _DESCRIPTIONS[path] = old(self, path)
    return _DESCRIPTIONS[path]


def _request(old: Any, self: BotocoreStubber, request: Any) -> Any:
    """Without looking through all services' addresses for DynamoDB's."""
    if TARGET not in request.headers.get("X-Amz-Target", b""):
        return old(self, request)
    asked = normalize_request(request)
    return DynamoHandler.dispatch(asked, asked.raw_url, asked.headers)


def _all_items(old: Any, self: Table) -> list[Item]:
    """Sorted by text, where keys are texts."""
    if self.hash_key_type != "S" or not self.range_key_attr or self.range_key_type != "S":
        return old(self)
    found = [item for partition in list(self.items.values()) for item in list(partition.values())]
    return sorted(found, key=lambda item: (item.hash_key.value, item.range_key.value))


def _query(old: Any, self: Table, hash_key: DynamoType, *given: Any, **more: Any) -> Any:
    """In a table of the one partition that is asked for, unless it is one of an index."""
    if given[INDEX]:
        return old(self, hash_key, *given, **more)
    return old(_table(self, {hash_key: self.items.get(hash_key, {})}), hash_key, *given, **more)


def _table(like: Table, items: Any) -> Table:
    made = Table.__new__(Table)
    made.__dict__.update(like.__dict__, items=defaultdict(dict, items))
    return made


def _transact(old: Any, self: DynamoDBBackend, items: list[Json]) -> None:
    """Copies only what it writes to: that is what is put back if it fails."""
    written: dict[str, Keys] = defaultdict(list)
    for operation in (given for item in items for given in item.values()):
        if (table := self.tables.get(operation["TableName"])) is not None:
            written[table.name] += _keys(table, operation.get("Key") or operation.get("Item", {}))
    token = _written.set(written)
    try:
        old(self, items)
    finally:
        _written.reset(token)


def _keys(table: Table, attributes: Json) -> Iterator[tuple[DynamoType, DynamoType | None]]:
    names = [name for name in (table.hash_key_attr, table.range_key_attr) if name]
    if all(name in attributes for name in names):
        key = [DynamoType(attributes[name]) for name in names]
        yield key[0], key[1] if len(key) > 1 else None


def _snapshot(self: Table, _memo: Any) -> Table:
    """The table as it is, sharing what the transaction does not write to."""
    made = _table(self, self.items)
    for partition, key in _written.get()[self.name]:
        if partition not in made.items:
            continue
        if key is None:
            made.items[partition] = copy.deepcopy(made.items[partition])
        else:
            made.items[partition] = dict(made.items[partition])
            if key in made.items[partition]:
                made.items[partition][key] = copy.deepcopy(made.items[partition][key])
    return made


def _structure(old: Any, self: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
    """A value of an item is already what an answer says of it, but for bytes."""
    if key and shape.name == "AttributeValue" and isinstance(value, dict) and _is_plain(value):
        self._default_serialize(serialized, value, shape, key)
    else:
        old(self, serialized, value, shape, key)


def _is_plain(value: Any) -> bool:
    if not isinstance(value, dict) or len(value) != 1:
        return False
    ((kind, held),) = value.items()
    parts = held.values() if kind == "M" else held
    return kind in SCALARS or kind in TEXTS or (kind in {"L", "M"} and all(map(_is_plain, parts)))


def _equal(old: Any, self: DynamoType, other: DynamoType) -> bool:
    return bool(self.value == other.value) if self.type == other.type == "S" else old(self, other)


def _regular(old: Any, self: DynamoType) -> Json:
    return {self.type: self.value} if self.type in SCALARS else old(self)


def _value_copied(self: DynamoType, _memo: Any) -> DynamoType:
    made = DynamoType.__new__(DynamoType)
    made.type, value = self.type, self.value
    if self.type == "M":
        value = {key: copy.deepcopy(part) for key, part in value.items()}
    elif isinstance(value, list):
        value = [copy.deepcopy(part) for part in value]
    made.value = value
    return made


def _item_copied(self: Item, _memo: Any) -> Item:
    made = Item.__new__(Item)
    made.hash_key = _value_copied(self.hash_key, None)
    made.range_key = self.range_key and _value_copied(self.range_key, None)
    made.attrs = LimitedSizeDict()
    # What has been stored was measured then.
    dict.update(made.attrs, {name: copy.deepcopy(value) for name, value in self.attrs.items()})
    return made
