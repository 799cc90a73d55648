"""The readiness report: the set-up guide as a checklist run on the district's real data (P-09)."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from homeroom.roster.rules.findings import severity

Status = Literal["ok", "warning", "blocking"]
Role = str


class Item(NamedTuple):
    """A line of the checklist: what it is about, which counts it is of, and the findings that speak against it.

    A finding may be narrowed to one role, as `code:role`.
    """

    item: str
    of: str
    findings: tuple[str, ...]


CHECKLIST: tuple[Item, ...] = (
    Item("current_sections", "sections", ("no_current_section", "term_unknown", "term_ended", "term_upcoming",
                                          "section_without_students", "unknown_school", "unknown_course")),
    Item("teacher_addresses", "teacher", ("teacher_without_address", "address_malformed:teacher",
                                          "address_outside_domains:teacher")),
    Item("student_addresses", "student", ("student_without_address", "address_malformed:student",
                                          "address_outside_domains:student")),
    Item("birth_dates", "student", ("birth_date_missing", "birth_date_impossible")),
    Item("enrolment", "student", ("student_without_class", "unknown_student")),
    Item("staff", "staff", ("no_staff", "staff_without_school", "staff_without_address", "address_malformed:staff",
                            "address_outside_domains:staff")),
    Item("primary_and_co_teachers", "class", ("section_without_teacher", "too_many_teachers", "unknown_teacher")),
    Item("sharing_rules", "sections", ("section_left_out", "person_left_out")),
    Item("several_addresses", "person", ("address_duplicate", "address_shared")),
    Item("grades", "student", ("grade_other",)),
    Item("block_scheduling", "class", ("block_many_teachers", "block_same_students")),
    Item("new_ids", "person", ("person_rekeyed",)),
    Item("unreadable_records", "records", ("record_rejected",)),
)  # fmt: skip
RANK: dict[str, int] = {"blocking": 0, "warning": 1, "ok": 2}


def readiness(counts: Mapping[str, int], findings: Mapping[str, int]) -> list[dict[str, object]]:
    """The checklist, worst first: `item`, `status`, `total` looked at, `problems`, and `findings` by code.

    `counts` are totals by kind and role, `findings` numbers by `code` and by `code:role`. Findings that only inform
    leave an item ok. Carries out P-09.
    """
    items = [_judged(item, counts, findings) for item in CHECKLIST]
    return sorted(items, key=lambda item: RANK[str(item["status"])])


def _judged(item: Item, counts: Mapping[str, int], findings: Mapping[str, int]) -> dict[str, object]:
    found = {key: findings[key] for key in item.findings if findings.get(key)}
    graves = {severity(key.partition(":")[0]) for key in found}
    status: Status = "blocking" if "blocking" in graves else "warning" if "warning" in graves else "ok"
    return {
        "item": item.item,
        "status": status,
        "total": counts.get(item.of, 0),
        "problems": sum(count for key, count in found.items() if severity(key.partition(":")[0]) != "info"),
        "findings": found,
    }
