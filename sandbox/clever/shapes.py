"""The shape of every record as Clever was recorded to send it: field by field, with "" for what is absent."""

from collections.abc import Mapping, Sequence

from .collection import Record

CREATED = "2025-08-12T23:05:01.315Z"
MODIFIED = "2026-08-12T23:05:01.315Z"


def user(uid: str, district: str, email: str, name: tuple[str, str, str], roles: Record) -> Record:
    """A user; `name` is first, middle, last."""
    first, middle, last = name
    return {
        "created": CREATED,
        "district": district,
        "email": email,
        "last_modified": MODIFIED,
        "name": {"first": first, "last": last, "middle": middle},
        "id": uid,
        "roles": roles,
    }


def student_details(number: int) -> dict[str, str]:
    """What only a student's running number decides, the sensitive fields among it."""
    return {
        "sis_id": f"{100_000_000 + number}",
        "state_id": f"{200_000_000 + number}",
        "username": f"s{number}",
        "gender": "MFX"[number % 3],
        "hispanic": "YN"[number % 2],
        "gifted": "Y" if number % 11 == 0 else "",
        "race": ("Caucasian", "Asian", "Black or African American", "Two or More Races", "")[number % 5],
        "zip": f"{10_000 + number % 900}",
    }


def student_role(of: Mapping[str, str]) -> Record:
    """A student's role with the sensitive fields that consumers must drop; `dob` is M/D/YYYY, unpadded."""
    return {
        "credentials": {"district_username": of["username"]},
        "dob": of["dob"],
        "enrollments": [],
        "ext": {"gifted_status": of["gifted"]},
        "gender": of["gender"],
        "grade": of["grade"],
        "graduation_year": "",
        "hispanic_ethnicity": of["hispanic"],
        "location": {"address": "", "city": "", "state": "", "zip": of["zip"]},
        "race": of["race"],
        "school": of["school"],
        "schools": [of["school"]],
        "sis_id": of["sis_id"],
        "state_id": of["state_id"],
        "student_number": of["sis_id"],
        "email": of["email"],
    }


def teacher_role(number: int, schools: Sequence[str], title: str, uid: str) -> Record:
    """A teacher's role."""
    return {
        "credentials": {"district_username": f"t{number}"},
        "ext": {"admin_permissions": ""},
        "school": schools[0],
        "schools": list(schools),
        "sis_id": f"{5_000_000 + number}",
        "state_id": f"{700_000_000 + number}",
        "teacher_number": f"{5_000_000 + number}",
        "title": title,
        "legacy_id": uid[::-1],
    }


def staff_role(number: int, schools: Sequence[str], title: str, roles: Sequence[str], uid: str) -> Record:
    """A staff member's role: `staff_id` instead of `sis_id`, and no `school`."""
    return {
        "credentials": {"district_username": f"f{number}"},
        "department": "",
        "ext": {},
        "roles": list(roles),
        "schools": list(schools),
        "staff_id": f"{8_000_000 + number}",
        "title": title,
        "legacy_id": uid[::-1],
    }


def contact(uid: str, district: str, full_name: str, email: str, student: str) -> Record:
    """A parent: the full name arrives in `name.last` alone, as recorded."""
    relation = {"relationship": "Parent", "student": student, "type": "Parent/Guardian"}
    role = {"phone": "(555) 555-0100", "phone_type": "Cell", "sis_id": "", "student_relationships": [relation]}
    row = user(uid, district, email, ("", "", full_name), {"contact": {**role, "legacy_id": uid[::-1]}})
    row["name"] = {"last": full_name}
    return row


def section(
    sid: str, district: str, school: str, name: str, students: Sequence[str], teachers: Sequence[str]
) -> Record:
    """A section with its primary teacher first in `teachers`; students ascending. Term and course are set by others."""
    return {
        "course": "",
        "created": CREATED,
        "district": district,
        "ext": {"classroom": "A1"},
        "grade": "",
        "last_modified": MODIFIED,
        "name": name,
        "period": "1",
        "school": school,
        "section_number": "",
        "sis_id": f"SEC-{int(sid[12:], 16)}",
        "students": sorted(students),
        "subject": "",
        "teacher": teachers[0] if teachers else "",
        "teachers": list(teachers),
        "term_id": "",
        "id": sid,
    }
