"""When a class changes hands, and what speaks against it (B-02)."""

from datetime import datetime, timedelta

from homeroom.classes.transfers import Transfer
from homeroom.runtime.errors import Conflict, Forbidden, NotFound

VALID = timedelta(days=14)
# How long students have to leave before their class can change hands: a weekend does not hide the mail, and a guardian
# who gets it can talk about it; most of the fourteen days are left to whoever is to accept.
NOTICE = timedelta(days=3)
MINUTE = timedelta(minutes=1)


class TransferNotAvailable(Forbidden):
    """Classes are not handed over here."""

    code = "transfer_not_available"
    title = "Classes cannot be handed over"

    def __init__(self) -> None:
        super().__init__(
            "The other teacher can create a class of their own and invite the students: a Course Mastery Goal there "
            "counts all that they have mastered already."
        )


class TransferNotFound(NotFound):
    """There is no such offer, it was made to somebody else, or another has taken its place."""

    code = "transfer_not_found"
    title = "No such offer of a class"


class TransferExpired(Conflict):
    """Nobody accepted it in time."""

    code = "transfer_expired"
    title = "The offer has expired"


class TransferNotYet(Conflict):
    """Students of the class still have time to leave it first. Made by `not_yet`."""

    code = "transfer_not_yet"
    title = "The offer cannot be accepted yet"


def not_yet(start: datetime) -> TransferNotYet:
    """The refusal of who accepts before `start`, which its member `accept_from` says (RFC 3339)."""
    return TransferNotYet(
        f"The students of the class may leave it first. You can accept from {in_words(start)} on.",
        accept_from=f"{start:%Y-%m-%dT%H:%M:%SZ}",
    )


def accept_from(offer: Transfer, students: int) -> datetime:
    """From when on an offer can be accepted while its class has that many students. Carries out B-02.

    At once when there are none; else on a full minute, so that letters and answers name the same moment.
    """
    if not students:
        return offer.offered
    start = (offer.offered + NOTICE).replace(second=0, microsecond=0)
    return start if start == offer.offered + NOTICE else start + MINUTE


def in_words(start: datetime) -> str:
    """A moment (UTC) as sentences have it: `18 September 2026, 15:00 UTC`."""
    return f"{start.day} {start:%B %Y, %H:%M} UTC"
