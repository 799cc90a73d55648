"""Findings: what in a district's data a person should mend (S-06).

A finding names its record by kind and id, and its text by a code: the sentences are here, once, and are put
together when somebody reads them.
"""

from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

Severity = Literal["blocking", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("blocking", "warning", "info")


class Finding(BaseModel):
    """One thing to mend. `kind` and `id` name the record; `label` is what its owners know it by (a SIS id or a
    section's name, never a person's); `data` fills the sentences.
    """

    model_config = ConfigDict(frozen=True)

    code: str
    kind: str
    id: str
    school: str = ""
    label: str = ""
    data: dict[str, str] = {}


class Text(NamedTuple):
    """What is wrong, what happens because of it, and how to mend it."""

    severity: Severity
    what: str
    because: str
    mend: str


CATALOG: dict[str, Text] = {
    "teacher_without_address": Text(
        "blocking", "A teacher has no e-mail address.", "They cannot activate their account by address.",
        "Enter the district e-mail address in the SIS."),
    "student_without_address": Text(
        "blocking", "A student has no e-mail address.", "They cannot activate their account by address.",
        "Enter the district e-mail address in the SIS."),
    "staff_without_address": Text(
        "blocking", "An administrator has no e-mail address.", "They cannot activate their account by address.",
        "Enter the district e-mail address in the SIS."),
    "address_malformed": Text(
        "blocking", "The e-mail address is malformed ({problem}).", "It is not used: nobody can activate by it.",
        "Correct the e-mail address in the SIS."),
    "address_duplicate": Text(
        "blocking", "The address is claimed by {count} records, at least one of them a student's.",
        "Nobody of this district can activate by it, until one record is left.",
        "Give each person an address of their own in the SIS."),
    "address_shared": Text(
        "info", "Several employee records share one address.", "They are one person with several roles.",
        "Nothing, if it is one person; else give each their own address."),
    "address_outside_domains": Text(
        "warning", "The address is outside the district's e-mail domains.", "It is used all the same.",
        "Correct the address in the SIS, or add the domain to the district's settings."),
    "birth_date_missing": Text(
        "warning", "A student has no date of birth.", "They are treated as under 13.",
        "Enter the date of birth in the SIS and share it with Clever."),
    "birth_date_impossible": Text(
        "warning", "A student's date of birth is impossible.", "They are treated as under 13.",
        "Correct the date of birth in the SIS."),
    "student_without_class": Text(
        "warning", "A student is in no class of the current term.", "They cannot activate until they are in one.",
        "Enrol them in a section in the SIS, or check the sharing rules."),
    "staff_without_school": Text(
        "warning", "A staff member has no school.", "They see no dashboard until an admin confirms their scope.",
        "Enter their schools in the SIS, or confirm the scope."),
    "no_staff": Text(
        "warning", "No staff and no district admins are shared.", "Nobody gets the administrators' dashboards.",
        "Add a sharing rule for staff in Clever."),
    "grade_other": Text(
        "info", "A student's grade is outside Kindergarten to 12.", "Reports show it as Other.",
        "Nothing, if it is right; else correct the grade in the SIS."),
    "person_left_out": Text(
        "info", "A person is left out by the sharing rules.", "They are not rostered.",
        "Change the district's settings, if they should be."),
    "section_left_out": Text(
        "info", "A section is left out by the sharing rule '{rule}'.", "No class is made of it.",
        "Change the district's settings, if it should be rostered."),
    "section_without_teacher": Text(
        "warning", "A section has no primary teacher.", "Its class has no primary teacher.",
        "Name the section's teacher in the SIS."),
    "too_many_teachers": Text(
        "warning", "A section has {count} co-teachers.", "The tenth and further ones are left out of the class.",
        "Keep at most nine co-teachers in the SIS."),
    "section_without_students": Text(
        "warning", "A section has no student that we know.", "Its class is empty.",
        "Check the students' sharing rules in Clever."),
    "term_unknown": Text(
        "info", "A section names an unknown term.", "It counts as current.", "Check the section's term in the SIS."),
    "term_ended": Text(
        "info", "A section's term has ended.", "No class is made of it, or its class is kept as ended.",
        "Nothing, if it is over; else correct the term in the SIS."),
    "term_upcoming": Text(
        "info", "A section's term has not begun.", "Its class appears shortly before the term starts.", "Nothing."),
    "no_current_section": Text(
        "blocking", "The district has no section of the current term.", "There are no classes now; none is removed.",
        "Share the current term's sections in Clever."),
    "unknown_student": Text(
        "warning", "A section names {count} students who are not shared.", "They are not in the class.",
        "Share the students with Clever, or take them out of the section."),
    "unknown_teacher": Text(
        "warning", "A section names {count} teachers who are not shared.", "They are not in the class.",
        "Share the teachers with Clever, or take them out of the section."),
    "unknown_school": Text(
        "warning", "The record names a school that is not shared.", "It is kept, under an unknown school.",
        "Share the school with Clever."),
    "unknown_course": Text(
        "info", "A section names a course that is not shared.", "Its class has no course.",
        "Share the course with Clever."),
    "block_many_teachers": Text(
        "warning", "A class has {count} teachers.", "All of them share one class.",
        "With block scheduling, give each teacher a class of their own."),
    "block_same_students": Text(
        "warning", "Two sections with the same teachers have nearly the same students.",
        "The teachers share classes that look like a block.",
        "With block scheduling, give each teacher a class of their own."),
    "person_rekeyed": Text(
        "warning", "The record looks like person {old}, who is gone (recognised by {by}).",
        "The account of the earlier record does not come along: the person counts as not activated.",
        "If it is the same person, link the account to the new record; else do nothing."),
    "link_conflict": Text(
        "blocking", "Account {account} showed that it is this person, whom another account has activated.",
        "The record stays with the account that came first.",
        "Look at the person; if the other account is theirs, cut the link and have it link again."),
    "undo_left_alone": Text(
        "warning", "What the run had changed here was changed again after it.", "The undo left it as it is.",
        "Look at the record, and change it in the SIS if it is wrong."),
    "record_rejected": Text(
        "warning", "A record could not be read ({reason}).", "Its earlier version stays in force, if there is one.",
        "Correct the record in the SIS; tell us, if it looks right there."),
}  # fmt: skip


def severity(code: str) -> Severity:
    """How grave findings of this code are."""
    return CATALOG[code].severity


def told(finding: Finding) -> dict[str, str]:
    """The finding as a person reads it: its record, `severity`, `what`, `because` and `mend`. Carries out S-06."""
    text = CATALOG[finding.code]
    return {
        "code": finding.code,
        "severity": text.severity,
        "kind": finding.kind,
        "id": finding.id,
        "school": finding.school,
        "label": finding.label,
        "what": text.what.format(**finding.data),
        "because": text.because,
        "mend": text.mend,
    }
