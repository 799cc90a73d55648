"""A school that is asked for everything by everybody, through the API, with so little room that limits are met."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any, NamedTuple, Self

import pytest
from botocore.client import BaseClient

from homeroom.accounts.store.profiles import ProfileStore
from homeroom.classes.rules.transfers import NOTICE
from homeroom.classes.service.release import Release
from homeroom.classes.store.seats import SeatStore
from homeroom.classes.store.standings import StandingStore
from homeroom.runtime import aws
from tests.support.invited import account, change
from tests.support.people import Person
from tests.support.served import Served

PEOPLE = ("ann", "bea", "cal", "dan", "kid")
STUDENTS, PLACES, OWNED, CO_TEACHERS = 2, 3, 2, 1
LOW = {
    "STUDENTS_A_CLASS": STUDENTS, "STUDENTS_A_TEACHER": PLACES, "CLASSES_A_TEACHER": OWNED,
    "CO_TEACHERS_A_CLASS": CO_TEACHERS,
}  # fmt: skip
LIMITED = ("rules.limits", "rules.joins", "store.seats", "store.acceptances", "service.accept", "service.co_teachers",
           "service.transfer")  # fmt: skip
WRITES = frozenset({"TransactWriteItems", "PutItem", "UpdateItem", "DeleteItem"})
CODES = ("rotate", "disable", "enable")
# Method and path of what an owner does in a class, by name.
OWNERS: dict[str, tuple[str, str]] = {
    "remove": ("DELETE", "/students/{whom}"), "archive": ("POST", "/archive"), "restore": ("POST", "/restore"),
    "offer": ("POST", "/transfer"), "invite": ("POST", "/invitations"), "teach": ("POST", "/teachers"),
    "approve": ("POST", "/joins/{whom}/approve"), "reject": ("POST", "/joins/{whom}/reject"),
    "code": ("POST", "/code"), "approval": ("POST", "/code"), "dismiss": ("DELETE", "/teachers/{whom}"),
}  # fmt: skip


class Act(NamedTuple):
    """What `who` asks for: of or to `whom`, about the class, offer or invitation of that number."""

    what: str
    who: str
    whom: str
    which: int
    either: bool

    @property
    def usual(self) -> bool:
        """Whether it is asked by who may rather than by `who`."""
        return bool(self.which) or self.either


class Died(BaseException):
    """The process is gone: nothing of it can answer."""


@contextmanager
def few() -> Iterator[None]:
    """Limits of two or three."""
    # All are there before the first is changed: what is imported later would keep the low limit for good.
    modules = [import_module(f"homeroom.classes.{name}") for name in LIMITED]
    with pytest.MonkeyPatch.context() as patch:
        for module in modules:
            for name in LOW.keys() & vars(module).keys():
                patch.setattr(module, name, LOW[name])
        yield


class School:
    """Two teachers with a class each, two more people and a child."""

    def __init__(self, api: Served) -> None:
        self._api, self._dies = api, ""
        self._before: tuple[Act, ...] = ()
        self._people = {name: Person.named(name) for name in PEOPLE}
        self._names = {person.account: name for name, person in self._people.items()}
        # What can be answered, of which class it is, and by whom.
        self._invitations: list[tuple[str, str, str]] = []
        self._offers: list[tuple[str, str]] = []

    def __enter__(self) -> Self:
        for name, person in self._people.items():
            child = {"birth_date": "2016-02-03", "guardian": "mum@people.example", "guardian_state": "asked"}
            account(person, **(child if name == "kid" else {}))
        self._send = BaseClient._make_api_call
        BaseClient._make_api_call = self._called()
        for who in PEOPLE[:2]:
            self._ask("POST", "/classes", who, {"name": "One"})
        return self

    def __exit__(self, *_: object) -> None:
        BaseClient._make_api_call = self._send

    def step(self, act: Act, how: str, first: Act | None) -> None:
        """Do it: twice, or the process dies before or after its first write, before which `first` may be done."""
        self._before, self._dies = (first,) if first else (), how.removeprefix("dies ") if "dies" in how else ""
        self.act(act)
        self._before, self._dies = (), ""
        if how == "twice":
            self.act(act)

    def act(self, act: Act) -> None:
        """Ask for something, whatever comes of it."""
        asks: dict[str, tuple[str, str, object]] = {
            "create": ("POST", "/classes", {"name": "More"}),
            "join": ("POST", "/join", {"code": self._class(act.which)["code"]["S"]}),
            "leave": ("DELETE", f"/me/classes/{self._id(act.which)}", None),
            "drop": ("DELETE", f"/me/coaches/{self._people[act.whom].account}", None),
        }
        if act.what in asks:
            method, path, body = asks[act.what]
            self._ask(method, path, act.who, body)
        elif act.what in OWNERS:
            self._own(act)
        elif act.what == "guardian":
            self._guardian("approved" if act.either else "refused")
        elif act.what == "wait":
            self._api.wait(days=8)
        else:
            self._answer(act)

    def _own(self, act: Act) -> None:
        method, path = OWNERS[act.what]
        klass, address = self._class(act.which), self._people[act.whom].address
        bodies: dict[str, object] = {
            "offer": {"address": address, "stay_as_co_teacher": act.either}, "invite": {"addresses": [address]},
            "teach": {"address": address}, "code": {"action": CODES[act.which % 3]},
            "approval": {"approval": act.either},
        }  # fmt: skip
        id_, asking = self._id(act.which), self._names[klass["owner"]["S"]] if act.usual else act.who
        path = f"/classes/{id_}" + path.format(whom=self._people[act.whom].account)
        found = self._ask(method, path, asking, bodies.get(act.what))
        if act.what == "offer" and "id" in found:
            self._offers.append((found["id"], act.whom))
        for one in [found] if act.what == "teach" else found.get("items", []):
            if one.get("invitation"):
                self._invitations.append((one["invitation"], id_, act.whom))

    def _answer(self, act: Act) -> None:
        if act.what == "take" and self._offers:
            offer, theirs = self._offers[-1 - act.which % len(self._offers)]
            if act.usual:
                self._api.wait(seconds=NOTICE.total_seconds())
            self._ask("POST", f"/transfers/{offer}/accept", theirs if act.usual else act.who)
        if act.what == "take" or not self._invitations:
            return
        invitation, klass, theirs = self._invitations[-1 - act.which % len(self._invitations)]
        if act.what == "withdraw":
            self._ask("DELETE", f"/classes/{klass}/invitations/{invitation}", act.who)
        else:
            self._ask("POST", f"/invitations/{invitation}/{act.what}", theirs if act.usual else act.who)

    def _guardian(self, state: str) -> None:
        profiles, client = ProfileStore("users", aws.dynamodb()), aws.dynamodb()
        release = Release(profiles, StandingStore("classes", client), SeatStore("classes", profiles, client), client)
        child = self._people["kid"].account
        with suppress(Died):
            change("users", (f"U#{child}", "PROFILE"), guardian_state=state)
            release.of_guardian(child, self._api.now)

    def _ask(self, method: str, path: str, who: str, body: object = None) -> dict[str, Any]:
        """A request's answer, whatever is refused; nothing of one that died."""
        before = self._api._function
        try:
            found = self._api.call(method, path, body, as_=self._people[who])
        except Died:
            return {}
        finally:
            self._api.become(before)
        assert found.status < 500, (method, path, who, body, found.body)
        return found.body if isinstance(found.body, dict) else {}

    def _class(self, which: int) -> dict[str, Any]:
        found = [one for one in self._api.items("ClassesTable") if one["sk"]["S"] == "CLASS"]
        return sorted(found, key=lambda one: (one["created"]["S"], one["pk"]["S"]))[which % len(found)]

    def _id(self, which: int) -> str:
        return "_".join(("u", *self._class(which)["pk"]["S"].split("#")[2:]))

    def _called(self) -> Any:
        def call(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
            if operation not in WRITES:
                return self._send(client, operation, parameters)
            before, dies = self._before, self._dies
            self._before, self._dies = (), ""
            for act in before:
                self.act(act)
            if dies == "before":
                raise Died
            found = self._send(client, operation, parameters)
            if dies:
                raise Died
            return found

        return call
