"""S-04: the sharing rules decide what is rostered."""

import pytest

from homeroom.roster.rules.sharing import section_rule, shared_user
from homeroom.roster.settings import Exclusions
from tests.support.rows import OTHER_SCHOOL, SCHOOL, admin, section, staff, student, teacher

USUAL = section_rule(Exclusions())


def rule(name, subject="", **exclude):
    return section_rule(Exclusions(**exclude))(section("c", name=name, subject=subject))


@pytest.mark.parametrize("subject", ["PE and health", "arts and music", "pe and health", "Arts And Music"])
def test_s04_elective_subjects_are_left_out_whatever_their_case(subject):
    assert rule("Period 3", subject) == "subject"


@pytest.mark.parametrize("subject", ["", "other", "Other"])
@pytest.mark.parametrize(
    "name",
    [
        "PE", "pe 4th grade", "P.E.", "P.E. - Smith", "Grade 3 P.E.", "Physical Education", "PHYSICAL  EDUCATION 2",
        "Gym", "Visual Art", "Visual Arts", "Fine Arts 1", "Art", "Art-1", "AP Art (2D)", "Music", "Chorus",
        "Choir", "Jazz Band", "Band/Orchestra", "Orchestra 7",
    ],
)  # fmt: skip
def test_s04_whole_words_leave_a_section_out_where_the_subject_is_blank_or_other(name, subject):
    assert rule(name, subject) == "name"


@pytest.mark.parametrize(
    "name",
    [
        "Martial Arts", "Artful Thinking", "Party Planning", "Musical Theatre", "Bandwidth", "Gymnastics", "Open Lab",
        "Type", "Speech", "Liberal Arts Seminar", "A.P.E.X", "Smart Start", "Martinez", "Homeroom",
    ],
)  # fmt: skip
def test_s04_a_part_of_a_word_leaves_nothing_out(name):
    assert rule(name) == ""


@pytest.mark.parametrize(
    "name",
    [
        "Language Arts", "LANGUAGE ARTS / Art", "English Language Arts 6", "Music and Math", "Art History",
        "Band 2 Algebra", "PE Science", "Chorus - Social Studies", "Gym Reading", "Computer Science Orchestra",
    ],
)  # fmt: skip
@pytest.mark.parametrize("subject", ["", "other", "arts and music", "PE and health"])
def test_s04_language_arts_and_academic_names_are_never_left_out(name, subject):
    assert rule(name, subject) == ""


@pytest.mark.parametrize("subject", ["math", "science", "english/language arts", "homeroom/advisory"])
def test_s04_words_do_not_count_where_the_subject_says_what_it_is(subject):
    assert rule("Band", subject) == ""


def test_s04_a_district_may_leave_out_an_academic_subject_itself():
    assert rule("Algebra", "math", subjects=("Math",)) == "subject"
    assert rule("Period 3", "arts and music", subjects=("Math",)) == ""


def test_s04_a_district_may_choose_its_own_words():
    assert rule("Study Hall 4", name_words=("study hall",)) == "name"
    assert rule("Art", name_words=("study hall",)) == ""
    assert rule("Art", name_words=()) == ""


def test_s04_a_word_with_signs_is_meant_as_it_stands():
    assert rule("C++ club", name_words=("C++",)) == "name"
    assert rule("C+ club", name_words=("C++",)) == ""


def test_s04_schools_and_grades_are_left_out_before_anything_else():
    exclude = Exclusions(schools=(SCHOOL,), grades=("12",))
    both = section("c", school=SCHOOL, grade="12", name="Language Arts")
    assert section_rule(exclude)(both) == "school"
    assert section_rule(exclude)(both.model_copy(update={"school": OTHER_SCHOOL})) == "grade"
    assert section_rule(exclude)(section("c", school=OTHER_SCHOOL)) == ""


def test_s04_a_staff_title_that_is_left_out_makes_no_administrator():
    exclude = Exclusions(staff_titles=("Nurse",))
    assert shared_user(staff("f1", title="Nurse"), exclude) is None
    assert shared_user(staff("f1", title="Principal"), exclude) == staff("f1", title="Principal")


def test_s04_a_teacher_keeps_being_one_without_the_staff_role():
    both = teacher("t1").model_copy(update={"staff": staff("t1", title="Nurse").staff})
    left = shared_user(both, Exclusions(staff_titles=("Nurse",)))
    assert left == teacher("t1")


def test_s04_people_of_schools_that_are_left_out():
    exclude = Exclusions(schools=(SCHOOL,))
    assert shared_user(student("s1"), exclude) is None
    assert shared_user(student("s1", schools=(SCHOOL, OTHER_SCHOOL)), exclude) is not None
    assert shared_user(student("s1", schools=()), exclude) is not None
    assert shared_user(admin("a1"), exclude) is not None
