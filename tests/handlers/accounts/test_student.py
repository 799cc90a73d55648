"""`/me/coaches`, `/me/classes`: what a student is told of classes and coaches (C-01, C-02, C-07)."""

import json
from pathlib import Path

import pytest

from functions.accounts.routes import deps
from homeroom.accounts.store.profiles import ProfileItem
from homeroom.classes.store import ClassItem, class_pk
from homeroom.roster.entries import PersonEntry
from homeroom.roster.store.items import PersonItem, person_item
from homeroom.runtime.dynamo import bind
from homeroom.runtime.settings import settings
from tests.support.coached import DISTRICT, World, own_id, rostered_id
from tests.support.people import Person
from tests.support.proxy import Answer, taken
from tests.support.served import Served, served

EVENTS = Path(__file__).parents[3] / "events"
CAL = Person("cal")


@pytest.fixture(scope="module")
def api():
    with served() as made:
        yield made


@pytest.fixture
def co_teaching(api, monkeypatch):
    """Sets whether independent classes may have co-teachers."""

    def sets(word: str) -> None:
        api.become("AccountsFunction")
        monkeypatch.setenv("INDEPENDENT_CO_TEACHING", word)
        forget()

    def forget() -> None:
        for kept in (settings, deps.coaches, deps.sight):
            kept.cache_clear()

    yield sets
    monkeypatch.undo()
    forget()


def begun(api: Served) -> World:
    """Two classes of teachers on their own and a district class; cal is a student in all of them."""
    api.wipe()
    api.become("AccountsFunction")
    world = World(co_teaching=False)
    for who, name in {"ann": "Ann Lee", "bea": "Bea Ortiz"}.items():
        ProfileItem(f"U#{who}", "PROFILE").update([ProfileItem.name.set(name)])
    bind("districts", PersonItem)
    for who, first in {"ann": "Anna", "dan": "Daniel", "cal": "Calvin"}.items():
        person_item(DISTRICT, PersonEntry(id=f"p-{who}", first=first, last="Roster"), 1).save()
    world.create("u1", "ann")
    world.create("u2", "bea")
    world.join("u1", "cal", "active")
    world.join("u2", "cal", "active")
    for who, role in (("ann", "primary"), ("dan", "co_teacher"), ("cal", "student")):
        world.roster("k1", who, role)
    world.link("ann")
    world.link("cal")
    return world


def sent(api: Served, case: str, account: str = "cal", **path: str) -> Answer:
    """The event of that case, from somebody."""
    event = json.loads((EVENTS / f"accounts__{case}.json").read_text())
    event["requestContext"]["authorizer"]["claims"] |= {"sub": account, "email": f"{account}@people.example"}
    named = {name.rstrip("_"): text for name, text in path.items()}
    place = event["resource"].format_map(named) if named else event["path"]
    return taken(api.handler("AccountsFunction")(event | {"pathParameters": named or None, "path": place}, None))


def coaches(api: Served) -> list[tuple]:
    items = sent(api, "my_coaches").body["items"]
    return [(one["account"], one["name"], [(c["id"], c["role"]) for c in one["classes"]]) for one in items]


U1, U2, K1 = own_id("u1").text, own_id("u2").text, rostered_id("k1").text


def test_every_teacher_of_every_class_is_listed_once(api):
    """C-01, C-02: one who teaches in two classes is one coach; a district's name is the roster's; no account, no id."""
    begun(api)
    assert coaches(api) == [
        ("ann", "Anna Roster", [(K1, "primary"), (U1, "owner")]),
        ("bea", "Bea Ortiz", [(U2, "owner")]),
        (None, "Daniel Roster", [(K1, "co_teacher")]),
    ]


def test_nobody_coaches_who_is_in_no_class(api):
    """C-07."""
    begun(api)
    assert sent(api, "my_coaches", "bea").body == {"items": [], "next": None}
    assert sent(api, "my_classes", "bea").body == {"items": [], "next": None}


def test_coaching_ends_with_the_last_class_that_supports_it_and_comes_back(api):
    """C-07, C-09: ann has another class; bea has not."""
    world = begun(api)
    world.archive("u1", "archived")
    world.archive("u2", "archived")
    assert [(one[0], one[2]) for one in coaches(api)] == [("ann", [(K1, "primary")]), (None, [(K1, "co_teacher")])]
    world.archive("u2", "active")
    assert "bea" in [one[0] for one in coaches(api)]


@pytest.mark.parametrize(("until", "coached"), [("2026-09-15", True), ("2026-09-14", False)])
def test_s01_a_class_that_has_ended_supports_coaching_until_the_school_year_ends(api, until, *, coached):
    """C-07: ann has another class, dan has not; whoever was in it still sees it."""
    world = begun(api)
    world.link("dan")
    world.settle("k1", "ended")
    ClassItem(class_pk(DISTRICT, "k1"), "CLASS").update([ClassItem.until.set(until)])
    ended = [(K1, "primary")] if coached else []
    assert coaches(api)[0] == ("ann", "Anna Roster" if coached else "Ann Lee", [*ended, (U1, "owner")])
    assert ("dan" in [one[0] for one in coaches(api)]) == coached
    assert world.sight().coaches(world.account("dan"), world.account("cal"), api.now) == coached
    assert K1 in [one["id"] for one in sent(api, "my_classes").body["items"]]


def test_a_cut_link_takes_the_districts_coaches_and_leaves_the_others(api):
    """C-07, G-05."""
    world = begun(api)
    world.unlink("cal")
    assert [one[0] for one in coaches(api)] == ["ann", "bea"]
    assert [one["id"] for one in sent(api, "my_classes").body["items"]] == [U1, U2]


