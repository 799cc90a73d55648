"""District, schools, terms and courses: what sections refer to."""

import datetime as dt

from . import shapes
from .collection import Record
from .ids import object_id

DAY = dt.timedelta(days=1)


def domain(district: int) -> str:
    """The mail domain of the district's people."""
    return "harbor.example" if district == 1 else f"harbor{district}.example"


def district(number: int, today: dt.date) -> Record:
    """The district itself, running, last synced in the night before `today`."""
    did = object_id("district", number, 0)
    person = {"first": "Morgan", "last": "Reyes"}
    return {
        "login_methods": ["Clever Badges", "Clever Passwords"],
        "sis_type": "sftp",
        "state": "running",
        "error": "",
        "last_sync": f"{today:%Y-%m-%d}T02:08:05.652Z",
        "portal_url": f"https://clever.com/in/harbor{number}",
        "district_contact": {
            "district": did,
            "email": f"morgan.reyes@{domain(number)}",
            "name": person,
            "title": "",
            "id": object_id("unknown", number, 0xC0),
        },
        "name": "#DEMO Harbor Unified" if number == 1 else f"#DEMO Harbor Unified {number}",
        "launch_date": "2021-07-31",
        "mdr_number": "",
        "nces_id": "",
        "id": did,
    }


def school(number: int, index: int, name: str, low: str, high: str) -> Record:
    """One school, teaching the grades from `low` to `high`."""
    return {
        "created": shapes.CREATED,
        "district": object_id("district", number, 0),
        "ext": {"charter_school": "N"},
        "high_grade": high,
        "last_modified": shapes.MODIFIED,
        "location": {"address": f"{index + 1} Harbor Road", "city": "Harbor", "state": "NY", "zip": "11201"},
        "low_grade": low,
        "name": name,
        "phone": "(555) 555-0199",
        "principal": {"email": f"principal{index + 1}@{domain(number)}", "name": "Robin Vance"},
        "school_number": f"H{index + 1:03}",
        "sis_id": f"H{index + 1:03}",
        "state_id": f"{30_000 + index}",
        "id": object_id("school", number, index),
    }


TERMS = {"current": 0, "ended": 1, "soon": 2, "far": 3, "undated": 4}


def terms(number: int, today: dt.date) -> list[Record]:
    """Five terms around `today`: current, ended, one starting in 5 days, one in 101 days, one without dates."""
    dates = ((-60, 100), (-240, -61), (5, 100), (101, 220))
    names = ("S1", "S2 last year", "Q2", "S2")
    rows = [
        _term(number, index, name, f"{today + first * DAY:%Y-%m-%d}", f"{today + last * DAY:%Y-%m-%d}")
        for index, (name, (first, last)) in enumerate(zip(names, dates, strict=True))
    ]
    return [*rows, _term(number, TERMS["undated"], "Any time", "", "")]


def _term(number: int, index: int, name: str, start: str, end: str) -> Record:
    did = object_id("district", number, 0)
    tid = object_id("term", number, index)
    return {"district": did, "end_date": end, "name": name, "start_date": start, "id": tid}


SUBJECTS = (
    ("math", "Math"),
    ("english/language arts", "Language Arts"),
    ("science", "Science"),
    ("social studies", "Social Studies"),
    ("language", "Spanish"),
    ("technology and engineering", "Technology"),
    ("homeroom/advisory", "Advisory"),
)
GRADES = ("Kindergarten", *map(str, range(1, 13)))


def courses(number: int) -> list[Record]:
    """One course for every grade and subject, at index grade * 7 + subject."""
    did = object_id("district", number, 0)
    return [
        {
            "district": did,
            "name": f"{title} {grade}",
            "number": f"C{index:03}",
            "id": object_id("course", number, index),
        }
        for index, (grade, (_, title)) in enumerate((g, s) for g in GRADES for s in SUBJECTS)
    ]


def birth_date(grade: int, draw: int, today: dt.date) -> str:
    """M/D/YYYY of a child of that grade (0 is Kindergarten), aged 5 and a half plus the grade on average."""
    return f"{draw % 12 + 1}/{draw // 12 % 28 + 1}/{today.year - 6 - grade}"
