"""The offer of an independent class to another teacher (B-02)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from homeroom.classes.ids import ClassId

TransferState = Literal["offered", "accepted"]


@dataclass(frozen=True, slots=True)
class Transfer:
    """An offer of a class, to an address (normalised); a class has one at a time. `by` is the owner who offers it.

    `stay` says that they become a co-teacher, `account` who accepted it, "" while nobody did.
    """

    id: str
    klass: ClassId
    to: str
    by: str
    stay: bool
    state: TransferState
    offered: datetime
    expires: datetime
    account: str = ""

    def open(self, now: datetime) -> bool:
        """Whether it still stands at that moment."""
        return self.state == "offered" and now < self.expires
