"""Students leave classes, are removed, and drop coaches (C-07, C-08, S-16). Progress is nobody's to take (L-01)."""

from dataclasses import replace
from typing import TYPE_CHECKING

from homeroom.accounts.account import Account
from homeroom.accounts.linking import Stamp
from homeroom.accounts.rules.accounts import local_date
from homeroom.classes.ids import ClassId, ClassNotFound
from homeroom.classes.model import TEACHERS, Seat
from homeroom.classes.rules.coaching import ClassIsRostered, coaches
from homeroom.classes.rules.joins import StudentNotFound
from homeroom.classes.service.seating import leaving
from homeroom.classes.service.sight import Sight
from homeroom.classes.store.seats import SeatStore
from homeroom.runtime.transact import StoreBusy, transact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ATTEMPTS = 5


class Leaving:
    """Ends memberships of independent classes. A place that is given back is somebody else's at once."""

    def __init__(self, sight: Sight, seats: SeatStore, client: "DynamoDBClient") -> None:
        self._sight, self._seats, self._client = sight, seats, client

    def leave(self, student: Account, klass: ClassId, stamp: Stamp) -> None:
        """Leave a class, or wait for it no longer; who has left already stays away.

        Raises ClassNotFound, ClassIsRostered, NotAStudent, StoreBusy. Carries out C-08, S-16.
        """
        standing = self._sight.standing(student, klass, stamp.at)
        if standing is None or (standing.role is None and standing.seat is None):
            raise ClassNotFound
        if standing.role is not None:
            self._sight.require(student, klass, "leave", stamp.at)
        self._end(klass, student.id, "left", stamp)

    def remove(self, teacher: Account, klass: ClassId, student: str, stamp: Stamp) -> None:
        """Remove a student from a class, or from who waits for it; who is out already stays out.

        Raises StudentNotFound, what `Sight.require` raises, StoreBusy. Carries out S-16.
        """
        self._sight.require(teacher, klass, "remove_student", stamp.at)
        self._end(klass, student, "removed", stamp)

    def drop_coach(self, student: Account, coach: Account, stamp: Stamp) -> list[ClassId]:
        """Leave every independent class of a coach, archived ones too, or wait for it no longer; which they were.

        Raises ClassIsRostered, and leaves none, when they coach in a district class, too. Carries out C-08, S-16.
        """
        today = local_date(student, stamp.at)
        taught = {one.klass.id: one for one in self._sight.classes(coach, stamp.at) if one.role in TEACHERS}
        # Also those that they wait for: let in, they would have the coach back. And those that they joined just now.
        shared = [one.klass.id for one in self._sight.places(student, stamp.at, taught)]
        rostered = [taught[klass] for klass in shared if klass.kind == "district"]
        # One whose school year is over is kept for good, and keeps nobody a coach (S-01).
        if any(coaches(one.role, one.klass, today) for one in rostered):
            raise ClassIsRostered("They teach you in a district class: the district's roster decides who does.")
        left = [klass for klass in shared if klass.kind == "independent"]
        for klass in left:
            self._end(klass, student.id, "left", stamp)
        return left

    def _end(self, klass: ClassId, student: str, state: str, stamp: Stamp) -> None:
        for _ in range(ATTEMPTS):
            place = self._seats.look(klass, student)
            if place is None or place.seat is None:
                raise StudentNotFound
            if place.seat.state not in {"active", "waiting"}:
                return
            given_back = leaving(self._seats, place.view, student, stamp) if place.seat.state == "active" else []
            ended = _ended(place.seat, state, stamp)
            if not transact(self._client, [self._seats.move(klass, ended, place.seat), *given_back]):
                return
        raise StoreBusy


def _ended(seat: Seat, state: str, stamp: Stamp) -> Seat:
    left = replace(seat, state="left", waits_for="", ended=stamp.at)
    return replace(left, state="removed") if state == "removed" else left
