"""Which records somebody may activate, and which wait, or are refused, with the reason (A-01 to A-05, A-08, A-11)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain

from homeroom.accounts.account import Account, LinkEnd
from homeroom.accounts.rules import parse_birth_date
from homeroom.roster.activation.model import Decision, DistrictOf, Evidence, Facts, Obstacle, Place, Record, Verdict
from homeroom.roster.activation.refusals import Reason

DETAILS: dict[Reason, str] = {
    "no_section": "Your district's roster has you in no class of the current term. Ask your school to enrol you.",
    "not_on_roster": "No roster has a record with an address that you have verified. Ask your district, or activate "
    "with the district's address by POST /activations.",
    "address_blocked": "Your district has to give each of these people an address of their own first.",
    "already_linked": "If that account is not yours, ask your district's administrator to look at it.",
    "linked_here": "Your account is, or was, another person of this district. Ask its administrator which record is "
    "yours: they link it, by POST /districts/{district}/people/{person}/link.",
}
NO_ADDRESS = (
    "You have no verified address. Verify your district's address, or have a link mailed to it by POST /activations "
    "with this code."
)

OBSTACLES: dict[str, str] = {
    "activated": "They have activated their account.",
    "no_section": "A student can activate while in a class of the current term, and this one is in none.",
    "not_on_roster": "They have left the roster.",
    "address_blocked": "Other records of the district have the address too, and one of them is a student's.",
    "already_linked": "Another record under their address is linked to an account of its own.",
    "district_ended": "The district's programme has ended.",
    "no_address": "The record has no usable address: they can activate by Clever, or once they have an alias.",
}


def decide(account: Account, evidence: Evidence, facts: Facts) -> list[Decision]:
    """What may be activated, by district and record. Carries out A-01, A-03, A-04, A-05, A-08, A-11.

    Nothing when no record is claimed; with only people who have left, `not_on_roster`.
    """
    found = list(chain(_by_address(evidence, facts), _by_clever(evidence, facts)))
    groups = [group for group in dict.fromkeys(found) if not _within(group, found)]
    several = _several(group for group in groups if not blocks(group) and _ours(group, account) != group)
    decisions = [_decided(account, evidence, facts, group, several) for group in groups]
    return sorted(decisions, key=lambda decision: decision.records[0].end)


def blocks(records: Iterable[Record]) -> bool:
    """Whether these records of one district, which claim one address, block it: two, and one a student's. A-05."""
    standing = _standing(records)
    return len(standing) > 1 and any(record.student for record in standing)


def obstacle(record: Record, decisions: Iterable[Decision], *, linked: bool, ended: bool) -> Obstacle | None:
    """Why this person cannot activate, or that they have; None when they can. A-03, A-05, S-06.

    `decisions` are those on their addresses, for an account that has nothing yet; `ended` that the district has.
    """
    reasons = [decision.reason for decision in decisions]
    if linked:
        code = "activated"
    elif ended:
        code = "district_ended"
    elif record.state == "archived":
        code = "not_on_roster"
    elif not reasons:
        code = "no_address"
    else:
        # Any address without an obstacle will do.
        code = "" if None in reasons else str(reasons[0])
    return Obstacle(code, OBSTACLES[code]) if code else None


def will_see(name: str, records: Iterable[Record]) -> list[str]:
    """What the district sees once these records are linked, for the owner of the account to agree to. A-04, P-12."""
    some = list(records)
    told = [f"{name} sees that you have activated your account, and when."]
    if any(record.student for record in some):
        told += [
            f"{name} sees your activity and your progress from now on, as long as you are linked.",
            "The teachers of your district classes see all of your progress while they teach you.",
            f"{name} decides your district classes, and your date of birth here.",
        ]
    else:
        told.append(f"{name} sees the activity of your district classes. Your own classes stay yours alone.")
    if any(record.admin for record in some):
        told.append(f"You get access to the reports of {name}.")
    told.append("Nobody of the district sees your other classes, or what you did before.")
    return told


def copied_birth_date(records: Iterable[Record]) -> str:
    """The birth date that an account takes over from the records it is linked to; "" when none of them has any.

    Of several the latest, which permits least. A-07.
    """
    known = [birth for record in records if record.student and (birth := parse_birth_date(record.birth_date))]
    return max(known, key=lambda birth: birth.thirteenth()).iso() if known else ""


def followed(account: Account, records: Iterable[Record], places: Mapping[str, Place]) -> Account:
    """The account with the birth date and the time zone that the records it is linked to now give it. A-06, A-07.

    Where none says one, what was said last stays. The zone is that of the district it was linked to last, of those
    whose programme has not ended: `places`.
    """
    some = list(records)
    birth_date = copied_birth_date(one for one in some if one.state != "archived")
    if birth_date:
        account = replace(account, birth_date=birth_date, birth_by="roster")
    there = [one for one in some if one.end.district in places]
    if there:
        last = max(there, key=lambda one: (one.since or account.created, one.end))
        account = replace(account, district_zone=places[last.end.district].zone)
    return account


