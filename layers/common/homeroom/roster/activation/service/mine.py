"""The owner's side of activation: at first sight, by their own word, by a mailed link (A-04, A-05)."""

from collections.abc import Sequence
from datetime import datetime

from homeroom.accounts.account import Account, LinkEnd
from homeroom.accounts.linking import By, Stamp
from homeroom.accounts.service.aliases import Aliases
from homeroom.accounts.service.proofs import Proofs
from homeroom.roster.activation.model import Activated, Evidence, Shown
from homeroom.roster.activation.service import Activations, evidence_of, refused
from homeroom.roster.activation.service.carried import CarriedAliases
from homeroom.roster.activation.service.codes import CodeActivations
from homeroom.runtime.auth import Caller


class MyActivations:
    """What the owner of an account asks for."""

    def __init__(
        self,
        activations: Activations,
        codes: CodeActivations,
        aliases: Aliases,
        carried: CarriedAliases,
        proofs: Proofs,
    ) -> None:
        self._activations, self._codes, self._aliases = activations, codes, aliases
        self._carried, self._proofs = carried, proofs

    def arrived(self, account: Account, caller: Caller, now: datetime) -> Account:
        """The account at its first request, linked to all that is surely its own. Raises StoreBusy. A-04."""
        evidence = evidence_of(account, caller)
        return self._activations.activate(account, evidence, now, cause="first_sight", by=_by(evidence)).account

    def proposed(self, account: Account, caller: Caller) -> Sequence[Shown]:
        """What waits for the owner's word. Carries out A-04."""
        return self._activations.look(account, evidence_of(account, caller)).to_confirm

    def activate(self, account: Account, caller: Caller, stamp: Stamp) -> Activated:
        """Link what links by itself, and say what waits and what is refused.

        Raises the reason when there is nothing else to say, StoreBusy. Carries out A-03, A-04, X-03.
        """
        evidence = evidence_of(account, caller)
        found = self._activations.activate(account, evidence, stamp.at, cause=stamp.cause, by=_by(evidence))
        if not found.linked and not found.to_confirm:
            raise refused(found, verified=bool(evidence.addresses))
        return found

    def agree(self, account: Account, caller: Caller, end: LinkEnd, stamp: Stamp) -> Activated:
        """Link one person's records as the owner has agreed. Raises what it is refused with, StoreBusy. A-04."""
        evidence = evidence_of(account, caller)
        return self._activations.confirm(account, evidence, end, stamp, by=_by(evidence))

    def prove(self, account: Account, token: str, stamp: Stamp, *, agreed: bool) -> Activated:
        """Take a mailed link: of a further address of the account's, or of an activation.

        A further address activates as any does, and the records that the account is linked to carry it from then on.
        Raises ProofInvalid, what aliases and activation refuse with, StoreBusy. Carries out A-04, A-05.
        """
        proof = self._proofs.redeem(token, account.id, stamp.at)
        if proof.kind == "activation":
            return self._codes.confirm(account, proof, token, stamp, agreed=agreed)
        carried = self._carried.actions(account, proof.address, stamp)
        after = self._aliases.confirm(account, proof, stamp.at, stamp.cause, carried)
        return self._activations.activate(after, evidence_of(after, Caller(after.id)), stamp.at, cause=stamp.cause)


def _by(evidence: Evidence) -> By:
    return "clever" if evidence.clever else "address"
