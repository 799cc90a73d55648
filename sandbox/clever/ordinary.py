"""The demo's ordinary people and sections: grades of classes of about 25, a teacher for 20 students."""

from .build import ELEMENTARY, HIGH, MIDDLE, Builder
from .places import GRADES, SUBJECTS

_SPECIAL_PEOPLE = 71
_CLASS = 25
_FIRST_GRADE = {ELEMENTARY: 0, MIDDLE: 6, HIGH: 9}


def fill(builder: Builder, people: int) -> None:
    """Add so many people that, with the quirks, there are about `people`, and the sections that they are in."""
    count = max(130, people - _SPECIAL_PEOPLE)
    students = count * 20 // 21
    teachers = {school: _teachers(builder, school, count - students) for school in (ELEMENTARY, MIDDLE, HIGH)}
    for grade in range(13):
        school = school_of(grade)
        places = range(students * grade // 13, students * (grade + 1) // 13)
        rows = [builder.student(place, school, grade)["id"] for place in places]
        _grade(builder, grade, rows, teachers[school])


def school_of(grade: int) -> int:
    """The school that teaches a grade."""
    return max(school for school, first in _FIRST_GRADE.items() if first <= grade)


def _teachers(builder: Builder, school: int, count: int) -> list[str]:
    """Elementary has the smallest share of teachers, as classes there keep theirs all day."""
    share = range(count * school // 3, count * (school + 1) // 3)
    return [builder.teacher(index, school)["id"] for index in share]


def _grade(builder: Builder, grade: int, students: list[str], teachers: list[str]) -> None:
    young = school_of(grade) == ELEMENTARY
    groups = -(-len(students) // _CLASS)
    for period, (subject, title) in enumerate(SUBJECTS[:5] if young else SUBJECTS):
        turned = students if young else students[period * 7 :] + students[: period * 7]
        for group in range(groups):
            members = turned[len(turned) * group // groups : len(turned) * (group + 1) // groups]
            index = (grade * 7 + period) * 32 + group
            primary = teachers[(index + group) % len(teachers)]
            second = teachers[(index + group + 1) % len(teachers)]
            pair = [primary, second] if period == 0 and group == 0 else [primary]
            row = builder.section(index, school_of(grade), f"{title} {GRADES[grade]} - {group + 1}", members, pair)
            row["subject"], row["grade"], row["period"] = subject, GRADES[grade], str(period)
            row["course"] = builder.id("course", grade * 7 + period)
