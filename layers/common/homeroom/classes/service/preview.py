"""What somebody sees of a class who has its code, before they join (J-03)."""

from homeroom.classes.rules.coaching import ClassArchived
from homeroom.classes.service.district_codes import Card, DistrictCodes
from homeroom.classes.service.entrance import Attempt, Entrance
from homeroom.classes.store.seats import SeatStore


class PreviewService:
    """Shows a class by its code, to those who may try codes."""

    def __init__(self, entrance: Entrance, seats: SeatStore, district: DistrictCodes) -> None:
        self._entrance, self._seats, self._district = entrance, seats, district

    def preview(self, attempt: Attempt) -> Card:
        """The code's class. Raises CodeNotFound, TooManyAttempts, ClassArchived, StoreBusy. Carries out J-03, J-04."""
        account, code = self._entrance.admit(attempt)
        if code.klass.kind == "district":
            return self._district.card(code.klass) or self._entrance.refuse(attempt)
        place = self._seats.look(code.klass, account.id, code.code)
        if place is None:
            self._entrance.refuse(attempt)
        if place.view.state != "active":
            raise ClassArchived("The class takes nobody in until its teacher restores it.")
        return Card(code.klass, place.view.name, place.teacher)
