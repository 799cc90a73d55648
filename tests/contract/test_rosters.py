"""What classes are told of a district's people: records, and beside them their links (A-03, S-14, X-06)."""

import boto3
import pytest

from homeroom.accounts.account import LinkEnd
from homeroom.accounts.store.links import LinkItem, link_key
from homeroom.classes.service.rosters import Rostered
from homeroom.roster.entries import PersonEntry
from homeroom.roster.store.items import PersonItem, person_item
from homeroom.roster.store.rosters import RosterPeople
from homeroom.runtime.dynamo import bind


@pytest.fixture
def people(districts_table):
    bind(districts_table, PersonItem, LinkItem)
    for district in ("d1", "d2"):
        person_item(district, PersonEntry(id="p1", first="Ann", last=district, grade="5", roles=("student",)), 1).save()
    person_item("d1", PersonEntry(id="p2", archived=1, left="2026-09-14"), 1).save()
    LinkItem(*link_key("d1", "p1"), account="ada").save()
    return RosterPeople(districts_table, boto3.client("dynamodb"))


ANN = Rostered("Ann d1", grade="5", roles=frozenset({"student"}))


def test_x06_the_same_id_in_two_districts_is_two_people(people):
    found = people.people([LinkEnd("d1", "p1"), LinkEnd("d2", "p1"), LinkEnd("d3", "p1")])
    assert found == {LinkEnd("d1", "p1"): ANN, LinkEnd("d2", "p1"): ANN._replace(name="Ann d2")}
    assert people.people([]) == {}


def test_a03_s14_members_come_with_their_accounts_and_whether_they_are_leaving(people):
    found = people.members("d1", ["p1", "p2", "gone", "p1"])
    assert found == {"p1": ANN._replace(account="ada"), "p2": Rostered("", leaving=True)}
    assert people.members("d2", ["p1"]) == {"p1": ANN._replace(name="Ann d2")}
    assert people.members("d1", []) == {}


def test_of_more_than_a_hundred_nobody_is_left_out(people):
    for number in range(205):
        person_item("d1", PersonEntry(id=f"q{number}", first=f"{number}"), 1).save()
    LinkItem(*link_key("d1", "q204"), account="zoe").save()
    found = people.members("d1", [f"q{number}" for number in range(205)])
    assert [found[f"q{number}"].name for number in range(205)] == [str(number) for number in range(205)]
    assert found["q204"].account == "zoe"
