"""Putting into the outbox what people of a district are to be told (D-03, D-04, S-08)."""

from collections.abc import Iterable
from datetime import datetime

from homeroom.roster.changes import Change
from homeroom.roster.districts import District
from homeroom.roster.rules.announcements import joiners
from homeroom.roster.store.districts import DistrictStore
from homeroom.runtime.messages import Message
from homeroom.runtime.outbox import Outbox


class Announcements:
    """What is announced once each, however often it is asked for (X-03)."""

    def __init__(self, outbox: Outbox, districts: DistrictStore) -> None:
        self._outbox, self._districts = outbox, districts

    def announce(self, district: str, run: int, changes: Iterable[Change], now: datetime) -> int:
        """An activation mail to each teacher and administrator whom these changes bring, if the district wants mails.

        Who was sent one in the last thirty days gets none. Answers how many are new. Carries out D-04.
        """
        found = list(joiners(changes))
        if not found:
            return 0
        settings = self._districts.get(district)
        if settings is None or not settings.settings.mails:
            return 0
        return self._outbox.enqueue_all(activation(district, person, now, run=run) for person in found)

    def announce_hold(self, district: str, run: int, now: datetime) -> bool:
        """A mail to each administrator of the whole district that a plan waits. Carries out S-08."""
        return self._outbox.enqueue(hold(district, run, now))

    def announce_disconnected(self, district: District, now: datetime) -> None:
        """A mail to each administrator of the whole district that it is disconnected, once each time. D-03."""
        self._outbox.enqueue(disconnection(district, now))


def activation(district: str, person: str, now: datetime, *, run: int = 0) -> Message:
    """The message of a person's first activation mail."""
    return Message(
        id=f"activation:{district}:{person}", kind="activation", district=district, person=person, run=run, created=now
    )


def hold(district: str, run: int, now: datetime) -> Message:
    """The message that a run is held, to all whom it concerns."""
    return Message(id=f"held:{district}:{run}", kind="held", district=district, run=run, created=now)


def disconnection(district: District, now: datetime) -> Message:
    """The message that a district is disconnected, to all whom it concerns. One for each time that it was let in."""
    since = f"{district.authorised_at:%Y%m%dT%H%M%SZ}" if district.authorised_at else "first"
    return Message(id=f"disconnected:{district.id}:{since}", kind="disconnected", district=district.id, created=now)
