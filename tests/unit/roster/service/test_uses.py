"""S-15: whether one of many classes was used."""

import pytest

from homeroom.accounts.store.links import LinkItem, link_key
from homeroom.classes.store import WorkItem, class_pk
from homeroom.roster import wiring
from homeroom.roster.entries import ClassEntry
from homeroom.roster.store.uses import AT_ONCE
from tests.support.machine import staged
from tests.support.rows import DISTRICT

CLASSES = [ClassEntry(id=f"c{number:03d}", students=(f"s{number:03d}",)) for number in range(AT_ONCE + 3)]


@pytest.fixture
def uses():
    with staged():
        yield wiring.uses()


def test_s15_no_class_was_used(uses):
    WorkItem(class_pk("another", CLASSES[0].id), "A#1").save()
    LinkItem(*link_key(DISTRICT, "s900"), account="ada").save()
    assert uses.first(DISTRICT, CLASSES) == ""
    assert uses.first(DISTRICT, []) == ""


@pytest.mark.parametrize("number", [0, AT_ONCE - 1, AT_ONCE, AT_ONCE + 2])
@pytest.mark.parametrize("how", ["A#1", "G#1", "link"])
def test_s15_one_of_many_classes_was_used(uses, number, how):
    if how == "link":
        LinkItem(*link_key(DISTRICT, f"s{number:03d}"), account="ada").save()
    else:
        WorkItem(class_pk(DISTRICT, CLASSES[number].id), how).save()
    assert uses.first(DISTRICT, iter(CLASSES)) == CLASSES[number].id
    assert uses.used(DISTRICT, CLASSES[number])
