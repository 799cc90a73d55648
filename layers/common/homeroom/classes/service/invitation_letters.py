"""From a message to an invitation's letter, whose secret is made as it goes and exists in the mail alone (I-03)."""

from collections.abc import Callable
from datetime import datetime

from homeroom.accounts.store.profiles import ProfileStore
from homeroom.classes.rules import letters
from homeroom.classes.rules.letters import Invited
from homeroom.classes.service.sendings import KIND, message
from homeroom.classes.store.acceptances import AcceptanceStore, Look
from homeroom.mail.model import Dropped, Letter, Made, Sealed, Writer
from homeroom.mail.rules import postal
from homeroom.runtime.messages import Message
from homeroom.runtime.proofs import Randomness, make_proof

GONE = Dropped("invitation_gone")
SENT_AGAIN = Dropped("sent_again")
NOBODY = "nobody"


class InvitationLetters:
    """Writes the letters of invitations. `front_end` is where readers go from them."""

    def __init__(
        self,
        store: AcceptanceStore,
        profiles: ProfileStore,
        *,
        front_end: str,
        now: Callable[[], datetime],
        randomness: Randomness,
    ) -> None:
        self._store, self._profiles, self._front_end = store, profiles, front_end
        self._now, self._randomness = now, randomness

    def writers(self) -> dict[str, Writer]:
        """Who writes what, by the message's kind."""
        return {KIND: self.invitation}

    def invitation(self, told: Message) -> Made:
        """To the invited, unless something speaks against it by now. Carries out I-01, I-03, I-04, I-06."""
        sent = self._store.invitations.get(told.subject)
        if sent is None:
            return GONE
        if sent.state != "open":
            return Dropped(sent.state)
        if message(sent).id != told.id:
            return SENT_AGAIN
        look = self._store.look(sent.id, self._profiles.owner(sent.address) or NOBODY)
        if look is None:
            return GONE
        if reason := _why_not(look, self._now()):
            return Dropped(reason)
        to = postal(sent.address)
        return Sealed(lambda: self._sealed(to, look)) if to else Dropped("no_address")

    def _sealed(self, to: str, look: Look) -> Letter | Dropped:
        sent, owner = look.invitation, self._profiles.get(look.view.owner)
        token, digest = make_proof(sent.id, self._randomness)
        if not self._store.invitations.prove(sent, digest):
            return SENT_AGAIN
        said = Invited(look.view.name, owner.name if owner else "", sent.kind, sent.expires)
        return letters.invitation(to, said, f"{self._front_end}/invitations#token={token}")


def _why_not(look: Look, now: datetime) -> str:
    """Why nobody is to be mailed, as a stable word; "" when nothing speaks against it."""
    member = look.teaches or (look.seat is not None and look.seat.state == "active")
    reasons = {
        "expired": look.invitation.expires <= now,
        "class_archived": look.view.state != "active",
        "already_member": member,
    }
    return next((word for word, so in reasons.items() if so), "")
