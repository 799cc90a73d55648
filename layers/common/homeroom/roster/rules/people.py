"""A source's user becomes a person's roster record, with what is to be mended in it (A-01, A-07, S-03, S-06)."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from homeroom.accounts.rules import address_problem, birth_problem, normalise_address, parse_birth_date
from homeroom.roster.entries import PersonEntry, Role
from homeroom.roster.model import StaffRole, UserRow
from homeroom.roster.rules.findings import Finding
from homeroom.roster.rules.grades import K12

PORTAL_ONLY = ("PortalOnly",)
ROLES: tuple[Role, ...] = ("student", "teacher", "staff", "district_admin")


def roles_of(row: UserRow) -> tuple[Role, ...]:
    """The roles that a user has, in a fixed order."""
    bodies = (row.student, row.teacher, row.staff, row.district_admin)
    return tuple([role for role, body in zip(ROLES, bodies, strict=True) if body is not None])


def administers(staff: StaffRole | None) -> bool:
    """Whether a staff role makes an administrator: any but the one whose only Clever role is `PortalOnly`. S-03."""
    return staff is not None and staff.roles != PORTAL_ONLY


# Many people share a birth date.
@lru_cache(maxsize=32_768)
def shown_birth_date(given: str) -> str:
    """`YYYY-MM-DD`, `YYYY-MM` when only the month is known, "" for an absent or impossible date (A-07)."""
    birth = parse_birth_date(given)
    if birth is None:
        return ""
    month = f"{birth.year:04d}-{birth.month:02d}"
    return f"{month}-{birth.day:02d}" if birth.day else month


def person_entry(row: UserRow) -> PersonEntry:
    """The roster record of a user who is shared. Carries out A-01, A-07, S-03."""
    student, teacher, staff = row.student, row.teacher, row.staff
    bodies = [body for body in (student, teacher, staff) if body]
    schools = tuple(sorted({school for body in bodies for school in body.schools}))
    main = student or teacher
    address = normalise_address(row.email)
    sited = staff.schools if staff and administers(staff) else ()
    return PersonEntry(
        id=row.id,
        first=row.first,
        last=row.last,
        email=row.email,
        address=address if not address_problem(address) else "",
        roles=roles_of(row),
        school=(main.school if main else "") or (schools[0] if schools else ""),
        schools=schools,
        grade=student.grade if student else "",
        birth_date=shown_birth_date(student.dob) if student else "",
        student_sis_id=student.sis_id if student else "",
        teacher_sis_id=teacher.sis_id if teacher else "",
        staff_sis_id=staff.sis_id if staff else "",
        title=(teacher.title if teacher else "") or (staff.title if staff else ""),
        admin="district" if row.district_admin else "schools" if sited else "",
        admin_schools=tuple(sorted(sited)),
    )


def label_of(person: PersonEntry) -> str:
    """What the district knows a person by: an id of its own student information system."""
    return person.student_sis_id or person.teacher_sis_id or person.staff_sis_id


def chief_role(person: PersonEntry) -> str:
    """The role under which a person's address is reported: "student", "teacher" or "staff" (admins included)."""
    return "student" if "student" in person.roles else "teacher" if "teacher" in person.roles else "staff"


def person_findings(
    row: UserRow, person: PersonEntry, today: date, domains: frozenset[str], *, enrolled: bool
) -> Iterator[Finding]:
    """What is to be mended in one person; `enrolled` says whether a student is in a current class. S-06, A-07."""

    def found(code: str, **data: str) -> Finding:
        return Finding(code=code, kind="person", id=person.id, school=person.school, label=label_of(person), data=data)

    for code, data in _address_faults(person, domains):
        yield found(code, role=chief_role(person), **data)
    if row.student:
        if problem := birth_problem(row.student.dob, today):
            yield found(problem)
        if row.student.grade not in K12:
            yield found("grade_other")
        if not enrolled:
            yield found("student_without_class")
    if administers(row.staff) and not row.district_admin and not person.admin_schools:
        yield found("staff_without_school")


def _address_faults(person: PersonEntry, domains: frozenset[str]) -> Iterator[tuple[str, dict[str, str]]]:
    if not person.email:
        yield f"{chief_role(person)}_without_address", {}
    elif not person.address:
        yield "address_malformed", {"problem": str(address_problem(normalise_address(person.email)))}
    elif domains and person.address.rpartition("@")[2] not in domains:
        yield "address_outside_domains", {}
