"""What a change writes: which items, under which conditions (DESIGN, "Apply, as tried")."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from homeroom.classes.store import class_pk, ended_item, member_item
from homeroom.roster.changes import Change
from homeroom.roster.entries import ClassEntry, PersonEntry, SchoolEntry, TermEntry
from homeroom.roster.store import items
from homeroom.runtime.dynamo import TableModel, wire

Action = dict[str, dict[str, Any]]
# An item that carries this run is done already, one of a later run is none of ours: neither is written.
UNTOUCHED_SINCE = "attribute_not_exists(pk) OR #run < :run"


class Tables(NamedTuple):
    """The names of the tables that the sync writes."""

    districts: str
    classes: str


class RunMark(NamedTuple):
    """Which run writes, and the moment that it gives to what begins or ends with it."""

    district: str
    run: int
    at: datetime


class Put(NamedTuple):
    """An item to put, and the table that it goes to."""

    table: str
    item: dict[str, Any]


def creations(change: Change, mark: RunMark, tables: Tables, began: "Beginnings" = MappingProxyType({})) -> list[Put]:
    """The items of something new. Their only writer is the sync, so they need no condition.

    A membership begins now, unless `began` knows when it began before it was taken away by mistake.
    """
    if change.kind == "membership":
        mark = mark._replace(at=began.get(_member_key(change, mark)) or mark.at)
    return [Put(table, wire(item)) for table, item in _items(change, mark, tables)]


Beginnings = Mapping[tuple[str, str], datetime]
NOTHING: Beginnings = MappingProxyType({})


def changed_members(changes: Iterable[Change], mark: RunMark) -> list[tuple[str, str]]:
    """The keys of the memberships that change or end: when they began is theirs to keep, and no plan knows it."""
    return [_member_key(change, mark) for change in changes if change.kind == "membership" and change.op != "create"]


def new_members(changes: Iterable[Change], mark: RunMark) -> list[tuple[str, str]]:
    """The keys of the memberships that begin."""
    return [_member_key(change, mark) for change in changes if change.kind == "membership" and change.op == "create"]


def actions(change: Change, mark: RunMark, tables: Tables, began: Beginnings = NOTHING) -> list[Action]:
    """The actions of a change to what exists: all of them in one transaction, each refused once it has happened."""
    if change.kind == "membership" and change.op == "remove":
        return _end_membership(change, mark, tables, began.get(_member_key(change, mark)))
    if change.kind == "membership":
        mark = mark._replace(at=began.get(_member_key(change, mark), mark.at))
    written = [_put(Put(table, wire(item)), mark) for table, item in _items(change, mark, tables)]
    return written + _dropped_claim(change, mark, tables)


def _items(change: Change, mark: RunMark, tables: Tables) -> list[tuple[str, TableModel]]:
    after = change.after or {}
    match change.kind:
        case "school":
            return [(tables.districts, items.school_item(mark.district, SchoolEntry(**after), mark.run))]
        case "term":
            return [(tables.districts, items.term_item(mark.district, TermEntry(**after), mark.run))]
        case "class":
            return [(tables.classes, items.class_item(mark.district, ClassEntry(**after), mark.run))]
        case "membership":
            section, _, key = change.id.partition("/")
            return [(tables.classes, member_item(mark.district, section, key, after["role"], mark.run, mark.at))]
        case "person":
            return _person(PersonEntry(**after), mark, tables)


def _person(entry: PersonEntry, mark: RunMark, tables: Tables) -> list[tuple[str, TableModel]]:
    written: list[tuple[str, TableModel]] = [(tables.districts, items.person_item(mark.district, entry, mark.run))]
    if entry.address:
        written.append((tables.districts, items.claim_item(mark.district, entry, mark.run)))
    return written


def _dropped_claim(change: Change, mark: RunMark, tables: Tables) -> list[Action]:
    """The claim of an address that the person no longer has. An archived person keeps theirs, for the return."""
    before, after = change.before or {}, change.after or {}
    if change.kind != "person" or not before.get("address") or before["address"] == after.get("address"):
        return []
    gone = items.claim_item(mark.district, PersonEntry(**before), mark.run)
    return [_delete(tables.districts, gone.pk, gone.sk, mark)]


def _member_key(change: Change, mark: RunMark) -> tuple[str, str]:
    section, _, key = change.id.partition("/")
    return class_pk(mark.district, section), key


def _end_membership(change: Change, mark: RunMark, tables: Tables, began: datetime | None) -> list[Action]:
    section, _, key = change.id.partition("/")
    role = (change.before or {})["role"]
    ended = ended_item(mark.district, section, key, role, mark.run, mark.at, began=began)
    return [
        _put(Put(tables.classes, wire(ended)), mark),
        _delete(tables.classes, class_pk(mark.district, section), key, mark),
    ]


def _put(put: Put, mark: RunMark) -> Action:
    return {"Put": {"TableName": put.table, "Item": put.item, **_condition(mark)}}


def _delete(table: str, pk: str, sk: str, mark: RunMark) -> Action:
    return {"Delete": {"TableName": table, "Key": {"pk": {"S": pk}, "sk": {"S": sk}}, **_condition(mark)}}


def _condition(mark: RunMark) -> dict[str, Any]:
    return {
        "ConditionExpression": UNTOUCHED_SINCE,
        "ExpressionAttributeNames": {"#run": "run"},
        "ExpressionAttributeValues": {":run": {"N": str(mark.run)}},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
