"""S-01, S-04, S-06: from rows to the roster as it should be, and what is reported on the way."""

from datetime import date

import pytest

from homeroom.roster.entries import TermEntry
from homeroom.roster.rules.projection import Projection
from homeroom.roster.settings import DistrictSettings, Exclusions
from tests.support.rows import DISTRICT, TERM, admin, known, section, staff, student, teacher

TODAY = date(2026, 9, 15)
ENDED, UPCOMING = TermEntry(id="old", ends="2026-09-14"), TermEntry(id="next", starts="2026-09-23")
CURRENT = TermEntry(id=TERM, ends="2027-06-10")


class Projected:
    """Everything that comes out of a projection: `people`, `classes`, `codes` as (code, id), and its counts."""

    def __init__(self, users, sections, existing=(), **settings):
        self.findings = []
        around = known(people=(), terms=[CURRENT, ENDED, UPCOMING])
        projection = Projection(DistrictSettings(**settings), TODAY, around, self.findings.append)
        projection.survey(sections)
        self.any_current = projection.any_current
        self.people = list(projection.people(users))
        self.classes = list(projection.classes(sections, lambda found: found in existing))
        projection.closing(DISTRICT)
        self.counts = projection.counts

    @property
    def codes(self):
        return {(finding.code, finding.id) for finding in self.findings}


PEOPLE = [staff("f1"), student("s1"), student("s2"), teacher("t1")]


def test_a_complete_district_has_no_finding():
    assert Projected(PEOPLE, [section("c")]).codes == set()


def test_s01_only_sections_of_the_current_term_become_classes():
    made = Projected(PEOPLE, [section("c1"), section("c2", term="old"), section("c3", term="next")])
    assert [entry.id for entry in made.classes] == ["c1"]
    assert {("term_ended", "c2"), ("term_upcoming", "c3")} <= made.codes
    assert {made.counts[state] for state in ("current", "ended", "upcoming")} == {1}


def test_s01_a_class_that_stands_is_kept_as_ended():
    made = Projected(PEOPLE, [section("c1"), section("c2", term="old")], existing={"c2"})
    assert [(entry.id, entry.state) for entry in made.classes] == [("c1", "active"), ("c2", "ended")]
    assert [entry.until for entry in made.classes] == ["", "2027-06-30"]


def test_s01_with_terms_all_every_section_becomes_a_class():
    made = Projected(PEOPLE, [section("c1", term="next"), section("c2", term="old")], terms="all")
    assert [entry.state for entry in made.classes] == ["active", "active"]


def test_s01_no_current_section_at_all_is_a_finding():
    made = Projected(PEOPLE, [section("c2", term="old")])
    assert ("no_current_section", DISTRICT) in made.codes
    assert not made.any_current
    assert Projected(PEOPLE, [section("c1")]).any_current


def test_s06_a_student_is_enrolled_only_by_a_current_section_that_is_rostered():
    sections = [section("c1", students=("s1",)), section("c2", students=("s2",), term="old"),
                section("c3", students=("s2",), name="Band", subject="")]  # fmt: skip
    assert ("student_without_class", "s2") in Projected(PEOPLE, sections).codes
    assert ("student_without_class", "s1") not in Projected(PEOPLE, sections).codes


def test_s04_each_section_left_out_names_the_rule():
    made = Projected(
        PEOPLE,
        [section("c1"), section("c2", subject="arts and music", name="Period 3"), section("c3", name="PE", subject="")],
    )
    assert [entry.id for entry in made.classes] == ["c1"]
    rules = {finding.id: finding.data["rule"] for finding in made.findings if finding.code == "section_left_out"}
    assert rules == {"c2": "subject", "c3": "name"}
    assert made.counts["left_out"] == 2


def test_s04_a_section_left_out_has_no_other_finding():
    made = Projected(
        PEOPLE, [section("c1"), section("c2", subject="arts and music", name="Period 3", teacher="", school="x")]
    )
    assert made.codes == {("section_left_out", "c2")}


def test_s04_a_person_left_out_is_in_no_class():
    made = Projected([*PEOPLE, student("s3", schools=("x",))], [section("c1", students=("s1", "s2", "s3"))],
                     exclude=Exclusions(schools=("x",)))  # fmt: skip
    assert ("person_left_out", "s3") in made.codes
    assert made.classes[0].students == ("s1", "s2")
    assert ("unknown_student", "c1") in made.codes


def test_s06_no_staff_shared_is_a_finding():
    without = [row for row in PEOPLE if row.id != "f1"]
    assert Projected(without, [section("c1")]).codes == {("no_staff", DISTRICT)}
    assert Projected([*without, admin("z")], [section("c1")]).codes == set()


def test_s06_an_empty_district_is_two_findings_and_nothing_else():
    made = Projected([], [])
    assert (made.people, made.classes) == ([], [])
    assert made.codes == {("no_staff", DISTRICT), ("no_current_section", DISTRICT)}


def test_d05_ended_classes_are_no_block():
    crowd = tuple(f"s{n}" for n in range(9))
    people = [*map(student, crowd), staff("f1"), teacher("t1"), teacher("t2")]

    def pair(term):
        return [section(f"c{n}", students=crowd, teachers=("t1", "t2"), term=term) for n in range(2)]

    assert ("block_same_students", "c0") in Projected(people, pair(TERM)).codes
    assert ("block_same_students", "c0") not in Projected(people, pair("old"), existing={"c0", "c1"}).codes


@pytest.mark.parametrize("email", ["same@district.example"])
def test_a05_shared_addresses_are_reported_at_the_end(email):
    made = Projected(
        [staff("f1"), student("s1", email=email), student("s2", email=email), teacher("t1")], [section("c")]
    )
    assert made.codes == {("address_duplicate", "s1"), ("address_duplicate", "s2")}
