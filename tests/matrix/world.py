"""A world with somebody in every relation to an independent and to a district class, and how it is put back."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends

from homeroom.accounts.service import AccountService
from homeroom.accounts.store import AccountStore
from homeroom.roster.store.runs import RunStore
from homeroom.runtime import aws
from tests.support import taught
from tests.support.people import Caller, Machine, Person
from tests.support.proxy import Answer
from tests.support.rostered import Rostered
from tests.support.served import START, TABLES, Served

PEOPLE = (
    "own", "oco", "pri", "dco", "adm", "axp", "coa", "tea", "sad", "sao", "dad", "dao", "end", "mem", "dme", "fme",
    "dfm", "inv", "wai", "rcv", "str", "kid", "ask",
)  # fmt: skip
ROSTERED = frozenset({"pri", "dco", "tea", "dme", "dfm", "adm"})
DISTRICT, ELSEWHERE = taught.DISTRICT, "58da8a43cc70ab00017a1a88"
SCHOOL, OTHER_SCHOOL = "s1", "s2"
PARENT, ALIAS = "parent@home.example", "mem@home.example"
WRITES = ("put_item", "update_item", "delete_item", "transact_write_items")
# J-04 counts failures, whoever failed.
COUNTED = "N#guess"
KEYS, HISTORY = frozenset({"pk", "sk", "list_pk", "list_sk"}), "AUDIT#"

Items = dict[str, dict[tuple[str, str], Any]]


def person(name: str) -> Person:
    """Somebody, by their relation; of the district, with the address that its roster has."""
    return Person.named(name, address=f"{name}@{DISTRICT}.example")


@dataclass
class World:
    """Who is who, what is called what, and the tables as they were when everything was in place."""

    api: Served
    ids: dict[str, str]
    kept: dict[str, Any]
    writes: int = 0

    def caller(self, relation: str) -> Caller | None:
        """Who is in a relation; None for nobody."""
        return {"mac": Machine(), "nob": None}[relation] if relation in {"mac", "nob"} else person(relation)

    def ask(self, relation: str, method: str, path: str, body: Any, headers: dict[str, str]) -> Answer:
        """A request."""
        return self.api.call(method, path, body, as_=self.caller(relation), headers=headers)

    def changed(self) -> list[tuple[str, str, str]]:
        """What is no longer as it was: table, partition, item. Counted guesses are left out."""
        found = []
        for table, before in self.kept.items():
            after = _plain(_tables()[table].items)
            was = _plain(before)
            keys = {key for key in was.keys() | after.keys() if was.get(key) != after.get(key)}
            found += [(table, *key) for key in sorted(keys) if not key[0].startswith(COUNTED)]
        return found

    def items(self, table: str, pk: str, sk: str) -> tuple[Any, Any]:
        """An item as it was, and as it is; None where there was or is none."""
        return _plain(self.kept[table]).get((pk, sk)), _plain(_tables()[table].items).get((pk, sk))

    def put_back(self) -> None:
        """Everything as it was, if anything was written since."""
        if self.writes:
            for table, items in self.kept.items():
                _tables()[table].items = copy.deepcopy(items)
            self.writes = 0

    def both(self, one: str, other: str) -> list[tuple[str, str]]:
        """The items that say of two people, besides the history; a class's own id names its maker and is left out."""
        ids, found = (person(one).account, person(other).account), []
        for items in self.kept.values():
            for (pk, sk), item in _plain(items).items():
                said = " ".join([sk, *(str(value) for name, value in item["Attributes"].items() if name not in KEYS)])
                if all(id_ in said for id_ in ids) and not sk.startswith(HISTORY):
                    found.append((pk, sk))
        return found


def _tables() -> Any:
    return dynamodb_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].tables


def _plain(items: Any) -> dict[tuple[str, str], Any]:
    return {(pk.value, sk.value): item.to_json() for pk, some in items.items() for sk, item in some.items()}


@contextmanager
def inhabited(api: Served) -> Iterator[World]:
    """The world, in the tables of an API, for which all settings are on."""
    api.wipe()
    ids = _settle(api)
    api.now = START
    world = World(api, ids, {name: copy.deepcopy(_tables()[name].items) for name in TABLES.values()})
    with pytest.MonkeyPatch.context() as patch:
        for name in WRITES:
            patch.setattr(DynamoDBBackend, name, _counting(world, getattr(DynamoDBBackend, name)))
        yield world


def _counting(world: World, write: Any) -> Any:
    def counted(*given: Any, **more: Any) -> Any:
        world.writes += 1
        return write(*given, **more)

    return counted


def _settle(api: Served) -> dict[str, str]:
    """Everybody comes to their relation, by the routes wherever there is one; the ids of what is asked about."""
    api.now = START - timedelta(days=9)
    api.become("DistrictAdminFunction")
    ids = {"district": DISTRICT, "person": "dme", "run": _district()}
    for name in PEOPLE:
        # Who is on the roster is linked at first sight, by their address.
        _done(api, name, "GET", "/me")
        if name not in ROSTERED:
            born = "2018-05-01" if name == "kid" else "1990-05-01"
            _done(api, name, "PATCH", "/me", {"birth_date": born, "name": name.title()})
    ids["dis"] = f"d_{DISTRICT}_k1"
    for name, days in (("axp", 8), ("adm", 60)):
        _done(api, name, "POST", f"/classes/{ids['dis']}/admin-access", {"days": days})
    api.now = START - timedelta(days=1)
    return ids | _own(api, ids["dis"])


