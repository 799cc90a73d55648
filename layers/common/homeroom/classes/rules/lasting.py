"""How long a district class still stands (S-15)."""

from datetime import date

from homeroom.classes.model import ClassView


def days_left(klass: ClassView, today: date) -> int | None:
    """How many days a frozen class still stands after today; None for every other class. Carries out S-15."""
    if klass.state != "frozen" or not klass.until:
        return None
    return max(0, (date.fromisoformat(klass.until) - today).days)
