"""The demo district: three schools, about 600 people, and every quirk that the rules name."""

import datetime as dt
from collections.abc import Mapping
from functools import cache

from . import places
from .build import Builder
from .collection import Base, Listed
from .ordinary import fill
from .quirk_people import add_people
from .quirk_sections import add_sections
from .roster import Quirk, Roster

_SCHOOLS = (
    ("Lighthouse Elementary School", "PreKindergarten", "5"),
    ("Breakwater Middle School", "6", "8"),
    ("Harbor High School", "9", "12"),
)


def build(number: int, people: int, seed: int, today: dt.date) -> Roster:
    """The demo district; the same arguments give the same records, and quirk ids depend on `number` alone."""
    builder = Builder(number, seed, today)
    fill(builder, people)
    add_people(builder)
    add_sections(builder)
    bases: dict[str, Base] = {
        "districts": Listed([places.district(number, today)]),
        "schools": Listed([places.school(number, index, *school) for index, school in enumerate(_SCHOOLS)]),
        "terms": Listed(places.terms(number, today)),
        "courses": Listed(places.courses(number)),
        "sections": Listed(builder.sections),
        "users": Listed(builder.users),
    }
    ids = [str(row["id"]) for row in builder.sections]
    return Roster(number, builder.id("district", 0), bases, lambda _: ids, builder.quirks)


@cache
def quirks(number: int = 1) -> Mapping[str, Quirk]:
    """The demo's oddities by name, with the ids of their records; the same whatever the seed, size and day."""
    return build(number, 600, 7, dt.date(2026, 1, 15)).quirks
