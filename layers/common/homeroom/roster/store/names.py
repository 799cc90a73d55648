"""What the records of a district are called, for those who may read it (X-06: by the district's own keys)."""

from collections.abc import Iterable
from typing import Any

from homeroom.classes.store import ClassItem, class_pk
from homeroom.roster.rules.words import Mention, called
from homeroom.roster.store.items import PersonItem, SchoolItem, TermItem, district_pk, person_pk
from homeroom.runtime.dynamo import bind

MODELS: dict[str, Any] = {"person": PersonItem, "school": SchoolItem, "term": TermItem, "class": ClassItem}


class NameStore:
    """Names in the districts and classes tables, of those that have gone as well: they are archived, not deleted."""

    def __init__(self, districts_table: str, classes_table: str) -> None:
        bind(districts_table, PersonItem, SchoolItem, TermItem)
        bind(classes_table, ClassItem)

    def of(self, district: str, mentions: Iterable[Mention]) -> dict[Mention, str]:
        """The names of the records mentioned; what is not there, or has no name, is left out."""
        wanted = {(kind, _key(district, kind, name)): (kind, name) for kind, name in mentions}
        found: dict[Mention, str] = {}
        for kind, model in MODELS.items():
            keys = [key for of_kind, key in wanted if of_kind == kind]
            for item in model.batch_get(keys) if keys else ():
                found[wanted[kind, (item.pk, item.sk)]] = _name(item)
        return {mention: name for mention, name in found.items() if name}


def _key(district: str, kind: str, name: str) -> tuple[str, str]:
    if kind == "person":
        return person_pk(district, name), "PERSON"
    if kind == "class":
        return class_pk(district, name), "CLASS"
    return district_pk(district), f"{kind.upper()}#{name}"


def _name(item: Any) -> str:
    return called(item.first, item.last) if isinstance(item, PersonItem) else item.name or ""
