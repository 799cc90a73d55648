"""The demo district: its size, its shapes as recorded, and every quirk that the rules name."""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.clever import demo
from sandbox.clever.collection import Base

TODAY = dt.date(2026, 11, 18)


def rows(base: Base) -> list[dict[str, Any]]:
    return [base.record_at(index) for index in range(len(base))]


@pytest.fixture(scope="module")
def roster() -> demo.Roster:
    return demo.build(1, 600, 7, TODAY)


@pytest.fixture(scope="module")
def by_id(roster) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for base in roster.bases.values() for row in rows(base)}


@pytest.fixture
def quirk(roster, by_id):
    return lambda name: [by_id[uid] for uid in roster.quirks[name].ids]


def student(row: dict[str, Any]) -> dict[str, Any]:
    return row["roles"]["student"]


def test_three_schools_and_about_600_people(roster) -> None:
    assert [row["high_grade"] for row in rows(roster.bases["schools"])] == ["5", "8", "12"]
    assert 580 <= len(roster.bases["users"]) <= 620
    for people in (150, 2000, 5000):
        assert abs(len(demo.build(1, people, 7, TODAY).bases["users"]) - people) < 60 + people // 50


def test_the_same_arguments_give_the_same_records(roster) -> None:
    again = demo.build(1, 600, 7, TODAY)
    assert [rows(base) for base in again.bases.values()] == [rows(base) for base in roster.bases.values()]
    assert rows(demo.build(1, 600, 8, TODAY).bases["users"]) != rows(roster.bases["users"])


def test_quirks_are_the_same_for_every_seed_size_and_day(roster) -> None:
    assert demo.quirks() == roster.quirks
    for other in (demo.build(1, 600, 99, TODAY), demo.build(1, 4000, 7, dt.date(2028, 2, 29))):
        ids = {name: quirk.ids for name, quirk in other.quirks.items() if name != "contacts"}
        assert ids == {name: quirk.ids for name, quirk in roster.quirks.items() if name != "contacts"}


def test_two_districts_share_no_id_and_no_domain(roster) -> None:
    second = demo.build(2, 600, 7, TODAY)
    mine = {row["id"] for base in roster.bases.values() for row in rows(base)}
    assert not mine & {row["id"] for base in second.bases.values() for row in rows(base)}
    assert all(not row["email"].endswith("harbor.example") for row in rows(second.bases["users"]) if row.get("email"))


def test_only_the_named_sections_are_block_scheduling(roster) -> None:
    """Three teachers or more; or 90 % of the students and two teachers in common."""
    sections = rows(roster.bases["sections"])
    crowded = {row["id"] for row in sections if len(row["teachers"]) >= 3}
    names = ("three_teachers", "ten_teachers", "twelve_teachers", "primary_not_first")
    named = {roster.quirks[name].ids[0] for name in names}
    assert crowded == named
    assert set(map(tuple, _blocks(sections))) == {roster.quirks["block_pair"].ids}


def _blocks(sections: list[dict[str, Any]]) -> Iterator[list[str]]:
    for index, one in enumerate(sections):
        for two in sections[index + 1 :]:
            common = len({*one["students"]} & {*two["students"]})
            same = one["school"] == two["school"] and one["term_id"] == two["term_id"]
            teachers = len({*one["teachers"]} & {*two["teachers"]}) >= 2
            larger = max(len(one["students"]), len(two["students"]))
            if same and teachers and common >= max(5, 0.9 * larger):
                yield [one["id"], two["id"]]


def test_teachers_of_a_section(quirk) -> None:
    assert [len(quirk(name)[0]["teachers"]) for name in ("two_teachers", "ten_teachers", "twelve_teachers")] == [
        2,
        10,
        12,
    ]
    late = quirk("primary_not_first")[0]
    assert late["teachers"].index(late["teacher"]) == 1
    none = quirk("without_teacher")[0]
    assert (none["teacher"], none["teachers"]) == ("", [])


def test_terms_around_today(quirk, by_id) -> None:
    assert quirk("no_term")[0]["term_id"] == ""
    assert quirk("unknown_term")[0]["term_id"] not in by_id
    assert by_id[quirk("ended_term")[0]["term_id"]]["end_date"] < str(TODAY)
    soon, later = (by_id[quirk(name)[0]["term_id"]] for name in ("term_starting_soon", "term_starting_later"))
    assert str(TODAY) < soon["start_date"] <= str(TODAY + dt.timedelta(days=7)) < later["start_date"]
    current = by_id[quirk("two_teachers")[0]["term_id"]]
    assert current["start_date"] < str(TODAY) < current["end_date"]


