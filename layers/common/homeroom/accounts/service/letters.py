"""From a message to a letter with its secret, which is made here and exists in the mail alone (A-05, J-09, I-03)."""

from collections.abc import Callable
from datetime import datetime

from homeroom.accounts.proof import MailProof, mail_of
from homeroom.accounts.rules import letters
from homeroom.accounts.store.proofs import ProofStore
from homeroom.mail.model import Dropped, Letter, Made, Sealed, Writer
from homeroom.mail.rules import postal
from homeroom.runtime.messages import Message
from homeroom.runtime.proofs import Randomness, make_proof

GONE = Dropped("proof_gone")

Compose = Callable[[str, str], Letter]


class AccountLetters:
    """Writes the mails of proofs. `front_end` is where readers go from them."""

    def __init__(
        self, proofs: ProofStore, *, front_end: str, now: Callable[[], datetime], randomness: Randomness
    ) -> None:
        self._proofs, self._front_end, self._now, self._randomness = proofs, front_end, now, randomness

    def writers(self) -> dict[str, Writer]:
        """Who writes what, by the message's kind."""
        return {"verify": self.verify, "guardian": self.guardian}

    def verify(self, message: Message) -> Made:
        """To an address that is to be proved as somebody's, while they still want it. Carries out A-05."""
        return self._made(message, "activate", letters.verify)

    def guardian(self, message: Message) -> Made:
        """To the guardian whom a child named, and no other since. Carries out J-09."""
        return self._made(message, "guardian", letters.guardian)

    def _made(self, message: Message, page: str, compose: Compose) -> Made:
        proof = self._proofs.get(message.subject, self._now())
        # Of another address since: that has a mail of its own.
        if proof is None or message.id != mail_of(proof, message.created):
            return GONE
        to = postal(proof.address)
        return Sealed(lambda: self._sealed(proof, to, page, compose)) if to else Dropped("no_address")

    def _sealed(self, proof: MailProof, to: str, page: str, compose: Compose) -> Letter | Dropped:
        token, digest = make_proof(proof.id, self._randomness)
        if not self._proofs.stamp(proof, digest):
            return GONE
        return compose(to, f"{self._front_end}/{page}#token={token}")
