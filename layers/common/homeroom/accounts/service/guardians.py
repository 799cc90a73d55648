"""A child names a guardian; the guardian says yes or no by a mailed link, without an account (J-09)."""

from collections.abc import Callable
from datetime import datetime

from homeroom.accounts.account import Account, Guardian
from homeroom.accounts.proof import MailProof, ProofInvalid, TooManyMails, asked_for
from homeroom.accounts.rules.aliases import mailable
from homeroom.accounts.rules.guardians import Answer, answered, named
from homeroom.accounts.service.proofs import DAY, Proofs, Quota, to_address
from homeroom.accounts.store import addresses
from homeroom.accounts.store.guardians import GuardianStore
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.runtime.audit import Change
from homeroom.runtime.transact import StoreBusy, transact

MAILS_A_DAY = 3
ATTEMPTS = 3

# Moves on what of an account's waited for its guardian, as the account stands then; repeatable.
Release = Callable[[str, datetime], object]


class Guardians:
    """Asks guardians and takes their answers. `released` is told of every answer."""

    def __init__(self, profiles: ProfileStore, proofs: Proofs, released: Release) -> None:
        self._profiles, self._proofs, self._released = profiles, proofs, released
        self._store = GuardianStore(profiles)

    def ask(self, account: Account, text: str, own: frozenset[str], now: datetime, cause: str) -> Guardian:
        """Have a guardian asked by mail, another than before or the same again; the link that went before is void.

        `own` are the addresses of the caller. Raises GuardianNotNeeded, InvalidInput, TooManyMails, StoreBusy.
        Carries out J-09, X-03, X-04.
        """
        proof = asked_for("guardian", account.id, mailable(text), now)
        wanted = named(account, proof.address, own, now)
        if again := self._repeated(proof, now):
            return again
        self._proofs.count(Quota(f"guardian:{account.id}", MAILS_A_DAY, DAY), now)
        self._proofs.count(to_address(proof.address, "guardian"), now)
        for _ in range(ATTEMPTS):
            change = _change(account.id, account.id, "account.guardian_named", account.guardian, wanted, cause)
            actions = self._store.name_actions(account.id, wanted, account.guardian, change)
            if self._proofs.send(proof, now, actions):
                return wanted
            account = self._profiles.get(account.id) or account
            wanted = named(account, proof.address, own, now)
            if again := self._repeated(proof, now):
                return again
        raise StoreBusy

    def _repeated(self, proof: MailProof, now: datetime) -> Guardian | None:
        """The guardian as asked already in this minute; None when nobody was, at that address."""
        if not self._proofs.asked(proof, now):
            return None
        account = self._profiles.get(proof.account)
        if account and account.guardian and account.guardian.address == proof.address:
            return account.guardian
        # Another was named after that mail, which is void.
        raise TooManyMails("This address was mailed just now; wait a minute.", retry_after="60")

    def answer(self, token: str, answer: Answer, now: datetime, cause: str) -> Guardian:
        """Write down a guardian's answer, and move on what waited for it, also when it is said again.

        Raises ProofInvalid, GuardianApproved for a no after a yes, StoreBusy. Carries out J-09, X-03, X-04.
        """
        proof = self._proofs.store.shown(token, now)
        if proof is None or proof.kind != "guardian":
            raise ProofInvalid("Ask for the mail to be sent again.")
        guardian = self._settled(proof, answer, now, cause)
        self._released(proof.account, now)
        return guardian

    def _settled(self, proof: MailProof, answer: Answer, now: datetime, cause: str) -> Guardian:
        for _ in range(ATTEMPTS):
            before = self._asked(proof)
            after = answered(before, answer, now)
            if after == before:
                return before
            actor = f"guardian:{proof.id}"
            change = _change(proof.account, actor, "account.guardian_answered", before, after, cause)
            actions = self._store.answer_actions(proof.account, after, before, change)
            refused = transact(self._proofs.store.client, [self._proofs.store.check_action(proof), *actions])
            if not refused:
                return after
            if 0 in refused:
                raise ProofInvalid
        raise StoreBusy

    def _asked(self, proof: MailProof) -> Guardian:
        account = self._profiles.get(proof.account)
        if account is None or account.guardian is None or account.guardian.address != proof.address:
            raise ProofInvalid
        return account.guardian


def _change(account: str, actor: str, action: str, before: Guardian | None, after: Guardian, cause: str) -> Change:
    name = f"{action.partition('.')[2]}-{after.state}-{cause}"
    return Change(
        id=name, at=after.answered or after.asked, actor=actor, action=action,
        subject=f"account:{account}", cause=cause, before=_told(before), after=_told(after),
    )  # fmt: skip


def _told(guardian: Guardian | None) -> dict[str, str] | None:
    return {"guardian": addresses.named(guardian.address), "state": guardian.state} if guardian else None
