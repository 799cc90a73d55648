"""Who may do what in a class, as a table (C-03, C-04, C-09, S-16, B-01, B-03)."""

from dataclasses import replace
from datetime import date
from typing import get_args

import pytest

from homeroom.classes.ids import ClassId
from homeroom.classes.model import TEACHERS, ClassState, ClassView, Role
from homeroom.classes.rules import coaching
from homeroom.classes.rules.coaching import Action

KLASS, TODAY = ClassId("district", "d", "c"), date(2026, 9, 15)
# y: may. o: only the owner or the primary. r: the roster decides. t: only teachers. s: only students.
COLUMNS = (
    ("independent", "owner"), ("independent", "co_teacher"), ("independent", "student"),
    ("district", "primary"), ("district", "co_teacher"), ("district", "admin_access"), ("district", "student"),
)  # fmt: skip
TABLE = """
see             y y t   y y y t
roster          y y t   y y y t
work            y y t   y y y t
assign          y y t   y y y t
code            y y t   y y y t
joins           y y t   y y o t
confirm         y y t   y y o t
leave           s s y   r r r r
rename          y y t   r r r r
archive         y o t   r r r r
restore         y o t   r r r r
manage_code     y y t   y o o t
invite          y y t   r r r r
remove_student  y y t   r r r r
invite_teacher  y o t   r r r r
remove_teacher  y o t   r r r r
transfer        y o t   r r r r
"""
CODES = {"y": None, "o": "owner_only", "r": "class_is_rostered", "t": "teachers_only", "s": "students_only"}
CELLS = [
    (*column, row.split()[0], CODES[letter])
    for row in TABLE.strip().splitlines()
    for column, letter in zip(COLUMNS, row.split()[1:], strict=True)
]


@pytest.mark.parametrize(("kind", "role", "action", "code"), CELLS)
def test_who_may_do_what(kind, role, action, code):
    """C-03, C-04, S-16, B-01, B-03: the owner all, co-teachers all but what changes whose class it is."""
    refused = coaching.refusal(kind, role, action)
    assert (refused.code if refused else None) == code


def test_the_table_has_every_action_and_every_role():
    assert {action for _, _, action, _ in CELLS} == set(get_args(Action))
    assert {role for _, role, _, _ in CELLS} == set(get_args(Role))


@pytest.mark.parametrize("action", get_args(Action))
def test_an_archived_class_is_read_left_and_restored(action):
    """C-09, C-08: nothing else. A district class that ended or stands frozen refuses nothing by itself (S-01, S-15)."""
    open_to = {"see", "roster", "work", "code", "joins", "leave", "archive", "restore"}
    refused = coaching.frozen("independent", "archived", action)
    assert (refused.code if refused else None) == (None if action in open_to else "class_archived")
    assert coaching.frozen("independent", "active", action) is None
    assert [coaching.frozen("district", state, action) for state in ("active", "frozen", "ended")] == [None] * 3


@pytest.mark.parametrize("state", get_args(ClassState))
@pytest.mark.parametrize("role", [None, *get_args(Role)])
def test_teachers_of_a_class_that_is_not_archived_coach(role, state):
    """C-07, S-01, S-15."""
    klass = ClassView(KLASS, "Math", state)
    assert coaching.coaches(role, klass, TODAY) == (role in TEACHERS and state != "archived")


@pytest.mark.parametrize(("today", "coaches"), [(date(2027, 6, 30), True), (date(2027, 7, 1), False)])
def test_s01_teachers_of_a_class_that_has_ended_coach_until_the_school_year_ends(today, coaches):
    klass = ClassView(KLASS, "Math", "ended", ends="2026-12-18", until="2027-06-30")
    assert [coaching.coaches(role, klass, today) for role in ("primary", "co_teacher")] == [coaches] * 2
    assert coaching.coaches("primary", replace(klass, state="frozen"), today)
