"""Places of students in independent classes, as they are taken and given back; never more than there are (C-06, J-08).

What changes together: `C#U#…` / `S#<account>`, the class's own counter, and the owner's (`U#<owner>` / `TEACHING`).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from homeroom.accounts.store.profiles import (
    LONGEST_ID,
    PROFILE,
    TEACHING,
    ProfileStore,
    TeachingItem,
    account_pk,
    teaching_of,
)
from homeroom.classes.ids import ClassId
from homeroom.classes.model import ClassView, Known, Place, Seat
from homeroom.classes.rules.limits import STUDENTS_A_CLASS, STUDENTS_A_TEACHER
from homeroom.classes.store.codes import CodeStore
from homeroom.classes.store.independent import (
    CLASS,
    SEAT,
    TEACHER,
    IndependentItem,
    SeatItem,
    TeacherItem,
    independent_view,
    pk_of,
    seat_item,
    seat_of,
)
from homeroom.runtime.dynamo import bind, wire
from homeroom.runtime.together import Want, read_together
from homeroom.runtime.transact import check, update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

KEYS = frozenset({"pk", "sk"})
ROOM_IN_CLASS = "students < :class_limit"
ROOM_AT_TEACHER = "attribute_not_exists(places) OR places < :limit"


class SeatStore:
    """Places, in the classes table and, for the counters of owners, the table of those accounts."""

    def __init__(self, table: str, profiles: ProfileStore, client: "DynamoDBClient") -> None:
        self.table, self._profiles, self._client = table, profiles, client
        bind(table, IndependentItem, SeatItem, TeacherItem)

    def look(self, klass: ClassId, account: str, code: str = "") -> Place | None:
        """What is so now (consistent reads, in two steps); None when there is no such class. Raises StoreBusy."""
        pk = pk_of(klass)
        # Nothing is kept under what is no id of anybody's, and DynamoDB refuses a key that is too long.
        account = account if account.isascii() and len(account) <= LONGEST_ID else ""
        wants = [Want(IndependentItem, pk, CLASS), Want(SeatItem, pk, f"{SEAT}{account}")]
        wants += [Want(TeacherItem, pk, f"{TEACHER}{account}"), CodeStore.want(code)]
        found = read_together(self._client, wants)
        item, seat = found.get(IndependentItem, pk, CLASS), found.get(SeatItem, pk, f"{SEAT}{account}")
        if item is None:
            return None
        theirs = read_together(self._client, [self._teaching(item.owner), self._profiles.want(item.owner)])
        owner = self._profiles.of(theirs, item.owner)
        return Place(
            view=independent_view(item), seat=seat_of(seat) if seat else None,
            teaches=found.get(TeacherItem, pk, f"{TEACHER}{account}") is not None,
            teaching=teaching_of(theirs.get(*self._teaching(item.owner))),
            teacher=owner.name if owner else "", code=CodeStore.of(found, code),
        )  # fmt: skip

    def waiting(self, klass: ClassId) -> Iterator[Seat]:
        """Who waits to be let in (a consistent read), by account."""
        waits = SeatItem.state == "waiting"
        found = SeatItem.query(pk_of(klass), SeatItem.sk.startswith(SEAT), filter_condition=waits, consistent_read=True)
        return map(seat_of, found)

    def sit(self, klass: ClassId, seat: Seat) -> "TransactWriteItemTypeDef":
        """The action that gives somebody this place, refused while they have it: they are in, or wait for the same.

        An earlier place is taken up again, with whatever others keep beside it (C-07, CODE-07). Waiting as one who was
        invited takes the place of waiting by a code, and never the other way round (J-06).
        """
        free = "attribute_not_exists(pk) OR #state <> :in"
        values: dict[str, Any] = {":in": {"S": "active"}}
        if seat.state == "waiting":
            either = "OR" if seat.source == "invitation" else "AND"
            free = f"{free} AND (#state <> :waiting OR waits_for <> :for {either} #source <> :invited)"
            values |= {
                ":waiting": {"S": "waiting"}, ":for": {"S": seat.waits_for}, ":invited": {"S": "invitation"},
            }  # fmt: skip
        return self._written(klass, seat, free, values)

    def move(self, klass: ClassId, seat: Seat, was: Seat) -> "TransactWriteItemTypeDef":
        """The action that changes a place, refused if it is no longer what it was."""
        same = "#state = :was"
        values: dict[str, Any] = {":was": {"S": was.state}}
        if was.waits_for:
            same += " AND waits_for = :for"
            values[":for"] = {"S": was.waits_for}
        return self._written(klass, seat, same, values)

    def no_teacher(self, klass: ClassId, account: str) -> "TransactWriteItemTypeDef":
        """The action that is refused if somebody teaches the class (J-07)."""
        return check(self.table, pk_of(klass), f"{TEACHER}{account}", "attribute_not_exists(pk)")

    def take(self, klass: ClassId, owner: str, known: Known | None = None) -> "list[TransactWriteItemTypeDef]":
        """The two actions that take a place, refused when the class or its owner has none left.

        Also when the class is archived, is another's, or is not as it is `known`. Carries out C-06, J-08.
        """
        condition, values, names = _as_known(owner, known)
        own: dict[str, Any] = {":limit": {"N": str(STUDENTS_A_TEACHER)}, ":one": {"N": "1"}}
        return [
            update(self.table, pk_of(klass), CLASS, "ADD students :one", condition, values | _ONE, **names),
            update(
                self._profiles.table, account_pk(owner), TEACHING, "ADD places :one", ROOM_AT_TEACHER, own
            ),
        ]  # fmt: skip

    def room(self, klass: ClassId, owner: str, known: Known | None = None) -> "list[TransactWriteItemTypeDef]":
        """The two actions that take nothing and are refused as `take` is: for who is to wait."""
        condition, values, names = _as_known(owner, known)
        own = {":limit": {"N": str(STUDENTS_A_TEACHER)}}
        return [
            check(self.table, pk_of(klass), CLASS, condition, values, **names),
            check(self._profiles.table, account_pk(owner), TEACHING, ROOM_AT_TEACHER, own),
        ]

    def give_back(self, view: ClassView) -> "list[TransactWriteItemTypeDef]":
        """The actions that give a place back, refused if the class was archived, restored or handed over since.

        Of an archived class the owner's counter has been given back already.
        """
        values = {":state": {"S": view.state}, ":owner": {"S": view.owner}, ":less": {"N": "-1"}}
        same = "#state = :state AND #owner = :owner"
        found = [
            update(self.table, pk_of(view.id), CLASS, "ADD students :less", same, values, state="state", owner="owner")
        ]
        if view.state == "active":
            less = {":less": {"N": "-1"}}
            found.append(update(self._profiles.table, account_pk(view.owner), TEACHING, "ADD places :less", "", less))
        return found

    def named(self, owner: str, name: str) -> "TransactWriteItemTypeDef":
        """The action that is refused if an account is not called that any more."""
        condition, values = "#name = :name", {":name": {"S": name}}
        if not name:
            condition, values = "attribute_not_exists(#name)", {}
        return check(self._profiles.table, account_pk(owner), PROFILE, condition, values, name="name")

    def _written(
        self, klass: ClassId, seat: Seat, condition: str, values: dict[str, Any]
    ) -> "TransactWriteItemTypeDef":
        item = seat_item(klass, seat)
        wired = {key: value for key, value in wire(item).items() if key not in KEYS}
        gone = [name for name in SeatItem.get_attributes() if name not in wired and name not in KEYS]
        change = f"SET {', '.join(f'#{name} = :{name}' for name in wired)} REMOVE {', '.join(gone)}"
        names = {name: name for name in wired}
        given = {f":{name}": value for name, value in wired.items()}
        return update(self.table, item.pk, item.sk, change, condition, given | values, **names)

    @staticmethod
    def _teaching(owner: str) -> Want:
        return Want(TeachingItem, account_pk(owner), TEACHING)


_ONE: dict[str, Any] = {":one": {"N": "1"}}


def _as_known(owner: str, known: Known | None) -> tuple[str, dict[str, Any], dict[str, str]]:
    """A class that is active, that owner's, not full, and as it is known: a condition, its values and its names."""
    condition = f"#state = :active AND #owner = :owner AND {ROOM_IN_CLASS}"
    values: dict[str, Any] = {
        ":active": {"S": "active"}, ":owner": {"S": owner}, ":class_limit": {"N": str(STUDENTS_A_CLASS)},
    }  # fmt: skip
    names = {"state": "state", "owner": "owner"}
    if known is None:
        return condition, values, names
    asks = "approval = :yes" if known.approval else "(attribute_not_exists(approval) OR approval <> :yes)"
    more = {":name": {"S": known.name}, ":yes": {"BOOL": True}}
    return f"{condition} AND #name = :name AND {asks}", values | more, names | {"name": "name"}
