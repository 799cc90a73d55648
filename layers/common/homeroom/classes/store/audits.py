"""Audit rows of classes, beside what changed: `C#…` / `AUDIT#<time>#<id>` (X-04)."""

from typing import TYPE_CHECKING

from homeroom.classes.ids import ClassId
from homeroom.classes.store.independent import pk_of
from homeroom.runtime.audit import AuditItem, Change
from homeroom.runtime.dynamo import TableMeta
from homeroom.runtime.transact import NEW, put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


class ClassAudit(AuditItem):
    """An audit row of the classes table."""

    class Meta(TableMeta):
        pass


def audit_action(table: str, klass: ClassId, change: Change) -> "TransactWriteItemTypeDef":
    """The action that writes the row of a change to a class, for the transaction of the change. X-04."""
    return put(table, ClassAudit.written(pk_of(klass), change), NEW)
