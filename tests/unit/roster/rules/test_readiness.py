"""P-09: the set-up guide as a checklist."""

import pytest

from homeroom.roster.rules.findings import CATALOG, SEVERITIES, Finding, severity, told
from homeroom.roster.rules.readiness import CHECKLIST, readiness

WANTED = {
    "current_sections", "teacher_addresses", "student_addresses", "birth_dates", "enrolment", "staff",
    "primary_and_co_teachers", "sharing_rules", "several_addresses", "grades", "block_scheduling",
}  # fmt: skip


def item(name, counts=None, **findings):
    found = {key.replace("__", ":"): count for key, count in findings.items()}
    return next(line for line in readiness(counts or {}, found) if line["item"] == name)


def test_p09_every_item_of_the_guide_is_there():
    assert {line["item"] for line in readiness({}, {})} >= WANTED


def test_p09_without_findings_all_is_ok():
    assert {line["status"] for line in readiness({}, {})} == {"ok"}


@pytest.mark.parametrize(
    ("name", "findings", "status"),
    [
        ("current_sections", {"no_current_section": 1}, "blocking"),
        ("current_sections", {"term_ended": 9, "term_upcoming": 2}, "ok"),
        ("current_sections", {"section_without_students": 1}, "warning"),
        ("teacher_addresses", {"teacher_without_address": 1}, "blocking"),
        ("teacher_addresses", {"address_malformed": 1, "address_malformed__student": 1}, "ok"),
        ("teacher_addresses", {"address_malformed": 1, "address_malformed__teacher": 1}, "blocking"),
        ("student_addresses", {"address_outside_domains__student": 1}, "warning"),
        ("birth_dates", {"birth_date_missing": 1}, "warning"),
        ("birth_dates", {"birth_date_impossible": 1}, "warning"),
        ("enrolment", {"student_without_class": 1}, "warning"),
        ("staff", {"no_staff": 1}, "warning"),
        ("staff", {"staff_without_school": 1}, "warning"),
        ("staff", {"staff_without_address": 1}, "blocking"),
        ("primary_and_co_teachers", {"too_many_teachers": 1}, "warning"),
        ("sharing_rules", {"section_left_out": 30}, "ok"),
        ("several_addresses", {"address_duplicate": 2}, "blocking"),
        ("several_addresses", {"address_shared": 2}, "ok"),
        ("grades", {"grade_other": 3}, "ok"),
        ("block_scheduling", {"block_many_teachers": 1}, "warning"),
        ("new_ids", {"person_rekeyed": 1}, "warning"),
        ("unreadable_records", {"record_rejected": 1}, "warning"),
    ],
)
def test_p09_an_item_is_as_grave_as_its_gravest_finding(name, findings, status):
    assert item(name, **findings)["status"] == status


def test_p09_counts_what_was_looked_at_and_what_is_wrong():
    line = item("birth_dates", {"student": 100}, birth_date_missing=3, birth_date_impossible=1)
    assert (line["total"], line["problems"]) == (100, 4)
    assert line["findings"] == {"birth_date_missing": 3, "birth_date_impossible": 1}


def test_p09_information_is_listed_and_is_no_problem():
    line = item("grades", {"student": 100}, grade_other=3)
    assert (line["problems"], line["findings"]) == (0, {"grade_other": 3})


def test_p09_the_worst_comes_first():
    lines = readiness({}, {"address_duplicate": 2, "birth_date_missing": 1})
    assert [line["status"] for line in lines][:3] == ["blocking", "warning", "ok"]


def test_p09_every_finding_speaks_against_some_item():
    listed = {code.partition(":")[0] for line in CHECKLIST for code in line.findings}
    # What an undo left alone, and who was turned away, say nothing of the district's data.
    assert listed == set(CATALOG) - {"undo_left_alone", "link_conflict"}


def test_s06_every_finding_says_what_is_wrong_what_follows_and_how_to_mend_it():
    data = {
        "count": "3",
        "rule": "name",
        "reason": "wrong_shape",
        "problem": "domain",
        "old": "p",
        "by": "sis_id",
        "account": "a",
    }
    for code in CATALOG:
        text = told(Finding(code=code, kind="person", id="p", data=data))
        assert text["what"]
        assert text["because"]
        assert text["mend"]
        assert "{" not in "".join(text.values())
        assert severity(code) in SEVERITIES
