"""A-01, A-07, S-03, S-06, S-20: a user becomes a roster record."""

from datetime import date

import pytest

from homeroom.roster.model import StudentRole
from homeroom.roster.rules.people import administers, person_entry, person_findings, roles_of, shown_birth_date
from tests.support.rows import OTHER_SCHOOL, SCHOOL, admin, staff, student, teacher

TODAY = date(2026, 9, 15)


def codes(row, *, enrolled=True, domains=()):
    found = person_findings(row, person_entry(row), TODAY, frozenset(domains), enrolled=enrolled)
    return {finding.code: finding for finding in found}


def test_a_complete_record_has_no_finding():
    for row in (student("s1"), teacher("t1"), staff("f1"), admin("a1")):
        assert codes(row) == {}


def test_a01_the_address_is_normalised_and_the_given_one_is_kept():
    entry = person_entry(student("s1", email="Ann.Lee+School@District.EXAMPLE"))
    assert entry.email == "Ann.Lee+School@District.EXAMPLE"
    assert entry.address == "ann.lee+school@district.example"


@pytest.mark.parametrize("email", ["nobody", "a@b", "a b@c.example", "a@@c.example", "@c.example", "a@c..example"])
def test_s06_a_malformed_address_is_a_finding_and_is_not_used(email):
    row = teacher("t1", email=email)
    assert person_entry(row).address == ""
    assert codes(row)["address_malformed"].data["role"] == "teacher"
    assert email not in codes(row)["address_malformed"].model_dump_json()


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (student("s1", email=""), "student_without_address"),
        (teacher("t1", email=""), "teacher_without_address"),
        (staff("f1", email=""), "staff_without_address"),
        (admin("a1", email=""), "staff_without_address"),
    ],
)
def test_s06_no_address_is_a_finding_by_role(row, code):
    assert list(codes(row)) == [code]


def test_s06_an_address_outside_the_domains_is_used_and_reported():
    row = student("s1", email="s1@Other.Example")
    assert codes(row, domains=["district.example"])["address_outside_domains"].data["role"] == "student"
    assert codes(row, domains=["district.example", "other.example"]) == {}
    assert codes(row, domains=[]) == {}
    assert person_entry(row).address == "s1@other.example"


@pytest.mark.parametrize("dob", ["", "  "])
def test_a07_no_birth_date_is_a_finding(dob):
    assert list(codes(student("s1", dob=dob))) == ["birth_date_missing"]


@pytest.mark.parametrize("dob", ["2/30/2014", "13/1/2014", "tomorrow", "1/1/2030", "1/1/1800", "2/29/2013"])
def test_a07_an_impossible_birth_date_is_a_finding(dob):
    assert list(codes(student("s1", dob=dob))) == ["birth_date_impossible"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("3/14/2015", "2015-03-14"),
        ("2015-03-14", "2015-03-14"),
        ("2/29/2016", "2016-02-29"),
        ("3/2015", "2015-03"),
        ("2015-03", "2015-03"),
        ("2/29/2015", ""),
        ("", ""),
        ("soon", ""),
    ],
)
def test_a07_a_birth_date_is_kept_as_a_day_a_month_or_not_at_all(given, kept):
    assert shown_birth_date(given) == kept
    assert person_entry(student("s1", dob=given)).birth_date == kept


def test_a07_employees_need_no_birth_date():
    assert person_entry(teacher("t1")).birth_date == ""


def test_s06_a_student_without_a_class_is_a_finding_and_a_teacher_is_not():
    assert list(codes(student("s1"), enrolled=False)) == ["student_without_class"]
    assert codes(teacher("t1"), enrolled=False) == {}


@pytest.mark.parametrize("grade", ["13", "14", "PostGraduate", "Ungraded", "PreKindergarten", "", "01"])
def test_s20_a_grade_outside_k12_is_kept_as_given_and_reported(grade):
    row = student("s1", grade=grade)
    assert person_entry(row).grade == grade
    assert list(codes(row)) == ["grade_other"]


def test_s03_staff_administer_their_schools():
    entry = person_entry(staff("f1", schools=(SCHOOL, OTHER_SCHOOL)))
    assert (entry.admin, entry.admin_schools) == ("schools", (SCHOOL, OTHER_SCHOOL))


def test_s03_a_district_admin_sees_the_whole_district():
    assert person_entry(admin("a1")).admin == "district"
    both = staff("f1").model_copy(update={"district_admin": admin("a1").district_admin})
    assert person_entry(both).admin == "district"


def test_s03_staff_without_a_school_have_no_access_and_are_a_finding():
    row = staff("f1", schools=())
    assert person_entry(row).admin == ""
    assert list(codes(row)) == ["staff_without_school"]


def test_s03_a_district_admin_without_schools_is_no_finding():
    row = staff("f1", schools=()).model_copy(update={"district_admin": admin("a1").district_admin})
    assert codes(row) == {}


@pytest.mark.parametrize(
    ("roles", "does"),
    [(("PortalOnly",), False), ((), True), (("Administrator",), True), (("PortalOnly", "Administrator"), True)],
)
def test_s03_portal_only_makes_no_administrator(roles, does):
    row = staff("f1", roles=roles)
    assert administers(row.staff) is does
    assert (person_entry(row).admin == "schools") is does
    assert "staff_without_school" not in codes(row)


def test_s03_portal_only_without_school_is_no_finding():
    assert codes(staff("f1", roles=("PortalOnly",), schools=())) == {}


def test_s03_a_teacher_is_no_administrator():
    assert not administers(teacher("t1").staff)
    assert person_entry(teacher("t1")).admin == ""


def test_a08_one_record_may_have_several_roles():
    row = teacher("t1").model_copy(update={"staff": staff("f1", schools=(OTHER_SCHOOL,)).staff})
    entry = person_entry(row)
    assert roles_of(row) == entry.roles == ("teacher", "staff")
    assert entry.schools == (SCHOOL, OTHER_SCHOOL)
    assert (entry.admin, entry.admin_schools) == ("schools", (OTHER_SCHOOL,))
    assert (entry.teacher_sis_id, entry.staff_sis_id) == ("sis-t1", "sis-f1")


def test_a_finding_is_labelled_by_an_id_of_the_districts_own_system():
    """X-05: never by a name or an address."""
    finding = codes(student("s1", email=""))["student_without_address"]
    assert (finding.label, finding.school, finding.kind) == ("sis-s1", SCHOOL, "person")


def test_an_empty_student_role_is_still_a_student():
    row = student("s1").model_copy(update={"student": StudentRole()})
    assert person_entry(row).roles == ("student",)
    assert {"birth_date_missing", "grade_other"} == codes(row).keys()