def _district() -> str:
    """Two districts, with the people of one, and those who administer them; the id of a run."""
    Rostered(ELSEWHERE)
    roster = Rostered(DISTRICT)
    for name in ("pri", "dco", "tea", "sub"):
        roster.person(name, "teacher")
    for name in ("dme", "dfm", "new"):
        roster.person(name, "student", birth_date="2005-02-01", grade="12")
    roster.person("adm", "staff", admin="schools", admin_schools=(SCHOOL,))
    roster.klass("k1", "dme", "new", teacher="pri", co=("dco",), name="Biology", school=SCHOOL)
    roster.klass("k2", "dfm", teacher="tea", co=("sub",), name="Chemistry", school=SCHOOL)
    grants = AccountService(AccountStore("users"))
    for name, schools in (("axp", [SCHOOL]), ("sad", [SCHOOL]), ("sao", [OTHER_SCHOOL]), ("dad", None), ("end", None)):
        grants.grant_admin(person(name).account, DISTRICT, "operator", START, f"grant-{name}", schools=schools)
    grants.grant_admin(person("dao").account, ELSEWHERE, "operator", START, "grant-dao")
    grants.end_admin(person("end").account, DISTRICT, "operator", START, "end-end")
    runs = RunStore("districts", aws.dynamodb())
    begun = runs.begin(DISTRICT, execution="first", now=START - timedelta(days=1), trigger="manual", actor="operator")
    runs.note(begun.model_copy(update={"state": "failed", "finished_at": START}))
    return str(begun.run)


def _own(api: Served, rostered: str) -> dict[str, str]:
    made = _done(api, "own", "POST", "/classes", {"name": "Algebra"})
    klass, code = made["id"], made["code"]
    _done(api, "own", "POST", f"/classes/{klass}/teachers", {"address": person("oco").address})
    _accept(api, "oco")
    for name in ("mem", "fme"):
        _done(api, name, "POST", "/join", {"code": code})
    _done(api, "fme", "DELETE", f"/me/classes/{klass}")
    _coached(api, "coa", "mem", "dme")
    _coached(api, "tea", "str")
    ids = {"own": klass, "code_own": code, "other": _coached(api, "coa"), "nothing": "u_nobody_nothing"}
    archived = _done(api, "own", "POST", "/classes", {"name": "Trigonometry"})
    ids |= {"arc": archived["id"], "code_arc": archived["code"]}
    _done(api, "mem", "POST", "/join", {"code": archived["code"]})
    _done(api, "own", "POST", f"/classes/{archived['id']}/archive")
    ids["code_dis"] = _done(api, "pri", "GET", f"/classes/{rostered}")["code"]
    _waits(api, klass, code)
    claim = {"code": ids["code_dis"], "email": f"new@{DISTRICT}.example", "by": "teacher", "agreed": True}
    _done(api, "ask", "POST", "/activations", claim)
    sent = _done(api, "own", "POST", f"/classes/{klass}/invitations", {"addresses": [person("inv").address]})
    ids["invitation"] = sent["items"][0]["invitation"]
    ids["token"] = _mailed(api)[person("inv").address]
    _done(api, "mem", "POST", "/me/aliases", {"address": ALIAS})
    ids["alias"] = _mailed(api)[ALIAS]
    _done(api, "kid", "POST", "/me/guardian", {"address": PARENT})
    ids["guardian"] = _mailed(api)[PARENT]
    offered = _done(api, "own", "POST", "/classes", {"name": "Geometry"})["id"]
    offer = {"address": person("rcv").address}
    return ids | {"transfer": _done(api, "own", "POST", f"/classes/{offered}/transfer", offer)["id"]}


def _waits(api: Served, klass: str, code: str) -> None:
    _done(api, "own", "POST", f"/classes/{klass}/code", {"approval": True})
    _done(api, "wai", "POST", "/join", {"code": code})
    _done(api, "own", "POST", f"/classes/{klass}/code", {"approval": False})


def _coached(api: Served, teacher: str, *students: str) -> str:
    made = _done(api, teacher, "POST", "/classes", {"name": f"{teacher}'s own"})
    for name in students:
        _done(api, name, "POST", "/join", {"code": made["code"]})
    return str(made["id"])


def _accept(api: Served, name: str) -> None:
    _done(api, name, "POST", "/invitations/accept", {"token": _mailed(api)[person(name).address]})


def _mailed(api: Served) -> dict[str, str]:
    return {mail.to: mail.links()[0].partition("token=")[2] for mail in api.deliver()}


def _done(api: Served, name: str, method: str, path: str, body: object = None) -> Any:
    answer = api.call(method, path, body, as_=person(name))
    assert answer.status < 300, (name, method, path, answer.status, answer.body)
    return answer.body
