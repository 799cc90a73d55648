"""One login for everything: A-02, A-11, C-01, C-02, C-10."""

from dataclasses import replace

import pytest

from homeroom.accounts.service import AccountService
from homeroom.accounts.store import AccountStore
from tests.support.people import Person
from tests.support.rostered import Rostered

ADA, BOSS = Person.named("ada"), Person.named("boss")
RAY, MIA = Person.named("ray"), Person.named("mia")
GROWN = {"birth_date": "1990-05-01"}


@pytest.fixture(autouse=True)
def districts(fresh):
    """Two districts whose rosters have ada, each in a class of its own."""
    fresh.become("AccountsFunction")
    for name in ("d1", "d2"):
        roster = Rostered(name)
        roster.person("ada", address=ADA.address, birth_date="2005-02-01")
        roster.person("teacher", "teacher")
        roster.klass("k1", "ada", teacher="teacher", name=f"Biology {name}")


def done(api, who, method, path, body=None):
    answer = api.call(method, path, body, as_=who)
    assert answer.status < 300, (method, path, answer.body)
    return answer.body


def classes_of(api, teacher, *names):
    """Independent classes that a teacher makes and ada joins."""
    done(api, teacher, "PATCH", "/me", {**GROWN, "name": teacher.address.partition("@")[0]})
    for name in names:
        made = done(api, teacher, "POST", "/classes", {"name": name})
        done(api, ADA, "POST", "/join", {"code": made["code"]})


def seen(api):
    """Ada's classes, and how many coach her."""
    classes = done(api, ADA, "GET", "/me/classes")["items"]
    return {one["name"] for one in classes}, len(done(api, ADA, "GET", "/me/coaches")["items"])


def test_one_login_is_in_any_number_of_districts_classes_and_coaches_a_02(fresh):
    """A-02, A-11, C-01, C-02: and has left a district when its link is cut, and nothing else."""
    me = done(fresh, ADA, "GET", "/me")
    assert [(one["id"], one["roles"]) for one in me["districts"]] == [("d1", ["student"]), ("d2", ["student"])]
    classes_of(fresh, RAY, "Algebra", "Geometry")
    classes_of(fresh, MIA, "Painting")
    own = {"Algebra", "Geometry", "Painting"}
    assert seen(fresh) == (own | {"Biology d1", "Biology d2"}, 4)
    AccountService(AccountStore("users")).grant_admin(BOSS.account, "d2", "operator", fresh.now, "grant")
    cut = done(fresh, BOSS, "DELETE", "/districts/d2/people/ada/link")
    assert (cut["account"], cut["done"]) == (me["account"], True)
    assert seen(fresh) == (own | {"Biology d1"}, 3)
    after = done(fresh, ADA, "GET", "/me")
    assert (after["account"], [one["id"] for one in after["districts"]]) == (me["account"], ["d1"])


def test_what_is_done_in_a_shared_account_is_the_accounts_c_10(fresh):
    """Two who share a teacher's account, signed in in two ways at once: one goes on where the other stopped."""
    here, there = RAY, replace(RAY, provider="Google", subject="g-ray")
    done(fresh, here, "PATCH", "/me", GROWN)
    made = done(fresh, here, "POST", "/classes", {"name": "Algebra"})
    assert done(fresh, there, "PATCH", f"/classes/{made['id']}", {"name": "Algebra II"})["role"] == "owner"
    done(fresh, there, "POST", f"/classes/{made['id']}/archive")
    done(fresh, here, "POST", f"/classes/{made['id']}/restore")
    for session in (here, there):
        assert [one["name"] for one in done(fresh, session, "GET", "/classes")["items"]] == ["Algebra II"]
    rows = [one for one in fresh.items("ClassesTable") if one["sk"]["S"].startswith("AUDIT#")]
    assert sorted(one["action"]["S"] for one in rows) == ["class.archive", "class.create", "class.restore"]
    assert {one["actor"]["S"] for one in rows} == {RAY.account}
