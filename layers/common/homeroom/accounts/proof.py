"""A mailed proof: that whoever holds its secret reads the mail of an address (A-05, J-09)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from homeroom.runtime.errors import HomeroomError, NotFound
from homeroom.runtime.proofs import hashed

ProofKind = Literal["alias", "activation", "guardian"]
VALID = timedelta(days=30)


class ProofInvalid(NotFound):
    """The secret was never given out, was used, has expired, or is not for this account: which, nobody is told."""

    code = "proof_invalid"
    title = "This link is not valid, or no longer"


class TooManyMails(HomeroomError):
    """As many mails as may go have gone; `extra["retry_after"]` says how many seconds to wait."""

    status = 429
    code = "too_many_mails"
    title = "Too many mails"


@dataclass(frozen=True, slots=True)
class MailProof:
    """What a mail is to prove: to whom it goes, which account asked for it, and until when it counts.

    `district` and `person` are the roster record that an activation is for. `digest` is the hash of the secret that was
    shown, "" before one is.
    """

    id: str
    kind: ProofKind
    account: str
    address: str
    expires: datetime
    district: str = ""
    person: str = ""
    digest: str = ""


def asked_for(
    kind: ProofKind, account: str, address: str, now: datetime, *, district: str = "", person: str = ""
) -> MailProof:
    """The proof that an account asks for: the same request again has the same id, and takes the place of the first.

    An account has one guardian to be asked at a time.
    """
    parts = (kind, account) if kind == "guardian" else (kind, account, address, district, person)
    return MailProof(hashed("\n".join(parts)), kind, account, address, now + VALID, district, person)


def mail_of(proof: MailProof, now: datetime) -> str:
    """The id of the mail that goes out for a proof asked for now: one a minute for one address, without it (X-03)."""
    kind = "guardian" if proof.kind == "guardian" else "verify"
    return f"{kind}:{hashed(f'{proof.id} {proof.address}')}:{now:%Y%m%d%H%M}"
