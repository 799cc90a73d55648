"""What every pynamodb model shares: the process's one client, and the table's name bound at first use."""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from pynamodb.attributes import ListAttribute, MapAttribute, UnicodeAttribute
from pynamodb.connection.table import TableConnection
from pynamodb.exceptions import AttributeNullError
from pynamodb.models import Model

from homeroom.runtime import aws


class TableModel(Model):
    """An item with the keys that all our tables have. Subclass it, with `class Meta(TableMeta): pass`."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)

    @classmethod
    def _get_connection(cls) -> TableConnection:
        """The model's table, by the process's one client.

        Left alone, pynamodb makes a client for each model: a tenth of a second and a connection more for each of the
        dozen that a request may need. It offers no way to hand it one.
        """
        found = super()._get_connection()
        found.connection._client = aws.dynamodb()  # type: ignore[assignment]  # noqa: SLF001  as said above
        return found


class TableMeta:
    """pynamodb's settings. `table_name` is set by `bind`, since it is known only to the environment."""

    table_name = ""


def bind(table_name: str, *models: type[TableModel]) -> None:
    """Point models at a table. Binding to another name drops the connection to the one before."""
    for model in models:
        meta: Any = model.Meta
        if meta.table_name != table_name:
            meta.table_name = table_name
            model._connection = None  # noqa: SLF001  pynamodb offers no other way to let go of a table


def wire(item: TableModel) -> dict[str, Any]:
    """An item as DynamoDB's low-level API wants it, for the batches and transactions that boto3 sends.

    The same as `item.serialize()`, in half the time: a first sync asks for a million. Raises AttributeNullError.
    """
    fields, values = _fields(type(item)), item.attribute_values
    if fields is None:
        return item.serialize()
    found: dict[str, Any] = {}
    for field in fields:
        value = values.get(field.name)
        plain = None if value is None else field.serialize(value)
        if plain is not None:
            found[field.key] = {field.kind: plain}
        elif not field.null:
            raise AttributeNullError(field.name)
    return found


class _Field(NamedTuple):
    name: str
    key: str
    kind: str
    null: bool
    serialize: Callable[[Any], Any]


@cache
def _fields(model: type[TableModel]) -> tuple[_Field, ...] | None:
    """What a model's attributes are; None for a model with nested ones, which pynamodb alone can serialise."""
    attributes = model.get_attributes()
    if any(isinstance(attribute, ListAttribute | MapAttribute) for attribute in attributes.values()):
        return None
    return tuple(
        _Field(name, attribute.attr_name, attribute.attr_type, bool(attribute.null), attribute.serialize)
        for name, attribute in attributes.items()
    )
