"""A district's roster in tables, put there directly, as a sync would have left it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from homeroom.classes import store as classes_store
from homeroom.classes.ids import ClassId
from homeroom.classes.store import member_item
from homeroom.roster.districts import District
from homeroom.roster.entries import ClassEntry, PersonEntry
from homeroom.roster.settings import DistrictSettings
from homeroom.roster.store import items
from homeroom.roster.store.districts import DistrictStore
from homeroom.runtime import aws
from homeroom.runtime.audit import Change
from homeroom.runtime.dynamo import bind

NOW = datetime(2026, 9, 15, 15, 0, tzinfo=UTC)


@dataclass
class Rostered:
    """One district. What is put is what the run `run` has left."""

    district: str = "d1"
    districts: str = "districts"
    classes: str = "classes"
    run: int = 1

    def __post_init__(self) -> None:
        bind(self.districts, *items.MODELS)
        bind(self.classes, *classes_store.MODELS)
        change = Change(
            f"register-{self.district}", NOW, "operator", "district.register", self.district, "t", None, None
        )
        settings = DistrictSettings(time_zone="America/New_York")
        name = f"District {self.district}"
        found = District(id=self.district, name=name, state="live", settings=settings, registered_at=NOW)
        DistrictStore(self.districts, aws.dynamodb()).register(found, change)

    def person(self, person: str, *roles: Any, address: str | None = None, **fields: Any) -> str:
        """Somebody on the roster: a student named so, with an address of that name, unless it is said otherwise."""
        usual = {"first": person.title(), "last": "Lee", "schools": ("s1",), "school": "s1"}
        where = f"{person}@{self.district}.example" if address is None else address
        entry = PersonEntry(id=person, roles=roles or ("student",), address=where, email=where, **{**usual, **fields})
        items.person_item(self.district, entry, self.run).save()
        if where:
            items.claim_item(self.district, entry, self.run).save()
        return where

    def klass(
        self, section: str, *students: str, teacher: str = "", co: tuple[str, ...] = (), **fields: Any
    ) -> ClassId:
        """A class with these people in it."""
        entry = ClassEntry(id=section, teacher=teacher, co_teachers=co, students=students, **{"school": "s1", **fields})
        items.class_item(self.district, entry, self.run).save()
        for key, role in entry.members().items():
            member_item(self.district, section, key, role, self.run, NOW).save()
        return ClassId("district", self.district, section)
