"""Who is invited how often, and what an invitation still permits (I-01 to I-07)."""

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from homeroom.classes.model import Invitation
from homeroom.runtime.errors import Conflict, Forbidden, HomeroomError, NotFound

Outcome = Literal["invited", "already_member", "already_invited", "invalid", "over_quota", "declined_recently"]

A_CALL = 100
VALID = timedelta(days=30)
DAY = timedelta(days=1)
SENDS_A_DAY = 3
A_TEACHER_A_DAY = 500
AN_ADDRESS_A_DAY = 20
AFTER_NO = timedelta(days=7)
# What an outcome means, for a person.
TOLD: dict[Outcome, str] = {
    "invited": "A mail with a link is on its way.",
    "already_member": "They are in the class already.",
    "already_invited": f"They were invited {SENDS_A_DAY} times today, which is the most in a day (UTC).",
    "invalid": "No mail can go to this address.",
    "over_quota": f"No mail went out: at most {A_TEACHER_A_DAY} invitations a teacher and {AN_ADDRESS_A_DAY} to one "
    "address can be sent in a day (UTC).",
    "declined_recently": f"They declined less than {AFTER_NO.days} days ago; ask again later.",
}


class InvitationNotFound(NotFound):
    """There is no such invitation, or it is somebody else's (I-03, X-01)."""

    code = "invitation_not_found"
    title = "No such invitation"


class NotTheInvitee(Forbidden):
    """The link is right, and the account that is signed in does not own the address that it was sent to (I-03)."""

    code = "not_the_invitee"
    title = "This invitation is for another address"


class InvitationWithdrawn(Conflict):
    """The teacher took it back (I-04)."""

    code = "invitation_withdrawn"
    title = "The invitation was withdrawn"


class InvitationExpired(Conflict):
    """Its thirty days are over (I-03)."""

    code = "invitation_expired"
    title = "The invitation has expired"


class InvitationDeclined(Conflict):
    """The invited said no; the teacher can ask again after seven days (I-04)."""

    code = "invitation_declined"
    title = "The invitation was declined"


class InvitationUsed(Conflict):
    """It has let somebody in, or they joined without it: it does so once (I-03, I-07)."""

    code = "invitation_used"
    title = "The invitation was used"


class StudentOfClass(Conflict):
    """A student of the class is no teacher of it (J-07, B-01)."""

    code = "student_of_class"
    title = "You are a student of this class"


class TooManyInvitations(HomeroomError):
    """As many mails have gone out today as may (I-04, I-06)."""

    status = 429
    code = "too_many_invitations"
    title = "No more invitations today"


class OwnerStays(Conflict):
    """A class has one owner: it is handed over or archived, never left (B-01, B-02)."""

    code = "owner_stays"
    title = "The owner cannot be removed"


class CoTeachingNotAvailable(Forbidden):
    """Independent classes have no co-teachers here (C-05)."""

    code = "co_teaching_not_available"
    title = "Classes of this kind have one teacher"


class TooManyTeachers(Conflict):
    """The class has nine co-teachers, counting those who are invited (B-01)."""

    code = "too_many_teachers"
    title = "The class has as many teachers as it can have"


class Sending(NamedTuple):
    """What becomes of an address that may be invited: its outcome, and whether a mail is to go out now."""

    outcome: Outcome
    mail: bool


def sending(found: Invitation | None, asked: str, now: datetime) -> Sending:
    """Whether to mail an address, by its invitation as it stands. Carries out I-04, X-03.

    `asked` is the request's own key: with it the same request again is answered alike, and mails nothing.
    """
    if found is None:
        return Sending("invited", mail=True)
    if asked and found.asked == asked:
        return Sending("invited", mail=False)
    if found.state == "declined" and found.answered and now < found.answered + AFTER_NO:
        return Sending("declined_recently", mail=False)
    if found.day == day_of(now) and found.sends >= SENDS_A_DAY:
        return Sending("already_invited", mail=False)
    return Sending("invited", mail=True)


def renewed(wanted: Invitation, found: Invitation | None) -> Invitation:
    """The invitation that is to be stored, sent once more on its day than the one found. Carries out I-04."""
    sends = found.sends if found and found.day == wanted.day else 0
    return Invitation(
        id=wanted.id, klass=wanted.klass, kind=wanted.kind, address=wanted.address, state="open", by=wanted.by,
        sent=wanted.sent, expires=wanted.sent + VALID, day=wanted.day, sends=sends + 1, asked=wanted.asked,
    )  # fmt: skip


def closed(found: Invitation, now: datetime) -> HomeroomError | None:
    """Why an invitation lets nobody in any more; None while it does. Carries out I-05."""
    if found.state == "open":
        return InvitationExpired("Ask the teacher to invite you again.") if found.expires <= now else None
    over: dict[str, type[HomeroomError]] = {"withdrawn": InvitationWithdrawn, "declined": InvitationDeclined}
    return over.get(found.state, InvitationUsed)()


def day_of(now: datetime) -> str:
    """The day, in UTC, that mails are counted by."""
    return now.strftime("%Y-%m-%d")


def until_tomorrow(now: datetime) -> int:
    """The seconds until mails are counted anew."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    return max(1, int((midnight - now).total_seconds()))
