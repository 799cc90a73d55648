"""Activation by a district class's code: a link by mail, or a teacher's word (A-04, J-03, J-04, J-05)."""

from datetime import timedelta
from typing import Literal

from homeroom.accounts.account import Account, LinkEnd
from homeroom.accounts.linking import Stamp
from homeroom.accounts.proof import MailProof, ProofInvalid, TooManyMails, asked_for
from homeroom.accounts.rules.aliases import mailable
from homeroom.accounts.service.proofs import Proofs, Quota, to_address
from homeroom.classes.ids import ClassId
from homeroom.classes.service.entrance import Attempt, Entrance
from homeroom.roster.activation import rules
from homeroom.roster.activation.model import Activated, Decision, Evidence, Request
from homeroom.roster.activation.refusals import ConfirmFirst
from homeroom.roster.activation.service import Activations
from homeroom.roster.activation.store import FactStore
from homeroom.roster.activation.store.requests import RequestStore
from homeroom.runtime.errors import InvalidInput
from homeroom.runtime.transact import StoreBusy

By = Literal["mail", "teacher"]
ASKED_AN_HOUR = 5
HOUR = timedelta(hours=1)


class CodeActivations:
    """Lets people ask by a code and an address, and takes what they were mailed. A typed address alone never links."""

    def __init__(
        self, activations: Activations, facts: FactStore, requests: RequestStore, entrance: Entrance, proofs: Proofs
    ) -> None:
        self._activations, self._facts, self._requests = activations, facts, requests
        self._entrance, self._proofs = entrance, proofs

    def ask(self, attempt: Attempt, address: str, by: By, *, agreed: bool) -> None:
        """Mail a link to the address, or keep a request for the class's teachers, if the district's roster has it.

        Whether it does changes nothing in the answer. Raises CodeNotFound, TooManyAttempts, InvalidInput,
        TooManyMails after five in an hour, and for a teacher's word ConfirmFirst, when an account with activity of its
        own has not agreed. Carries out A-04, J-03, J-04.
        """
        admitted = self._entrance.admit(attempt)
        account, klass = admitted.account, admitted.code.klass
        wanted = mailable(address)
        if klass.kind != "district":
            raise InvalidInput("This is the code of a class that you join by POST /join.", field="code")
        place = self._facts.places([klass.of]).get(klass.of)
        if by == "teacher" and not agreed and self._facts.active(account):
            raise ConfirmFirst(" ".join(rules.will_see(place.name if place else "The district", ())))
        self._proofs.count(Quota(f"activations:{account.id}", ASKED_AN_HOUR, HOUR), attempt.at)
        for one in self._activations.decide(account, Evidence(frozenset({wanted}), district=klass.of)):
            if by == "mail":
                self._mail(account, wanted, one, attempt)
            else:
                self._request(klass, one, Request(account.id, one.records[0].end, attempt.at, agreed))

    def confirm(self, account: Account, proof: MailProof, token: str, stamp: Stamp, *, agreed: bool) -> Activated:
        """Link who followed the mailed link, whose use it is. Carries out A-04, X-03.

        Of an account with activity that has not agreed, nothing changes, and what the district will see is said.
        Raises what activation refuses with, ProofInvalid when it was used meanwhile, StoreBusy.
        """
        evidence = Evidence(frozenset({proof.address}), district=proof.district)
        end = LinkEnd(proof.district, proof.person)
        if not agreed:
            found = self._activations.look(account, evidence)
            if any(one.decision.verdict == "confirm" for one in found.to_confirm):
                return found
        spent = [self._proofs.store.spend_action(proof)]
        try:
            return self._activations.confirm(account, evidence, end, stamp, by="mail", more=spent)
        except StoreBusy:
            if self._proofs.store.shown(token, stamp.at) is None:
                raise ProofInvalid from None
            raise

    def _mail(self, account: Account, address: str, found: Decision, attempt: Attempt) -> None:
        # Who is in no class yet learns that from the link: it is their own mail.
        if found.verdict not in {"link", "confirm"} and found.reason != "no_section":
            return
        end = found.records[0].end
        proof = asked_for("activation", account.id, address, attempt.at, district=end.district, person=end.person)
        try:
            self._proofs.count(to_address(address), attempt.at)
        except TooManyMails:
            return  # said aloud, it would tell that the address is on the roster
        self._proofs.send(proof, attempt.at)

    def _request(self, klass: ClassId, found: Decision, request: Request) -> None:
        if found.verdict in {"link", "confirm"} and plain_student(found) and self._facts.is_student(request.end, klass):
            self._requests.put(klass, request)


def plain_student(found: Decision) -> bool:
    """Whether it is one record, a student's and nothing else.

    Teachers answer for the students of their own class and nobody else: another record might reach further. A-04.
    """
    return len(found.records) == 1 and found.records[0].roles == {"student"}
