"""Block scheduling: several teachers who share the same students (D-05)."""

from collections.abc import Iterator
from itertools import combinations

from homeroom.roster.entries import ClassEntry
from homeroom.roster.rules.findings import Finding

OVERLAP = 0.9
FEWEST_SHARED = 5
SHARED_TEACHERS = 2

Pair = tuple[str, str, str, str]


class Blocks:
    """Remembers the classes with two or more teachers, and finds those that look like one block."""

    def __init__(self) -> None:
        self._by_pair: dict[Pair, list[ClassEntry]] = {}

    def add(self, entry: ClassEntry) -> None:
        """Take note of an active class."""
        teachers = sorted({entry.teacher, *entry.co_teachers} - {""})
        for one, other in combinations(teachers, SHARED_TEACHERS):
            self._by_pair.setdefault((entry.school, entry.term, one, other), []).append(entry)

    def findings(self) -> Iterator[Finding]:
        """One finding for each pair of classes of one school and term that two teachers share and whose students
        are nearly the same: 90 % of the larger class, and at least five. Carries out D-05.
        """
        seen: set[tuple[str, str]] = set()
        for classes in self._by_pair.values():
            for one, other in combinations(classes, 2):
                if (one.id, other.id) not in seen and same_students(one.students, other.students):
                    seen.add((one.id, other.id))
                    yield Finding(
                        code="block_same_students", kind="section", id=one.id, school=one.school, label=one.name,
                        data={"other": other.id},
                    )  # fmt: skip


def same_students(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two classes share at least five students and 90 % of the larger one's."""
    shared = len(set(one).intersection(other))
    return shared >= FEWEST_SHARED and shared >= OVERLAP * max(len(one), len(other))
