"""S-18, W-03, X-06: what is read of a record, what is dropped, and what is rejected without failing the run."""

import json

import pytest

from homeroom.roster.model import (
    AdminRole,
    CourseRow,
    DistrictRow,
    Rejected,
    SchoolRow,
    SectionRow,
    StaffRole,
    StudentRole,
    TeacherRole,
    TermRow,
    UserRow,
)
from tests.unit.roster.clever.scripted import OTHERS, OURS, Reply, hex_id, page

ME = hex_id(1)
STUDENT = {
    "id": ME,
    "district": OURS,
    "email": "z.steve@example.net",
    "name": {"first": "Steve", "last": "Ziemann", "middle": "G"},
    "created": "2023-04-12T23:05:01.315Z",
    "roles": {
        "student": {
            "dob": "2/11/2007",
            "grade": "Kindergarten",
            "school": "s1",
            "schools": ["s1", "s2"],
            "sis_id": "100",
            "enrollments": [],
            "email": "other@example.net",
            "race": "Caucasian",
            "gender": "M",
            "frl_status": "Free",
            "iep_status": "Y",
            "home_language": "Spanish",
            "disability": {"disability_code": "aut"},
            "location": {"zip": "10459"},
        }
    },
}


def read(server, source, kind, *records):
    server.queue = [page(records)]
    return list(source.rows(kind))


def one(server, source, kind, record):
    (row,) = read(server, source, kind, record)
    return row


def test_s18_a_student_keeps_what_is_needed_and_nothing_else(server, source):
    assert one(server, source, "users", STUDENT) == UserRow(
        id=ME,
        first="Steve",
        last="Ziemann",
        email="z.steve@example.net",
        student=StudentRole(sis_id="100", school="s1", schools=("s1", "s2"), grade="Kindergarten", dob="2/11/2007"),
    )


def test_s18_sensitive_fields_are_nowhere_in_the_row(server, source):
    told = one(server, source, "users", STUDENT).model_dump_json()
    for word in ("Caucasian", "Free", "Spanish", "aut", "10459", '"M"', "gender", "race", "middle"):
        assert word not in told


def test_s03_a_user_can_have_several_roles_and_staff_are_known_by_staff_id(server, source):
    roles = {
        "teacher": {"sis_id": "47", "school": "s1", "schools": ["s1"], "title": " Grade 9 Teacher "},
        "staff": {
            "staff_id": "900",
            "sis_id": "no",
            "title": "Principal",
            "roles": ["PortalOnly", "New"],
            "schools": ["s1"],
        },
        "district_admin": {"title": "Superintendent"},
        "contact": {"phone": "1"},
    }
    row = one(server, source, "users", {"id": ME, "roles": roles})
    assert row.teacher == TeacherRole(sis_id="47", school="s1", schools=("s1",), title="Grade 9 Teacher")
    assert row.staff == StaffRole(sis_id="900", schools=("s1",), title="Principal", roles=("PortalOnly", "New"))
    assert row.district_admin == AdminRole(title="Superintendent")
    assert row.student is None


@pytest.mark.parametrize("roles", [{"contact": {"student_relationships": 5}}, {}, {"volunteer": {}}, {"student": None}])
def test_s18_a_user_without_one_of_the_four_roles_is_not_yielded(server, source, roles):
    assert read(server, source, "users", {"id": ME, "district": OURS, "roles": roles}) == []


@pytest.mark.parametrize("blank", ["", None])
def test_s18_a_role_that_is_there_with_nothing_in_it_counts(server, source, blank):
    row = one(server, source, "users", {"id": ME, "roles": {"student": {}, "teacher": blank}})
    assert row == UserRow(id=ME, student=StudentRole())


@pytest.mark.parametrize("email", [{}, {"email": ""}, {"email": None}, {"email": "  "}])
def test_the_address_inside_the_student_role_serves_where_the_upper_one_is_absent(server, source, email):
    record = {"id": ME, "roles": {"student": {"email": " b@example.net "}}} | email
    assert one(server, source, "users", record).email == "b@example.net"


def test_an_address_without_an_at_sign_passes_as_given(server, source):
    assert one(server, source, "users", STUDENT | {"email": "seth.example.org"}).email == "seth.example.org"


@pytest.mark.parametrize("absent", ["missing", None, ""])
def test_s06_missing_null_and_blank_mean_the_same_everywhere(server, source, absent):
    def fields(*names):
        return {} if absent == "missing" else dict.fromkeys(names, absent)

    names = (
        "name",
        "school",
        "course",
        "term_id",
        "subject",
        "grade",
        "sis_id",
        "teacher",
        "teachers",
        "students",
        "district",
    )
    assert one(server, source, "sections", {"id": ME} | fields(*names)) == SectionRow(id=ME)
    user = {"id": ME, "roles": {"student": fields("schools", "school", "dob", "grade", "sis_id", "email")}}
    assert one(server, source, "users", user | fields("name", "email")) == UserRow(id=ME, student=StudentRole())
    roles = {"staff": fields("staff_id", "schools", "roles", "title"), "teacher": fields("schools")}
    assert one(server, source, "users", {"id": ME, "roles": roles}) == UserRow(
        id=ME, staff=StaffRole(), teacher=TeacherRole()
    )


