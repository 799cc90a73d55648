"""What a district shares with us: the sharing rules decide what is rostered (S-04)."""

import re
from collections.abc import Callable, Iterable

from homeroom.roster.model import SectionRow, UserRow
from homeroom.roster.settings import Exclusions

ELECTIVE_SUBJECTS = frozenset({"pe and health", "arts and music"})
VAGUE_SUBJECTS = frozenset({"", "other"})
ACADEMIC = re.compile(
    r"\b(?:language arts|ela|english|reading|writing|literature|literacy|math|maths|mathematics|algebra|geometry"
    r"|trigonometry|calculus|statistics|arithmetic|science|biology|chemistry|physics|geology|astronomy|history"
    r"|geography|civics|government|economics|social studies|spanish|french|german|latin|mandarin|computer science"
    r"|computing|programming|engineering)\b",
    re.IGNORECASE,
)


def _whole_words(words: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern that finds any of the phrases standing by itself, longest first; None for no phrase."""
    phrases = sorted({word.strip() for word in words if word.strip()}, key=len, reverse=True)
    if not phrases:
        return None
    joined = "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in phrases)
    return re.compile(rf"(?<![\w.])(?:{joined})(?!\w)", re.IGNORECASE)


def section_rule(exclude: Exclusions) -> Callable[[SectionRow], str]:
    """A function that names the rule by which a section is left out, or answers "" to keep it.

    The names are `school`, `grade`, `subject` and `name`. A section whose name holds "language arts" or an
    academic subject is not left out as an elective, neither by name nor by an elective subject; the schools,
    grades and academic subjects that a district itself leaves out are always left out. Carries out S-04.
    """
    words = _whole_words(exclude.name_words)
    subjects = {subject.casefold() for subject in exclude.subjects}
    schools, grades = frozenset(exclude.schools), frozenset(exclude.grades)

    def rule(section: SectionRow) -> str:
        if section.school in schools:
            return "school"
        if section.grade in grades:
            return "grade"
        subject = section.subject.casefold()
        academic = ACADEMIC.search(section.name) is not None
        if subject in subjects and not (academic and subject in ELECTIVE_SUBJECTS):
            return "subject"
        named = words is not None and subject in VAGUE_SUBJECTS and words.search(section.name) is not None
        return "name" if named and not academic else ""

    return rule


def shared_user(row: UserRow, exclude: Exclusions) -> UserRow | None:
    """The user without what the district does not share; None when nothing of them is left.

    A person all of whose schools are left out is left out; a staff role whose title is left out is dropped.
    Carries out S-04.
    """
    if row.staff and row.staff.title and row.staff.title in exclude.staff_titles:
        row = row.model_copy(update={"staff": None})
    if not (row.student or row.teacher or row.staff or row.district_admin):
        return None
    return None if exclude.schools and not row.district_admin and _elsewhere(row, exclude.schools) else row


def _elsewhere(row: UserRow, left_out: Iterable[str]) -> bool:
    """Whether somebody has schools, and all of them are left out."""
    given = {school for role in (row.student, row.teacher, row.staff) if role for school in role.schools}
    return bool(given) and given.issubset(left_out)
