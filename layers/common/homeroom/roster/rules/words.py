"""A change of a plan as one English sentence: what happens, and to whom (S-10). Pure.

Sentences hold names: they are for the administrators of the district, never for a log (X-05).
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from homeroom.roster.changes import Change

# A record as it is mentioned in another's change: its kind and id. Names are given by mention.
Mention = tuple[str, str]
Names = Mapping[Mention, str]
Record = Mapping[str, Any]

ROLES = {
    "student": "student", "teacher": "teacher", "staff": "staff", "district_admin": "district admin",
    "primary": "primary teacher", "co_teacher": "co-teacher",
}  # fmt: skip
SIS_IDS = ("student_sis_id", "teacher_sis_id", "staff_sis_id")
FIELDS = {
    "first": "first name", "last": "last name", "email": "address", "address": "address in use",
    "birth_date": "birth date", "student_sis_id": "student SIS id", "teacher_sis_id": "teacher SIS id",
    "staff_sis_id": "staff SIS id", "sis_id": "SIS id", "admin": "administers",
    "admin_schools": "administers schools", "low_grade": "lowest grade", "high_grade": "highest grade",
    "teacher": "primary teacher", "until": "stands until",
}  # fmt: skip
# An ended class is never removed: its last day is that of its coaching (S-01).
OF_ENDED = {"until": "coached by its teachers until"}
# What says how a record stands, and is told by the operation itself.
STANDING = frozenset({"id", "archived", "left", "over", "state", "lost"})
VALUES = {"admin": {"district": "the whole district", "schools": "their schools"}, "roles": ROLES}
MENTIONS = {"school": "school", "schools": "school", "admin_schools": "school", "term": "term", "teacher": "person"}
SENTENCES = {
    "create": "{what} is new",
    "remove": "{what} is removed",
    "restore": "{what} comes back",
    "end": "{what} ends with its term",
    "freeze": "{what} has lost its section and stands as it is until {until}",
}


def words(change: Change, *, grace_days: int = 0, names: Names | None = None) -> str:
    """What a change does to whom; of records that it only mentions, the id where `names` has no name.

    `grace_days` is the district's setting: how long somebody who leaves keeps their classes (S-14).
    """
    record = change.after or change.before or {}
    if change.kind == "membership":
        return _membership(change, names or {})
    if change.op == "update":
        return f"{_what(change, record)}: {_differences(change, names or {})}"
    if change.kind == "person":
        return _person(change, record, grace_days)
    return SENTENCES[change.op].format(what=_what(change, record), until=record.get("until", ""))


def mentioned(change: Change) -> set[Mention]:
    """The records that a change mentions by their ids alone: whose names make its sentence readable."""
    if change.kind == "membership":
        section, _, key = change.id.partition("/")
        return {("class", section), ("person", key[2:])}
    if change.op != "update":
        return set()
    values = ((MENTIONS[name], value) for name, *pair in _changed(change) if name in MENTIONS for value in pair)
    return {(kind, one) for kind, value in values for one in _listed(value) if one}


def _membership(change: Change, names: Names) -> str:
    section, _, key = change.id.partition("/")
    who = names.get(("person", key[2:])) or f"Person {key[2:]}"
    where = f"class {names.get(('class', section)) or section}"
    before, after = (ROLES.get((record or {}).get("role", ""), "member") for record in (change.before, change.after))
    if change.op == "update":
        return f"{who} in {where}: {before} → {after}"
    if change.op == "remove":
        return f"{who} leaves {where} as {before}"
    return f"{who} joins {where} as {after}"


def _person(change: Change, record: Record, grace_days: int) -> str:
    roles = [ROLES.get(role, role) for role in record.get("roles", ())]
    if change.op == "create":
        return f"{_who(change.id, record)} joins as {' and '.join(roles) or 'a person without a role'}"
    who = _who(change.id, record, *roles)
    if change.op == "restore":
        return f"{who} comes back to the roster"
    if change.op == "end":
        return f"{who} leaves every class: the grace is over"
    left = record.get("left")
    if not left or record.get("over"):
        return f"{who} leaves the roster and every class"
    last = date.fromisoformat(left) + timedelta(days=grace_days)
    return f"{who} leaves the roster; keeps classes until {last.isoformat()}"


def _what(change: Change, record: Record) -> str:
    """The record by its kind and name; a person by their name alone."""
    if change.kind == "person":
        return _who(change.id, record, *(ROLES.get(role, role) for role in record.get("roles", ())))
    return f"{change.kind.capitalize()} {record.get('name') or change.id}"


def _who(person: str, record: Record, *more: str) -> str:
    name = called(record.get("first"), record.get("last")) or f"Person {person}"
    sis_id = next((record[field] for field in SIS_IDS if record.get(field)), "")
    told = ", ".join((*more, *([f"SIS id {sis_id}"] if sis_id else ())))
    return f"{name} ({told})" if told else name


def called(first: str | None, last: str | None) -> str:
    """Somebody's whole name; empty when they have none."""
    return " ".join(part for part in (first, last) if part)


def _differences(change: Change, names: Names) -> str:
    fields = FIELDS | OF_ENDED if (change.after or {}).get("state") == "ended" else FIELDS
    told = [
        f"{fields.get(name, name)} {_value(name, before, names)} → {_value(name, after, names)}"
        for name, before, after in _changed(change)
        if name not in STANDING
    ]
    return "; ".join(told) or "nothing that is shown"


def _changed(change: Change) -> Iterator[tuple[str, Any, Any]]:
    before, after = change.differences()
    for name in after or {}:
        yield name, (before or {}).get(name), (after or {}).get(name)


def _value(name: str, value: Any, names: Names) -> str:
    kind, values = MENTIONS.get(name, ""), VALUES.get(name, {})
    return ", ".join(names.get((kind, one)) or values.get(one, str(one)) for one in _listed(value)) or "none"


def _listed(value: Any) -> list[Any]:
    if isinstance(value, list | tuple):
        return list(value)
    return [] if value is None or not value else [value]
