"""Each route of a teacher's classes once, by an event as API Gateway hands it over (C-01, C-06, C-09, B-02, B-03)."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from functions.classes.routes import deps
from homeroom.accounts.account import Teaching
from homeroom.classes.ids import ClassId
from homeroom.classes.transfers import Transfer
from homeroom.runtime.audit import Change
from tests.support.invited import account, klass, seated
from tests.support.people import Person
from tests.support.proxy import taken
from tests.support.served import START, served
from tests.support.taught import ROSTERED, administrator, rostered

EVENTS = Path(__file__).parents[3] / "events"
TEACHER = Person("9d4c1f3e-6a0b-4c55-9c3a-0a7f5b6f2d11", "teacher@school.example")
OTHER = Person("2b7e9d10-4c3f-4a86-b1de-6f0a9c8d7e55", "next.teacher@school.example")
ID = ClassId("independent", TEACHER.account, "7c1e0b9f4d2a4e6c8a5b3d1f0e9c7a62")
CASES = (
    "create", "list", "list_archived", "show", "rename", "students", "archive", "restore", "delete", "remove_student",
    "transfer", "accept_transfer", "admin_access", "end_admin_access",
)  # fmt: skip


@pytest.fixture(scope="module")
def on():
    with served(ClassTransfer="on") as made:
        yield made


@pytest.fixture
def api(on):
    """A class of the teacher's, who also administers a district."""
    on.wipe()
    on.become("ClassesFunction")
    klass(ID, TEACHER)
    administrator(TEACHER)
    account(OTHER)
    rostered([], klass=ROSTERED._replace(own="58da8a4acc70ab00017a1b2f"))
    return on


def event(case):
    return json.loads((EVENTS / f"classes__{case}.json").read_text())


def sent(api, case):
    return taken(api.handler("ClassesFunction")(event(case), None))


@pytest.mark.parametrize("case", CASES)
def test_every_event_is_of_a_route_of_the_template(api, case):
    found = {(route.method, route.path) for route in api.gateway.routes if route.function == "ClassesFunction"}
    assert (event(case)["httpMethod"], event(case)["resource"]) in found


def test_c01_create_list_show_and_rename(api):
    made = sent(api, "create")
    assert (made.status, made.body["name"]) == (201, "Algebra I, period 3")
    assert sent(api, "create").body == made.body
    assert [one["name"] for one in sent(api, "list").body["items"]] == ["Algebra", "Algebra I, period 3"]
    assert sent(api, "show").body["id"] == ID.text
    assert sent(api, "rename").body["name"] == "Algebra I, period 4"


def test_c09_archive_restore_and_delete(api):
    assert sent(api, "archive").body["state"] == "archived"
    assert sent(api, "list").body["items"] == []
    assert len(sent(api, "list_archived").body["items"]) == 1
    assert sent(api, "restore").body["state"] == "active"
    assert sent(api, "delete").body["state"] == "archived"


def test_students_and_one_removed(api):
    seated(OTHER, ID)
    assert [one["account"] for one in sent(api, "students").body["items"]] == [OTHER.account]
    assert sent(api, "remove_student").body["state"] == "removed"
    assert sent(api, "students").body["items"] == []


def test_b02_offered_and_accepted(api):
    assert sent(api, "transfer").status == 201
    given = event("accept_transfer")["pathParameters"]["transfer"]
    offer = Transfer(
        given, ID, OTHER.address, TEACHER.account, False, "offered", START, START + timedelta(days=14)
    )  # fmt: skip
    change = Change("row", START, TEACHER.account, "class.transfer_offer", "class", "request:r", None, None)
    assert deps.transfers()._store.offer(offer, change=change)
    assert sent(api, "accept_transfer").body["role"] == "owner"
    assert deps.profiles().teaching(OTHER.account) == Teaching(1, 0)
    assert sent(api, "show").status == 404


def test_b03_access_of_an_administrator(api):
    assert sent(api, "admin_access").body["access_until"] == "2026-09-29T15:00:00Z"
    assert sent(api, "end_admin_access").body["access_until"] is None