def test_s02_teachers_keep_their_order_and_lose_their_doubles(server, source):
    record = {"id": ME, "district": OURS, "teacher": " t2 ", "teachers": ["t3", "t2", "t3", "", "t1", "t2"]}
    row = one(
        server, source, "sections", record | {"students": ["b", "a", "b"], "term_id": "t", "subject": "new subject"}
    )
    assert (row.teacher, row.teachers, row.students) == ("t2", ("t3", "t2", "t1"), ("b", "a"))
    assert (row.term, row.subject) == ("t", "new subject")


@pytest.mark.parametrize(
    ("kind", "record", "row"),
    [
        (
            "districts",
            {
                "id": OURS,
                "name": "ISD",
                "state": "paused",
                "pause_start": "2026-06-07",
                "pause_end": "",
                "last_sync": "x",
                "error": "no",
            },
            DistrictRow(id=OURS, name="ISD", state="paused", pause_start="2026-06-07", last_sync="x"),
        ),
        (
            "schools",
            {
                "district": OURS,
                "name": " Elm ",
                "sis_id": "1",
                "low_grade": "PreKindergarten",
                "high_grade": "13",
                "phone": "5",
            },
            SchoolRow(id=ME, name="Elm", sis_id="1", low_grade="PreKindergarten", high_grade="13"),
        ),
        ("terms", {"district": OURS, "name": "Y1", "start_date": "soon"}, TermRow(id=ME, name="Y1", start_date="soon")),
        ("courses", {"district": OURS, "name": "Art", "number": "7"}, CourseRow(id=ME, name="Art", number="7")),
    ],
)
def test_s18_the_other_kinds(server, source, kind, record, row):
    assert one(server, source, kind, {"id": ME} | record) == row


@pytest.mark.parametrize("kind", ["schools", "terms", "courses", "sections"])
def test_w03_x06_an_object_of_another_district_is_rejected_and_the_rest_read(server, source, kind):
    rows = read(server, source, kind, {"id": hex_id(1), "district": OTHERS}, {"id": hex_id(2), "district": OURS})
    assert rows[0] == Rejected(id=hex_id(1), reason="foreign_district", field="district")
    assert rows[1].id == hex_id(2)


def test_w03_x06_a_user_of_another_district_is_rejected(server, source):
    row = one(server, source, "users", STUDENT | {"district": OTHERS})
    assert row == Rejected(id=ME, reason="foreign_district", field="district")


@pytest.mark.parametrize(
    ("kind", "wrong", "field"),
    [
        ("users", {"roles": []}, "roles"),
        ("users", {"roles": ["student"]}, "roles"),
        ("users", {"roles": "student"}, "roles"),
        ("users", {"roles": None}, "roles"),
        ("users", {"roles": {"student": []}}, "roles.student"),
        ("users", {"roles": {"student": {"schools": "s1"}}}, "roles.student.schools"),
        ("users", {"roles": {"staff": {"staff_id": 900}}}, "roles.staff.staff_id"),
        ("users", {"name": "Steve"}, "name"),
        ("users", {"name": {"first": ["Steve"]}}, "name.first"),
        ("users", {"email": 5}, "email"),
        ("users", {"district": 5}, "district"),
        ("sections", {"students": "abc"}, "students"),
        ("sections", {"students": [{"id": "x"}]}, "students"),
        ("sections", {"students": {"a": "b"}}, "students"),
        ("sections", {"teachers": ["a", 5]}, "teachers"),
        ("sections", {"term_id": {}}, "term_id"),
    ],
)
def test_s06_a_record_of_the_wrong_shape_is_rejected_and_the_rest_read(server, source, kind, wrong, field):
    good = STUDENT if kind == "users" else {"district": OURS, "name": "Maths"}
    rows = read(
        server, source, kind, good | {"id": hex_id(1)}, good | {"id": hex_id(2)} | wrong, good | {"id": hex_id(3)}
    )
    assert rows[1] == Rejected(id=hex_id(2), reason="wrong_shape", field=field)
    assert [row.id for row in rows] == [hex_id(1), hex_id(2), hex_id(3)]
    assert not isinstance(rows[0], Rejected)
    assert rows[0].model_dump(exclude={"id"}) == rows[2].model_dump(exclude={"id"})


def test_s06_text_that_cannot_be_stored_rejects_its_record_only(server, source):
    lone = page([STUDENT, STUDENT | {"id": hex_id(2), "email": "SURROGATE"}])
    server.queue = [Reply(body=lone.body.replace(b"SURROGATE", rb"\ud83d"))]
    first, second = source.rows("users")
    assert (first.id, second) == (ME, Rejected(id=hex_id(2), reason="wrong_shape", field="email"))


def test_a_page_with_a_bad_record_reads_the_good_ones_exactly_as_without_it(server, source):
    section = {"district": OURS, "name": " Maths ", "teachers": ["a", "a"], "students": ["x", None], "grade": None}
    records = [section | {"id": hex_id(n)} for n in range(3)]
    alone = read(server, source, "sections", *records)
    mixed = read(server, source, "sections", *records, {"id": hex_id(9), "students": 5})
    assert mixed[:3] == alone
    assert [json.loads(row.model_dump_json()) for row in alone] == [
        json.loads(row.model_dump_json()) for row in mixed[:3]
    ]


def test_s06_a_list_of_all_bad_records_is_not_an_empty_list(server, source):
    rows = read(server, source, "sections", *({"id": hex_id(n), "name": 5} for n in range(3)))
    assert [type(row) for row in rows] == [Rejected] * 3
