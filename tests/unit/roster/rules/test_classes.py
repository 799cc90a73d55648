"""S-02, S-06: a section becomes a class of the people we know."""

from homeroom.roster.rules.classes import class_entry, class_findings
from tests.support.rows import TERM, known, section

CROWD = tuple(f"t{n}" for n in range(1, 13))


def made(given, people=("t1", "s1", "s2", *CROWD), state="current"):
    return class_entry(given, known(people), state)


def codes(given, people=("t1", "s1", "s2", *CROWD)):
    around = known(people)
    return {
        finding.code: finding.data for finding in class_findings(given, class_entry(given, around, "current"), around)
    }


def test_s02_the_primary_and_the_others_in_the_order_given():
    entry = made(section("c", teacher="t3", teachers=("t9", "t3", "t1", "t2")))
    assert entry.teacher == "t3"
    assert entry.co_teachers == ("t9", "t1", "t2")


def test_s02_the_primary_need_not_stand_among_the_teachers():
    assert made(section("c", teacher="t3", teachers=("t1",))).members() == {
        "S#s1": "student", "S#s2": "student", "T#t1": "co_teacher", "T#t3": "primary",
    }  # fmt: skip


def test_s02_nine_co_teachers_stay_and_are_no_finding():
    given = section("c", teacher="t1", teachers=CROWD[:10])
    assert made(given).co_teachers == CROWD[1:10]
    assert "too_many_teachers" not in codes(given)


def test_s02_from_the_tenth_on_they_are_left_out_and_reported():
    given = section("c", teacher="t1", teachers=CROWD[:11])
    assert made(given).co_teachers == CROWD[1:10]
    assert codes(given)["too_many_teachers"] == {"count": "10"}


def test_s02_only_teachers_who_are_known_count_towards_too_many():
    given = section("c", teacher="t1", teachers=("x1", "x2", *CROWD[:10]))
    assert made(given).co_teachers == CROWD[1:10]
    assert "too_many_teachers" not in codes(given)
    more = section("c", teacher="t1", teachers=("x1", "x2", *CROWD[:11]))
    assert codes(more)["too_many_teachers"] == {"count": "10"}


def test_s02_without_a_primary_all_are_co_teachers():
    given = section("c", teacher="", teachers=("t2", "t1"))
    assert (made(given).teacher, made(given).co_teachers) == ("", ("t2", "t1"))
    assert "section_without_teacher" in codes(given)


def test_s02_each_person_counts_once():
    given = section("c", teachers=("t2", "t1", "t2"), students=("s2", "s1", "s2"))
    assert made(given).co_teachers == ("t2",)
    assert made(given).students == ("s1", "s2")


def test_s06_people_who_are_not_shared_are_left_out_and_counted():
    given = section("c", teacher="x1", teachers=("x1", "x2", "t1"), students=("s1", "y1", "y2", "y2"))
    entry = made(given)
    assert (entry.teacher, entry.co_teachers, entry.students) == ("", ("t1",), ("s1",))
    found = codes(given)
    assert found["unknown_teacher"] == {"count": "2"}
    assert found["unknown_student"] == {"count": "2"}
    assert "section_without_teacher" not in found


def test_s06_unknown_school_course_and_term_are_findings_and_the_class_stands():
    given = section("c", school="x", course="x", term="x")
    assert {"unknown_school", "unknown_course", "term_unknown"} <= codes(given).keys()
    entry = made(given)
    assert (entry.school, entry.course, entry.term, entry.ends) == ("x", "", "x", "")


def test_s06_no_term_and_no_course_are_no_findings():
    assert codes(section("c", course="", term="")) == {}


def test_s06_a_class_without_students_stands():
    given = section("c", students=())
    assert made(given).students == ()
    assert "section_without_students" in codes(given)


def test_s01_a_class_knows_its_terms_end():
    assert made(section("c", term=TERM)).ends == "2027-06-10"
    assert made(section("c"), state="ended").state == "ended"


def test_d05_three_teachers_are_reported_and_two_are_not():
    assert codes(section("c", teachers=("t1", "t2", "t3")))["block_many_teachers"] == {"count": "3"}
    assert "block_many_teachers" not in codes(section("c", teachers=("t1", "t2")))
    assert "block_many_teachers" not in codes(section("c", teachers=("t1", "t2", "x")))
