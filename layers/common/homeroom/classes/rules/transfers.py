"""When a class changes hands, and what speaks against it (B-02)."""

from datetime import timedelta

from homeroom.runtime.errors import Conflict, Forbidden, NotFound

VALID = timedelta(days=14)


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
