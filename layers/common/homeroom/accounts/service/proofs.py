"""Proofs by mail: asked for with their mail in one transaction, shown by whom they are for (A-05, J-09)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

from homeroom.accounts.proof import MailProof, ProofInvalid, TooManyMails, mail_of
from homeroom.accounts.store.proofs import ProofStore
from homeroom.runtime.counters import Counters
from homeroom.runtime.messages import Message
from homeroom.runtime.outbox import Outbox
from homeroom.runtime.proofs import hashed
from homeroom.runtime.transact import transact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

AN_ADDRESS_A_DAY = 20
DAY = timedelta(days=1)


class Quota(NamedTuple):
    """How many mails may go in a time, counted under a name that shows nobody's address (X-05)."""

    name: str
    limit: int
    window: timedelta


class Proofs:
    """Asks for proofs, and takes them."""

    def __init__(self, store: ProofStore, counters: Counters, outbox: Outbox) -> None:
        self.store, self._counters, self._outbox = store, counters, outbox

    def asked(self, proof: MailProof, now: datetime) -> bool:
        """Whether the same was asked for in this very minute: its mail is on its way. Carries out X-03."""
        return bool(self._outbox.among([_message(proof, now).id]))

    def send(self, proof: MailProof, now: datetime, also: "Sequence[TransactWriteItemTypeDef]" = ()) -> bool:
        """Write a proof with its mail, and `also` what goes with it: all or nothing.

        False, and nothing written, when the same was asked for in this minute, or something in `also` was refused.
        Earlier secrets of it are worth nothing afterwards. Raises StoreBusy. Carries out I-06, X-03.
        """
        mail = self._outbox.put_action(_message(proof, now))
        return not transact(self.store.client, [mail, self.store.put_action(proof), *also])

    def redeem(self, token: str, account: str, now: datetime) -> MailProof:
        """The alias or activation that a mailed text proves, for the account that asked for it.

        Whoever acts on it puts `store.spend_action` into the transaction, by which it is used. Raises ProofInvalid.
        """
        proof = self.store.shown(token, now)
        if proof is None or proof.account != account or proof.kind == "guardian":
            raise ProofInvalid("Ask for a new mail, with the account that you are signed in with.")
        return proof

    def count(self, quota: Quota, now: datetime) -> None:
        """Count a mail. Raises TooManyMails, nothing counted, when that many have gone."""
        if not self._counters.take(*quota, now):
            left = self._counters.read([quota.name], now)[quota.name].seconds_left
            raise TooManyMails("Look whether one has arrived, or try again later.", retry_after=str(max(1, left)))


def to_address(address: str, kind: Literal["verify", "guardian"] = "verify") -> Quota:
    """What everybody together may have mailed of one kind to an address in a day.

    Each kind by itself: who is told that as many guardian's mails have gone must not learn of others by it (A-04).
    """
    return Quota(f"{kind}:to:{hashed(address)}", AN_ADDRESS_A_DAY, DAY)


def _message(proof: MailProof, now: datetime) -> Message:
    name = mail_of(proof, now)
    return Message(
        id=name, kind=name.partition(":")[0], account=proof.account, subject=proof.id, created=now, actor=proof.account
    )
