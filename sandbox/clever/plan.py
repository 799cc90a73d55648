"""How a large district is divided: 700 students a school, 7 periods, groups of 30, a teacher for 20 students."""

from collections.abc import Iterator
from dataclasses import dataclass

SCHOOL = 700
GROUP = 30
PERIODS = 7
_TEACHERS = SCHOOL // 20
_GROUPS = -(-SCHOOL // GROUP)
_SECTIONS = _GROUPS * PERIODS
_SHIFT = 13


@dataclass(frozen=True)
class Size:
    """Counts of a large district, and what lies where; every school but the last is full."""

    students: int
    teachers: int
    staff: int
    schools: int

    @property
    def sections(self) -> int:
        """How many sections there are."""
        return (self.schools - 1) * _SECTIONS + PERIODS * -(-self.in_school(self.schools - 1) // GROUP)

    def in_school(self, school: int) -> int:
        """How many students the school has."""
        return min(SCHOOL, self.students - school * SCHOOL)

    def section_place(self, index: int) -> tuple[int, int, int]:
        """School, period and group of a section."""
        school, rest = divmod(index, _SECTIONS)
        groups = -(-self.in_school(school) // GROUP)
        return school, *divmod(rest, groups)

    def sections_in(self, school: int) -> range:
        """Indexes of the school's sections."""
        return range(school * _SECTIONS, min(self.sections, (school + 1) * _SECTIONS))

    def sections_of_student(self, school: int, place: int) -> Iterator[int]:
        """Indexes of the sections of the student at that place in the school."""
        count = self.in_school(school)
        groups = -(-count // GROUP)
        for period in range(PERIODS):
            yield school * _SECTIONS + period * groups + (place + period * _SHIFT) % count // GROUP

    def school_of_teacher(self, index: int) -> int:
        """The school a teacher works at."""
        return min(index // _TEACHERS, self.schools - 1)

    def teachers_of(self, section: int) -> list[int]:
        """The primary teacher and, in every fifth section, one co-teacher."""
        school, rest = divmod(section, _SECTIONS)
        first = school * _TEACHERS
        count = max(1, min(_TEACHERS, self.teachers - first))
        primary, second = rest % count, (rest * 7 + 3) % count
        pair = section % 5 == 0 and second != primary
        return [first + primary, first + second] if pair else [first + primary]


def sized(people: int) -> Size:
    """The counts for about that many students and employees."""
    staff = max(3, people // 2000)
    teachers = max(1, (people - staff - 1) // 21)
    students = people - staff - 1 - teachers
    return Size(students, teachers, staff, -(-students // SCHOOL))


def grade(place: int, count: int) -> int:
    """The grade, 0 to 12, of the student at that place in a school of `count`."""
    return place * 13 // count


def members(count: int, period: int, group: int) -> Iterator[int]:
    """Places of the students of a group; the groups of each period are shifted against the period before."""
    low, high = group * GROUP, min(count, (group + 1) * GROUP)
    return ((place - period * _SHIFT) % count for place in range(low, high))
