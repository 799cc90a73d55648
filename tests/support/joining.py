"""A school in tables: teachers, classes and students, and the services that let students in by code."""

import hashlib
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from botocore.client import BaseClient

from homeroom.accounts.linking import Stamp
from homeroom.accounts.store.profiles import (
    PROFILE,
    TEACHING,
    AddressItem,
    ProfileItem,
    ProfileStore,
    TeachingItem,
    account_pk,
)
from homeroom.classes.ids import ClassId
from homeroom.classes.model import Code, Known
from homeroom.classes.service.codes import Codes
from homeroom.classes.service.district_codes import DistrictCodes
from homeroom.classes.service.entrance import Attempt, Entrance
from homeroom.classes.service.join import Joined, JoinService
from homeroom.classes.service.joins import Joins
from homeroom.classes.service.leave import Leaving
from homeroom.classes.service.preview import PreviewService
from homeroom.classes.service.release import Release
from homeroom.classes.service.sight import Sight
from homeroom.classes.store import independent as own
from homeroom.classes.store.audits import ClassAudit
from homeroom.classes.store.codes import CodeStore
from homeroom.classes.store.invitations import InvitationItem
from homeroom.classes.store.seats import SeatStore
from homeroom.classes.store.standings import StandingStore
from homeroom.runtime import aws
from homeroom.runtime.auth import Caller
from homeroom.runtime.counters import Counters
from homeroom.runtime.dynamo import bind

NOW = datetime(2026, 9, 15, 15, 0, tzinfo=UTC)
GROWN = "2001-03-04"
SCHOOL = "203.0.113.7"


def seeded(seed: str) -> Callable[[int], bytes]:
    """Bytes that look random and are the same each time."""
    numbers = itertools.count()
    return lambda size: hashlib.shake_256(f"{seed}{next(numbers)}".encode()).digest(size)


class School:
    """`classes`, `users` and `transient` name empty tables. Every account is grown up unless it is said otherwise."""

    def __init__(self, classes: str, users: str, transient: str, district: Any = None) -> None:
        self.client = aws.dynamodb()
        self.profiles = ProfileStore(users, self.client)
        self.codes = CodeStore(classes, self.client)
        self.seats = SeatStore(classes, self.profiles, self.client)
        self.standings = StandingStore(classes, self.client)
        self.sight = Sight(self.standings, co_teaching=False)
        self.counters = Counters(transient, self.client)
        bind(classes, InvitationItem, ClassAudit)
        self.district = district or DistrictCodes(lambda: self.standings, _nobody, _nobody)
        self.entrance = Entrance(self.profiles, self.codes, self.counters, self.client)
        self.service = JoinService(self.entrance, self.codes, self.seats, self.district, self.client)
        self.previews = PreviewService(self.entrance, self.seats, self.district)
        self.owner_codes = Codes(self.codes, self.sight, self.client, seeded("codes"))
        self.waiting = Joins(self.sight, self.seats, self.profiles, self.client)
        self.leaving = Leaving(self.sight, self.seats, self.client)
        self.release = Release(self.profiles, self.standings, self.seats, self.client)
        self._causes = itertools.count()

    def account(self, name: str, /, *, birth_date: str | None = GROWN, **fields: Any) -> str:
        """An account, and its id, which is its name."""
        fields = {"name": name.title(), "address": f"{name}@people.example", **fields}
        ProfileItem(account_pk(name), PROFILE, created=NOW, birth_date=birth_date, **fields).save()
        AddressItem(f"ADDR#{name}@people.example", "ADDR", account=name, by="login", since=NOW).save()
        return name

    def a_class(self, owner: str, code: str, *, known: bool = True, students: int = 0, **fields: Any) -> ClassId:
        """A class of that teacher's with that code; `known`: the code knows its class already."""
        klass = ClassId("independent", owner, code.lower())
        pk, name = own.pk_of(klass), fields.pop("name", f"Class {code}")
        fields = {"state": "active", **fields}
        own.IndependentItem(
            pk, "CLASS", name=name, owner=owner, code=code, students=students, created=NOW, **fields
        ).save()
        own.TeacherItem(
            pk, f"T#{owner}", list_pk=f"U#{owner}", list_sk=pk, role="owner", account=owner, state="active", started=NOW
        ).save()
        knows = Known(owner, name, owner.title(), bool(fields.get("approval"))) if known else None
        own.code_item(Code(code, klass, "active", known=knows), NOW).save()
        return klass

    def attempt(self, student: str, code: str, *, at: datetime = NOW, address: str = SCHOOL) -> Attempt:
        return Attempt(Caller(student, f"{student}@people.example"), code, address, at)

    def join(self, student: str, code: str, **fields: Any) -> Joined:
        return self.service.join(self.attempt(student, code, **fields), f"request:{next(self._causes)}")

    def stamp(self, actor: str, at: datetime = NOW) -> Stamp:
        return Stamp(actor, at, f"request:{next(self._causes)}")

    def seat(self, klass: ClassId, student: str) -> Any:
        place = self.seats.look(klass, student)
        return place and place.seat

    def state(self, klass: ClassId, student: str) -> str:
        """The state of a student's place, with whom it waits for; "" without one."""
        seat = self.seat(klass, student)
        return "" if seat is None else f"{seat.state} {seat.waits_for}".strip()

    def students(self, klass: ClassId) -> int:
        return int(own.IndependentItem.get(own.pk_of(klass), "CLASS", consistent_read=True).students)

    def places(self, owner: str) -> int:
        return self.profiles.teaching(owner).places

    def has(self, owner: str, places: int) -> None:
        """Have a teacher's counter say so."""
        TeachingItem(account_pk(owner), TEACHING, classes=1, places=places).save()

    def members(self, klass: ClassId) -> list[str]:
        found = own.SeatItem.query(own.pk_of(klass), own.SeatItem.sk.startswith("S#"), consistent_read=True)
        return sorted(one.account for one in found if one.state == "active")

    def audited(self, klass: ClassId) -> list[tuple[str, str]]:
        """What the audit log of a class says, as action and subject, in order."""
        found = ClassAudit.query(own.pk_of(klass), ClassAudit.sk.startswith("AUDIT#"), consistent_read=True)
        return [(one.action, one.subject) for one in found]

    def whole(self, klass: ClassId, owner: str) -> None:
        """Nothing is half done: the counters say what the places say."""
        assert self.students(klass) == len(self.members(klass))
        assert self.places(owner) >= self.students(klass)


def _nobody() -> Any:
    raise AssertionError("no district is asked here")


@contextmanager
def calls() -> Iterator[list[str]]:
    """The operations that AWS is asked for in here, by whatever client, in order."""
    made: list[str] = []
    send = BaseClient._make_api_call

    def noted(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        made.append(operation)
        return send(client, operation, parameters)

    BaseClient._make_api_call = noted
    try:
        yield made
    finally:
        BaseClient._make_api_call = send
