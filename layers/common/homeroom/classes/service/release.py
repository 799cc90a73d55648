"""What becomes of joins that waited for a guardian, once the guardian has spoken (J-09)."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from homeroom.accounts.account import Account
from homeroom.accounts.linking import Stamp
from homeroom.accounts.rules.accounts import is_child, needs_guardian
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.classes.ids import ClassId
from homeroom.classes.model import Place, Seat
from homeroom.classes.rules import joins
from homeroom.classes.service.seating import Taken, addresses_of
from homeroom.classes.store.seats import SeatStore
from homeroom.classes.store.standings import StandingStore
from homeroom.runtime.transact import StoreBusy, transact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

ATTEMPTS = 5
WAITS = "waiting_for_guardian"


class Release:
    """Moves on what waits for a guardian, as the account stands now. Repeatable: each class is a transaction."""

    def __init__(
        self, profiles: ProfileStore, standings: StandingStore, seats: SeatStore, client: "DynamoDBClient"
    ) -> None:
        self._profiles, self._standings, self._seats, self._client = profiles, standings, seats, client

    def of_guardian(self, account: str, now: datetime) -> dict[ClassId, str]:
        """What became of each join that waited: an outcome, `rejected`, or the code of what still holds it up.

        With the guardian's yes, or where none is needed any more, they become members, or wait for the teacher; a full
        or an archived class keeps them waiting, and joining again takes it up. With a no they are rejected. A join so
        young that the index does not list it yet is taken up by joining again, too. Raises StoreBusy. Carries out J-09.
        """
        found = self._profiles.get(account)
        if found is None:
            return {}
        stamp = Stamp("guardian", now, "guardian")
        listed = [one.klass for one in self._standings.proposed(found) if one.klass.kind == "independent"]
        told = {klass: self._settle(found, klass, stamp) for klass in dict.fromkeys(listed)}
        return {klass: outcome for klass, outcome in told.items() if outcome}

    def _settle(self, account: Account, klass: ClassId, stamp: Stamp) -> str:
        for _ in range(ATTEMPTS):
            place = self._seats.look(klass, account.id)
            if place is None or place.seat is None or place.seat.waits_for != "guardian":
                return ""
            next_one, outcome = _next(account, place, place.seat, stamp.at)
            if next_one is None:
                return outcome
            actions = [self._seats.move(klass, next_one, place.seat), *self._taking(account, place, next_one, stamp)]
            if not transact(self._client, actions):
                return outcome
        raise StoreBusy

    def _taking(self, account: Account, place: Place, seat: Seat, stamp: Stamp) -> "list[TransactWriteItemTypeDef]":
        if seat.state != "active":
            return []
        taken = Taken(place.view.id, place.view.owner, account.id, addresses_of(account))
        student_only = self._seats.no_teacher(place.view.id, account.id)
        return [student_only, *taken.actions(self._seats, stamp, place.known)]


def _next(account: Account, place: Place, seat: Seat, now: datetime) -> tuple[Seat | None, str]:
    """The place as it is to be, None to leave it, and what is told of it."""
    # Also of a child who has come to be linked to a district: a no lets nobody in.
    if is_child(account, now) and account.guardian and account.guardian.state == "refused":
        return replace(seat, state="rejected", waits_for="", ended=now), "rejected"
    if needs_guardian(account, now):
        return None, WAITS
    if place.teaches:
        return None, joins.OwnClass.code
    # Being invited is the teacher's yes.
    if place.view.approval and seat.source != "invitation":
        return replace(seat, waits_for="teacher"), "waiting_for_teacher"
    if why := joins.refusal(place):
        return None, why.code
    return joins.let_in(seat, now), "joined"
