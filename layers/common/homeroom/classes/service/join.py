"""Students join classes by code: one read and one transaction when all goes well (J-01, J-05 to J-09)."""

from typing import TYPE_CHECKING, NamedTuple

from homeroom.accounts.linking import Stamp
from homeroom.accounts.rules.accounts import owned
from homeroom.classes.ids import ClassId
from homeroom.classes.model import Known, Place, Seat
from homeroom.classes.rules import joins
from homeroom.classes.rules.joins import Outcome, OwnClass
from homeroom.classes.service.district_codes import DistrictCodes
from homeroom.classes.service.entrance import Admitted, Attempt, Entrance
from homeroom.classes.service.seating import Taken
from homeroom.classes.store.codes import CodeStore
from homeroom.classes.store.seats import SeatStore
from homeroom.runtime.transact import StoreBusy, transact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ATTEMPTS = 5


class Joined(NamedTuple):
    """What came of a join: of which class, and whose it is by name, "" when they have given none."""

    outcome: Outcome
    klass: ClassId
    name: str
    teacher: str


class JoinService:
    """Takes codes. The code carries what is known of its class; the transaction proves it, or it is read anew."""

    def __init__(
        self, entrance: Entrance, codes: CodeStore, seats: SeatStore, district: DistrictCodes, client: "DynamoDBClient"
    ) -> None:
        self._entrance, self._codes, self._seats = entrance, codes, seats
        self._district, self._client = district, client

    def join(self, attempt: Attempt, cause: str) -> Joined:
        """Make the caller a member of the code's class, or have them wait; the same again changes nothing. J-01.

        Raises CodeNotFound, TooManyAttempts, OwnClass, GuardianRequired, GuardianRefused, ClassArchived, ClassFull,
        TeacherFull, StoreBusy; for a district class what activation refuses with (J-05).
        """
        admitted = self._entrance.admit(attempt)
        stamp = Stamp(admitted.account.id, attempt.at, cause)
        if admitted.code.klass.kind == "district":
            outcome, card = self._district.activate(admitted, attempt.caller.address, stamp)
            return Joined(outcome, card.klass, card.name, card.teacher)
        return self._join(attempt, admitted, stamp)

    def _join(self, attempt: Attempt, admitted: Admitted, stamp: Stamp) -> Joined:
        account, code = admitted
        known, learnt = code.known, False
        wanted = joins.seat_for(account, attempt.at, approval=bool(known and known.approval))
        refused = joins.guardian_refusal(account, attempt.at)
        for _ in range(ATTEMPTS):
            if known and not refused and self._sat(attempt, admitted, known, wanted, stamp, learnt=learnt):
                return Joined(joins.outcome(wanted), code.klass, known.name, known.teacher)
            place = self._look(attempt, admitted)
            known, learnt = place.known, True
            wanted = joins.seat_for(account, attempt.at, approval=known.approval, before=place.seat)
            if there := joins.met(place.seat, wanted):
                return Joined(there, place.view.id, known.name, known.teacher)
            if why := joins.refusal(place) or refused:
                raise why
        raise StoreBusy

    def _sat(
        self, attempt: Attempt, admitted: Admitted, known: Known, seat: Seat, stamp: Stamp, *, learnt: bool
    ) -> bool:
        """Whether the place is written; if anything is not as it is known, nothing is. Carries out J-08, I-07."""
        account, code = admitted
        taken = Taken(code.klass, known.owner, account.id, owned(account, attempt.caller.address))
        room = self._seats.room(code.klass, known.owner, known)
        actions = [
            self._seats.sit(code.klass, seat),
            self._seats.no_teacher(code.klass, account.id),
            self._codes.open_action(code.code, attempt.at, known if learnt else None),
            self._seats.named(known.owner, known.teacher),
            *(room if seat.waits_for else taken.actions(self._seats, stamp, known)),
        ]
        return not transact(self._client, actions)

    def _look(self, attempt: Attempt, admitted: Admitted) -> Place:
        """Everything as it stands. Raises OwnClass (J-07), and as an unknown code does when it was closed meanwhile."""
        place = self._seats.look(admitted.code.klass, admitted.account.id, admitted.code.code)
        if place is None or place.code is None or not place.code.open(attempt.at):
            self._entrance.refuse(attempt)
        if place.teaches or place.view.owner == admitted.account.id:
            raise OwnClass("Nobody is a student in a class that they teach.")
        return place
