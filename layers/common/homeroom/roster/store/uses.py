"""Whether anybody worked in a class: what decides if it goes with its section or stands until the year's end (S-15)."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, islice

from homeroom.accounts.store.links import LinkItem, linked
from homeroom.classes.store import WorkItem, has_work
from homeroom.roster.entries import ClassEntry
from homeroom.runtime.dynamo import bind

THREADS = 16
AT_ONCE = 100


class Uses:
    """Looks it up, class by class: only those that would go are asked for."""

    def __init__(self, districts_table: str, classes_table: str) -> None:
        bind(districts_table, LinkItem)
        bind(classes_table, WorkItem)

    def used(self, district: str, entry: ClassEntry) -> bool:
        """Whether a class has an assignment, a goal, or a student who has activated. Carries out S-15."""
        return has_work(district, entry.id) or bool(linked(district, entry.students))

    def first(self, district: str, entries: Iterable[ClassEntry]) -> str:
        """One of the classes that was used, "" when none was: many at once, for somebody waits for it. S-15."""
        left = iter(entries)
        with ThreadPoolExecutor(THREADS) as pool:
            while some := list(islice(left, AT_ONCE)):
                activated = linked(district, chain.from_iterable(entry.students for entry in some))
                worked = pool.map(lambda entry: has_work(district, entry.id), some)
                for entry, work in zip(some, worked, strict=True):
                    if work or not activated.keys().isdisjoint(entry.students):
                        return entry.id
        return ""
