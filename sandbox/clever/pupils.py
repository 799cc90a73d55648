"""Students as values and one shape: as a record, or as text from a template made of that same shape."""

import datetime as dt
from collections.abc import Mapping
from functools import cache

from . import places, shapes
from .collection import Record
from .ids import mix, object_id
from .names import FAMILY, FAMILY_PLAIN, GIVEN, GIVEN_PLAIN, MIDDLE
from .versions import VARIANTS, VERSIONS, dumps, upgrade


def values(number: int, index: int, seed: int, school: str, grade: int, today: dt.date) -> dict[str, str]:
    """All that differs between students; no value needs escaping in JSON."""
    draw = mix(seed, index)
    given, family = draw % 24, draw // 24 % 24
    return {
        "id": object_id("student", number, index),
        "district": object_id("district", number, 0),
        "first": GIVEN[given],
        "middle": MIDDLE[draw // 576 % 8],
        "last": FAMILY[family],
        "email": f"{GIVEN_PLAIN[given]}.{FAMILY_PLAIN[family]}.{index}@{places.domain(number)}",
        "dob": places.birth_date(grade, draw // 4608, today),
        "grade": places.GRADES[grade],
        "school": school,
        **shapes.student_details(index),
    }


def record(of: Mapping[str, str]) -> Record:
    """The student's user record in v3.0."""
    name = (of["first"], of["middle"], of["last"])
    roles = {"student": shapes.student_role(of)}
    return shapes.user(of["id"], of["district"], of["email"], name, roles)


def text(of: Mapping[str, str], version: str) -> str:
    """The JSON of `upgrade(record(of), version)`, an order of magnitude sooner."""
    return _templates()[version, int(of["id"][-2:], 16) % VARIANTS] % of


@cache
def _templates() -> dict[tuple[str, int], str]:
    names = [*values(1, 0, 0, "", 0, dt.date(2026, 1, 1))]
    made: dict[tuple[str, int], str] = {}
    for variant in range(VARIANTS):
        holes = {name: f"%({name})s" for name in names}
        row = record(holes)
        for version in VERSIONS:
            numbered = upgrade({**row, "id": f"{variant:02x}"}, version)
            made[version, variant] = dumps({**numbered, "id": holes["id"]})
    return made
