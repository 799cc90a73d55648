"""`/classes/{class}/students`: who is in a class, and what it takes to say so (A-03, S-14, DESIGN "Budgets")."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from botocore.client import BaseClient

from tests.support.invited import OWNER as MAYA
from tests.support.invited import account, klass, seated
from tests.support.people import Person
from tests.support.served import served
from tests.support.taught import ROSTERED, linked, person, rostered

TINA = Person.named("tina")


@pytest.fixture(scope="module")
def api():
    with served() as made:
        yield made


@pytest.fixture(autouse=True)
def empty(api):
    api.wipe()


@contextmanager
def asked() -> Iterator[list[str]]:
    """What AWS is asked for, call by call."""
    send, calls, lock = BaseClient._make_api_call, [], threading.Lock()

    def counting(client, operation, parameters):
        with lock:
            calls.append(operation)
        return send(client, operation, parameters)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", counting)
        yield calls


def names(found) -> list[str]:
    return [one["name"] for one in found.body["items"]]


def test_a03_s14_a_rostered_student_is_listed_activated_or_not(api):
    path = f"/classes/{rostered(['bo', 'al', 'cy'], {'t1': 'primary'})}/students"
    linked(TINA, "t1")
    linked(Person.named("bo"), "bo")
    person("cy", "student", first="", last="", archived=1, left="2026-09-14")
    found = api.call("GET", path, as_=TINA).body["items"]
    assert [(one["name"], one["person"], one["activated"], one["leaving"]) for one in found] == [
        ("", "cy", False, True),
        ("Al Roster", "al", False, False),
        ("Bo Roster", "bo", True, False),
    ]
    assert found[2]["account"] == Person.named("bo").account
    assert found[1] == {
        "name": "Al Roster", "account": None, "person": "al", "activated": False, "grade": "5",
        "joined_at": "2026-09-15T15:00:00Z", "leaving": False,
    }  # fmt: skip


def test_c01_the_students_of_a_teachers_own_class_are_accounts_named_by_themselves_or_the_roster(api):
    path = f"/classes/{klass()}/students"
    for who in ("zoe", "yan", "xia"):
        seated(Person.named(who))
    account(Person.named("zoe"), name="Zoe Own")
    person("yan", "student")
    linked(Person.named("yan"), "yan")
    for who, state in (("left", "left"), ("waits", "waiting"), ("out", "removed")):
        account(Person.named(who), name=who)
        seated(Person.named(who), state=state)
    found = api.call("GET", path, as_=MAYA)
    assert names(found) == ["", "Yan Roster", "Zoe Own"]
    assert all(one["activated"] and one["account"] and one["person"] is None for one in found.body["items"])


def test_x05_no_address_is_in_the_list(api):
    path = f"/classes/{klass()}/students"
    seated(Person.named("zoe"))
    account(Person.named("zoe"), name="Zoe")
    assert b"@" not in api.call("GET", path, as_=MAYA).raw
    path = f"/classes/{rostered(['bo'], {'t1': 'primary'})}/students"
    person("bo", "student", address="bo@district.example", email="bo@district.example")
    linked(TINA, "t1")
    assert b"@" not in api.call("GET", path, as_=TINA).raw


def test_lists_of_students_have_pages(api):
    path = f"/classes/{rostered([f's{n}' for n in range(5)], {'t1': 'co_teacher'})}/students"
    linked(TINA, "t1")
    first = api.call("GET", f"{path}?limit=3", as_=TINA)
    rest = api.call("GET", f"{path}?limit=3&cursor={first.body['next']}", as_=TINA)
    assert names(first) + names(rest) == [f"S{n} Roster" for n in range(5)]
    assert rest.body["next"] is None


def test_x01_administrators_without_access_and_teachers_of_other_classes_find_nothing(api):
    path = f"/classes/{rostered(['bo'], {'t1': 'primary'})}/students"
    other = Person.named("other")
    rostered([], {"t2": "primary"}, ROSTERED._replace(own="section-2"))
    linked(other, "t2")
    assert api.call("GET", path, as_=other).code == "class_not_found"
    linked(Person.named("bo"), "bo")
    assert api.call("GET", path, as_=Person.named("bo")).code == "teachers_only"


@pytest.mark.parametrize(("students", "calls"), [(100, 4), (150, 6)])
def test_the_budget_of_a_district_class(api, students, calls):
    """Two steps: the class and who asks side by side; records and links side by side, one call each for a hundred."""
    path = f"/classes/{rostered([f's{n}' for n in range(students)], {'t1': 'primary'})}/students?limit=200"
    linked(TINA, "t1")
    api.call("GET", path, as_=TINA)  # warm: clients and connections are made once
    with asked() as made:
        assert len(names(api.call("GET", path, as_=TINA))) == students
    assert sorted(made) == ["BatchGetItem"] * (calls - 1) + ["Query"]


@pytest.mark.parametrize(("students", "calls"), [(100, 4), (150, 6)])
def test_the_budget_of_an_own_class(api, students, calls):
    """Three steps at the most: the class and who asks side by side; accounts; names that only a roster has."""
    path = f"/classes/{klass()}/students?limit=200"
    for n in range(students):
        seated(Person.named(f"s{n}"))
        person(f"s{n}", "student")
        linked(Person.named(f"s{n}"), f"s{n}")
    api.call("GET", path, as_=MAYA)
    with asked() as made:
        assert len(names(api.call("GET", path, as_=MAYA))) == students
    assert sorted(made) == ["BatchGetItem"] * (calls - 1) + ["Query"]


def test_a_student_is_removed_once_and_their_place_is_free_again(api):
    """X-03: again it changes nothing."""
    path = f"/classes/{klass(students=1)}"
    seated(TINA)
    account(TINA)
    for _ in range(2):
        found = api.call("DELETE", f"{path}/students/{TINA.account}", as_=MAYA)
        assert (found.status, found.body) == (200, {"account": TINA.account, "state": "removed"})
    assert api.call("GET", path, as_=MAYA).body["students"] == 0
    assert api.call("GET", f"{path}/students", as_=MAYA).body["items"] == []


@pytest.mark.parametrize("who", ["nobody", "%00", "%F0%9F%98%80", "a" * 2000])
def test_x02_who_was_never_in_the_class_is_not_removed(api, who):
    found = api.call("DELETE", f"/classes/{klass()}/students/{who}", as_=MAYA)
    assert (found.status, found.code) == (404, "student_not_found")


def test_s16_nobody_removes_students_from_a_district_class(api):
    path = rostered(["bo"], {"t1": "primary"})
    linked(TINA, "t1")
    linked(Person.named("bo"), "bo")
    found = api.call("DELETE", f"/classes/{path}/students/{Person.named('bo').account}", as_=TINA)
    assert (found.status, found.code) == (403, "class_is_rostered")
