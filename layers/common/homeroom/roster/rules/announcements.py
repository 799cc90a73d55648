"""Who is told to activate an account, and why somebody is not (D-04)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from homeroom.mail.rules import postal
from homeroom.roster.changes import Change
from homeroom.roster.people import RosterPerson

# Stable words, and what an administrator is told.
REASONS = {
    "mails_off": "The district's setting `mails` is off.",
    "not_on_roster": "They are no longer on the roster.",
    "not_staff": "Only teachers and administrators are mailed.",
    "linked": "They have activated their account already.",
    "no_address": "Their record has no address that mail can go to.",
    "address_blocked": "Several records of the district have their address, a student's among them.",
}


def joiners(changes: Iterable[Change]) -> Iterator[str]:
    """The people who from now on are teachers or administrators with an address, and were not before.

    Of the changes of a plan, or of a part of it. Staff without a school are no administrators yet (S-03).
    """
    return (
        change.id
        for change in changes
        if change.kind == "person" and _invited(change.after) and not _invited(change.before)
    )


def why_not(person: RosterPerson, *, mails: bool) -> str | None:
    """The first of REASONS for which this person gets no activation mail, None when they do.

    `mails` is the district's setting.
    """
    facts = {
        "mails_off": not mails,
        "not_on_roster": person.state != "live",
        "not_staff": not _is_staff(person.roles, person.admin),
        "linked": person.linked,
        "no_address": postal(person.address) is None,
    }
    return next((reason for reason, stands in facts.items() if stands), None)


def why_not_there(person: RosterPerson, sharing: Iterable[RosterPerson], *, asked: bool = False) -> str | None:
    """Why no activation mail goes to a person's address: "address_blocked", "told_under_other_record", or None.

    `sharing` are the live records of the district that have the address, perhaps the person's own among them. With a
    student among several it is blocked (A-05). Employees who share it are one person (A-08), told under the smallest of
    the ids of theirs that are mailed; unless the mail was `asked` for by somebody.
    """
    others = (other for other in sharing if other.id != person.id)
    elsewhere = False
    for other in others:
        if "student" in person.roles | other.roles:
            return "address_blocked"
        elsewhere |= other.id < person.id and _is_staff(other.roles, other.admin)
    return "told_under_other_record" if elsewhere and not asked else None


def _invited(entry: Mapping[str, Any] | None) -> bool:
    if entry is None or entry.get("archived") or not entry.get("address"):
        return False
    return _is_staff(entry.get("roles", ()), entry.get("admin", ""))


def _is_staff(roles: Iterable[str], admin: str) -> bool:
    return "teacher" in roles or bool(admin)
