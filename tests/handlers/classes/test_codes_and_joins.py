"""`/classes/{class}/code` and `/classes/{class}/joins…`, as the deployed API answers them (J-06, A-04, S-16, X-01)."""

import json
from pathlib import Path

import pytest

from homeroom.classes.ids import ClassId
from homeroom.classes.model import Code
from homeroom.classes.store.independent import code_item
from homeroom.runtime.dynamo import bind
from tests.support.invited import account, klass
from tests.support.people import Person
from tests.support.proxy import taken
from tests.support.served import START, served
from tests.support.taught import linked, rostered

EVENTS = Path(__file__).parents[3] / "events"
TEACHER = Person("9d4c1f3e-6a0b-4c55-9c3a-0a7f5b6f2d11", "teacher@school.example")
SAM = Person("2f6b7c1d-9e3a-4f58-8d21-7c0e5a4b3d92", "sam@student.example")
BEN = Person.named("ben")
CASES = ("change_code", "joins", "approve_join", "reject_join")


@pytest.fixture(scope="module")
def on():
    with served() as made:
        yield made


@pytest.fixture
def api(on):
    on.wipe()
    on.become("ClassesFunction")
    for person, name in ((TEACHER, "Maya Lopez"), (SAM, "Sam"), (BEN, "Ben")):
        account(person, name=name)
    return on


@pytest.fixture
def place(api):
    return f"/classes/{api.call('POST', '/classes', {'name': 'Algebra'}, as_=TEACHER).body['id']}"


def event(case):
    return json.loads((EVENTS / f"classes__{case}.json").read_text())


def sent(api, case):
    return taken(api.handler("ClassesFunction")(event(case), None))


@pytest.mark.parametrize("case", CASES)
def test_every_event_is_of_a_route_of_the_template(api, case):
    found = {(route.method, route.path) for route in api.gateway.routes if route.function == "ClassesFunction"}
    assert (event(case)["httpMethod"], event(case)["resource"]) in found


@pytest.mark.parametrize(("case", "outcome"), [("approve_join", "joined"), ("reject_join", "rejected")])
def test_j06_each_event_is_answered(api, case, outcome):
    asked = ClassId.read(event("joins")["pathParameters"]["class"])
    klass(asked, TEACHER, code="ABCDEFGH")
    made = code_item(Code("ABCDEFGH", asked, "active"), START)
    bind("classes", type(made))
    made.save()
    changed = sent(api, "change_code").body
    assert (changed["state"], changed["expires_at"], changed["approval"]) == ("active", "2026-12-18T14:00:00Z", True)
    assert api.call("POST", "/join", {"code": changed["code"]}, as_=SAM).body["outcome"] == "waiting_for_teacher"
    assert [one["name"] for one in sent(api, "joins").body["items"]] == ["Sam"]
    assert sent(api, case).body == {"account": SAM.account, "outcome": outcome}
    assert sent(api, "joins").body == {"items": [], "next": None}


def test_j06_who_waits_comes_page_by_page_the_longest_first(api, place):
    code = api.call("POST", f"{place}/code", {"approval": True}, as_=TEACHER).body["code"]
    for person in (SAM, BEN):
        api.wait(seconds=1)
        api.call("POST", "/join", {"code": code}, as_=person)
    first = api.call("GET", f"{place}/joins?limit=1", as_=TEACHER).body
    second = api.call("GET", f"{place}/joins?limit=1&cursor={first['next']}", as_=TEACHER).body
    assert [one["account"] for one in first["items"] + second["items"]] == [SAM.account, BEN.account]
    assert first["items"][0] == {
        "account": SAM.account, "name": "Sam", "student": None, "waits_for": "teacher",
        "asked_at": "2026-09-15T15:00:01Z",
    }  # fmt: skip


BODIES = [
    ({}, "action"), ({"action": "open"}, "action"), ({"expires": "2026-09-15T14:59:59Z"}, "expires"),
    ({"expires": "tomorrow"}, "expires"), ({"expires": "2026-10-01T10:00:00"}, "expires"),
    ({"expires": "9999-12-31T23:59:59-14:00"}, "expires"), ({"expires": "0001-01-01T00:00:00+14:00"}, "expires"),
    ({"approval": "maybe"}, "approval"), ({"code": "ABCDEFGH"}, "code"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "field"), BODIES, ids=range(len(BODIES)))
def test_x02_what_cannot_be_done_names_its_field(api, place, body, field):
    found = api.call("POST", f"{place}/code", body, as_=TEACHER)
    assert (found.status, found.code, found.body["field"]) == (422, "invalid_input", field)


def test_x01_students_and_strangers(api, place):
    code = api.call("GET", place, as_=TEACHER).body["code"]
    api.call("POST", "/join", {"code": code}, as_=SAM)
    routes = (
        ("POST", "/code", {"action": "rotate"}), ("GET", "/joins", None),
        ("POST", f"/joins/{BEN.account}/approve", None), ("POST", f"/joins/{BEN.account}/reject", None),
    )  # fmt: skip
    for method, rest, body in routes:
        told = [api.call(method, place + rest, body, as_=who) for who in (SAM, BEN)]
        assert [(one.status, one.code) for one in told] == [(403, "teachers_only"), (404, "class_not_found")]
    for odd in ("nobody", "%F0%9F%98%80", "x" * 3000, "%00"):
        for word in ("approve", "reject"):
            found = api.call("POST", f"{place}/joins/{odd}/{word}", as_=TEACHER)
            assert (found.status, found.code) == (404, "join_not_found")


def test_x03_a_rotation_is_repeated_by_its_key(api, place):
    told = [
        api.call("POST", f"{place}/code", {"action": "rotate"}, as_=TEACHER, headers={"Idempotency-Key": key}).body
        for key in ("one", "one", "two")
    ]
    assert told[0] == told[1] != told[2]


def test_j05_the_primary_teacher_changes_a_district_classs_code_and_a_co_teacher_looks(api):
    place = f"/classes/{rostered([], {'t1': 'primary', 't2': 'co_teacher'}, teacher='t1')}"
    linked(TEACHER, "t1")
    linked(BEN, "t2")
    code = api.call("GET", place, as_=BEN).body["code"]
    refused = api.call("POST", f"{place}/code", {"action": "rotate"}, as_=BEN)
    assert (refused.status, refused.code) == (403, "owner_only")
    assert api.call("POST", f"{place}/code", {"approval": True}, as_=TEACHER).body["field"] == "approval"
    rotated = api.call("POST", f"{place}/code", {"action": "rotate"}, as_=TEACHER).body["code"]
    assert rotated != code
    assert api.call("GET", place, as_=BEN).body["code"] == rotated
    assert api.call("GET", f"/join/{code}", as_=SAM).code == "code_not_found"
    assert api.call("GET", f"{place}/joins", as_=BEN).body == {"items": [], "next": None}
