"""What API v3.1 adds to v3.0: sensitive student fields and the LMS state of a district."""

import json

from .collection import Record

VERSIONS = ("v3.0", "v3.1")
VARIANTS = 4
_DISTRICT = {"lms_state": "", "lms_type": "", "last_attendance_sync": ""}
_NO_DISABILITY = {"disability_code": "", "disability_status": "", "disability_type": ""}


def extras(variant: int) -> Record:
    """The added fields of a student; four variants so that every value occurs."""
    return {
        "frl_status": ("Free", "Paid", "Reduced", "")[variant],
        "iep_status": "YN"[variant % 2],
        "section_504_status": "NY"[variant % 2],
        "gifted_status": "",
        "disability": {**_NO_DISABILITY, "disability_code": "sld"} if variant == 0 else _NO_DISABILITY,
        "home_language": ("Spanish", "English", "", "Haitian Creole")[variant],
        "home_language_code": ("spa", "eng", "", "hat")[variant],
        "preferred_name": {"first": "", "middle": "", "last": ""},
    }


_EXTRAS = tuple(map(extras, range(VARIANTS)))


def upgrade(record: Record, version: str) -> Record:
    """The record as that version sends it; what the record itself says wins. The record is not changed."""
    if version == "v3.0":
        return record
    roles = record.get("roles")
    if roles is None:
        return {**record, **_DISTRICT} if "sis_type" in record else record
    if "student" not in roles:
        return record
    variant = int(record["id"][-2:], 16) % VARIANTS
    return {**record, "roles": {**roles, "student": {**_EXTRAS[variant], **roles["student"]}}}


def dumps(value: object) -> str:
    """JSON as Clever sends it: compact, UTF-8."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
