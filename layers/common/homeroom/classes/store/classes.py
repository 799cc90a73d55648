"""Independent classes as they are made and changed, each change one transaction (C-01, C-06, C-09)."""

from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from homeroom.accounts.account import Teaching
from homeroom.accounts.store.profiles import TeachingItem
from homeroom.accounts.store.teaching import teaching_action
from homeroom.classes.ids import ClassId
from homeroom.classes.model import ClassView, Code
from homeroom.classes.store.audits import ClassAudit, audit_action
from homeroom.classes.store.independent import (
    CLASS,
    TEACHER,
    CodeItem,
    IndependentItem,
    TeacherItem,
    account_list_pk,
    code_item,
    independent_view,
    pk_of,
)
from homeroom.runtime.audit import Change
from homeroom.runtime.dynamo import bind
from homeroom.runtime.together import Want, read_together
from homeroom.runtime.transact import NEW, put, transact, update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

# Why nothing was written: there is such a class already, the code is somebody's, the owner has no room, or the class is
# no longer as it was read.
Refused = Literal["exists", "code_taken", "no_room", "changed"]


class Tables(NamedTuple):
    """The tables that a class and its owner's counters are in."""

    classes: str
    users: str


class ClassStore:
    """Independent classes, in the classes table, and their owners' counters, in the users table."""

    def __init__(self, tables: Tables, client: "DynamoDBClient") -> None:
        self._tables, self._client = tables, client
        bind(tables.classes, IndependentItem, TeacherItem, CodeItem, ClassAudit)
        bind(tables.users, TeachingItem)

    def get(self, klass: ClassId) -> ClassView | None:
        """An independent class as it stands (a consistent read); None when there is none."""
        item = read_together(self._client, [Want(IndependentItem, pk_of(klass), CLASS)])
        found = item.get(IndependentItem, pk_of(klass), CLASS)
        return independent_view(found) if found else None

    def create(self, klass: ClassView, code: Code, now: datetime, most: int, change: Change) -> Refused | None:
        """Make a class with its owner and its code, if the owner then has `most` classes or fewer. Raises StoreBusy."""
        table, pk = self._tables.classes, pk_of(klass.id)
        item = IndependentItem(
            pk, CLASS, name=klass.name, state=klass.state, owner=klass.owner, code=klass.code, students=0, created=now
        )
        refused = transact(self._client, [
            put(table, item, NEW),
            put(table, code_item(code, now), NEW),
            teaching_action(self._tables.users, klass.owner, Teaching(classes=1), Teaching(classes=most)),
            put(table, owner_item(klass.id, klass.owner, now), NEW),
            audit_action(table, klass.id, change),
        ])  # fmt: skip
        reasons: tuple[tuple[int, Refused], ...] = ((0, "exists"), (1, "code_taken"), (2, "no_room"))
        return next((reason for at, reason in reasons if at in refused), "changed" if refused else None)

    def rename(self, klass: ClassId, name: str) -> bool:
        """Give an active class a name; False when it is not active. Raises StoreBusy."""
        values = {":name": {"S": name}, ":active": {"S": "active"}}
        action = update(
            self._tables.classes, pk_of(klass), CLASS, "SET #name = :name", "#state = :active", values,
            name="name", state="state",
        )  # fmt: skip
        return not transact(self._client, [action])

    def archive(self, seen: ClassView, now: datetime, change: Change) -> Refused | None:
        """Archive a class that is as it was seen; it then counts nowhere. Raises StoreBusy. C-06, C-09."""
        left = Teaching(classes=-1, places=-seen.students)
        return self._turned(seen, "archived", now, left, None, change)

    def restore(self, seen: ClassView, now: datetime, most: Teaching, change: Change) -> Refused | None:
        """Bring back an archived class that is as it was seen, if its owner's counters then are at `most` or below.

        Raises StoreBusy. C-06, C-09.
        """
        back = Teaching(classes=1, places=seen.students)
        return self._turned(seen, "active", now, back, most, change)

    def _turned(
        self, seen: ClassView, state: str, now: datetime, counted: Teaching, most: Teaching | None, change: Change
    ) -> Refused | None:
        refused = transact(self._client, [
            _turn_action(self._tables.classes, seen, state, now),
            teaching_action(self._tables.users, seen.owner, counted, most),
            audit_action(self._tables.classes, seen.id, change),
        ])  # fmt: skip
        if refused & {0, 2}:
            return "changed"
        return "no_room" if refused else None


def owner_item(klass: ClassId, account: str, now: datetime) -> TeacherItem:
    """That an account owns a class, unsaved; in the index, so that it lists the class."""
    pk = pk_of(klass)
    return TeacherItem(
        pk, TEACHER + account, list_pk=account_list_pk(account), list_sk=pk, role="owner", account=account,
        state="active", started=now,
    )  # fmt: skip


def _turn_action(table: str, seen: ClassView, state: str, now: datetime) -> "TransactWriteItemTypeDef":
    """From the state that was seen to another, with the owner and as many students as were seen."""
    values = {
        ":state": {"S": state}, ":seen": {"S": seen.state}, ":owner": {"S": seen.owner},
        ":students": {"N": str(seen.students)},
    }  # fmt: skip
    change = "SET #state = :state REMOVE archived"
    if state == "archived":
        change = "SET #state = :state, archived = :now"
        values[":now"] = {"S": now.strftime("%Y-%m-%dT%H:%M:%S.%f%z")}
    unchanged = "#state = :seen AND #owner = :owner AND students = :students"
    return update(table, pk_of(seen.id), CLASS, change, unchanged, values, state="state", owner="owner")
