"""Administrators in district classes, for some days: `C#D#…` / `ACCESS#<account>` (B-03)."""

from datetime import datetime
from typing import TYPE_CHECKING

from homeroom.classes.ids import ClassId
from homeroom.classes.store import ClassItem
from homeroom.classes.store.audits import ClassAudit, audit_action
from homeroom.classes.store.independent import ACCESS, CLASS, AccessItem, access_until, account_list_pk, pk_of
from homeroom.runtime.audit import Change
from homeroom.runtime.dynamo import bind
from homeroom.runtime.together import Want, read_together
from homeroom.runtime.transact import THERE, check, put, remove, transact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class AccessStore:
    """Access of administrators, in the classes table of that name."""

    def __init__(self, table: str, client: "DynamoDBClient") -> None:
        self._table, self._client = table, client
        bind(table, AccessItem, ClassItem, ClassAudit)

    def until(self, klass: ClassId, account: str, now: datetime) -> datetime | None:
        """When somebody's access ends (a consistent read); None when they have none. Raises StoreBusy."""
        want = Want(AccessItem, pk_of(klass), ACCESS + account)
        return access_until(read_together(self._client, [want]).get(*want), now)

    def admit(self, klass: ClassId, account: str, until: datetime, change: Change) -> bool:
        """Give access through a whole second, in place of what there was; False when the class has gone. X-04."""
        pk = pk_of(klass)
        item = AccessItem(
            pk, ACCESS + account, list_pk=account_list_pk(account), list_sk=pk, role="admin_access", account=account,
            started=change.at, expires_at=int(until.timestamp()),
        )  # fmt: skip
        gone = {":gone": {"S": "archived"}}
        stands = check(self._table, pk, CLASS, f"{THERE} AND #state <> :gone", gone, state="state")
        return not transact(self._client, [stands, put(self._table, item), audit_action(self._table, klass, change)])

    def dismiss(self, klass: ClassId, account: str, change: Change) -> bool:
        """End access; False, and no row, when there was none. X-03, X-04."""
        gone = remove(self._table, pk_of(klass), ACCESS + account, THERE)
        return not transact(self._client, [gone, audit_action(self._table, klass, change)])
