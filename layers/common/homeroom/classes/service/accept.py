"""The invited answer: each only their own invitation (I-02 to I-07, B-01, J-09)."""

from datetime import datetime
from typing import Literal, NamedTuple, cast

from homeroom.accounts.account import Account
from homeroom.accounts.rules.accounts import is_child, owned
from homeroom.accounts.service.callers import Callers
from homeroom.classes.model import ClassView, Invitation, Seat
from homeroom.classes.rules import invitations as rules
from homeroom.classes.rules import owning
from homeroom.classes.rules.coaching import ClassArchived
from homeroom.classes.rules.joins import OwnClass, guardian_refusal, met, seat_for
from homeroom.classes.rules.limits import CO_TEACHERS_A_CLASS, STUDENTS_A_CLASS, ClassFull, TeacherFull
from homeroom.classes.service.asked import Asked
from homeroom.classes.store.acceptances import OWNERS_ROOM, AcceptanceStore, Look
from homeroom.classes.store.invitations import invitation_parts
from homeroom.runtime.audit import Change
from homeroom.runtime.auth import Caller
from homeroom.runtime.proofs import hashed, read_proof
from homeroom.runtime.transact import StoreBusy

ATTEMPTS = 6

Answer = Literal["joined", "already_member", "waiting_for_guardian", "teaching", "already_teaching"]


class Accepted(NamedTuple):
    """What came of accepting, and the class that it was about."""

    outcome: Answer
    view: ClassView


class Accepting:
    """Takes the answers of the invited. `co_teaching` says whether independent classes may have co-teachers (B-01)."""

    def __init__(self, callers: Callers, store: AcceptanceStore, *, co_teaching: bool) -> None:
        self._callers, self._store, self._co_teaching = callers, store, co_teaching

    def accept_token(self, token: str, asked: Asked) -> Accepted:
        """Accept by the mailed link's token, whose invitation and address must fit. Carries out I-03.

        Raises NotTheInvitee for a right token with another's account, and what `accept` raises.
        """
        proof = read_proof(token)
        if proof is None:
            raise rules.InvitationNotFound
        return self.accept(proof.subject, asked._replace(proof=proof))

    def accept(self, invitation: str, asked: Asked) -> Accepted:
        """Accept an invitation to an address that is the caller's own, in one read and one transaction.

        Raises InvitationNotFound for anybody else's. InvitationWithdrawn, InvitationExpired, InvitationDeclined,
        InvitationUsed, ClassArchived, ClassFull, TeacherFull, OwnClass, GuardianRequired and GuardianRefused leave
        everything as it was; so do TeachersOnly, StudentOfClass and TooManyTeachers for who was to be a co-teacher.
        The same again says that they are in; of who waited for a guardian whom they need no more, it makes a member.
        Carries out I-02, I-03, I-05, C-06, J-07, J-09, X-03.
        """
        for _ in range(ATTEMPTS):
            look, account = self._mine(invitation, asked)
            answer = self._teach(look, account, asked) if look.invitation.kind == "co_teacher" else self._join(
                look, account, asked)  # fmt: skip
            if answer:
                return Accepted(answer, look.view)
        raise StoreBusy

    def decline(self, invitation: str, asked: Asked) -> None:
        """Say no; the same again changes nothing. Carries out I-02, I-04, X-03.

        Raises InvitationNotFound for anybody else's, InvitationWithdrawn, InvitationUsed.
        """
        for _ in range(ATTEMPTS):
            look, account = self._mine(invitation, asked)
            found = look.invitation
            if found.state not in {"open", "declined"} and (over := rules.closed(found, asked.now)):
                raise over
            if found.state == "declined" or self._store.invitations.close(found, "declined", asked.now, account.id):
                return
        raise StoreBusy

    def _mine(self, invitation: str, asked: Asked) -> tuple[Look, Account]:
        """The invitation as it stands, if its address is the caller's own. Carries out I-03, X-01."""
        look = self._store.look(invitation, asked.caller.account)
        if look is None:
            raise rules.InvitationNotFound
        account = self._callers.settled(look.account, asked.caller, asked.now)
        found = look.invitation
        proven = asked.proof is not None and asked.proof.proves(found.digest)
        if not is_for(found, account, asked.caller):
            raise rules.NotTheInvitee("Sign in with the account that owns it.") if proven else rules.InvitationNotFound
        if asked.proof and not proven and rules.closed(found, asked.now) is None:
            raise rules.InvitationNotFound("Use the link of the latest mail, or accept it without one.")
        return look, account

    def _join(self, look: Look, account: Account, asked: Asked) -> Answer | None:
        """Make a student of the invited; None when something has changed since it was read."""
        if look.teaches or look.view.owner == account.id:
            raise OwnClass
        # The teacher has said yes by inviting.
        seat = seat_for(account, asked.now, approval=False, source="invitation")
        if known := self._known(look, seat, asked):
            return known
        _check_open(look, asked.now, kept=_kept(look, account))
        if look.view.students >= STUDENTS_A_CLASS:
            raise ClassFull
        if refused := guardian_refusal(account, asked.now):
            raise refused
        return self._seat(look, account, seat, asked)

    def _known(self, look: Look, wanted: Seat, asked: Asked) -> Answer | None:
        """What there is to say to who is in already, or waits to be; their invitation is then settled. I-05, I-07."""
        outcome = met(look.seat, wanted)
        if outcome and look.invitation.state == "open":
            self._store.settle(look.invitation, wanted.account, asked.now)
        return cast("Answer | None", outcome)

    def _seat(self, look: Look, account: Account, seat: Seat, asked: Asked) -> Answer | None:
        waits = seat.state == "waiting"
        change = None if waits else _change("class.join", look, account, asked, "student")
        others = [one for one in owned(account, asked.caller.address) if hashed(one) != _address(look.invitation)]
        refused = self._store.let_in(look, seat, others, change, asked.now)
        if refused == {OWNERS_ROOM}:
            raise TeacherFull
        if refused:
            return None
        return "waiting_for_guardian" if waits else "joined"

    def _teach(self, look: Look, account: Account, asked: Asked) -> Answer | None:
        """Make a co-teacher of the invited; None when something has changed since it was read. Carries out B-01."""
        if not self._co_teaching:
            raise rules.CoTeachingNotAvailable
        if look.view.owner == account.id:
            raise OwnClass
        if look.teaches:
            if look.invitation.state == "open":
                self._store.settle(look.invitation, account.id, asked.now)
            return "already_teaching"
        _check_open(look, asked.now)
        if look.seat and look.seat.state == "active":
            raise rules.StudentOfClass
        if refused := owning.refusal((), stated_child=is_child(account, asked.now) and bool(account.birth_date)):
            raise refused
        if look.view.co_teachers >= CO_TEACHERS_A_CLASS:
            raise rules.TooManyTeachers
        change = _change("class.teach", look, account, asked, "co_teacher")
        return None if self._store.let_teach(look, account.id, change, asked.now) else "teaching"


