"""D-05: block scheduling seen from the classes of the same teachers with the same students."""

import pytest

from homeroom.roster.entries import ClassEntry
from homeroom.roster.rules.blocks import Blocks, same_students


def crowd(n, start=0):
    return tuple(f"s{at:04d}" for at in range(start, start + n))


def block(*entries):
    blocks = Blocks()
    for entry in entries:
        blocks.add(entry)
    return [(finding.id, finding.data["other"]) for finding in blocks.findings()]


def klass(section, students=None, teachers=("t1", "t2"), **fields):
    usual = {"school": "a", "term": "1", "teacher": teachers[0], "co_teachers": tuple(teachers[1:])}
    return ClassEntry(id=section, students=crowd(10) if students is None else students, **{**usual, **fields})


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (crowd(10), crowd(10), True),
        (crowd(10), crowd(9), True),  # 90 %
        (crowd(100), crowd(89), False),  # 89 %
        (crowd(100), crowd(90), True),
        (crowd(4), crowd(4), False),
        (crowd(5), crowd(5), True),
        (crowd(5), crowd(5, 1), False),
        (crowd(10), (*crowd(9), "x"), True),
        ((), (), False),
    ],
)
def test_d05_ninety_per_cent_of_the_larger_class_and_five_at_least(one, other, same):
    assert same_students(one, other) is same
    assert same_students(other, one) is same


@pytest.mark.parametrize("tens", range(1, 60))
def test_d05_exactly_ninety_per_cent_always_counts(tens):
    assert same_students(crowd(10 * tens), crowd(9 * tens)) is (9 * tens >= 5)


def test_d05_a_pair_is_reported_once_however_many_teachers_share_it():
    assert block(klass("c1", teachers=("t1", "t2", "t3")), klass("c2", teachers=("t3", "t2", "t1"))) == [("c1", "c2")]


def test_d05_each_pair_of_three_classes_is_reported():
    assert block(klass("c1"), klass("c2"), klass("c3")) == [("c1", "c2"), ("c1", "c3"), ("c2", "c3")]


@pytest.mark.parametrize(
    "other",
    [
        klass("c2", school="b"),
        klass("c2", term="2"),
        klass("c2", teachers=("t1",)),
        klass("c2", teachers=("t1", "t3")),
        klass("c2", students=crowd(10, 2)),
    ],
)
def test_d05_another_school_term_teacher_or_other_students_are_no_block(other):
    assert block(klass("c1"), other) == []


def test_d05_who_is_primary_does_not_matter():
    assert block(klass("c1", teachers=("t1", "t2")), klass("c2", teachers=("t2", "t1"))) == [("c1", "c2")]
