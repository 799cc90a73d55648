"""`/classes`: a teacher's own classes, made, renamed, archived and restored (C-01, C-06, C-09, S-16, X-01, X-03)."""

import pytest

from homeroom.accounts.store.profiles import TeachingItem
from homeroom.classes.ids import ClassId
from homeroom.classes.store.independent import IndependentItem, pk_of
from homeroom.runtime.dynamo import bind
from tests.support.invited import account, seated, teacher
from tests.support.people import Person
from tests.support.served import Served, served
from tests.support.taught import ROSTERED, linked, rostered

MAYA, OLD, STRANGER = Person.named("maya"), Person.named("old"), Person.named("stranger")


@pytest.fixture(scope="module")
def api():
    with served() as made:
        yield made


@pytest.fixture(autouse=True)
def empty(api):
    api.wipe()


def made(api: Served, name: str = "Algebra", as_: Person = MAYA, **more) -> dict:
    found = api.call("POST", "/classes", {"name": name}, as_=as_, **more)
    assert found.status == 201, found.body
    return found.body


def counted(someone: Person = MAYA) -> tuple[int, int]:
    bind("users", TeachingItem)
    found = [*TeachingItem.query(f"U#{someone.account}", TeachingItem.sk == "TEACHING", consistent_read=True)]
    return (int(found[0].classes or 0), int(found[0].places or 0)) if found else (0, 0)


def has(someone: Person, **counters: int) -> None:
    bind("users", TeachingItem)
    TeachingItem(f"U#{someone.account}", "TEACHING", **counters).save()


def test_c01_a_teacher_creates_a_class_and_it_has_a_code(api):
    found = made(api, "  Algebra I\u0301  ")
    assert (found["name"], found["state"], found["role"], found["kind"]) == (
        "Algebra Í",
        "active",
        "owner",
        "independent",
    )
    assert len(found["code"]) == 8
    assert (found["students"], found["teachers"]) == (0, 1)
    assert found["limits"]["classes"] == {"count": 1, "limit": 100, "near": False}
    assert api.call("GET", f"/classes/{found['id']}", as_=MAYA).body == found
    assert [one["id"] for one in api.call("GET", "/classes", as_=MAYA).body["items"]] == [found["id"]]
    assert counted() == (1, 0)


def test_c01_x03_the_same_request_again_makes_no_second_class(api):
    key = {"Idempotency-Key": "monday"}
    first = made(api, headers=key)
    assert made(api, "Another name", headers=key) == first
    assert made(api, headers={"Idempotency-Key": "tuesday"})["id"] != first["id"]
    assert made(api, as_=STRANGER, headers=key)["id"] != first["id"]
    assert counted() == (2, 0)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "\u200b",
        "two\nlines",
        "\u0000",
        "x" * 101,
        "a\u2028b",
        "\u0301",
        "n" * 1001,
    ],
)
def test_x02_a_name_that_is_none_is_refused_by_its_field(api, name):
    found = api.call("POST", "/classes", {"name": name}, as_=MAYA)
    assert (found.status, found.code, found.body["field"]) == (422, "invalid_input", "name")


@pytest.mark.parametrize(
    "body", [b"{", b'{"name": "\\ud800"}', b"[]", b'{"name": 7}', b"{}", b'{"name":"a","more":1}', b"\xff"]
)
def test_x02_a_body_that_is_none_is_refused(api, body):
    found = api.call("POST", "/classes", body, as_=MAYA)
    assert (found.status, found.code) == (422, "invalid_input")


@pytest.mark.parametrize(
    "name", ["Émile's 数学 👩‍🔬", "\u05d0\u05dc\u05d2\u05d1\u05e8\u05d4", "x" * 100, "e\u0301" * 100]
)
def test_c01_a_name_may_be_in_any_script(api, name):
    assert made(api, name)["name"]


def test_c01_students_and_children_have_no_classes_of_their_own(api):
    rostered(["s1"])
    linked(OLD, "s1")
    account(STRANGER, birth_date="2020-01-01")
    for someone in (OLD, STRANGER):
        found = api.call("POST", "/classes", {"name": "Mine"}, as_=someone)
        assert (found.status, found.code) == (403, "teachers_only")


