"""Who is told to activate (D-04)."""

import pytest

from homeroom.roster.changes import Change
from homeroom.roster.entries import PersonEntry
from homeroom.roster.people import RosterPerson
from homeroom.roster.rules.announcements import REASONS, joiners, why_not, why_not_there

TEACHER = {"roles": ("teacher",), "address": "t@d.example"}
STUDENT = {"roles": ("student",), "address": "s@d.example"}
ADMIN = {"roles": ("district_admin",), "address": "a@d.example", "admin": "district"}
STAFF = {"roles": ("staff",), "address": "f@d.example", "admin": "schools", "admin_schools": ("s1",)}
UNSITED = {"roles": ("staff",), "address": "f@d.example"}


def entry(fields):
    return None if fields is None else PersonEntry(id="p", **fields).model_dump(mode="json", exclude_defaults=True)


def told(before, after, op="update", kind="person"):
    return list(joiners([Change(kind=kind, op=op, id="p", before=entry(before), after=entry(after))])) == ["p"]


@pytest.mark.parametrize("fields", [TEACHER, ADMIN, STAFF, {**STUDENT, "roles": ("student", "teacher")}])
def test_a_teacher_or_an_administrator_who_comes_is_told_d_04(fields):
    assert told(None, fields, "create")
    assert told({**fields, "archived": 3}, fields, "restore")
    assert told(STUDENT, fields)


@pytest.mark.parametrize("fields", [STUDENT, UNSITED, {**TEACHER, "address": ""}, {**ADMIN, "archived": 3}])
def test_nobody_else_is_d_04(fields):
    """Students activate in their own way; staff without a school are no administrators yet (S-03)."""
    assert not told(None, fields, "create")


@pytest.mark.parametrize("fields", [TEACHER, ADMIN, STAFF])
def test_who_was_told_when_they_came_is_not_told_again_d_04(fields):
    assert not told(fields, {**fields, "first": "Other"})
    assert not told(fields, {**fields, "address": "other@d.example"})
    assert not told(fields, {**fields, "roles": ("teacher", "district_admin"), "admin": "district"})
    assert not told(fields, {**fields, "archived": 4, "left": "2026-09-01", "admin": ""}, "remove")


def test_who_had_no_address_is_told_once_they_have_one_d_04():
    assert told({**TEACHER, "address": ""}, TEACHER)


def test_staff_whose_school_is_named_at_last_are_told_s_03():
    assert told(UNSITED, STAFF)


def test_what_is_no_person_is_nobody():
    assert not told(None, {"first": "x"}, "create", kind="class")


def person(**fields):
    usual = {"id": "p", "state": "live", "address": "t@d.example", "roles": frozenset({"teacher"})}
    return RosterPerson(**{**usual, **fields})


@pytest.mark.parametrize(
    ("fields", "mails", "reason"),
    [
        ({}, True, None),
        ({"roles": frozenset({"staff"}), "admin": "schools"}, True, None),
        ({}, False, "mails_off"),
        ({"state": "leaving"}, True, "not_on_roster"),
        ({"state": "archived"}, True, "not_on_roster"),
        ({"roles": frozenset({"student"})}, True, "not_staff"),
        ({"roles": frozenset({"staff"})}, True, "not_staff"),
        ({"linked": True}, True, "linked"),
        ({"address": ""}, True, "no_address"),
        ({"address": "a,b@d.example"}, True, "no_address"),
    ],
)
def test_why_somebody_gets_no_mail_d_04(fields, mails, reason):
    assert why_not(person(**fields), mails=mails) == reason
    assert reason is None or REASONS[reason]


PUPIL, STAFFER = {"roles": frozenset({"student"})}, {"roles": frozenset({"staff"})}
OTHER = "told_under_other_record"


@pytest.mark.parametrize(
    ("others", "reason"),
    [
        ([], None),
        ([{"id": "a", **PUPIL}], "address_blocked"),
        ([{"id": "z", **PUPIL}], "address_blocked"),
        ([{"id": "a"}, {"id": "z", **PUPIL}], "address_blocked"),
        ([{"id": "a", "roles": frozenset({"student", "teacher"})}], "address_blocked"),
        ([{"id": "z"}], None),
        ([{"id": "a"}], OTHER),
        ([{"id": "a", "linked": True}], OTHER),
        ([{"id": "z"}, {"id": "a", **STAFFER, "admin": "schools"}], OTHER),
        ([{"id": "a", **STAFFER}], None),
    ],
)
def test_what_others_of_the_same_address_mean_a_05_a_08(others, reason):
    """The person's own record is among what is found, or not."""
    found = [person(**one) for one in others]
    assert why_not_there(person(), found) == why_not_there(person(), [person(), *found]) == reason
    blocked = reason == "address_blocked"
    assert why_not_there(person(), found, asked=True) == (reason if blocked else None)


def test_who_is_teacher_and_student_in_one_record_is_nobody_else_a_05():
    both = person(roles=frozenset({"student", "teacher"}))
    assert why_not_there(both, [both]) is None
    assert why_not_there(both, [both, person(id="z")]) == "address_blocked"


def test_who_asks_for_it_is_told_why_an_address_is_blocked_d_04():
    assert REASONS["address_blocked"]
