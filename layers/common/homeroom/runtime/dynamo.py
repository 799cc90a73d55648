"""What every pynamodb model shares: time-outs, retries, and the table's name bound at first use."""

from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

from homeroom.runtime import aws


class TableModel(Model):
    """An item with the keys that all our tables have. Subclass it, with `class Meta(TableMeta): pass`."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class TableMeta:
    """pynamodb's settings. `table_name` is set by `bind`, since it is known only to the environment."""

    table_name = ""
    connect_timeout_seconds = aws.CONNECT_SECONDS
    read_timeout_seconds = aws.READ_SECONDS
    max_retry_attempts = aws.ATTEMPTS
    max_pool_connections = aws.POOL


def bind(table_name: str, *models: type[TableModel]) -> None:
    """Point models at a table. Binding to another name drops the connection to the one before."""
    for model in models:
        meta: Any = model.Meta
        if meta.table_name != table_name:
            meta.table_name = table_name
            model._connection = None  # noqa: SLF001  pynamodb offers no other way to let go of a table


def wire(item: TableModel) -> dict[str, Any]:
    """An item as DynamoDB's low-level API wants it, for the batches and transactions that boto3 sends."""
    return item.serialize()
