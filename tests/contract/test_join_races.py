"""J-08, J-06: many at once, on every engine: the limit holds, nobody is half in, each loser is told their own."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext

import pytest

from homeroom.classes.rules.code_changes import CodeChange
from homeroom.runtime import transact as transaction
from homeroom.runtime.errors import HomeroomError
from tests.support.joining import NOW, School
from tests.support.serial import one_at_a_time

CODE = "ABCDEFGH"
AT_ONCE = 50


@pytest.fixture
def school(backend, make_table):
    made = School(make_table("ClassesTable"), make_table("UsersTable"), make_table("TransientTable"))
    made.account("rivera")
    with one_at_a_time() if backend == "moto" else nullcontext():
        yield made


def told(ask):
    try:
        found = ask()
    except HomeroomError as error:
        return error.code
    return getattr(found, "outcome", found)


def at_once(asks):
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return Counter(pool.map(told, asks))


def joins(school, names, code=CODE):
    return [lambda name=name: school.join(name, code) for name in names]


def students(school, count=AT_ONCE):
    return [school.account(f"s{number}") for number in range(count)]


def test_j08_for_the_last_place_one_wins_and_the_others_are_told_that_it_is_full(school):
    klass = school.a_class("rivera", CODE, students=99)
    school.has("rivera", 500)
    assert at_once(joins(school, students(school))) == {"joined": 1, "class_full": AT_ONCE - 1}
    assert (school.students(klass), school.places("rivera"), len(school.members(klass))) == (100, 501, 1)
    assert len(school.audited(klass)) == 1


def test_j08_for_the_owners_last_places_across_classes(school):
    codes = [CODE, "BCDEFGHJ"]
    first, second = (school.a_class("rivera", code) for code in codes)
    school.has("rivera", 995)
    names = students(school, 20)
    asks = [lambda name=name, code=codes[at % 2]: school.join(name, code) for at, name in enumerate(names)]
    assert at_once(asks) == {"joined": 5, "teacher_full": 15}
    assert (school.students(first) + school.students(second), school.places("rivera")) == (5, 1000)
    assert len(school.members(first) + school.members(second)) == 5


def test_j08_everybody_is_told_where_the_table_cancels_who_meets_another(school, monkeypatch):
    """As DynamoDB does and no emulator: of transactions on one item that overlap, one is let through.

    How long they wait is told beside the transaction itself.
    """
    room = 30
    klass = school.a_class("rivera", CODE, students=100 - room)
    school.has("rivera", 100 - room)
    write, one, met = school.client.transact_write_items, threading.Lock(), []

    def alone(**request):
        if not one.acquire(blocking=False):
            met.append(1)
            raise conflict(school.client)
        with held(one):
            return write(**request)

    monkeypatch.setattr(school.client, "transact_write_items", alone)
    monkeypatch.setattr(transaction, "PATIENCE", 1000.0)
    monkeypatch.setattr(transaction, "sleep", lambda seconds: time.sleep(seconds / 20))
    assert at_once(joins(school, students(school))) == Counter({"joined": room, "class_full": AT_ONCE - room})
    assert (school.students(klass), school.places("rivera"), len(school.members(klass))) == (100, 100, room)
    assert met


@contextmanager
def held(lock):
    try:
        yield
    finally:
        lock.release()


def conflict(client):
    reasons = {"CancellationReasons": [{"Code": "TransactionConflict"}]}
    return client.exceptions.TransactionCanceledException({"Error": {}, **reasons}, "TransactWriteItems")


def test_j01_the_same_student_many_times_is_in_once(school):
    klass = school.a_class("rivera", CODE)
    school.account("ada")
    assert at_once(joins(school, ["ada"] * 20)) == {"joined": 1, "already_member": 19}
    assert (school.students(klass), school.places("rivera"), school.members(klass)) == (1, 1, ["ada"])


def test_j06_a_join_comes_before_a_rotation_or_finds_no_code(school):
    klass = school.a_class("rivera", CODE)
    names, teacher = students(school, 24), school.profiles.get("rivera")
    asks = joins(school, names)

    def rotate():
        school.owner_codes.change(teacher, klass, CodeChange("rotate"), "", school.stamp("rivera"))
        return "rotated"

    outcomes = at_once([*asks[:12], rotate, *asks[12:]])
    assert outcomes["rotated"] == 1
    assert outcomes["joined"] + outcomes["code_not_found"] == 24
    assert school.students(klass) == school.places("rivera") == len(school.members(klass)) == outcomes["joined"]
    assert told(lambda: school.join("s0", CODE)) == "code_not_found"


def test_j06_approved_by_two_teachers_tabs_for_the_last_place(school):
    klass = school.a_class("rivera", CODE, approval=True, students=99)
    names, teacher = students(school, 10), school.profiles.get("rivera")
    for name in names:
        school.join(name, CODE)
    asks = [
        lambda name=name: school.waiting.approve(teacher, klass, name, school.stamp("rivera")) for name in names * 2
    ]
    outcomes = at_once(asks)
    assert outcomes["joined"] == 1
    assert outcomes["already_member"] + outcomes["class_full"] == 19
    assert (school.students(klass), len(school.members(klass))) == (100, 1)


def test_c07_leaving_many_times_at_once_gives_one_place_back(school):
    klass = school.a_class("rivera", CODE)
    ada = school.profiles.get(school.account("ada"))
    school.account("bob")
    school.join("ada", CODE)
    school.join("bob", CODE)
    at_once([lambda: school.leaving.leave(ada, klass, school.stamp("ada"))] * 10)
    assert (school.students(klass), school.places("rivera"), school.members(klass)) == (1, 1, ["bob"])


def test_j02_readers_who_look_at_once_get_one_code(school):
    from tests.contract.test_owners_side import a_district_class

    klass = a_district_class()
    codes = at_once([lambda: school.owner_codes.ensure([klass], NOW)[klass]] * 12)
    assert len(codes) == 1