def test_c01_an_account_that_has_stated_no_birth_date_and_a_rostered_teacher_may(api):
    rostered([], {"t1": "primary"})
    linked(MAYA, "t1")
    assert made(api)["limits"]["classes"]["count"] == 2  # the district's is counted
    assert made(api, as_=STRANGER)


def test_c06_the_hundredth_class_is_the_last_one_district_classes_counted(api):
    rostered([], {"t1": "co_teacher"})
    linked(MAYA, "t1")
    has(MAYA, classes=98)
    assert made(api)["limits"]["classes"] == {"count": 100, "limit": 100, "near": True}
    found = api.call("POST", "/classes", {"name": "One more"}, as_=MAYA)
    assert (found.status, found.code) == (409, "too_many_classes")
    assert counted() == (99, 0)


def test_c06_classes_of_a_term_that_is_over_take_no_room(api):
    rostered([], {"t1": "primary"}, state="ended")
    linked(MAYA, "t1")
    has(MAYA, classes=99)
    assert made(api)


def test_c06_reaching_nine_tenths_is_said(api):
    has(MAYA, classes=88, places=900)
    assert made(api)["limits"]["classes"] == {"count": 89, "limit": 100, "near": False}
    found = made(api)["limits"]
    assert found["classes"]["near"]
    assert found["teacher_students"] == {"count": 900, "limit": 1000, "near": True}
    assert not found["students"]["near"]


def test_c09_an_archived_class_is_readable_not_changeable_and_can_be_restored(api):
    klass = made(api)
    assert api.call("POST", f"/classes/{klass['id']}/archive", as_=MAYA).body["state"] == "archived"
    assert counted() == (0, 0)
    assert api.call("GET", f"/classes/{klass['id']}", as_=MAYA).body["state"] == "archived"
    assert api.call("GET", f"/classes/{klass['id']}/students", as_=MAYA).status == 200
    refused = api.call("PATCH", f"/classes/{klass['id']}", {"name": "New"}, as_=MAYA)
    assert (refused.status, refused.code) == (409, "class_archived")
    assert api.call("GET", "/classes", as_=MAYA).body["items"] == []
    assert len(api.call("GET", "/classes?archived=true", as_=MAYA).body["items"]) == 1
    assert api.call("POST", f"/classes/{klass['id']}/restore", as_=MAYA).body == klass
    assert counted() == (1, 0)


def test_c09_x03_delete_archives_and_each_again_changes_nothing(api):
    klass = made(api)["id"]
    for _ in range(2):
        found = api.call("DELETE", f"/classes/{klass}", as_=MAYA)
        assert (found.status, found.body["state"]) == (200, "archived")
    assert counted() == (0, 0)
    for _ in range(2):
        assert api.call("POST", f"/classes/{klass}/restore", as_=MAYA).body["state"] == "active"
    assert counted() == (1, 0)
    audited = [one["action"]["S"] for one in api.items("ClassesTable") if "action" in one]
    assert sorted(audited) == ["class.archive", "class.create", "class.restore"]


def test_c06_an_archived_class_counts_nowhere_and_comes_back_within_the_limits(api):
    klass = ClassId.read(made(api)["id"])
    full(klass, 100)
    has(MAYA, classes=1, places=100)
    api.call("POST", f"/classes/{klass.text}/archive", as_=MAYA)
    assert counted() == (0, 0)
    for counters, code in (({"classes": 100}, "too_many_classes"), ({"places": 901}, "teacher_full")):
        has(MAYA, **counters)
        refused = api.call("POST", f"/classes/{klass.text}/restore", as_=MAYA)
        assert (refused.status, refused.code) == (409, code)
    has(MAYA, classes=99, places=900)
    assert api.call("POST", f"/classes/{klass.text}/restore", as_=MAYA).body["state"] == "active"
    assert counted() == (100, 1000)


def full(klass: ClassId, students: int) -> None:
    bind("classes", IndependentItem)
    IndependentItem(pk_of(klass), "CLASS").update([IndependentItem.students.set(students)])


