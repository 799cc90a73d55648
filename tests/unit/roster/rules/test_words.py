"""S-10: a plan is readable by people: each change as one sentence."""

import pytest

from homeroom.roster.changes import Change
from homeroom.roster.rules.words import called, mentioned, words

ADA = {"id": "p1", "first": "Ada", "last": "Abara", "roles": ["student"], "student_sis_id": "12", "grade": "4"}
GONE = {**ADA, "archived": 7, "left": "2026-11-23"}
MATH = {"id": "c1", "name": "Math 5", "school": "s1"}
NAMES = {("person", "p1"): "Ada Abara", ("class", "c1"): "Math 5", ("school", "s2"): "Oak Hill"}


def said(kind, op, before, after, *, subject="p1", **more):
    return words(Change(kind=kind, op=op, id=subject, before=before, after=after), **{"grace_days": 7, **more})


@pytest.mark.parametrize(
    ("op", "before", "after", "sentence"),
    [
        ("create", None, ADA, "Ada Abara (SIS id 12) joins as student"),
        ("create", None, {**ADA, "roles": ["teacher", "staff"]}, "Ada Abara (SIS id 12) joins as teacher and staff"),
        ("create", None, {"id": "p1"}, "Person p1 joins as a person without a role"),
        ("remove", ADA, GONE, "Ada Abara (student, SIS id 12) leaves the roster; keeps classes until 2026-11-30"),
        ("remove", ADA, {**GONE, "over": True}, "Ada Abara (student, SIS id 12) leaves the roster and every class"),
        ("end", GONE, {**GONE, "over": True}, "Ada Abara (student, SIS id 12) leaves every class: the grace is over"),
        ("restore", GONE, ADA, "Ada Abara (student, SIS id 12) comes back to the roster"),
        ("update", ADA, {**ADA, "grade": "5"}, "Ada Abara (student, SIS id 12): grade 4 → 5"),
        (
            "update",
            {**ADA, "admin": "schools", "admin_schools": ["s1", "s2"]},
            ADA,
            "Ada Abara (student, SIS id 12): administers their schools → none; administers schools s1, Oak Hill → none",
        ),
        ("update", ADA, {**ADA, "left": "2026-11-23"}, "Ada Abara (student, SIS id 12): nothing that is shown"),
        (
            "update",
            ADA,
            {**ADA, "last": "Nwosu", "birth_date": "2015-05"},
            "Ada Nwosu (student, SIS id 12): last name Abara → Nwosu; birth date none → 2015-05",
        ),
    ],
)
def test_s10_what_happens_to_a_person(op, before, after, sentence):
    assert said("person", op, before, after, names=NAMES) == sentence


@pytest.mark.parametrize(
    ("op", "after", "sentence"),
    [
        ("create", MATH, "Class Math 5 is new"),
        ("remove", {**MATH, "archived": 7}, "Class Math 5 is removed"),
        ("restore", MATH, "Class Math 5 comes back"),
        ("end", {**MATH, "state": "ended"}, "Class Math 5 ends with its term"),
        (
            "freeze",
            {**MATH, "state": "frozen", "until": "2027-06-30"},
            "Class Math 5 has lost its section and stands as it is until 2027-06-30",
        ),
        (
            "update",
            {**MATH, "school": "s2", "teacher": "p1"},
            "Class Math 5: school s1 → Oak Hill; primary teacher none → Ada Abara",
        ),
    ],
)
def test_s10_what_happens_to_a_class(op, after, sentence):
    assert said("class", op, None if op == "create" else MATH, after, subject="c1", names=NAMES) == sentence


@pytest.mark.parametrize(
    ("state", "sentence"), [("frozen", "stands until"), ("ended", "coached by its teachers until")]
)
def test_s01_a_class_that_has_ended_stands_for_good_and_is_coached_until_a_day(state, sentence):
    before, after = ({**MATH, "state": state, "until": day} for day in ("2027-06-30", "2027-06-15"))
    told = said("class", "update", before, after, subject="c1")
    assert told == f"Class Math 5: {sentence} 2027-06-30 → 2027-06-15"


@pytest.mark.parametrize(
    ("op", "before", "after", "sentence"),
    [
        ("create", None, {"role": "student"}, "Ada Abara joins class Math 5 as student"),
        ("remove", {"role": "student"}, None, "Ada Abara leaves class Math 5 as student"),
        (
            "update",
            {"role": "co_teacher"},
            {"role": "primary"},
            "Ada Abara in class Math 5: co-teacher → primary teacher",
        ),
    ],
)
def test_s10_what_happens_in_a_class(op, before, after, sentence):
    assert said("membership", op, before, after, subject="c1/S#p1", names=NAMES) == sentence


def test_s10_without_names_the_ids_stand():
    sentence = said("membership", "create", None, {"role": "student"}, subject="c1/S#p1")
    assert sentence == "Person p1 joins class c1 as student"
    assert said("school", "create", None, {"id": "s1"}, subject="s1") == "School s1 is new"
    assert said("term", "remove", {"id": "t", "name": "Fall"}, {"id": "t", "name": "Fall"}) == "Term Fall is removed"


def test_s10_what_a_change_mentions_by_id_alone():
    def of(kind, op, before, after, subject="p1"):
        return mentioned(Change(kind=kind, op=op, id=subject, before=before, after=after))

    assert of("membership", "remove", {"role": "student"}, None, "c1/S#p1") == {("class", "c1"), ("person", "p1")}
    assert of("person", "create", None, {**ADA, "school": "s1"}) == set()
    moved = of("person", "update", {**ADA, "schools": ["s1"], "school": "s1"}, {**ADA, "schools": ["s2", "s3"]})
    assert moved == {("school", "s1"), ("school", "s2"), ("school", "s3")}
    assert of("class", "update", MATH, {**MATH, "teacher": "p1", "term": "t"}, "c1") == {
        ("person", "p1"),
        ("term", "t"),
    }


@pytest.mark.parametrize(
    ("first", "last", "name"), [("A", "B", "A B"), ("A", None, "A"), ("", "B", "B"), (None, "", "")]
)
def test_a_persons_whole_name(first, last, name):
    assert called(first, last) == name
