"""Offers of classes to other teachers: `C#U#…` / `TRANSFER`, one for each class (B-02)."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, cast

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute

from homeroom.accounts.account import Teaching
from homeroom.accounts.store.teaching import teaching_action
from homeroom.classes.ids import ClassId, ClassNotFound
from homeroom.classes.model import ClassView
from homeroom.classes.store.audits import ClassAudit, audit_action
from homeroom.classes.store.classes import Tables, owner_item
from homeroom.classes.store.independent import (
    CLASS,
    SEAT,
    TEACHER,
    TRANSFER,
    IndependentItem,
    TeacherItem,
    id_of,
    independent_view,
    pk_of,
)
from homeroom.classes.transfers import Transfer, TransferState
from homeroom.runtime.audit import Change
from homeroom.runtime.dynamo import TableMeta, TableModel, bind
from homeroom.runtime.proofs import name_of, parts_of
from homeroom.runtime.together import Found, Want, read_together
from homeroom.runtime.transact import check, put, remove, transact, update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

# Why a class did not change hands: the offer or the class is no longer as it was read, the receiver sits in the class,
# or has no room.
Refused = Literal["changed", "student", "no_room"]


class TransferItem(TableModel):
    """An offer. It is over at `expires_at` (a second), whether or not it is still there; accepted, it stays."""

    class Meta(TableMeta):
        pass

    own = UnicodeAttribute()
    to = UnicodeAttribute()
    by = UnicodeAttribute()
    stay = BooleanAttribute()
    state = UnicodeAttribute()
    account = UnicodeAttribute(null=True)
    offered = UTCDateTimeAttribute()
    expires = UTCDateTimeAttribute()
    expires_at = NumberAttribute(null=True)


def transfer_id(klass: ClassId, own: str) -> str:
    """The id of an offer of a class; `own` tells it from others of the same class."""
    return name_of((klass.text, own))


def class_of(transfer: str) -> ClassId | None:
    """The class that an offer is of, by the offer's id; None for what is no offer's id."""
    match parts_of(transfer):
        case (text, _):
            try:
                return ClassId.read(text)
            except ClassNotFound:
                return None
    return None


class TransferStore:
    """Offers, in the classes table, and the counters that change with an owner, in the users table."""

    def __init__(self, tables: Tables, client: "DynamoDBClient") -> None:
        self._tables, self._client = tables, client
        bind(tables.classes, TransferItem, IndependentItem, TeacherItem, ClassAudit)

    @staticmethod
    def want(klass: ClassId) -> Want:
        """The offer of a class, to be read together with other items; `of` takes it from what was found."""
        return Want(TransferItem, pk_of(klass), TRANSFER)

    @staticmethod
    def of(found: Found, klass: ClassId) -> Transfer | None:
        """The offer among what was read, accepted and expired ones too; None when the class was never offered."""
        item = found.get(TransferItem, pk_of(klass), TRANSFER)
        return _transfer(item) if item else None

    def open_ones(self, classes: Iterable[ClassId], now: datetime) -> dict[ClassId, Transfer]:
        """The offers that stand now, by class (consistent reads); classes without one are left out. B-02."""
        asked = [klass for klass in classes if klass.kind == "independent"]
        found = read_together(self._client, map(self.want, asked))
        offers = {klass: self.of(found, klass) for klass in asked}
        return {klass: one for klass, one in offers.items() if one and one.open(now)}

    def look(self, klass: ClassId) -> tuple[Transfer | None, ClassView | None]:
        """The offer of a class, and the class, as they are now (one consistent read). Raises StoreBusy."""
        pk = pk_of(klass)
        found = read_together(self._client, [self.want(klass), Want(IndependentItem, pk, CLASS)])
        item = found.get(IndependentItem, pk, CLASS)
        return self.of(found, klass), independent_view(item) if item else None

    def offer(self, transfer: Transfer, *told: Any, change: Change) -> bool:
        """Offer a class, in place of an earlier offer; False when it is no longer active or no longer theirs.

        `told` are the actions that have people told of it, in the same transaction. Raises StoreBusy.
        """
        values = {":active": {"S": "active"}, ":by": {"S": transfer.by}}
        theirs = check(
            self._tables.classes, pk_of(transfer.klass), CLASS, "#state = :active AND #owner = :by", values,
            state="state", owner="owner",
        )  # fmt: skip
        actions = [theirs, put(self._tables.classes, _item(transfer))]
        return not transact(self._client, [*actions, audit_action(self._tables.classes, transfer.klass, change), *told])

    def accept(
        self, transfer: Transfer, seen: ClassView, account: str, most: Teaching, change: Change, *, teaches: bool
    ) -> Refused | None:
        """Hand a class over, if it and the offer are as they were read; all or nothing. Raises StoreBusy.

        `most` is how far the receiver's counters may go, `teaches` whether they were a co-teacher. B-02, X-04.
        """
        table, pk, now = self._tables.classes, pk_of(seen.id), change.at
        held = Teaching(classes=1, places=seen.students)
        refused = transact(self._client, [
            self._turned(transfer, account),
            self._owned(transfer, seen, account, teaches=teaches),
            check(table, pk, SEAT + account, "attribute_not_exists(pk) OR #state <> :in", _IN, state="state"),
            teaching_action(self._tables.users, account, held, most),
            teaching_action(self._tables.users, seen.owner, Teaching(-held.classes, -held.places)),
            put(table, owner_item(seen.id, account, now), TEACHES if teaches else NOT_YET),
            self._former(transfer, seen, now),
            audit_action(table, seen.id, change),
        ])  # fmt: skip
        if refused & {0, 1, 5, 6, 7}:
            return "changed"
        reasons: tuple[tuple[int, Refused], ...] = ((2, "student"), (3, "no_room"))
        return next((reason for at, reason in reasons if at in refused), None)

    def teaches(self, klass: ClassId, account: str) -> bool:
        """Whether an account is stored among a class's teachers (a consistent read)."""
        want = Want(TeacherItem, pk_of(klass), TEACHER + account)
        return read_together(self._client, [want]).get(*want) is not None

    def _turned(self, transfer: Transfer, account: str) -> "TransactWriteItemTypeDef":
        own = parts_of(transfer.id)[1]
        values = {":own": own, ":account": account, ":offered": "offered", ":accepted": "accepted"}
        return update(
            self._tables.classes, pk_of(transfer.klass), TRANSFER,
            "SET #state = :accepted, account = :account REMOVE expires_at", "#own = :own AND #state = :offered",
            {name: {"S": text} for name, text in values.items()}, own="own", state="state",
        )  # fmt: skip

    def _owned(self, transfer: Transfer, seen: ClassView, account: str, *, teaches: bool) -> "TransactWriteItemTypeDef":
        """The class, with its new owner: refused when it is archived, another's, or has other people than were seen."""
        others = seen.co_teachers + transfer.stay - teaches
        values = {
            ":account": {"S": account}, ":by": {"S": transfer.by}, ":active": {"S": "active"},
            ":students": {"N": str(seen.students)}, ":seen": {"N": str(seen.co_teachers)},
            ":others": {"N": str(others)},
        }  # fmt: skip
        none = "attribute_not_exists(co_teachers) OR " if not seen.co_teachers else ""
        same = f"#state = :active AND #owner = :by AND students = :students AND ({none}co_teachers = :seen)"
        return update(
            self._tables.classes, pk_of(seen.id), CLASS, "SET #owner = :account, co_teachers = :others", same, values,
            state="state", owner="owner",
        )  # fmt: skip

    def _former(self, transfer: Transfer, seen: ClassView, now: datetime) -> "TransactWriteItemTypeDef":
        """The old owner's place among the teachers: a co-teacher's, or none."""
        item = owner_item(seen.id, seen.owner, now)
        if not transfer.stay:
            return remove(self._tables.classes, item.pk, item.sk)
        item.role = "co_teacher"
        return put(self._tables.classes, item)


_IN: dict[str, Any] = {":in": {"S": "active"}}
TEACHES, NOT_YET = "attribute_exists(pk)", "attribute_not_exists(pk)"


def _item(transfer: Transfer) -> TransferItem:
    return TransferItem(
        pk_of(transfer.klass), TRANSFER, own=parts_of(transfer.id)[1], to=transfer.to, by=transfer.by,
        stay=transfer.stay, state=transfer.state, offered=transfer.offered, expires=transfer.expires,
        expires_at=int(transfer.expires.timestamp()),
    )  # fmt: skip


def _transfer(item: TransferItem) -> Transfer:
    klass = id_of(item.pk)
    return Transfer(
        id=transfer_id(klass, item.own), klass=klass, to=item.to, by=item.by, stay=bool(item.stay),
        state=cast("TransferState", item.state), offered=item.offered, expires=item.expires,
        account=item.account or "",
    )  # fmt: skip
