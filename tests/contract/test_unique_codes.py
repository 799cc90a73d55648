"""J-02: a code is one class's for ever; where chance gives it again, another is drawn. On every engine."""

import pytest

from homeroom.classes.rules.code_changes import CodeChange
from homeroom.classes.rules.codes import LENGTH, make_code
from homeroom.classes.service.capacity import Capacity
from homeroom.classes.service.codes import Codes
from homeroom.classes.service.manage import Classes
from homeroom.classes.store.classes import ClassStore, Tables
from tests.contract.test_owners_side import a_district_class
from tests.support.joining import NOW, School, seeded

ROTATE = CodeChange("rotate")
DRAWN = bytes(range(LENGTH))
FIRST, OTHER = make_code(lambda _: DRAWN), "99999999"


@pytest.fixture
def school(make_table):
    tables = [make_table(name) for name in ("ClassesTable", "UsersTable", "TransientTable")]
    made = School(*tables)
    made.tables = Tables(tables[0], tables[1])
    made.account("rivera")
    return made


def drawing(times):
    """Chance that gives FIRST so many times."""
    again, others = iter([DRAWN] * times), seeded("another")
    return lambda size: next(again, b"") or others(size)


def test_j02_a_rotation_never_takes_a_code_that_was_somebodys(school):
    """A rotated one neither."""
    first, second = school.a_class("rivera", FIRST), school.a_class("rivera", OTHER)
    teacher = school.profiles.get("rivera")
    school.owner_codes.change(teacher, first, ROTATE, "", school.stamp("rivera"))
    codes = Codes(school.codes, school.sight, school.client, drawing(2))
    shown = codes.change(teacher, second, ROTATE, "", school.stamp("rivera"))
    assert shown.code.code not in {FIRST, OTHER}
    kept = school.codes.many([FIRST])[FIRST]
    assert (kept.klass, kept.state) == (first, "rotated")


def test_j02_a_district_class_never_gets_one(school):
    first = school.a_class("rivera", FIRST)
    klass = a_district_class()
    made = Codes(school.codes, school.sight, school.client, drawing(2)).ensure([klass], NOW)[klass]
    assert made != FIRST
    assert school.codes.many([FIRST, made])[FIRST].klass == first
    assert school.codes.own([klass]) == {klass: made}


def test_j02_a_new_class_never_gets_one(school):
    first, drawn, ids = school.a_class("rivera", FIRST), drawing(2), seeded("ids")
    capacity = Capacity(school.profiles, school.sight, rosters=None)
    store = ClassStore(school.tables, school.client)
    classes = Classes(store, school.sight, capacity, new_code=lambda: make_code(drawn), new_id=lambda: ids(8).hex())
    made = classes.create(school.profiles.get("rivera"), "Algebra", "", school.stamp("rivera"))
    assert made.code != FIRST
    assert school.codes.many([FIRST, made.code])[FIRST].klass == first
    assert school.codes.many([made.code])[made.code].klass == made.id
