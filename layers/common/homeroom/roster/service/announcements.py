"""Putting into the outbox what people of a district are to be told (D-03, D-04, S-08)."""

from datetime import datetime
from typing import TYPE_CHECKING

from homeroom.roster.districts import District
from homeroom.roster.runs import Run
from homeroom.roster.store.districts import DistrictStore
from homeroom.runtime.messages import Message
from homeroom.runtime.outbox import Outbox

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


class Announcements:
    """What is announced once each, however often it is asked for (X-03)."""

    def __init__(self, outbox: Outbox, districts: DistrictStore) -> None:
        self._outbox, self._districts = outbox, districts

    def announce_joined(self, run: Run, now: datetime) -> bool:
        """One message for all teachers and administrators whom a run has brought, if the district wants mails.

        Once all of its plan has been written: a record that comes last may be the one that blocks an address (A-05).
        Who they are is read when it goes; who was sent one in the last thirty days gets none. Carries out D-04.
        """
        if not run.changes.get("person"):
            return False
        district = self._districts.get(run.district)
        if district is None or not district.settings.mails:
            return False
        return self._outbox.enqueue(joined(run.district, run.run, now))

    def announce_hold(self, district: str, run: int, now: datetime) -> bool:
        """A mail to each administrator of the whole district that a plan waits. Carries out S-08."""
        return self._outbox.enqueue(hold(district, run, now))

    def disconnected_action(self, district: District, now: datetime) -> "TransactWriteItemTypeDef":
        """The action that writes a mail to each administrator of the whole district that it is disconnected, once each
        time; for the transaction that disconnects it. D-03.
        """
        return self._outbox.put_action(disconnection(district, now))


def activation(district: str, person: str, now: datetime, *, run: int = 0) -> Message:
    """The message of a person's first activation mail."""
    return Message(
        id=f"activation:{district}:{person}", kind="activation", district=district, person=person, run=run, created=now
    )


def joined(district: str, run: int, now: datetime) -> Message:
    """The message to all whom a run has brought."""
    return Message(id=f"joined:{district}:{run}", kind="joined", district=district, run=run, created=now)


def hold(district: str, run: int, now: datetime) -> Message:
    """The message that a run is held, to all whom it concerns."""
    return Message(id=f"held:{district}:{run}", kind="held", district=district, run=run, created=now)


def disconnection(district: District, now: datetime) -> Message:
    """The message that a district is disconnected, to all whom it concerns. One for each time that it was let in."""
    since = f"{district.authorised_at:%Y%m%dT%H%M%SZ}" if district.authorised_at else "first"
    return Message(id=f"disconnected:{district.id}:{since}", kind="disconnected", district=district.id, created=now)
