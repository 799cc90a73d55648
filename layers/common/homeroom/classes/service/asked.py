"""Who asks for something, and when."""

from datetime import datetime
from typing import NamedTuple

from homeroom.runtime.auth import Caller
from homeroom.runtime.proofs import Proof


class Asked(NamedTuple):
    """Who answers an invitation, when, and by which request (X-04); `proof` is the mailed secret, if one came along."""

    caller: Caller
    now: datetime
    cause: str
    proof: Proof | None = None