def district_of(place: Place, records: tuple[Record, ...]) -> DistrictOf:
    """What somebody who is linked to these records of one district is there. S-03, S-14."""
    there = [record for record in records if record.state != "archived"]
    live = [record for record in there if record.state == "live"]
    admins = {record.admin for record in live} - {""}
    return DistrictOf(
        place=place,
        records=records,
        roles=frozenset(role for record in there for role in record.roles),
        admin=min(admins, default=""),
        schools=frozenset(school for record in live for school in record.admin_schools),
        since=min((record.since for record in records if record.since), default=None),
    )


_Group = tuple[Record, ...]


def _by_address(evidence: Evidence, facts: Facts) -> Iterator[_Group]:
    """The records behind each address in each district: one person's, or several people's who then block it."""
    claimed: dict[tuple[str, str], list[Record]] = {}
    for claim in facts.claims:
        record = facts.records.get(claim.end)
        # A claim alone proves nothing: an address may have gone to somebody else since.
        if claim.address in evidence.addresses and record and (claim.alias or record.address == claim.address):
            claimed.setdefault((claim.end.district, claim.address), []).append(record)
    return (_group(records) for _, records in sorted(claimed.items()))


def _by_clever(evidence: Evidence, facts: Facts) -> Iterator[_Group]:
    """The record that Clever names, with an employee's others under the address that the roster gives it (A-08)."""
    named = facts.records.get(evidence.clever) if evidence.clever else None
    if named is None:
        return
    claims = (claim for claim in facts.claims if claim.address == named.address != "")
    near = [facts.records[claim.end] for claim in claims if claim.end in facts.records]
    same = [one for one in near if one.end.district == named.end.district and one.address == named.address]
    group = _group([named, *same])
    yield group if named in group and not blocks(group) else (named,)


def _group(records: Iterable[Record]) -> _Group:
    unique = {record.end: record for record in records}
    return tuple(sorted(_standing(unique.values()) or unique.values(), key=lambda record: record.end))


def _standing(records: Iterable[Record]) -> list[Record]:
    """Those that count: the live ones; else who is leaving and still may activate (S-14)."""
    some = list(records)
    live = [record for record in some if record.state == "live"]
    return live or [record for record in some if record.state == "leaving"]


def _within(group: _Group, groups: Iterable[_Group]) -> bool:
    return any(set(group) < set(other) for other in groups if not blocks(other))


def _ours(group: _Group, account: Account) -> _Group:
    return tuple(record for record in group if record.account == account.id)


def _several(groups: Iterable[_Group]) -> frozenset[str]:
    """The districts in which there is more than one person to choose from."""
    districts = [group[0].end.district for group in groups if _standing(group)]
    return frozenset(one for one in districts if districts.count(one) > 1)


def _decided(account: Account, evidence: Evidence, facts: Facts, group: _Group, several: frozenset[str]) -> Decision:
    district, ours = group[0].end.district, _ours(group, account)
    reason = _refusal(account, evidence, facts, group)
    if ours == group or (ours and reason):
        # What speaks against it now came later, and takes nothing away.
        return Decision(district, ours, "linked") if _standing(ours) else Decision(district, ours, "refused", reason)
    if reason:
        return Decision(district, group, "refused", reason)
    # The rest of a person whom the district knows as this account already shows it nothing more.
    ask = ((facts.active or _was_another(facts, group)) and not ours) or district in several
    verdict: Verdict = "confirm" if ask else "link"
    return Decision(district, group, verdict)


def _refusal(account: Account, evidence: Evidence, facts: Facts, group: _Group) -> Reason | None:
    if not _standing(group):
        return "not_on_roster"
    if blocks(group):
        return "address_blocked"
    if any(record.account not in {"", account.id} for record in group):
        return "already_linked"
    known = bool(_ours(group, account)) or _given(evidence, facts, group)
    if _somebody_else(account, facts, group) or (_was_another(facts, group) and not known):
        return "linked_here"
    if any(record.student and record.end not in facts.enrolled for record in group):
        return "no_section"
    return None


def _somebody_else(account: Account, facts: Facts, group: _Group) -> bool:
    """Whether the account is another live person of that district, and either of them is a student (A-08)."""
    ends: set[LinkEnd] = {record.end for record in group}
    others = [
        record
        for end in account.links
        if end.district == group[0].end.district and end not in ends and (record := facts.records.get(end))
    ]
    return any(other.state == "live" and (other.student or group[0].student) for other in others)


def _was_another(facts: Facts, group: _Group) -> bool:
    """Whether the account is, or was, somebody else there, and either of them is a student, or that one has left: their
    address may be a newcomer's by now (A-01, A-08, A-09).
    """
    ends = {record.end for record in group}
    there = [alone for end, alone in facts.been.items() if end.district == group[0].end.district and end not in ends]
    return any(there) or (bool(there) and any(record.student for record in group))


def _given(evidence: Evidence, facts: Facts, group: _Group) -> bool:
    """Whether an administrator has said so: an alias of another's record comes from nobody else (A-05).

    Or Clever itself, whose ids go from nobody to the next (A-04).
    """
    ends = {record.end for record in group}
    if evidence.clever in ends and not evidence.told:
        return True
    return any(one.alias and one.end in ends and one.address in evidence.addresses for one in facts.claims)
