"""Co-teachers of independent classes as they go; how they come is `acceptances` (B-01)."""

from typing import TYPE_CHECKING

from homeroom.accounts.store.profiles import LONGEST_ID
from homeroom.classes.ids import ClassId
from homeroom.classes.store.audits import audit_action
from homeroom.classes.store.independent import CLASS, TEACHER, TeacherItem, pk_of
from homeroom.runtime.audit import Change
from homeroom.runtime.dynamo import bind
from homeroom.runtime.transact import remove, transact, update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class CoTeacherStore:
    """Co-teachers, in the classes table of that name."""

    def __init__(self, table: str, client: "DynamoDBClient") -> None:
        self._table, self._client = table, client
        bind(table, TeacherItem)

    def remove(self, klass: ClassId, account: str, change: Change) -> bool:
        """End that somebody is a co-teacher; False, and nothing changed, when they are none. B-01, X-04.

        Raises StoreBusy.
        """
        if not (account.isascii() and len(account) <= LONGEST_ID):
            return False
        pk, less = pk_of(klass), {":less": {"N": "-1"}}
        theirs = {":role": {"S": "co_teacher"}}
        return not transact(self._client, [
            remove(self._table, pk, TEACHER + account, "#role = :role", theirs, role="role"),
            update(self._table, pk, CLASS, "ADD co_teachers :less", "attribute_exists(pk)", less),
            audit_action(self._table, klass, change),
        ])  # fmt: skip
