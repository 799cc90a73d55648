"""Who could move where, in the roster as it is stored."""

from collections import Counter
from typing import Any, NamedTuple

from sandbox.rig.stack import Items, Stack


class CoTaught(NamedTuple):
    """A district class with two teachers: its id for callers, and the addresses of both and of a student of it."""

    klass: str
    primary: str
    co_teacher: str
    student: str


def somebody_in_two_places(stack: Stack, district: str) -> tuple[str, str, str]:
    """A student, a class that they are in, and one that they are not in."""
    roster = stack.roster()
    sections = [key.removesuffix("|CLASS").rpartition("#")[2] for key in sorted(roster) if key.endswith("|CLASS")]
    old = sections[0]
    student = min(key.rpartition("S#")[2] for key in roster if f"#{old}|S#" in key)
    new = next(section for section in sections if f"C#D#{district}#{section}|S#{student}" not in roster)
    return student, old, new


def co_taught(stack: Stack, district: str) -> CoTaught:
    """The first class with a primary teacher, a co-teacher and a student whose addresses nobody else there has."""
    roster = stack.roster()
    known = _addresses(roster, district)
    for pk in sorted({key.partition("|")[0] for key in roster if key.startswith(f"C#D#{district}#")}):
        if roster[f"{pk}|CLASS"]["state"]["S"] != "active":
            continue
        members = {key.partition("|")[2]: item for key, item in roster.items() if key.startswith(f"{pk}|")}
        found = [known.get(_of(members, role), "") for role in ("primary", "co_teacher", "student")]
        if all(found):
            return CoTaught(f"d_{district}_{pk.rpartition('#')[2]}", *found)
    raise LookupError("co-taught class")


def _of(members: Items, role: str) -> str:
    there = (
        key for key, item in sorted(members.items()) if item.get("role") == {"S": role} and key[:2] in {"T#", "S#"}
    )
    return next(there, "")[2:]


def _addresses(roster: Items, district: str) -> dict[str, str]:
    """Addresses by person, of those who are alone in having theirs."""
    people: dict[str, Any] = {
        key.partition("|")[0].rpartition("#")[2]: item.get("address", {}).get("S", "")
        for key, item in roster.items()
        if key.startswith(f"D#{district}#P#") and key.endswith("|PERSON") and item["state"]["S"] == "live"
    }
    often = Counter(people.values())
    return {person: address for person, address in people.items() if address and often[address] == 1}
