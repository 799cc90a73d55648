"""How a district's notices stand: how many came, how many a run has taken in, when to look again (W-04, W-05)."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# An execution that was started takes the lease within seconds; one that did not was killed before it began.
STARTING = timedelta(minutes=5)
FIRST_WAIT = timedelta(minutes=15)
LONGEST_WAIT = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Notices:
    """A district's notices: `wanted` came so far, `served` of them were there before a run that has ended well began.

    `asked` is how many there were when an execution was last started for them. After `tries` failures in a row, or
    while an execution is starting, none is started before `next_try`. `version` counts the changes of all but `wanted`.
    """

    district: str
    wanted: int = 0
    served: int = 0
    asked: int = 0
    tries: int = 0
    next_try: datetime = NEVER
    version: int = 0

    @property
    def outstanding(self) -> bool:
        """Whether some came that no run has taken in."""
        return self.wanted > self.served

    def due(self, now: datetime) -> bool:
        """Whether an execution is to be started for them now."""
        return self.outstanding and now >= self.next_try

    def starting(self, now: datetime) -> "Notices":
        """With an execution started for all that have come."""
        return replace(self, asked=self.wanted, next_try=now + STARTING)

    def after(self, upto: int) -> "Notices":
        """With the first `upto` served; an execution that was started for later ones is still awaited."""
        awaited = self.asked > upto
        next_try = self.next_try if awaited else NEVER
        return replace(self, served=max(self.served, upto), tries=0, next_try=next_try)

    def after_failure(self, now: datetime) -> "Notices":
        """With one failure more, and so long to wait: 15 minutes, each time twice as long, 6 hours at most."""
        wait = min(FIRST_WAIT * 2 ** min(self.tries, 10), LONGEST_WAIT)
        return replace(self, tries=self.tries + 1, next_try=now + wait)

    def resting(self, now: datetime) -> "Notices":
        """With no execution started for a while, of whatever is outstanding or comes."""
        return replace(self, next_try=max(self.next_try, now + FIRST_WAIT))