def test_an_administrator_coaches_while_their_access_lasts(api):
    """B-03, G-02: it ends by itself, and with the administrator's own access to the district."""
    world = begun(api)
    world.admit("k1", "bea", 7)
    world.now = api.now
    assert ("bea", "Bea Ortiz", [(K1, "admin_access"), (U2, "owner")]) in coaches(api)
    world.dismiss("bea")
    assert ("bea", "Bea Ortiz", [(U2, "owner")]) in coaches(api)
    world.admit("k1", "bea", 7)
    api.wait(days=7)
    assert ("bea", "Bea Ortiz", [(U2, "owner")]) in coaches(api)


@pytest.mark.parametrize(("word", "found"), [("off", False), ("on", True)])
def test_co_teachers_of_independent_classes_coach_where_there_are_any(api, co_teaching, word, *, found):
    """B-01, C-05: without the setting nobody is one, whatever is stored."""
    begun(api).co_teach("u2", "dan")
    co_teaching(word)
    assert ("dan" in [one[0] for one in coaches(api)]) == found


def test_classes_say_who_teaches_and_what_a_place_waits_for(api):
    """C-01, J-06: an archived class is shown, since it can be restored; a place that was left is not."""
    world = begun(api)
    world.archive("u1", "archived")
    world.create("u3", "ann")
    world.join("u3", "cal", "waiting")
    world.join("u2", "cal", "left")
    found = {one["id"]: one for one in sent(api, "my_classes").body["items"]}
    assert {name: (one["state"], one["membership"]) for name, one in found.items()} == {
        K1: ("active", "active"), U1: ("archived", "active"), own_id("u3").text: ("active", "waiting"),
    }  # fmt: skip
    assert found[own_id("u3").text]["waits_for"] == "teacher"
    assert found[K1]["teachers"] == [
        {"account": "ann", "name": "Anna Roster", "role": "primary"},
        {"account": None, "name": "Daniel Roster", "role": "co_teacher"},
    ]
    assert {(one["kind"], one["name"]) for one in found.values()} == {
        ("district", "k1"), ("independent", "u1"), ("independent", "u3"),
    }  # fmt: skip


@pytest.mark.parametrize("path", ["/me/coaches", "/me/classes"])
def test_lists_are_pages(api, path):
    begun(api)
    whole = api.call("GET", path, as_=CAL).body["items"]
    paged, cursor = [], ""
    while cursor is not None:
        page = api.call("GET", f"{path}?limit=2{cursor and '&cursor=' + cursor}", as_=CAL).body
        paged, cursor = paged + page["items"], page["next"]
    assert paged == whole
    assert len(whole) == 3


def left(api: Served, case: str, account: str = "cal", **path: str) -> tuple[int, str]:
    """The answer to that event and its code."""
    answer = sent(api, case, account, **path)
    return answer.status, answer.code if answer.body else ""


def test_a_dropped_coach_coaches_no_more_and_comes_not_back_by_restoring(api):
    """C-08, C-09, X-03: archived classes are left as well; the same again changes nothing."""
    world = begun(api)
    world.create("u3", "bea")
    world.join("u3", "cal", "active")
    world.archive("u3", "archived")
    assert left(api, "drop_coach", account_="bea") == (204, "")
    assert [one[0] for one in coaches(api)] == ["ann", None]
    kept = api.items("ClassesTable")
    assert left(api, "drop_coach", account_="bea") == (204, "")
    assert api.items("ClassesTable") == kept
    world.own["u2"].seats["cal"] = world.own["u3"].seats["cal"] = "left"
    world.archive("u3", "active")
    assert [one[0] for one in coaches(api)] == ["ann", None]


def test_a_districts_teacher_is_not_dropped(api):
    """C-08, S-16: nor is anything of theirs left."""
    begun(api)
    assert left(api, "drop_coach", account_="ann") == (403, "class_is_rostered")
    assert len(coaches(api)) == 3


@pytest.mark.parametrize("who", ["dan", "cal", "nobody-at-all", "é"])
def test_only_a_coach_can_be_dropped(api, who):
    """X-01: dan teaches by the roster and has not activated; no coach and no account are one."""
    begun(api)
    assert left(api, "drop_coach", account_=who) == (404, "coach_not_found")


def test_a_class_is_left_and_stays_left(api):
    """C-07, C-08, X-03."""
    begun(api)
    for _ in range(2):
        assert left(api, "leave_class", class_=U2) == (204, "")
    assert [one["id"] for one in sent(api, "my_classes").body["items"]] == [K1, U1]


@pytest.mark.parametrize(
    ("account", "klass", "told"),
    [("cal", K1, (403, "class_is_rostered")), ("ann", K1, (403, "class_is_rostered")),
     ("ann", U1, (403, "students_only")), ("bea", U1, (404, "class_not_found")), ("dan", K1, (404, "class_not_found")),
     ("cal", "u_maker_none", (404, "class_not_found")), ("cal", "d__", (404, "class_not_found"))],
)  # fmt: skip
def test_what_is_not_to_be_left(api, account, klass, told):
    """S-16, X-01."""
    begun(api)
    assert left(api, "leave_class", account, class_=klass) == told


def test_who_waits_can_stop_waiting(api):
    """J-06."""
    world = begun(api)
    world.join("u2", "cal", "waiting")
    assert left(api, "leave_class", class_=U2) == (204, "")
    assert [one["id"] for one in sent(api, "my_classes").body["items"]] == [K1, U1]
