"""Leaving and returning: grace of people, last days of classes whose section is gone (S-14, S-15)."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from typing import NamedTuple

from homeroom.roster.entries import ClassEntry, PersonEntry
from homeroom.roster.rules.classes import MOST_CO_TEACHERS

DAY = timedelta(days=1)
# What a class has of its freezing, once it is frozen no more.
THAWED = {"until": "", "lost": ""}


class Leave(NamedTuple):
    """What a district's settings say of leaving: `school_year_end` is `MM-DD`.

    `used` tells whether anybody worked in a class: an assignment, a goal, or an activated student (S-15).
    """

    grace_days: int = 7
    school_year_end: str = "06-30"
    used: Callable[[ClassEntry], bool] = lambda _entry: False


def dropped(person: PersonEntry, run: int, today: date, grace_days: int) -> PersonEntry:
    """Somebody whom the source no longer has: their admin rights end at once, all else waits for grace. S-14."""
    return person.model_copy(
        update={
            "archived": run, "left": today.isoformat(), "over": grace_days == 0, "admin": "", "admin_schools": (),
        }
    )  # fmt: skip


def grace_ends(person: PersonEntry, grace_days: int) -> date:
    """The first day without grace of somebody who left. Carries out S-14."""
    return date.fromisoformat(person.left) + timedelta(days=grace_days)


def year_end(today: date, month_day: str) -> date:
    """The last day of the school year that a day is in; `month_day` is `MM-DD`."""
    end = date.fromisoformat(f"{today.year:04d}-{month_day}")
    return end if end >= today else date.fromisoformat(f"{today.year + 1:04d}-{month_day}")


def ended(entry: ClassEntry, month_day: str) -> ClassEntry:
    """A class whose term is over: its teachers coach until the school year ends that the term ended in. S-01."""
    until = year_end(date.fromisoformat(entry.ends), month_day).isoformat() if entry.ends else ""
    return entry.model_copy(update={"state": "ended", "until": until, "lost": ""})


def used_until(entry: ClassEntry, today: date, month_day: str) -> date:
    """The last day of a class without section in which somebody worked: the end of the school year in which it lost
    its section. Carries out S-15.
    """
    lost = (entry.lost or entry.until) if entry.state == "frozen" else ""
    return year_end(date.fromisoformat(lost) if lost else today, month_day)


def last_day(entry: ClassEntry, leaving: Mapping[str, date], today: date, leave: Leave) -> date | None:
    """The last day on which a class without section stands, None for a class that goes at once.

    One that was used stands until the school year ends in which it lost its section, one with people in their grace
    until that is over; one that is frozen already, through its day at the least. `leaving` gives the first day without
    grace of everybody who is in it. Carries out S-14, S-15.
    """
    frozen = date.fromisoformat(entry.until) if entry.state == "frozen" else None
    days = [leaving[key[2:]] - DAY for key in entry.members() if key[2:] in leaving]
    ends = used_until(entry, today, leave.school_year_end)
    # Whether a frozen class was used is asked again when its day is over: somebody may have begun since.
    if (frozen is None or frozen < min(today, ends)) and leave.used(entry):
        days.append(ends)
    return max([*days, *([frozen] if frozen else [])], default=None)


def kept(before: ClassEntry, after: ClassEntry, leaving: Mapping[str, date]) -> ClassEntry:
    """A class with those of its members who are in their grace: the source names them no more. Carries out S-14.

    A primary stays primary where nobody else is, and is a co-teacher where somebody is; nine or not (S-02).
    """
    staying = {key: role for key, role in before.members().items() if key[2:] in leaving}
    missing = {key[2:]: role for key, role in staying.items() if key not in after.members()}
    if not missing:
        return after
    students = [person for person, role in missing.items() if role == "student"]
    teachers = [person for person, role in missing.items() if role != "student"]
    if not after.teacher and before.teacher in missing:
        after = after.model_copy(update={"teacher": before.teacher})
    co_teachers = [person for person in teachers if person != after.teacher]
    return after.model_copy(
        update={
            "students": tuple(sorted((*after.students, *students))),
            "co_teachers": (*after.co_teachers, *co_teachers),
        }
    )


def without(entry: ClassEntry, gone: AbstractSet[str]) -> ClassEntry:
    """A class without those people."""
    if gone.isdisjoint(key[2:] for key in entry.members()):
        return entry
    return entry.model_copy(
        update={
            "teacher": "" if entry.teacher in gone else entry.teacher,
            "co_teachers": tuple(person for person in entry.co_teachers if person not in gone),
            "students": tuple(person for person in entry.students if person not in gone),
        }
    )


def with_new(before: ClassEntry, after: ClassEntry) -> ClassEntry:
    """A class as it was, and whoever is new in it: what is left of an update when only additions are approved.

    New co-teachers only as long as there are fewer than nine, a new primary first (S-02).
    """
    old, new = before.members(), after.members()
    second = (after.teacher,) if after.teacher and before.teacher else ()
    joining = [person for person in (*second, *after.co_teachers) if f"T#{person}" not in old]
    co_teachers = joining[: max(0, MOST_CO_TEACHERS - len(before.co_teachers))]
    teacher = before.teacher or (after.teacher if f"T#{after.teacher}" not in old else "")
    return before.model_copy(
        update={
            "teacher": teacher,
            "co_teachers": (*before.co_teachers, *co_teachers),
            "students": tuple(sorted({*before.students, *(key[2:] for key in new if key[0] == "S")})),
        }
    )
