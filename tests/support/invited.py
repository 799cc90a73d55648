"""An independent class and its people, put into the tables as the routes would."""

from datetime import datetime
from typing import Any

from homeroom.accounts.account import Account
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.classes.ids import ClassId
from homeroom.classes.model import Seat
from homeroom.classes.store.independent import (
    CLASS as CLASS_SK,
)
from homeroom.classes.store.independent import (
    TEACHER,
    IndependentItem,
    TeacherItem,
    account_list_pk,
    pk_of,
    seat_item,
)
from homeroom.runtime import aws
from homeroom.runtime.dynamo import bind
from tests.support.people import Person
from tests.support.proxy import Answer
from tests.support.served import START, Item, Served

OWNER = Person.named("owner")
ID = ClassId("independent", OWNER.account, "algebra")
CLASS = ID.text
GROWN = "2000-01-31"


def klass(id_: ClassId = ID, owner: Person = OWNER, **fields: Any) -> str:
    """A class of somebody's, active and empty, and its owner's account; its id."""
    bind("classes", IndependentItem, TeacherItem)
    usual = {"name": "Algebra", "state": "active", "students": 0, "code": "ABCDEFGH", "created": START}
    IndependentItem(pk_of(id_), CLASS_SK, owner=owner.account, **{**usual, **fields}).save()
    teacher(owner, id_, "owner")
    account(owner, name="Maya Lopez")
    return id_.text


def teacher(person: Person, id_: ClassId = ID, role: str = "co_teacher") -> None:
    """Somebody among a class's teachers."""
    pk = pk_of(id_)
    TeacherItem(
        pk, TEACHER + person.account, list_pk=account_list_pk(person.account), list_sk=pk, role=role,
        account=person.account, state="active", started=START,
    ).save()  # fmt: skip


def account(person: Person, now: datetime = START, **fields: Any) -> Account:
    """An account with its address, grown up unless `birth_date` says otherwise."""
    made = ProfileStore("users", aws.dynamodb()).begin(person.account, person.address, now)
    change("users", (f"U#{person.account}", "PROFILE"), **({"birth_date": GROWN, "birth_by": "self"} | fields))
    return made


def seated(person: Person, id_: ClassId = ID, **fields: Any) -> None:
    """Somebody with a place in a class, which is not counted."""
    bind("classes", type(seat_item(id_, Seat(person.account, "active"))))
    seat_item(id_, Seat(person.account, **{"state": "active", "started": START, **fields})).save()


def invite(api: Served, *given: str, as_: Person = OWNER, klass: str = CLASS, **more: Any) -> list[dict[str, Any]]:
    """Invite addresses; what became of each."""
    found = api.call("POST", f"/classes/{klass}/invitations", {"addresses": list(given)}, as_=as_, **more)
    assert found.status == 200, found.body
    items: list[dict[str, Any]] = found.body["items"]
    return items


def outcomes(api: Served, *given: str, **more: Any) -> list[str]:
    """The same in a word each."""
    return [one["outcome"] for one in invite(api, *given, **more)]


def invitation(api: Served, address: str, **more: Any) -> str:
    """Invite an address; the invitation's id."""
    (one,) = invite(api, address, **more)
    assert one["outcome"] == "invited", one
    return str(one["invitation"])


def queued(api: Served) -> list[Item]:
    """The messages in the outbox."""
    return api.items("OutboxTable")


def stored(api: Served, table: str = "ClassesTable", **having: str) -> list[Item]:
    """Items whose attributes are these texts, audit rows and all."""
    return [one for one in api.items(table) if all(one.get(name) == {"S": text} for name, text in having.items())]


def tokens(api: Served) -> dict[str, str]:
    """What is mailed now, by address: the token in each letter's link."""
    return {mail.to: mail.links()[0].partition("#token=")[2] for mail in api.deliver()}


def accept(api: Served, invitation: str, as_: Person) -> Answer:
    """Accept by the invitation's id."""
    return api.call("POST", f"/invitations/{invitation}/accept", as_=as_)


def decline(api: Served, invitation: str, as_: Person) -> Answer:
    """Decline by the invitation's id."""
    return api.call("POST", f"/invitations/{invitation}/decline", as_=as_)


def use(api: Served, token: str, as_: Person) -> Answer:
    """Accept by the mailed token."""
    return api.call("POST", "/invitations/accept", {"token": token}, as_=as_)


def received(api: Served, as_: Person) -> list[dict[str, Any]]:
    """What somebody sees themselves invited to."""
    found = api.call("GET", "/invitations", as_=as_)
    assert found.status == 200, found.body
    items: list[dict[str, Any]] = found.body["items"]
    return items


def sent(api: Served, as_: Person = OWNER, klass: str = CLASS) -> dict[str, dict[str, Any]]:
    """What a teacher sees of the class's invitations, by id."""
    found = api.call("GET", f"/classes/{klass}/invitations", as_=as_)
    assert found.status == 200, found.body
    return {one["id"]: one for one in found.body["items"]}


def change(table: str, key: tuple[str, str], **fields: Any) -> None:
    """Set attributes of an item: texts, or whole numbers."""
    aws.dynamodb().update_item(
        TableName=table, Key={"pk": {"S": key[0]}, "sk": {"S": key[1]}},
        UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in fields),
        ExpressionAttributeNames={f"#{name}": name for name in fields},
        ExpressionAttributeValues={
            f":{name}": {"N": str(value)} if isinstance(value, int) else {"S": value} for name, value in fields.items()
        },
    )  # fmt: skip


def counted(api: Served) -> tuple[int, int, int]:
    """Places taken by the class's own counter and by its owner's, and the students who have one."""
    klass = next(one for one in api.items("ClassesTable") if one["sk"] == {"S": "CLASS"})
    owner = next((one for one in api.items("UsersTable") if one["sk"] == {"S": "TEACHING"}), {})
    seats = [one for one in api.items("ClassesTable") if one["sk"]["S"].startswith("S#")]
    active = sum(one["state"] == {"S": "active"} for one in seats)
    return int(klass["students"]["N"]), int(owner.get("places", {"N": "0"})["N"]), active
