"""What accounts are in classes, read this moment: every "may see" ends here (X-01, DESIGN "an index may propose")."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from homeroom.accounts.account import Account
from homeroom.classes.ids import ClassId
from homeroom.classes.model import ClassView, Role, Standing
from homeroom.classes.store import ClassItem, MemberItem, person_list_pk
from homeroom.classes.store import independent as own
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
)
from homeroom.runtime.dynamo import TableMeta, TableModel, bind
from homeroom.runtime.together import Found, Want, read_together

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Listing(GlobalSecondaryIndex["ListedItem"]):  # type: ignore[no-untyped-call]  # pynamodb's own
    """Classes of an account or a person, by where they are listed."""

    class Meta:
        index_name = "listing"
        projection = IncludeProjection(["role", "state"])

    list_pk = UnicodeAttribute(hash_key=True)
    list_sk = UnicodeAttribute(range_key=True)


class ListedItem(TableModel):
    """A membership as the index has it."""

    class Meta(TableMeta):
        pass

    list_pk = UnicodeAttribute(null=True)
    list_sk = UnicodeAttribute(null=True)
    role = UnicodeAttribute(null=True)
    state = UnicodeAttribute(null=True)
    listing = Listing()


class Proposed(NamedTuple):
    """What the index says: somebody may be this in that class. To be read again before anything is granted."""

    klass: ClassId
    role: str


MODELS: tuple[type[TableModel], ...] = (*own.MODELS, ClassItem, MemberItem, ListedItem)


class StandingStore:
    """Standings, in the classes table of that name."""

    def __init__(self, table: str, client: "DynamoDBClient") -> None:
        self._client = client
        bind(table, *MODELS)

    def of(self, account: Account, klass: ClassId, now: datetime) -> Standing | None:
        """What an account is in a class now; None when there is no such class. One consistent read."""
        return next(self.many([(account, klass)], now), None)

    def many(self, asked: Iterable[tuple[Account, ClassId]], now: datetime) -> Iterator[Standing]:
        """What accounts are in classes now, in the order asked, classes that are not there left out."""
        pairs = list(asked)
        found = read_together(self._client, (want for account, klass in pairs for want in wants(account, klass)))
        standings = (standing(found, account, klass, now) for account, klass in pairs)
        return (one for one in standings if one)

    def view(self, klass: ClassId) -> ClassView | None:
        """A class itself (a consistent read); None when there is no such one, or the roster has taken it away."""
        return class_view(read_together(self._client, class_wants(klass)), klass)

    def proposed(self, account: Account) -> list[Proposed]:
        """The classes that an account seems to be in, through itself and through its links, each once."""
        places = [own.account_list_pk(account.id), *(person_list_pk(*link) for link in sorted(account.links))]
        items = (item for place in places for item in ListedItem.listing.query(place))
        listed = {(item.list_sk, item.role or "") for item in items if item.list_sk.startswith("C#")}
        return [Proposed(own.id_of(pk), role) for pk, role in sorted(listed)]


def wants(account: Account, klass: ClassId) -> Iterator[Want]:
    """Everything that says what an account is in a class: four items, or three and two for each of its records."""
    pk = pk_of(klass)
    yield from class_wants(klass)
    if klass.kind == "independent":
        yield Want(TeacherItem, pk, TEACHER + account.id)
        yield Want(SeatItem, pk, SEAT + account.id)
        return
    yield Want(AccessItem, pk, ACCESS + account.id)
    for person in account.persons(klass.of):
        yield Want(MemberItem, pk, TEACHER + person)
        yield Want(MemberItem, pk, SEAT + person)


def class_wants(klass: ClassId) -> list[Want]:
    """What says what a class is; `class_view` takes it from what was found."""
    pk = pk_of(klass)
    if klass.kind == "independent":
        return [Want(IndependentItem, pk, CLASS)]
    return [Want(ClassItem, pk, CLASS), Want(OwnCodeItem, pk, CODE)]


def standing(found: Found, account: Account, klass: ClassId, now: datetime) -> Standing | None:
    """What was read of an account in a class; None when there is no such class, or the roster has taken it away."""
    view = class_view(found, klass)
    if view is None:
        return None
    return _independent(found, account, view) if klass.kind == "independent" else _district(found, account, view, now)


def class_view(found: Found, klass: ClassId) -> ClassView | None:
    """What was read of a class itself; None as above."""
    pk = pk_of(klass)
    if klass.kind == "independent":
        item = found.get(IndependentItem, pk, CLASS)
        return own.independent_view(item) if item else None
    rostered = found.get(ClassItem, pk, CLASS)
    if rostered is None or rostered.state == "archived":
        return None
    return own.district_view(rostered, found.get(OwnCodeItem, pk, CODE))


def _independent(found: Found, account: Account, view: ClassView) -> Standing:
    pk = pk_of(view.id)
    seat_item = found.get(SeatItem, pk, SEAT + account.id)
    seat = own.seat_of(seat_item) if seat_item else None
    if account.id == view.owner:
        return Standing(view, "owner", seat=seat)
    if found.get(TeacherItem, pk, TEACHER + account.id):
        return Standing(view, "co_teacher", seat=seat)
    return Standing(view, "student" if seat and seat.state == "active" else None, seat=seat)


def _district(found: Found, account: Account, view: ClassView, now: datetime) -> Standing:
    pk = pk_of(view.id)
    roles: dict[Role, str] = {}
    for person in account.persons(view.id.of):
        for prefix in (TEACHER, SEAT):
            if member := found.get(MemberItem, pk, prefix + person):
                roles.setdefault(member.role, person)
    until = own.access_until(found.get(AccessItem, pk, ACCESS + account.id), now)
    for role in ("primary", "co_teacher"):
        if role in roles:
            return Standing(view, role, roles[role], access_until=until)
    seat: Role | None = "student" if "student" in roles else None
    return Standing(view, "admin_access" if until else seat, roles.get("student", ""), access_until=until)
