"""Items as DynamoDB's low-level API wants them are what pynamodb itself would make of them."""

from datetime import UTC, datetime

import pytest
from pynamodb.exceptions import AttributeNullError

from homeroom.classes.store import member_item
from homeroom.roster.entries import PersonEntry
from homeroom.roster.store.items import SchoolItem, claim_item, person_item
from homeroom.runtime.dynamo import wire

PERSON = PersonEntry(id="p", first="Ada", address="ada@example.org", roles=("student", "staff"), archived=3)


@pytest.mark.parametrize(
    "item",
    [
        person_item("d", PERSON, 4),
        person_item("d", PersonEntry(id="p"), 4),
        claim_item("d", PERSON, 4),
        member_item("d", "s", "S#p", "student", 4, datetime(2026, 9, 15, tzinfo=UTC)),
    ],
    ids=["person", "bare person", "claim", "member"],
)
def test_an_item_is_serialised_as_pynamodb_does_it(item):
    assert wire(item) == item.serialize()


def test_an_item_without_what_it_must_have_is_refused():
    with pytest.raises(AttributeNullError):
        wire(SchoolItem("D#d", "SCHOOL#s", run=1))
