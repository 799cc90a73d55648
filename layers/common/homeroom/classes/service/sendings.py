"""Invitations on their way: the quotas that they take, and each one's write with its mail (I-04, I-06, X-03)."""

from datetime import datetime

from homeroom.classes.ids import ClassId
from homeroom.classes.model import Invitation, InvitationKind
from homeroom.classes.rules import invitations as rules
from homeroom.classes.rules.invitations import Outcome
from homeroom.classes.store.invitation_store import InvitationStore
from homeroom.classes.store.invitations import invitation_id
from homeroom.runtime.counters import Counters
from homeroom.runtime.messages import Message
from homeroom.runtime.outbox import Outbox
from homeroom.runtime.proofs import hashed
from homeroom.runtime.transact import StoreBusy

ATTEMPTS = 5
KIND = "invitation"


class Sendings:
    """Sends invitations, each once a request."""

    def __init__(self, store: InvitationStore, counters: Counters, outbox: Outbox) -> None:
        self._store, self._counters, self._outbox = store, counters, outbox

    def reserve(self, account: str, wanted: int, now: datetime) -> int:
        """How many of as many mails the account may send today: they are counted, sent or not. Carries out I-06."""
        return self._taken(_by(account, now), rules.A_TEACHER_A_DAY, wanted, now)

    def reserve_whole(self, account: str, address: str, more: int, now: datetime) -> None:
        """Count a mail to an address, and `more` that go out with it. Raises TooManyInvitations if they may not. I-06.

        Then none is counted, unless another's went to the address at that very moment. What was counted stays so, sent
        or not.
        """
        to = _of(address, rules.day_of(now))
        if not (
            self._counters.read([to], now)[to].events < rules.AN_ADDRESS_A_DAY
            and self._counters.take(_by(account, now), rules.A_TEACHER_A_DAY, rules.DAY, now, 1 + more)
            and self._taken(to, rules.AN_ADDRESS_A_DAY, 1, now)
        ):
            wait = rules.until_tomorrow(now)
            raise rules.TooManyInvitations("As many mails have gone out today as may.", retry_after=str(wait))

    def send(self, wanted: Invitation, seen: Invitation | None, now: datetime) -> Outcome:
        """Write an invitation and its mail, unless by now something speaks against it. Raises StoreBusy.

        However many requests there are at once, an address gets no more mails than it may (I-04).
        """
        if not self._taken(_of(wanted.address, wanted.day), rules.AN_ADDRESS_A_DAY, 1, now):
            return "over_quota"
        for _ in range(ATTEMPTS):
            invitation = rules.renewed(wanted, seen)
            if self._store.send(invitation, seen, self._outbox.put_action(message(invitation))):
                return "invited"
            seen = self._store.get(wanted.id)
            if seen and seen.state in {"accepted", "settled"}:
                return "already_member"
            found = rules.sending(seen, wanted.asked, now)
            if not found.mail:
                return found.outcome
        raise StoreBusy

    def _taken(self, name: str, limit: int, wanted: int, now: datetime) -> int:
        for _ in range(ATTEMPTS):
            if wanted <= 0 or self._counters.take(name, limit, rules.DAY, now, wanted):
                return max(0, wanted)
            wanted = min(wanted, limit - self._counters.read([name], now)[name].events)
        return 0


def _by(account: str, now: datetime) -> str:
    return f"invites:{account}:{rules.day_of(now)}"


def _of(address: str, day: str) -> str:
    # By its hash: counters hold no addresses.
    return f"invited:{hashed(address)}:{day}"


def draft(klass: ClassId, kind: InvitationKind, address: str, by: str, now: datetime, asked: str) -> Invitation:
    """The invitation of a normalised address, as it would be sent now; `asked` is the request's own key, or ""."""
    return Invitation(
        id=invitation_id(klass, kind, address), klass=klass, kind=kind, address=address, state="open", by=by,
        sent=now, expires=now + rules.VALID, day=rules.day_of(now),
        asked=hashed(f"{by} {asked}") if asked else "",
    )  # fmt: skip


def message(invitation: Invitation) -> Message:
    """What brings an invitation, named by its day and its number on it: each goes out once. Carries out I-06."""
    return Message(
        id=f"{KIND}:{invitation.id}:{invitation.day}:{invitation.sends}", kind=KIND, account=invitation.by,
        subject=invitation.id, created=invitation.sent, actor=invitation.by, asked=invitation.asked,
    )  # fmt: skip
