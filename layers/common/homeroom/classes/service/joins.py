"""Who waits to be let into an independent class, and the teacher's word on it (J-06)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from homeroom.accounts.account import Account
from homeroom.accounts.linking import Stamp
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.classes.ids import ClassId
from homeroom.classes.model import Place, Seat
from homeroom.classes.rules import joins
from homeroom.classes.rules.joins import AlreadyMember, NobodyWaits, Outcome, OwnClass
from homeroom.classes.service.seating import Taken, addresses_of
from homeroom.classes.service.sight import Sight
from homeroom.classes.store.seats import SeatStore
from homeroom.runtime.transact import StoreBusy, transact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ATTEMPTS = 5


class Asking(NamedTuple):
    """Somebody who waits, by name, "" when they have given none."""

    seat: Seat
    name: str


class Joins:
    """Shows and settles the joins that wait in independent classes."""

    def __init__(self, sight: Sight, seats: SeatStore, profiles: ProfileStore, client: "DynamoDBClient") -> None:
        self._sight, self._seats, self._profiles, self._client = sight, seats, profiles, client

    def waiting(self, teacher: Account, klass: ClassId, now: datetime) -> list[Asking]:
        """Who waits, for the teacher or for a guardian, the longest first. Raises what `Sight.require` raises. J-06."""
        self._sight.require(teacher, klass, "joins", now)
        seats = sorted(self._seats.waiting(klass), key=lambda seat: (str(seat.asked), seat.account))
        names = self._names(seat.account for seat in seats)
        return [Asking(seat, names.get(seat.account, "")) for seat in seats]

    def approve(self, teacher: Account, klass: ClassId, student: str, stamp: Stamp) -> Outcome:
        """Let somebody in who waits; who is in already stays. Takes a place, as a join does. J-06, J-08, J-09.

        Raises NobodyWaits, OwnClass for who teaches the class by now (J-07), WaitsForGuardian, ClassFull, TeacherFull,
        what `Sight.require` raises, StoreBusy.
        """
        for _ in range(ATTEMPTS):
            place, seat = self._asked(teacher, klass, student, stamp.at)
            if seat.state == "active":
                return "already_member"
            if place.teaches:
                raise OwnClass("Who teaches the class is no student of it. Turn them away.")
            account = self._profiles.get(student)
            if account is None:
                raise NobodyWaits
            if why := joins.too_early(seat, account, stamp.at) or joins.refusal(place):
                raise why
            taken = Taken(klass, place.view.owner, student, addresses_of(account)).actions(self._seats, stamp)
            let_in = self._seats.move(klass, joins.let_in(seat, stamp.at), seat)
            if not transact(self._client, [let_in, self._seats.no_teacher(klass, student), *taken]):
                return "joined"
        raise StoreBusy

    def reject(self, teacher: Account, klass: ClassId, student: str, stamp: Stamp) -> None:
        """Turn somebody away who waits; who was turned away already stays so. Carries out J-06.

        Raises NobodyWaits, AlreadyMember, what `Sight.require` raises, StoreBusy.
        """
        for _ in range(ATTEMPTS):
            _, seat = self._asked(teacher, klass, student, stamp.at, also="rejected")
            if seat.state == "rejected":
                return
            if seat.state == "active":
                raise AlreadyMember("Remove them from the class instead.")
            away = replace(seat, state="rejected", waits_for="", ended=stamp.at)
            if not transact(self._client, [self._seats.move(klass, away, seat)]):
                return
        raise StoreBusy

    def _asked(
        self, teacher: Account, klass: ClassId, student: str, now: datetime, also: str = ""
    ) -> tuple[Place, Seat]:
        self._sight.require(teacher, klass, "confirm", now)
        place = self._seats.look(klass, student)
        if place is None or place.seat is None or place.seat.state not in {"active", "waiting", also}:
            raise NobodyWaits
        return place, place.seat

    def _names(self, accounts: Iterable[str]) -> dict[str, str]:
        return {one.id: one.name for one in self._profiles.many(accounts).values()}
