"""How many of what (C-06, S-02): independent classes refuse beyond it, district classes only say so."""

from dataclasses import dataclass

from homeroom.runtime.errors import Conflict

STUDENTS_A_CLASS = 100
STUDENTS_A_TEACHER = 1000
CLASSES_A_TEACHER = 100
CO_TEACHERS_A_CLASS = 9
# From here on it warns.
NEAR_PERCENT = 90


class ClassFull(Conflict):
    """The class has as many students as it may have (C-06)."""

    code = "class_full"
    title = "The class is full"


class TeacherFull(Conflict):
    """The owner has as many students, in all their classes together, as they may have (C-06)."""

    code = "teacher_full"
    title = "The teacher has no room for more students"


class TooManyClasses(Conflict):
    """The teacher has as many classes as they may have, district classes counted (C-06)."""

    code = "too_many_classes"
    title = "The teacher has no room for more classes"


@dataclass(frozen=True, slots=True)
class Measure:
    """How many there are of how many. In a district class there may be more than the limit."""

    count: int
    limit: int

    @property
    def near(self) -> bool:
        """Whether nine tenths are reached, which is time to say so. C-06."""
        return self.count * 100 >= self.limit * NEAR_PERCENT