def test_a_class_is_renamed(api):
    klass = made(api)["id"]
    found = api.call("PATCH", f"/classes/{klass}", {"name": " Geometry "}, as_=MAYA)
    assert (found.status, found.body["name"]) == (200, "Geometry")
    assert api.call("PATCH", f"/classes/{klass}", {"name": ""}, as_=MAYA).status == 422


def test_s16_a_district_class_is_changed_in_the_roster_alone(api):
    klass = rostered([], {"t1": "primary"})
    linked(MAYA, "t1")
    asked = [
        ("PATCH", "", {"name": "New"}),
        ("DELETE", "", None),
        ("POST", "/archive", None),
        ("POST", "/restore", None),
    ]
    for method, rest, body in asked:
        found = api.call(method, f"/classes/{klass}{rest}", body, as_=MAYA)
        assert (found.status, found.code) == (403, "class_is_rostered")
        assert "roster" in found.body["detail"]


def test_x01_a_stranger_finds_no_class_a_student_is_told_and_a_co_teacher_does_not_own(api):
    klass = ClassId.read(made(api)["id"])
    student = Person.named("student")
    account(student)
    seated(student, klass)
    asked = [("GET", "", None), ("PATCH", "", {"name": "x"}), ("DELETE", "", None), ("GET", "/students", None)]
    asked += [("POST", "/archive", None), ("POST", "/restore", None)]
    for method, rest, body in asked:
        path = f"/classes/{klass.text}{rest}"
        found = api.call(method, path, body, as_=STRANGER)
        assert (found.status, found.code) == (404, "class_not_found")
        found = api.call(method, path, body, as_=student)
        assert (found.status, found.code) == (403, "teachers_only")
        assert api.call(method, path, body).status == 401
    teacher(OLD, klass)
    assert api.call("GET", f"/classes/{klass.text}", as_=OLD).status == 404  # the setting is off (C-05)


@pytest.mark.parametrize(
    "klass", ["x", "u_a_b", "d_a_b", "u_%00_b", "%F0%9F%98%80", "d_" + "a" * 900 + "_b", "..%2Fme"]
)
def test_x01_x02_an_id_of_no_class_finds_nothing(api, klass):
    for method, rest, body in (("GET", "", None), ("PATCH", "", {"name": "x"}), ("POST", "/archive", None)):
        found = api.call(method, f"/classes/{klass}{rest}", body, as_=MAYA)
        assert found.status == 404


def test_lists_have_pages_by_name_and_refuse_cursors_of_others(api):
    for name in ("b", "A", "c"):
        made(api, name)
    first = api.call("GET", "/classes?limit=2", as_=MAYA).body
    assert [one["name"] for one in first["items"]] == ["A", "b"]
    rest = api.call("GET", f"/classes?limit=2&cursor={first['next']}", as_=MAYA).body
    assert ([one["name"] for one in rest["items"]], rest["next"]) == (["c"], None)
    assert api.call("GET", f"/classes?cursor={first['next']}", as_=OLD).status == 422
    assert api.call("GET", "/classes?limit=0", as_=MAYA).status == 422


def test_s15_a_frozen_class_says_how_long_it_still_stands(api):
    klass = rostered([], {"t1": "primary"}, state="frozen", until="2026-09-25")
    linked(MAYA, "t1")
    found = api.call("GET", f"/classes/{klass}", as_=MAYA).body
    assert (found["state"], found["until"], found["days_left"]) == ("frozen", "2026-09-25", 10)
    assert api.call("GET", "/classes", as_=MAYA).body["items"][0]["days_left"] == 10


def test_j02_a_district_class_gets_its_code_when_a_teacher_first_looks(api):
    first, other = rostered([], {"t1": "primary"}), rostered([], {"t1": "co_teacher"}, ROSTERED._replace(own="other"))
    linked(MAYA, "t1")
    listed = {one["id"]: one["code"] for one in api.call("GET", "/classes", as_=MAYA).body["items"]}
    assert set(listed) == {first, other}
    assert len(set(listed.values()) - {""}) == 2
    assert api.call("GET", f"/classes/{first}", as_=MAYA).body["code"] == listed[first]