def test_addresses(quirk) -> None:
    assert "email" not in quirk("student_without_email")[0]
    assert quirk("teacher_without_email")[0]["email"] == ""
    assert "@" not in quirk("malformed_email")[0]["email"]
    assert len({row["email"] for row in quirk("students_sharing_email")}) == 1
    assert len({row["email"] for row in quirk("student_and_teacher_sharing_email")}) == 1
    one, two = quirk("employees_sharing_email")
    assert (one["email"] != two["email"], one["email"]) == (True, two["email"].lower())
    assert set(quirk("teacher_and_staff")[0]["roles"]) == {"teacher", "staff"}


def test_birth_dates(quirk) -> None:
    names = ("student_without_dob", "impossible_dob", "leap_day_dob", "thirteen_today", "thirteen_tomorrow")
    dates = [student(quirk(name)[0])["dob"] for name in names]
    assert dates == ["", "2/30/2014", "2/29/2012", "11/18/2013", "11/19/2013"]
    month, day, year = map(int, student(quirk("future_dob")[0])["dob"].split("/"))
    assert dt.date(year, month, day) > TODAY


def test_grades_that_are_no_school_grade(roster, by_id) -> None:
    names = [name for name in roster.quirks if name.startswith("grade_")]
    grades = {student(by_id[roster.quirks[name].ids[0]])["grade"] for name in names}
    assert grades == {"13", "14", "PostGraduate", "Ungraded", "PreKindergarten", "", "Blue"}


def test_employees_without_a_class_room(quirk) -> None:
    staff = {
        name: quirk(f"staff_{name}")[0]["roles"]["staff"] for name in ("of_one_school", "without_school", "portal_only")
    }
    assert [len(role["schools"]) for role in staff.values()] == [1, 0, 1]
    assert staff["portal_only"]["roles"] == ["PortalOnly"]
    assert "school" not in staff["of_one_school"]
    assert "schools" not in quirk("district_admin")[0]["roles"]["district_admin"]


def test_unknown_ids_and_a_student_without_section(roster, by_id, quirk) -> None:
    assert sum(uid not in by_id for uid in quirk("unknown_student")[0]["students"]) == 1
    assert [uid in by_id for uid in quirk("unknown_teacher")[0]["teachers"]] == [True, False]
    assert quirk("unknown_primary")[0]["teacher"] not in by_id
    assert quirk("unknown_school")[0]["school"] not in by_id
    seated = {uid for row in rows(roster.bases["sections"]) for uid in row["students"]}
    students = {row["id"] for row in rows(roster.bases["users"]) if "student" in row["roles"]}
    assert students - seated == set(roster.quirks["student_without_section"].ids)


def test_sections_that_the_sharing_rules_decide_about(quirk) -> None:
    assert quirk("subject_pe")[0]["subject"] == "PE and health"
    assert quirk("subject_arts")[0]["subject"] == "arts and music"
    assert {quirk(name)[0]["subject"] for name in ("name_band", "name_gym", "kept_artful_algebra")} <= {"", "other"}
    assert quirk("kept_language_arts")[0]["name"] == "Language Arts 5"


def test_contacts_hang_on_students(quirk, by_id) -> None:
    for row in quirk("contacts"):
        assert list(row["name"]) == ["last"]
        assert student(by_id[row["roles"]["contact"]["student_relationships"][0]["student"]])


@pytest.mark.parametrize("kind", ["districts", "schools", "terms", "courses", "sections"])
def test_records_have_the_recorded_fields(roster, recordings, kind: str) -> None:
    recorded = {key for row in json.loads((recordings / f"{kind}.json").read_text()) for key in row["data"]}
    own = {key for row in rows(roster.bases[kind]) for key in row}
    assert recorded <= own
    assert own - recorded <= {"mdr_number", "nces_id"}


def test_users_have_the_recorded_fields_of_their_role(roster, recordings) -> None:
    users = [row["data"] for row in json.loads((recordings / "users.json").read_text())]
    for role in ("student", "teacher", "contact"):
        recorded = {key for row in users if role in row["roles"] for key in row["roles"][role]}
        own = {key for row in rows(roster.bases["users"]) if role in row["roles"] for key in row["roles"][role]}
        assert own == recorded
    recorded = {key for row in users for key in row}
    assert recorded == {key for row in rows(roster.bases["users"]) for key in row}
