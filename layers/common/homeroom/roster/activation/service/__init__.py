"""Use cases of activation: what an account may be linked to, and its linking (A-03, A-04, A-08, A-11)."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from homeroom.accounts.account import Account, LinkEnd
from homeroom.accounts.linking import By, Relinking, Stamp, Tie
from homeroom.accounts.linking import Outcome as Written
from homeroom.accounts.rules.accounts import owned
from homeroom.accounts.store.links import MOST_TIES, LinkStore
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.classes.ids import ClassId
from homeroom.classes.rules.coaching import ClassIsRostered
from homeroom.classes.rules.joins import Outcome
from homeroom.roster.activation import rules
from homeroom.roster.activation.model import Activated, Claim, Decision, Evidence, Facts, Place, Record, Shown
from homeroom.roster.activation.refusals import ERRORS, ConfirmFirst, NotOnRoster, Reason
from homeroom.roster.activation.store import FactStore
from homeroom.runtime.auth import Caller
from homeroom.runtime.errors import HomeroomError
from homeroom.runtime.transact import StoreBusy

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

ATTEMPTS = 5
Wanted = Callable[[Decision], bool]


class Activations:
    """Links accounts to the roster records that are theirs, and says why it does not."""

    def __init__(self, facts: FactStore, links: LinkStore, profiles: ProfileStore) -> None:
        self._facts, self._links, self._profiles = facts, links, profiles

    def look(self, account: Account, evidence: Evidence) -> Activated:
        """What activating would come to; nothing is written. `linked` are those that are linked already."""
        shown, _ = self._look(account, evidence)
        return _sorted(account, shown)

    def decide(self, account: Account, evidence: Evidence) -> list[Decision]:
        """The same, as decisions alone."""
        shown, _ = self._look(account, evidence)
        return [one.decision for one in shown]

    def activate(
        self, account: Account, evidence: Evidence, now: datetime, *, cause: str, by: By = "address"
    ) -> Activated:
        """Link what links by itself, and say what waits for the owner's word, and what is refused.

        The same again changes nothing and answers the same. Raises StoreBusy. Carries out A-03, A-04, A-08, X-03.
        """
        return self._settle(account, evidence, Stamp(account.id, now, cause), by, lambda one: one.verdict == "link")

    def by_code(self, account: Account, verified: str, klass: ClassId, stamp: Stamp) -> Outcome:
        """What a district class's code comes to: it adds nobody, and links who is on the roster by their address.

        `already_member` of who is linked and in the class, `activated` of who was linked now. Raises ClassIsRostered
        for who is linked and not in it, ConfirmFirst, NotOnRoster, what else activation refuses with, StoreBusy.
        Carries out J-05, A-03, A-04, S-16.
        """
        if tied := account.persons(klass.of):
            if any(self._facts.is_member(LinkEnd(klass.of, person), klass) for person in tied):
                return "already_member"
            raise ClassIsRostered("You are not in this class: ask for it where your district's roster is kept.")
        found = self.activate(
            account, Evidence(owned(account, verified), district=klass.of), stamp.at, cause=stamp.cause
        )
        if found.linked:
            return "activated"
        if found.to_confirm:
            raise ConfirmFirst("POST /activations says what your district will see, and links you once you agree.")
        raise refused(found, verified=bool(owned(account, verified)))

    def confirm(
        self,
        account: Account,
        evidence: Evidence,
        end: LinkEnd,
        stamp: Stamp,
        *,
        by: By = "address",
        more: "Iterable[TransactWriteItemTypeDef]" = (),
    ) -> Activated:
        """Link one person's records, as the owner has agreed to; `more` is written with it.

        Raises what it is refused with, NotOnRoster when the record is none that they showed to be theirs, StoreBusy.
        Carries out A-04.
        """

        def wanted(one: Decision) -> bool:
            return one.verdict in {"link", "confirm"} and any(record.end == end for record in one.records)

        found = self._settle(account, evidence, stamp, by, wanted, *more)
        if not any(_about(one, end) for one in found.linked):
            raise next(
                (refusal(one) for one in found.refused if _about(one, end)), NotOnRoster(_detail("not_on_roster"))
            )
        return found

    def _settle(
        self, account: Account, evidence: Evidence, stamp: Stamp, by: By, wanted: Wanted,
        *more: "TransactWriteItemTypeDef",
    ) -> Activated:  # fmt: skip
        active, failed = None, 0
        while failed < ATTEMPTS:
            shown, active = self._look(account, evidence, active=active)
            todo = next((one for one in shown if wanted(one.decision)), None)
            if todo is None:
                self._keep_conflicts(account, shown, stamp.at)
                return _sorted(account, shown)
            if self._link(account, todo, by, stamp, *more) == "written":
                more = ()
            else:
                # Another request was quicker: what there is to ask is looked at anew.
                active, failed = None, failed + 1
            account = self._profiles.get(account.id) or account
        raise StoreBusy

    def _look(self, account: Account, evidence: Evidence, *, active: bool | None = None) -> tuple[list[Shown], bool]:
        """Each decision in a district that is open, and whether the account had activity before the first of them."""
        claims, records = self._known(account, evidence)
        asked = {claim.end for claim in claims} | ({evidence.clever} if evidence.clever else set())
        places = self._facts.places(end.district for end in asked & records.keys())
        if active is None:
            active = bool(places) and self._facts.active(account)
        strange = [end for end in asked & records.keys() if end not in account.links]
        students = [end for end in strange if records[end].student]
        news = [end for end in strange if end.district in places and not records[end].account]
        facts = Facts(
            claims=tuple(claim for claim in claims if claim.end.district in places),
            records={end: record for end, record in records.items() if end.district in places},
            enrolled=self._facts.enrolled(students) if students else frozenset(), active=active,
            been=self._been(account, {end.district for end in news}, records),
        )  # fmt: skip
        return [Shown(one, places[one.district]) for one in rules.decide(account, evidence, facts)], active

    def _been(self, account: Account, districts: set[str], records: dict[LinkEnd, Record]) -> dict[LinkEnd, bool]:
        """The records of these districts that the account is or was linked to, and whether an administrator alone may
        say that it is somebody else there too: after a student's, and one that has left the roster or is gone.

        One query, and none where there is nobody to become.
        """
        if not districts:
            return {}
        past = {one.end for one in self._links.past(account.id)}
        ends = {end for end in account.links | past if end.district in districts}
        known = records | self._facts.records(ends - records.keys())
        return {end: end not in known or known[end].student or known[end].state != "live" for end in ends}

    def _known(self, account: Account, evidence: Evidence) -> tuple[list[Claim], dict[LinkEnd, Record]]:
        """The claims of what was shown, and the records of all that is asked about."""
        claims = self._facts.claims(evidence.addresses, evidence.district)
        ends = {claim.end for claim in claims} | account.links
        records = self._facts.records(ends | {evidence.clever} if evidence.clever else ends)
        named = records.get(evidence.clever) if evidence.clever else None
        if named and named.address:
            near = self._facts.claims([named.address], named.end.district)
            claims += near
            records |= self._facts.records({claim.end for claim in near} - records.keys())
        return claims, records

    def _link(self, account: Account, shown: Shown, by: By, stamp: Stamp, *more: "TransactWriteItemTypeDef") -> Written:
        new = [one for one in shown.decision.records if one.account != account.id][:MOST_TIES]
        return self._links.write(account, relinking(new, shown.place, by), stamp, *more)

    def _keep_conflicts(self, account: Account, shown: Iterable[Shown], now: datetime) -> None:
        for one in shown:
            if one.decision.reason == "already_linked":
                for record in one.decision.records:
                    if record.account not in {"", account.id}:
                        self._facts.note_clash(record.end, account.id, now)


def relinking(records: Iterable[Record], place: Place, by: By) -> Relinking:
    """The change that links these records of one district, with what the account takes over from them. A-07."""
    new = list(records)
    return Relinking(
        ties=tuple(Tie(record.end, record.run) for record in new),
        by=by, birth_date=rules.copied_birth_date(new), zone=place.zone,
        name=next((record.name for record in new if record.name), ""),
        administers=frozenset(record.end.district for record in new if record.admin),
    )  # fmt: skip


def refused(found: Activated, *, verified: bool) -> HomeroomError:
    """Why nothing came of an attempt; `verified` says whether the account owns an address at all. J-05."""
    if found.refused:
        return refusal(found.refused[0])
    return NotOnRoster(_detail("not_on_roster") if verified else rules.NO_ADDRESS)


def evidence_of(account: Account, caller: Caller) -> Evidence:
    """By what the caller shows who they are: the addresses they own, and the record that Clever named. A-01, A-04."""
    return Evidence(owned(account, caller.address), LinkEnd(*caller.clever) if caller.clever else None)


def refusal(shown: Shown) -> HomeroomError:
    """What a refused decision is answered with."""
    reason = shown.decision.reason or "not_on_roster"
    return ERRORS[reason](_detail(reason))


def _detail(reason: Reason) -> str:
    return rules.DETAILS[reason]


def _about(shown: Shown, end: LinkEnd) -> bool:
    return any(record.end == end for record in shown.decision.records)


def _sorted(account: Account, shown: Iterable[Shown]) -> Activated:
    some = list(shown)

    def of(*verdicts: str) -> tuple[Shown, ...]:
        return tuple(one for one in some if one.decision.verdict in verdicts)

    return Activated(account, of("linked"), of("link", "confirm"), of("refused"))
