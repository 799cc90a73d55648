"""A district class and its people, put into the tables as the sync and activation would."""

from collections.abc import Iterable, Mapping
from typing import Any

from homeroom.accounts.account import LinkEnd
from homeroom.accounts.service import AccountService
from homeroom.accounts.store import AccountStore
from homeroom.accounts.store.links import LinkItem, link_key
from homeroom.accounts.store.profiles import ProfileItem, ProfileStore
from homeroom.classes.ids import ClassId
from homeroom.classes.store import ClassItem, MemberItem, member_item
from homeroom.roster.entries import ClassEntry, PersonEntry
from homeroom.roster.store.items import PersonItem, class_item, person_item
from homeroom.runtime import aws
from homeroom.runtime.dynamo import bind
from tests.support.people import Person
from tests.support.served import START

DISTRICT, SCHOOL = "58da8a43cc70ab00017a1a87", "school-a"
ROSTERED = ClassId("district", DISTRICT, "section-1")


def rostered(
    students: Iterable[str] = (), teachers: Mapping[str, str] | None = None, klass: ClassId = ROSTERED, **fields: Any
) -> str:
    """A district class with people in it, each with a record; teachers by person, with their role. Its id."""
    bind("classes", ClassItem, MemberItem)
    named = {"name": "Biology", "school": SCHOOL, **fields}
    class_item(DISTRICT, ClassEntry(id=klass.own, **named), 1).save()
    for who in students:
        person(who, "student")
        member_item(DISTRICT, klass.own, f"S#{who}", "student", 1, START).save()
    for who, role in (teachers or {}).items():
        person(who, "teacher")
        member_item(DISTRICT, klass.own, f"T#{who}", role, 1, START).save()
    return klass.text


def person(who: str, *roles: str, **fields: Any) -> None:
    """A record of the roster."""
    bind("districts", PersonItem)
    named = {"first": who.title(), "last": "Roster", "grade": "5", **fields}
    person_item(DISTRICT, PersonEntry(id=who, roles=roles, **named), 1).save()


def linked(someone: Person, who: str) -> None:
    """Somebody's account, activated as that record."""
    ProfileStore("users", aws.dynamodb()).begin(someone.account, someone.address, START)
    end = "#".join(LinkEnd(DISTRICT, who))
    ProfileItem(f"U#{someone.account}", "PROFILE").update([ProfileItem.links.add({end})])
    bind("districts", LinkItem)
    LinkItem(*link_key(DISTRICT, who), account=someone.account).save()


def administrator(someone: Person, *schools: str, district: str = DISTRICT) -> None:
    """Somebody who administers the district, or only those schools of it."""
    grants = AccountService(AccountStore("users"))
    grants.grant_admin(someone.account, district, "operator", START, f"g-{someone.account}", schools=schools or None)
