"""A class with everybody in it, read in one step: what a class page is made of (DESIGN, "Budgets")."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from homeroom.accounts.account import Account
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.classes.ids import ClassId
from homeroom.classes.model import Seat, Standing
from homeroom.classes.store import ClassItem, MemberItem
from homeroom.classes.store.independent import (
    ACCESS,
    CLASS,
    CODE,
    SEAT,
    TEACHER,
    AccessItem,
    IndependentItem,
    OwnCodeItem,
    SeatItem,
    TeacherItem,
    pk_of,
    seat_of,
)
from homeroom.classes.store.standings import standing
from homeroom.runtime.dynamo import TableModel, bind
from homeroom.runtime.together import Found, Want, read_together

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# The first key that is neither a student's nor a teacher's, when all from the first student's on are read.
AFTER = chr(ord(TEACHER[-1]) + 1)


class Member(NamedTuple):
    """A student of a class: an account's seat (independent), or a person of the roster since `started` (district)."""

    id: str
    started: datetime | None
    seat: Seat | None = None


class Headcount(NamedTuple):
    """How many are in a class. Who has left, or waits, is not counted."""

    teachers: int
    students: int


class Roll(NamedTuple):
    """What was read of a class in one step, about its students and about who asks."""

    found: Found
    klass: ClassId
    members: tuple[Member, ...]

    def standing(self, account: Account, now: datetime) -> Standing | None:
        """What the account that asks is in the class; None when there is no such class."""
        return standing(self.found, account, self.klass, now)


class RollStore:
    """Classes with everybody in them, in the classes table; accounts are read beside."""

    def __init__(self, table: str, client: "DynamoDBClient") -> None:
        self._table, self._client = table, client
        bind(table, ClassItem, MemberItem, IndependentItem, SeatItem, TeacherItem, AccessItem, OwnCodeItem)

    def read(self, klass: ClassId, asking: str) -> tuple[Roll, Account | None]:
        """A class and everybody in it, and the account that asks: two consistent reads, side by side.

        The account is None when nothing was ever kept of it. Raises StoreBusy, what boto3 raises.
        """
        pk, profile = pk_of(klass), ProfileStore.want(asking)
        wanted = [profile, *_about(klass, asking)]
        with ThreadPoolExecutor(1) as pool:
            everybody = pool.submit(self._everybody, klass)
            found = read_together(self._client, wanted)
        items = {want: item for want in wanted if (item := found.get(*want))}
        members = everybody.result()
        items |= {Want(type(item), pk, item.sk): item for item in members}
        students = tuple(_member(item) for item in members if _sits(item))
        return Roll(Found(items), klass, students), ProfileStore.of(found, asking)

    def members(self, klass: ClassId) -> tuple[Member, ...]:
        """The students of a class now (a consistent read). Raises what boto3 raises."""
        return tuple(_member(item) for item in self._everybody(klass) if _sits(item))

    def headcount(self, klass: ClassId) -> Headcount:
        """How many are in a class now (a consistent read)."""
        found = self._everybody(klass)
        counted = Counter(item.sk.startswith(TEACHER) for item in found if item.sk.startswith(TEACHER) or _sits(item))
        return Headcount(teachers=counted[True], students=counted[False])

    def _everybody(self, klass: ClassId) -> list[Any]:
        """Teachers and students, those who left a class of an owner's too, by sort key (a consistent read)."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues={
                ":pk": {"S": pk_of(klass)}, ":first": {"S": SEAT}, ":last": {"S": TEACHER[:-1] + AFTER},
            },
            ConsistentRead=True,
        )  # fmt: skip
        return [_item(klass, raw) for page in pages for raw in page["Items"]]


def _about(klass: ClassId, account: str) -> list[Want]:
    """The class itself, and an administrator's access, which is known by the account alone."""
    pk = pk_of(klass)
    if klass.kind == "independent":
        return [Want(IndependentItem, pk, CLASS)]
    return [Want(ClassItem, pk, CLASS), Want(OwnCodeItem, pk, CODE), Want(AccessItem, pk, ACCESS + account)]


def _item(klass: ClassId, raw: Any) -> TableModel:
    own = SeatItem if raw["sk"]["S"].startswith(SEAT) else TeacherItem
    model: type[TableModel] = MemberItem if klass.kind == "district" else own
    made = model()
    made.deserialize(raw)
    return made


def _sits(item: Any) -> bool:
    return item.sk.startswith(SEAT) and (isinstance(item, MemberItem) or item.state == "active")


def _member(item: Any) -> Member:
    seat = seat_of(item) if isinstance(item, SeatItem) else None
    return Member(item.sk.removeprefix(SEAT), item.started, seat)
