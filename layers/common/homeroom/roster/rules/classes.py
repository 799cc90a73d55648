"""A source's section becomes a class, with what is to be mended in it (S-01, S-02, S-06)."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from homeroom.roster.entries import ClassEntry, SchoolEntry, TermEntry
from homeroom.roster.model import CourseRow, SectionRow
from homeroom.roster.rules.findings import Finding
from homeroom.roster.rules.terms import TermState

MOST_CO_TEACHERS = 9
BLOCK_TEACHERS = 3


class Known(NamedTuple):
    """What the district shares besides sections: `people` ids of everybody rostered, the rest by id."""

    people: AbstractSet[str]
    schools: Mapping[str, SchoolEntry]
    terms: Mapping[str, TermEntry]
    courses: Mapping[str, CourseRow]


def co_teacher_ids(section: SectionRow) -> list[str]:
    """`teachers` without the primary, in the order given, each once. Carries out S-02."""
    return [person for person in dict.fromkeys(section.teachers) if person != section.teacher]


def _known_co_teachers(section: SectionRow, known: Known) -> list[str]:
    return [person for person in co_teacher_ids(section) if person in known.people]


def class_entry(section: SectionRow, known: Known, state: TermState) -> ClassEntry:
    """The class of a section that is rostered: only people we know, at most nine co-teachers. S-01, S-02."""
    co_teachers = _known_co_teachers(section, known)
    term, course = known.terms.get(section.term), known.courses.get(section.course)
    return ClassEntry(
        id=section.id,
        name=section.name,
        school=section.school,
        term=section.term,
        ends=term.ends if term else "",
        course=course.name if course else "",
        subject=section.subject,
        grade=section.grade,
        sis_id=section.sis_id,
        state="ended" if state == "ended" else "active",
        teacher=section.teacher if section.teacher in known.people else "",
        co_teachers=tuple(co_teachers[:MOST_CO_TEACHERS]),
        students=tuple(sorted(known.people & set(section.students))),
    )


def section_finding(section: SectionRow, code: str, **data: str) -> Finding:
    """A finding about a section."""
    return Finding(code=code, kind="section", id=section.id, school=section.school, label=section.name, data=data)


def class_findings(section: SectionRow, entry: ClassEntry, known: Known) -> Iterator[Finding]:
    """What is to be mended in a section that is rostered. Carries out S-02, S-06, D-05 (many teachers)."""
    co_teachers = _known_co_teachers(section, known)
    counted = {
        "unknown_student": len(set(section.students) - known.people),
        "unknown_teacher": len({*section.teachers, section.teacher} - {""} - known.people),
    }
    for code, count in counted.items():
        if count:
            yield section_finding(section, code, count=str(count))
    if len(co_teachers) > MOST_CO_TEACHERS:
        yield section_finding(section, "too_many_teachers", count=str(len(co_teachers)))
    teachers = len(entry.co_teachers) + bool(entry.teacher)
    if teachers >= BLOCK_TEACHERS:
        yield section_finding(section, "block_many_teachers", count=str(teachers))
    faults = {
        "section_without_teacher": not section.teacher,
        "section_without_students": not entry.students,
        "term_unknown": bool(section.term) and section.term not in known.terms,
        "unknown_school": section.school not in known.schools,
        "unknown_course": bool(section.course) and section.course not in known.courses,
    }
    yield from (section_finding(section, code) for code, wrong in faults.items() if wrong)
