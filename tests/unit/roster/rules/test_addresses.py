"""A-05, A-08: addresses that several records of one district claim."""

from homeroom.roster.rules.addresses import Claims
from homeroom.roster.rules.people import person_entry
from tests.support.rows import admin, staff, student, teacher


def findings(*rows):
    claims = Claims()
    for row in rows:
        claims.add(person_entry(row))
    return {finding.id: (finding.code, finding.data["count"]) for finding in claims.findings()}


SAME = {"email": "same@district.example"}


def test_a05_two_students_with_one_address_are_each_a_finding():
    assert findings(student("s1", **SAME), student("s2", **SAME), student("s3")) == {
        "s1": ("address_duplicate", "2"),
        "s2": ("address_duplicate", "2"),
    }


def test_a05_a_student_and_an_employee_block_each_other():
    assert findings(teacher("t1", **SAME), student("s1", **SAME))["t1"] == ("address_duplicate", "2")


def test_a05_one_student_among_employees_blocks_all():
    found = findings(teacher("t1", **SAME), staff("f1", **SAME), student("s1", **SAME))
    assert set(found.values()) == {("address_duplicate", "3")}


def test_a05_addresses_are_compared_normalised():
    """A-01 as well: trimmed, NFKC, case-folded."""
    assert set(findings(student("s1", **SAME), student("s2", email=" SAME@District.Example "))) == {"s1", "s2"}
    assert findings(student("s1", email="a.b@x.example"), student("s2", email="ab@x.example")) == {}


def test_a08_employees_who_share_an_address_are_one_person():
    found = findings(teacher("t1", **SAME), staff("f1", **SAME), admin("a1", **SAME))
    assert set(found.values()) == {("address_shared", "3")}
    assert set(found) == {"t1", "f1", "a1"}


def test_a08_somebody_who_is_a_student_too_never_merges():
    both = teacher("t1", **SAME).model_copy(update={"student": student("x").student})
    assert findings(both, staff("f1", **SAME))["f1"][0] == "address_duplicate"


def test_a05_an_absent_or_malformed_address_claims_nothing():
    assert findings(student("s1", email=""), student("s2", email=""), student("s3", email="a@b"),
                    student("s4", email="a@b")) == {}  # fmt: skip
