"""Sending somebody's activation mail again, as an administrator asks (D-04)."""

import hashlib
from datetime import date, datetime, time, timedelta

from homeroom.accounts.model import Scope
from homeroom.roster.districts import District, DistrictNotFound
from homeroom.roster.people import NoActivationMail, PersonNotFound, TooManyMails
from homeroom.roster.rules.announcements import REASONS, why_not, why_not_there
from homeroom.roster.store.districts import DistrictStore
from homeroom.roster.store.people import PeopleStore
from homeroom.runtime.audit import Change
from homeroom.runtime.messages import Message
from homeroom.runtime.outbox import Outbox

MOST_A_DAY = 3
REQUEST = "request"


class ActivationMails:
    """Puts activation mails into the outbox, each with an audit row."""

    def __init__(self, districts: DistrictStore, people: PeopleStore, outbox: Outbox) -> None:
        self._districts, self._people, self._outbox = districts, people, outbox

    def send(
        self, district: str, person: str, scope: Scope, now: datetime, *, asked: str = "", cause: str = REQUEST
    ) -> Message:
        """Queue one more activation mail. With a request's own key in `asked`, the same request again queues no other,
        on that day of the district's and the day after.

        Raises OutOfScope for somebody who is in none of the administrator's schools, PersonNotFound, NoActivationMail
        with the reason, TooManyMails with the seconds until the district's next day. Carries out D-04, X-03, X-04.
        """
        found = self._districts.get(district)
        if found is None:
            raise DistrictNotFound
        self._check(found, person, scope)
        today = found.today(now)
        wanted = [
            Message(
                id=name, kind="activation", district=district, person=person, created=now,
                actor=scope.account, asked=_named(scope, asked),
            )
            for name in _ids(district, person, today)
        ]  # fmt: skip
        # A request may come again after midnight.
        earlier = _ids(district, person, today - timedelta(days=1)) if asked else []
        queued = self._one_of(wanted, earlier, cause)
        if queued is None:
            wait = str(_seconds_left(found, now))
            raise TooManyMails(f"{MOST_A_DAY} mails a day are the most for one person.", retry_after=wait)
        return queued

    def _one_of(self, wanted: list[Message], earlier: list[str], cause: str) -> Message | None:
        """The message that this request queued before, or the first that nobody has queued; None when all are."""
        for _ in wanted:
            there = self._outbox.among([*earlier, *(message.id for message in wanted)])
            known = next((one for one in there.values() if one.asked == wanted[0].asked != ""), None)
            if known is not None:
                return known
            free = next((message for message in wanted if message.id not in there), None)
            if free is None or self._queue(free, cause):
                return free
        return None

    def _queue(self, message: Message, cause: str) -> bool:
        """False when another request has taken the same one just now."""
        change = Change(
            id=message.id.replace(":", "-"), at=message.created, actor=message.actor, action="person.activation_mail",
            subject=f"person:{message.district}:{message.person}", cause=cause, before=None,
            after={"message": message.id},
        )  # fmt: skip
        return self._people.audited(message.district, change, self._outbox.put_action(message))

    def _check(self, district: District, person: str, scope: Scope) -> None:
        found = self._people.get(district.id, person)
        if not scope.whole:
            # Whether there is somebody beyond their schools is none of their business.
            theirs = sorted(scope.schools & found.schools) if found else []
            scope.require(theirs[0] if theirs else None)
        if found is None:
            raise PersonNotFound
        reason = why_not(found, mails=district.settings.mails) or why_not_there(
            found, self._people.sharing(district.id, found.address), asked=True
        )
        if reason:
            raise NoActivationMail(REASONS[reason], reason=reason)


def _ids(district: str, person: str, day: date) -> list[str]:
    """The messages that a person can be sent on a day of the district's."""
    return [f"activation:{district}:{person}:{day:%Y%m%d}:{number}" for number in range(1, MOST_A_DAY + 1)]


def _named(scope: Scope, asked: str) -> str:
    """The request's key as it is kept: one administrator's, and whatever they put into it hidden (X-05)."""
    return hashlib.sha256(f"{scope.account} {asked}".encode()).hexdigest()[:32] if asked else ""


def _seconds_left(district: District, now: datetime) -> int:
    """Until midnight where the district is."""
    midnight = datetime.combine(district.today(now) + timedelta(days=1), time(), district.settings.zone)
    return max(1, int((midnight - now).total_seconds()))
