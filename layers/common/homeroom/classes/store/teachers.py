"""Who teaches a class, for those who may know: its students, and its teachers themselves."""

from datetime import datetime
from typing import NamedTuple, cast

from homeroom.classes.ids import ClassId
from homeroom.classes.model import Role
from homeroom.classes.store import MemberItem
from homeroom.classes.store.independent import ACCESS, TEACHER, AccessItem, TeacherItem, access_until, pk_of
from homeroom.runtime.dynamo import bind


class Teacher(NamedTuple):
    """A teacher of a class: an account, or of a district's roster a person, whose account is to be looked up."""

    role: Role
    account: str = ""
    person: str = ""


class TeacherStore:
    """Teachers, in the classes table of that name."""

    def __init__(self, table: str) -> None:
        bind(table, TeacherItem, MemberItem, AccessItem)

    def of(self, klass: ClassId, now: datetime) -> list[Teacher]:
        """Who teaches a class now (consistent reads), the owner or primary first; none when there is no such class."""
        pk = pk_of(klass)
        if klass.kind == "independent":
            own = TeacherItem.query(pk, TeacherItem.sk.startswith(TEACHER), consistent_read=True)
            found = [Teacher(cast("Role", one.role), account=one.account) for one in own]
        else:
            rostered = MemberItem.query(pk, MemberItem.sk.startswith(TEACHER), consistent_read=True)
            found = [Teacher(cast("Role", one.role), person=one.sk.removeprefix(TEACHER)) for one in rostered]
            admitted = AccessItem.query(pk, AccessItem.sk.startswith(ACCESS), consistent_read=True)
            found += [Teacher("admin_access", account=one.account) for one in admitted if access_until(one, now)]
        return sorted(found, key=lambda one: (one.role not in {"owner", "primary"}, one.role, one.account, one.person))
