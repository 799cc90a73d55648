"""Whether anybody worked in a class: what decides if it goes with its section or stands until the year's end (S-15)."""

from homeroom.accounts.store.links import LinkItem, linked
from homeroom.classes.store import WorkItem, has_work
from homeroom.roster.entries import ClassEntry
from homeroom.runtime.dynamo import bind


class Uses:
    """Looks it up, class by class: only those that would go are asked for."""

    def __init__(self, districts_table: str, classes_table: str) -> None:
        bind(districts_table, LinkItem)
        bind(classes_table, WorkItem)

    def used(self, district: str, entry: ClassEntry) -> bool:
        """Whether a class has an assignment, a goal, or a student who has activated. Carries out S-15."""
        return has_work(district, entry.id) or bool(linked(district, entry.students))
