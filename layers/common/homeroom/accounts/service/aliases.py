"""Further addresses of one's own: asked for, and confirmed by a mailed link (A-05)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from homeroom.accounts.account import Account
from homeroom.accounts.proof import MailProof, ProofInvalid, TooManyMails, asked_for
from homeroom.accounts.rules.aliases import (
    MOST_ADDRESSES,
    AddressTaken,
    TooManyAddresses,
    mailable,
    require_room,
)
from homeroom.accounts.service.proofs import Proofs, Quota, to_address
from homeroom.accounts.store.addresses import AddressStore, named
from homeroom.runtime.audit import Change
from homeroom.runtime.transact import StoreBusy, transact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

MAILS_AN_HOUR = 5
HOUR = timedelta(hours=1)
ATTEMPTS = 3
# Where the claim of the address stands in the transaction, and the account that loses it, if one does. When either is
# refused, somebody was quicker, and all is looked at anew.
CLAIM, LOST = 2, 4


class Aliases:
    """Lets accounts have further addresses."""

    def __init__(self, addresses: AddressStore, proofs: Proofs) -> None:
        self._addresses, self._proofs = addresses, proofs

    def ask(self, account: Account, text: str, now: datetime) -> None:
        """Mail a link to an address. Whose it is changes nothing, so that nobody learns it (A-01, A-05).

        Nothing goes to an address that is verified already, or that was mailed twenty times today. Raises InvalidInput,
        TooManyAddresses, TooManyMails after five in an hour.
        """
        address = mailable(text)
        proof = asked_for("alias", account.id, address, now)
        if address in account.addresses or self._proofs.asked(proof, now):
            return
        require_room(account)
        self._proofs.count(Quota(f"aliases:{account.id}", MAILS_AN_HOUR, HOUR), now)
        try:
            self._proofs.count(to_address(address), now)
        except TooManyMails:
            return  # said aloud, it would tell of others who ask
        self._proofs.send(proof, now)

    def confirm(
        self, account: Account, proof: MailProof, now: datetime, cause: str,
        also: "Sequence[TransactWriteItemTypeDef]" = (),
    ) -> Account:  # fmt: skip
        """The account with the address that was proved as its own, the proof used, and `also`. Of two, one gets it.

        Whoever reads its mail now comes before a login that had it: that account has it no more. Raises AddressTaken
        when another has proved it by mail, TooManyAddresses, ProofInvalid, StoreBusy also when something in `also` was
        refused; nothing has changed then. Carries out A-01, A-05, X-03, X-04.
        """
        change = Change(
            id=f"alias-{proof.id}", at=now, actor=account.id, action="account.address", cause=cause,
            subject=f"account:{account.id}", before=None, after={"address": named(proof.address)},
        )  # fmt: skip
        for _ in range(ATTEMPTS):
            if self._adopt(account, proof, now, change, also):
                return replace(account, addresses=account.addresses | {proof.address})
        raise StoreBusy

    def _adopt(
        self, account: Account, proof: MailProof, now: datetime, change: Change,
        also: "Sequence[TransactWriteItemTypeDef]",
    ) -> bool:  # fmt: skip
        """Whether it is written; False when somebody has been quicker."""
        claimed = self._addresses.claimed(proof.address)
        loser = claimed.account if claimed and claimed.account != account.id else ""
        if claimed and loser and claimed.proved:
            raise AddressTaken
        adopt = self._addresses.adopt_actions(account.id, proof.address, MOST_ADDRESSES, now, change, loser)
        refused = transact(self._proofs.store.client, [self._proofs.store.spend_action(proof), *adopt, *also])
        if refused and min(refused) not in ({CLAIM, LOST} if loser else {CLAIM}):
            raise {0: ProofInvalid, 1: TooManyAddresses}.get(min(refused), StoreBusy)
        return not refused
