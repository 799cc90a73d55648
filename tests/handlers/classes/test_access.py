"""`/classes/{class}/admin-access`: administrators in classes, for some days (B-03, COT-12, P-08, G-02, X-04)."""

import pytest

from homeroom.accounts.service import AccountService
from homeroom.accounts.store import AccountStore
from tests.support.invited import account, klass
from tests.support.people import Person
from tests.support.served import START, served
from tests.support.taught import DISTRICT, ROSTERED, SCHOOL, administrator, linked, rostered

ADMIN, OTHER = Person.named("admin"), Person.named("other")


@pytest.fixture(scope="module")
def api():
    with served() as made:
        yield made


@pytest.fixture(autouse=True)
def empty(api):
    api.wipe()


@pytest.fixture
def path(api):
    found = rostered(["s1"], {"t1": "primary"})
    administrator(ADMIN)
    return f"/classes/{found}"


def audited(api):
    rows = [one for one in api.items("ClassesTable") if "action" in one]
    return [(one["action"]["S"], one["actor"]["S"], one["before"]["S"], one["after"]["S"]) for one in rows]


def test_b03_an_administrator_joins_for_seven_days_and_it_ends_by_itself(api, path):
    assert api.call("GET", path, as_=ADMIN).status == 404
    found = api.call("POST", f"{path}/admin-access", as_=ADMIN)
    assert (found.status, found.body["access_until"]) == (200, "2026-09-22T15:00:00Z")
    seen = api.call("GET", path, as_=ADMIN).body
    assert (seen["role"], seen["access_until"]) == ("admin_access", "2026-09-22T15:00:00Z")
    assert api.call("GET", f"{path}/students", as_=ADMIN).status == 200
    assert [one["role"] for one in api.call("GET", "/classes", as_=ADMIN).body["items"]] == ["admin_access"]
    api.wait(days=7, seconds=-1)
    assert api.call("GET", path, as_=ADMIN).status == 200
    api.wait(seconds=1)
    assert api.call("GET", path, as_=ADMIN).status == 404  # COT-12: on day 8 nothing is left of it but the row
    assert api.call("GET", "/classes", as_=ADMIN).body["items"] == []
    assert audited(api) == [("class.admin_access", ADMIN.account, "null", '{"until":"2026-09-22T15:00:00+00:00"}')]


def test_b03_asking_again_changes_the_end_and_leaving_ends_it(api, path):
    for days in (3, 60, 1):
        assert api.call("POST", f"{path}/admin-access", {"days": days}, as_=ADMIN).status == 200
    assert api.call("GET", path, as_=ADMIN).body["access_until"] == "2026-09-16T15:00:00Z"
    for _ in range(2):
        found = api.call("DELETE", f"{path}/admin-access", as_=ADMIN)
        assert (found.status, found.body["access_until"]) == (200, None)
        assert api.call("GET", path, as_=ADMIN).status == 404
    assert [row[0] for row in audited(api)].count("class.admin_access_end") == 1


@pytest.mark.parametrize("days", [0, 61, -1, "x", 1.5, None, True, 10**30])
def test_x02_days_are_from_one_to_sixty(api, path, days):
    found = api.call("POST", f"{path}/admin-access", {"days": days}, as_=ADMIN)
    assert (found.status, found.body["field"]) == (422, "days")


def test_p08_an_administrator_of_other_schools_is_told_so_and_of_this_one_let_in(api, path):
    administrator(OTHER, "school-b")
    for method in ("POST", "DELETE"):
        found = api.call(method, f"{path}/admin-access", as_=OTHER)
        assert (found.status, found.code) == (403, "out_of_scope")
    administrator(Person.named("head"), SCHOOL)
    assert api.call("POST", f"{path}/admin-access", as_=Person.named("head")).status == 200


def test_g02_access_ends_with_the_right_to_administer(api, path):
    api.call("POST", f"{path}/admin-access", as_=ADMIN)
    AccountService(AccountStore("users")).end_admin(ADMIN.account, DISTRICT, "operator", START, "ended")
    assert api.call("GET", path, as_=ADMIN).status == 404
    found = api.call("POST", f"{path}/admin-access", as_=ADMIN)
    assert (found.status, found.code) == (403, "district_access_ended")


def test_x01_nobody_else_has_it_and_own_classes_have_no_administrators(api, path):
    linked(OTHER, "t1")
    told = [(OTHER, (403, "administrators_only")), (Person.named("stranger"), (404, "class_not_found"))]
    for someone, refused in told:
        for method in ("POST", "DELETE"):
            found = api.call(method, f"{path}/admin-access", as_=someone)
            assert (found.status, found.code) == refused
    account(ADMIN)
    own, gone = klass(), ROSTERED._replace(own="gone").text
    elsewhere = ROSTERED._replace(of="another-district").text
    for other in (own, gone, elsewhere, "nonsense"):
        found = api.call("POST", f"/classes/{other}/admin-access", as_=ADMIN)
        assert (found.status, found.code) == (404, "class_not_found")


def test_b03_it_is_a_co_teachers_place_and_no_more(api, path):
    api.call("POST", f"{path}/admin-access", as_=ADMIN)
    for method, rest, body in (("PATCH", "", {"name": "x"}), ("POST", "/archive", None)):
        assert api.call(method, f"{path}{rest}", body, as_=ADMIN).code == "class_is_rostered"
    assert api.call("GET", path, as_=ADMIN).body["teachers"] == 1
