"""A teacher invites students by e-mail (I-01, I-04, I-06)."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import NamedTuple

from homeroom.accounts.account import Account
from homeroom.accounts.rules import address_problem, normalise_address
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.classes.ids import ClassId
from homeroom.classes.model import Invitation
from homeroom.classes.rules import coaching
from homeroom.classes.rules import invitations as rules
from homeroom.classes.rules.invitations import Outcome
from homeroom.classes.rules.joins import AlreadyMember
from homeroom.classes.service.sendings import Sendings, draft
from homeroom.classes.service.sight import Sight
from homeroom.classes.store.invitation_store import InvitationStore
from homeroom.classes.store.invitations import invitation_parts
from homeroom.classes.store.standings import StandingStore
from homeroom.mail.rules import postal
from homeroom.runtime.errors import HomeroomError
from homeroom.runtime.pages import Page

THREADS = 16


class Invited(NamedTuple):
    """What became of an address, as it was given; `problem` says in a stable word what is wrong with an invalid one."""

    address: str
    outcome: Outcome
    invitation: str = ""
    problem: str = ""


class Inviting:
    """A class's invitations, as its teachers see and send them."""

    def __init__(
        self,
        sight: Sight,
        profiles: ProfileStore,
        standings: StandingStore,
        store: InvitationStore,
        sendings: Sendings,
    ) -> None:
        self._sight, self._profiles, self._standings = sight, profiles, standings
        self._store, self._sendings = store, sendings

    def invite(
        self, account: Account, klass: ClassId, addresses: Sequence[str], now: datetime, asked: str = ""
    ) -> list[Invited]:
        """Invite addresses, up to a hundred, and say of each in the order given what became of it.

        Doubles get the same outcome, of one mail. Carries out I-01, I-04, I-06, X-03. Raises what Sight.require raises,
        StoreBusy with a part of them sent: the same request again, with its key, sends the rest.
        """
        self._sight.require(account, klass, "invite", now)
        given = {one: normalise_address(one) for one in addresses}
        problems = {one: problem(one) for one in given.values()}
        drafts = [draft(klass, "student", one, account.id, now, asked) for one in problems if not problems[one]]
        outcomes = self.outcomes(account, klass, drafts, now)
        ids = {one.address: one.id for one in drafts}
        return [
            Invited(one, "invalid", problem=problems[given[one]])
            if problems[given[one]]
            else Invited(one, outcomes[given[one]], _shown(outcomes[given[one]], ids[given[one]]))
            for one in addresses
        ]

    def page(self, account: Account, klass: ClassId, now: datetime, limit: int, cursor: str | None) -> Page[Invitation]:
        """A page of the class's invitations of students, also of an archived class (C-09).

        Raises what Sight.require raises, InvalidInput (field `cursor`).
        """
        standing = self._sight.require(account, klass, "roster", now)
        if standing.role and (refused := coaching.refusal(klass.kind, standing.role, "invite")):
            raise refused
        return self._store.page(klass, "student", limit, cursor)

    def withdraw(self, account: Account, klass: ClassId, invitation: str, now: datetime) -> None:
        """Take an invitation back; the same again changes nothing. Carries out I-04, X-03.

        Raises InvitationNotFound, InvitationUsed and InvitationDeclined for one that was answered.
        """
        found = self.require(account, klass, invitation, now)
        if found.state == "open" and not self._store.close(found, "withdrawn", now):
            found = self.require(account, klass, invitation, now)
        if found.state not in {"open", "withdrawn"} and (over := rules.closed(found, now)):
            raise over

    def resend(self, account: Account, klass: ClassId, invitation: str, now: datetime, asked: str = "") -> Invitation:
        """Send an invitation again, for thirty days from now; as it stands afterwards. Carries out I-04, I-06.

        Raises InvitationNotFound; InvitationUsed, InvitationWithdrawn, InvitationDeclined, AlreadyMember, after which
        there is nothing to send; CoTeachingNotAvailable where classes have one teacher; TooManyInvitations with the
        seconds until tomorrow.
        """
        found = self.require(account, klass, invitation, now)
        if found.kind == "co_teacher" and not self._sight.co_teaching:
            raise rules.CoTeachingNotAvailable
        if found.state not in {"open", "declined"} and (over := rules.closed(found, now)):
            raise over
        wanted = draft(klass, found.kind, found.address, account.id, now, asked)
        outcome = self.outcomes(account, klass, [wanted], now)[found.address]
        if outcome != "invited":
            raise refusal(outcome, now)
        return self._store.get(invitation) or wanted

    def require(self, account: Account, klass: ClassId, invitation: str, now: datetime) -> Invitation:
        """An invitation to that class, of a student or, for the owner, of a co-teacher. Raises InvitationNotFound."""
        standing = self._sight.require(account, klass, "invite", now)
        parts = invitation_parts(invitation)
        mine = parts is not None and parts[0] == klass and (parts[1] == "student" or standing.role == "owner")
        found = self._store.get(invitation) if mine else None
        if found is None:
            raise rules.InvitationNotFound
        return found

    def outcomes(
        self, account: Account, klass: ClassId, drafts: Sequence[Invitation], now: datetime
    ) -> dict[str, Outcome]:
        """What becomes of invitations to well-formed addresses, each once; those that can be are sent. I-04, I-06."""
        inside = self._inside(klass, (one.address for one in drafts), now)
        seen = self._store.many(one.id for one in drafts)
        decided = {one.address: rules.sending(seen.get(one.id), one.asked, now) for one in drafts}
        outcomes = {address: "already_member" if address in inside else found.outcome
                    for address, found in decided.items()}  # fmt: skip
        to_mail = [one for one in drafts if one.address not in inside and decided[one.address].mail]
        allowed = self._sendings.reserve(account.id, len(to_mail), now)
        with ThreadPoolExecutor(THREADS) as pool:
            sent = pool.map(lambda one: self._sendings.send(one, seen.get(one.id), now), to_mail[:allowed])
            outcomes |= dict(zip((one.address for one in to_mail), sent, strict=False))
        return outcomes | {one.address: "over_quota" for one in to_mail[allowed:]}

    def _inside(self, klass: ClassId, addresses: Iterable[str], now: datetime) -> set[str]:
        """Those of the addresses whose owners are in the class, as students or as teachers."""
        owners = self._profiles.owners(addresses)
        accounts = self._profiles.many(owners.values())
        standings = self._standings.many(((one, klass) for one in accounts.values()), now)
        members = {account for account, found in zip(accounts, standings, strict=True) if found.role}
        return {address for address, owner in owners.items() if owner in members}


def problem(address: str) -> str:
    """What is wrong with a normalised address, as a stable word; "" when mail can go there. Carries out I-01."""
    return address_problem(address) or ("" if postal(address) else "not_mailable")


def _shown(outcome: Outcome, invitation: str) -> str:
    return invitation if outcome in {"invited", "already_invited", "declined_recently"} else ""


def refusal(outcome: Outcome, now: datetime) -> HomeroomError:
    """Why a single address was not invited."""
    if outcome == "already_member":
        return AlreadyMember()
    if outcome == "declined_recently":
        return rules.InvitationDeclined(rules.TOLD[outcome])
    return rules.TooManyInvitations(rules.TOLD[outcome], retry_after=str(rules.until_tomorrow(now)))
