"""Whatever is asked by whomever, one before another's write, twice or cut off: what is counted is what there is.

C-06, C-07, C-09, J-06, J-07, J-08, I-05, I-07, B-01, B-02, X-03, after every step.
"""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.seated import CO_TEACHERS, OWNED, PEOPLE, PLACES, STUDENTS, Act, School, few
from tests.support.served import served

NAMES = (
    *("join",) * 6, *("accept",) * 5, *("approve", "guardian", "take") * 3,
    *("invite", "offer", "teach", "restore") * 2, "approval", "archive", "code", "create", "decline", "dismiss", "drop",
    "leave", "reject", "remove", "wait", "withdraw",
)  # fmt: skip
ANYBODY = st.sampled_from(PEOPLE)
ACT = st.builds(Act, st.sampled_from(NAMES), ANYBODY, ANYBODY, st.integers(0, 3), st.booleans())
HOW = st.sampled_from(("", "", "dies before", "dies after", "twice"))
STEPS = st.lists(st.tuples(ACT, HOW, st.none() | ACT), min_size=15, max_size=40)
SOME = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def api():
    with served(ClassTransfer="on", IndependentCoTeaching="on") as made, few():
        yield made


@SOME
@given(steps=STEPS)
def test_c06_j07_j08_what_is_counted_is_what_there_is(api, steps):
    api.wipe()
    with School(api) as school:
        for act, how, first in steps:
            school.step(act, how, first)
            sound(api)


def sound(api):
    items = {(one["pk"]["S"], one["sk"]["S"]): one for one in api.items("ClassesTable")}
    classes = {pk: one for (pk, sk), one in items.items() if sk == "CLASS"}
    places, owned = Counter(), Counter()
    for pk, klass in classes.items():
        inside = {sk: one for (at, sk), one in items.items() if at == pk}
        students = whole(klass, inside)
        if klass["state"]["S"] == "active":
            places[klass["owner"]["S"]] += students
            owned[klass["owner"]["S"]] += 1
        for sk, one in inside.items():
            assert listed(one) == expected(pk, sk, one)
    counted(api, places, owned)
    for (pk, _), one in items.items():
        if pk.startswith("CODE#"):
            _, creator, own = one["klass"]["S"].split("_")
            in_force = classes[f"C#U#{creator}#{own}"]["code"]["S"] == pk.removeprefix("CODE#")
            assert in_force == (one["state"]["S"] != "rotated")


def whole(klass, inside):
    """A class's own counters and people; its number of students."""
    active = {sk[2:] for sk, one in inside.items() if sk.startswith("S#") and one["state"]["S"] == "active"}
    teachers = {sk[2:]: one["role"]["S"] for sk, one in inside.items() if sk.startswith("T#")}
    assert int(klass["students"]["N"]) == len(active) <= STUDENTS
    assert not active & teachers.keys()
    assert [who for who, role in teachers.items() if role == "owner"] == [klass["owner"]["S"]]
    assert number(klass, "co_teachers") == len(teachers) - 1 <= CO_TEACHERS
    return len(active)


def counted(api, places, owned):
    for one in api.items("UsersTable"):
        if one["sk"]["S"] == "TEACHING":
            who = one["pk"]["S"].removeprefix("U#")
            assert number(one, "places") == places.pop(who, 0) <= PLACES
            assert number(one, "classes") == owned.pop(who, 0) <= OWNED
    assert not +places
    assert not +owned


def number(item, name):
    return int(item.get(name, {"N": "0"})["N"])


def listed(one):
    return (one["list_pk"]["S"], one["list_sk"]["S"]) if "list_pk" in one else None


def expected(pk, sk, one):
    """Where an item is listed: who is in or waits, who teaches, and what can be answered."""
    kind, _, who = sk.partition("#")
    if kind == "T" or (kind == "S" and one["state"]["S"] in {"active", "waiting"}):
        return (f"U#{who}", pk)
    if kind in {"I", "IT"} and one["state"]["S"] == "open":
        return (f"E#{one['address']['S']}", pk)
    return None
