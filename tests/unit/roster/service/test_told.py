"""S-10: a plan's page says what happens to whom, with the names that are kept, whoever they belong to."""

import pytest

from homeroom.roster import wiring
from homeroom.roster.changes import Change
from homeroom.roster.service.runs import RunService
from homeroom.roster.store.items import PersonItem, SchoolItem, district_pk, person_pk
from homeroom.roster.store.names import NameStore
from tests.support.machine import staged
from tests.support.rows import DISTRICT

OTHER = "f" * 24


@pytest.fixture
def stage():
    with staged() as made:
        made.register("live", grace_days=3)
        yield made


@pytest.fixture
def names(stage):
    store = NameStore("districts", "classes")
    wiring.tables()
    PersonItem(person_pk(DISTRICT, "p1"), "PERSON", district=DISTRICT, person="p1", state="archived", first="Ada",
               last="Abara", run=1).save()  # fmt: skip
    PersonItem(person_pk(DISTRICT, "p2"), "PERSON", district=DISTRICT, person="p2", state="live", run=1).save()
    PersonItem(person_pk(OTHER, "p3"), "PERSON", district=OTHER, person="p3", state="live", first="Eve", run=1).save()
    SchoolItem(district_pk(DISTRICT), "SCHOOL#s1", state="live", name="Oak Hill", run=1).save()
    return store


def test_s10_names_of_those_who_are_there_or_were(names):
    wanted = {("person", "p1"), ("person", "p2"), ("person", "p9"), ("school", "s1"), ("class", "c1"), ("term", "t1")}
    assert names.of(DISTRICT, wanted) == {("person", "p1"): "Ada Abara", ("school", "s1"): "Oak Hill"}
    assert names.of(DISTRICT, []) == {}


def test_x06_names_of_another_district_are_not_given(names):
    assert names.of(DISTRICT, {("person", "p3")}) == {}


def test_s10_more_people_than_one_batch_takes(names):
    wanted = {("person", f"q{number}") for number in range(150)} | {("person", "p1")}
    assert names.of(DISTRICT, wanted) == {("person", "p1"): "Ada Abara"}


def test_s10_a_sentence_has_the_districts_grace_and_its_names(names):
    service = RunService(wiring.districts(), wiring.run_store(), s3=lambda: None, bucket="", names=names.of)
    left = {"id": "p1", "first": "Ada", "left": "2026-11-23", "archived": 2}
    told = service._told(
        wiring.registration().get(DISTRICT),
        [
            Change(kind="membership", op="remove", id="c1/S#p1", before={"role": "student"}),
            Change(kind="person", op="remove", id="p1", before={"id": "p1", "first": "Ada"}, after=left),
        ],
    )
    assert told == [
        "Ada Abara leaves class c1 as student",
        "Ada leaves the roster; keeps classes until 2026-11-26",
    ]