def is_for(invitation: Invitation, account: Account, caller: Caller) -> bool:
    """Whether an invitation is to an address that is the account's own, or it has used it. Carries out I-03.

    Addresses are compared by their hash, which an invitation keeps when its address is gone.
    """
    own = _address(invitation) in map(hashed, owned(account, caller.address))
    return own or (invitation.state in {"accepted", "settled"} and invitation.account == account.id)


def _address(invitation: Invitation) -> str:
    parts = invitation_parts(invitation.id)
    return parts[2] if parts else ""


def _kept(look: Look, account: Account) -> bool:
    """Whether they have accepted already and wait since: for nobody any more, they take up their place by it."""
    seat, used = look.seat, look.invitation.state in {"accepted", "settled"} and look.invitation.account == account.id
    return used and seat is not None and (seat.state, seat.source) == ("waiting", "invitation")


def _check_open(look: Look, now: datetime, *, kept: bool = False) -> None:
    if (over := rules.closed(look.invitation, now)) and not kept:
        raise over
    if look.view.state == "archived":
        raise ClassArchived("The teacher has archived the class.")


def _change(action: str, look: Look, account: Account, asked: Asked, role: str) -> Change:
    after = {"class": look.view.id.text, "role": role, "source": "invitation"}
    return Change(
        id=f"{action}-{account.id}-{asked.cause}", at=asked.now, actor=account.id, action=action,
        subject=f"account:{account.id}", cause=asked.cause, before=None, after=after,
    )  # fmt: skip
