"""The one place that answers who may do what in a class, and who coaches whom (C-02 to C-04, C-07, X-01)."""

from collections.abc import Callable, Iterable
from datetime import datetime

from homeroom.accounts.account import Account
from homeroom.accounts.model import Scope
from homeroom.accounts.rules.accounts import local_date
from homeroom.classes.ids import ClassId, ClassNotFound
from homeroom.classes.model import TEACHERS, ClassView, Role, Standing
from homeroom.classes.rules import coaching
from homeroom.classes.rules.coaching import Action
from homeroom.classes.store.standings import StandingStore

Administers = Callable[[str, str], Scope | None]


def _nobody(_account: str, _district: str) -> Scope | None:
    return None


class Sight:
    """Reads stored relations at each request; keeps nothing.

    `co_teaching` says whether independent classes may have co-teachers (B-01): without it nobody is one, whatever is
    stored. `administers` says what of a district an account administers now, None for nothing: an administrator's
    access to a class ends with it, and is never in force without `administers` (B-03, G-02).
    """

    def __init__(self, standings: StandingStore, *, co_teaching: bool, administers: Administers = _nobody) -> None:
        self._standings, self.co_teaching, self._administers = standings, co_teaching, administers

    def require(self, account: Account, klass: ClassId, action: Action, now: datetime) -> Standing:
        """What the account is in the class, if it may do this there now. Carries out X-01, S-16, C-03, C-04, C-09.

        Raises ClassNotFound for who is nothing in it, and what `coaching` refuses with.
        """
        return self.judged(account, self._standings.of(account, klass, now), action)

    def judged(self, account: Account, stored: Standing | None, action: Action) -> Standing:
        """The same for a standing that was read already, together with other things; None: there is no such class.

        Raises what `require` raises.
        """
        standing = self._in_force(account, stored) if stored else None
        if standing is None or standing.role is None:
            raise ClassNotFound
        view = standing.klass
        kind = view.id.kind
        refused = coaching.refusal(kind, standing.role, action) or coaching.frozen(kind, view.state, action)
        if refused:
            raise refused
        return standing

    def standing(self, account: Account, klass: ClassId, now: datetime) -> Standing | None:
        """What the account is in the class now; None when there is no such class."""
        found = self._standings.of(account, klass, now)
        return self._in_force(account, found) if found else None

    def classes(self, account: Account, now: datetime) -> list[Standing]:
        """Every class that the account is in now, as a teacher or as a student, by class. Carries out C-01.

        A consistent read of each that the index proposes: it may lag, but only towards "no".
        """
        return [standing for standing in self._listed(account, now) if standing.role is not None]

    def places(self, account: Account, now: datetime, among: Iterable[ClassId] | None = None) -> list[Standing]:
        """Every class that the account is a student in now, or waits to be one in (J-06, J-09), by class.

        `among` are those to be asked, in their order, also where the index does not list the account yet.
        """
        found = self._listed(account, now) if among is None else self._standing_in(account, among, now)
        return [one for one in found if one.role == "student" or _waits(one)]

    def coaches(self, coach: Account, student: Account, now: datetime) -> bool:
        """Whether the coach teaches the student in any class now, and so sees all of their progress. C-02, C-07."""
        return bool(self.shared(coach, student, now))

    def shared(self, coach: Account, student: Account, now: datetime) -> list[ClassId]:
        """The classes through which one account coaches another now; empty when it does not. C-07."""
        today = local_date(student, now)
        taught = {one.klass for one in self._standings.proposed(coach) if one.role in TEACHERS}
        common = sorted(taught & {one.klass for one in self._standings.proposed(student) if one.role == "student"})
        asked = [(account, klass) for klass in common for account in (coach, student)]
        # A class that has gone is missing for both.
        found = list(self._standings.many(asked, now))
        teaching = (self._in_force(coach, one) for one in found[::2])
        learning = (self._in_force(student, one) for one in found[1::2])
        return [
            one.klass.id
            for one, other in zip(teaching, learning, strict=True)
            if coaching.coaches(one.role, one.klass, today) and other.role == "student"
        ]

    def sat(self, coach: Account, student: Account, now: datetime) -> bool:
        """Whether the student has, or once had, a place in an independent class that the coach teaches now."""
        taught = [one.klass.id for one in self.classes(coach, now) if one.role in TEACHERS]
        own = [(student, klass) for klass in taught if klass.kind == "independent"]
        return any(one.seat for one in self._standings.many(own, now))

    def _listed(self, account: Account, now: datetime) -> list[Standing]:
        proposed = dict.fromkeys(one.klass for one in self._standings.proposed(account))
        return self._standing_in(account, proposed, now)

    def _standing_in(self, account: Account, classes: Iterable[ClassId], now: datetime) -> list[Standing]:
        found = self._standings.many(((account, klass) for klass in classes), now)
        return [self._in_force(account, one) for one in found]

    def _in_force(self, account: Account, standing: Standing) -> Standing:
        """The standing, without what is stored and not in force."""
        if standing.role is None or self.holds(account.id, standing.role, standing.klass):
            return standing
        sits = standing.person or (standing.seat is not None and standing.seat.state == "active")
        return standing._replace(role="student" if sits else None)

    def holds(self, account: str, role: Role, klass: ClassView) -> bool:
        """Whether a role that is stored is in force: the setting permits it, and the administrator is still one.

        Carries out B-01, B-03, G-02.
        """
        if role == "co_teacher" and klass.id.kind == "independent":
            return self.co_teaching
        if role != "admin_access":
            return True
        scope = self._administers(account, klass.id.of)
        return scope is not None and (scope.whole or klass.school in scope.schools)


def _waits(standing: Standing) -> bool:
    return standing.role is None and standing.seat is not None and standing.seat.state == "waiting"
