"""Who may take a place in an independent class, and for whom they wait (J-01 to J-09)."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from homeroom.accounts.account import Account
from homeroom.accounts.rules.accounts import is_child, needs_guardian
from homeroom.classes.model import Place, Seat, SeatState, Source, WaitsFor
from homeroom.classes.rules.coaching import ClassArchived
from homeroom.classes.rules.limits import STUDENTS_A_CLASS, STUDENTS_A_TEACHER, ClassFull, TeacherFull
from homeroom.runtime.errors import Conflict, Forbidden, HomeroomError, NotFound

Outcome = Literal["joined", "already_member", "waiting_for_guardian", "waiting_for_teacher", "activated"]
WAITING: dict[WaitsFor, Outcome] = {"guardian": "waiting_for_guardian", "teacher": "waiting_for_teacher"}


class CodeNotFound(NotFound):
    """There is no such code, or it lets nobody in (any more): which of them is not said (J-03)."""

    code = "code_not_found"
    title = "This code leads to no class"


class OwnClass(Forbidden):
    """A teacher of the class wants to be a student in it (J-07)."""

    code = "own_class"
    title = "You teach this class"


class GuardianRequired(Forbidden):
    """Somebody who counts as under 13 has named no guardian (J-09)."""

    code = "guardian_required"
    title = "A parent or guardian has to agree first"


class GuardianRefused(Forbidden):
    """The guardian said no (J-09)."""

    code = "guardian_refused"
    title = "Your parent or guardian did not agree"


class NobodyWaits(NotFound):
    """Nobody of that id waits to be let into the class."""

    code = "join_not_found"
    title = "Nobody of that id waits here"


class StudentNotFound(NotFound):
    """Nobody of that id was ever a student of the class."""

    code = "student_not_found"
    title = "No such student in this class"


class AlreadyMember(Conflict):
    """They are in the class: it is too late to invite them, or to turn them away; they can be removed."""

    code = "already_member"
    title = "They are in the class already"


class WaitsForGuardian(Conflict):
    """The guardian decides first, and the teacher afterwards (J-06, J-09)."""

    code = "waiting_for_guardian"
    title = "Their parent or guardian has to agree first"


def guardian_refusal(account: Account, now: datetime) -> HomeroomError | None:
    """Why an account cannot even wait for a guardian; None when it can, or needs none. Carries out J-09, A-07."""
    if not needs_guardian(account, now):
        return None
    if account.guardian is None:
        return GuardianRequired(
            "State your birth date (PATCH /me), or if you are under 13 name a parent or guardian (POST /me/guardian)."
        )
    if account.guardian.state == "refused":
        return GuardianRefused("Name a parent or guardian again (POST /me/guardian) when they have changed their mind.")
    return None


def seat_for(
    account: Account, now: datetime, *, approval: bool, source: Source = "code", before: Seat | None = None
) -> Seat:
    """The place that somebody gets by a code: theirs at once, or after the guardian, then the teacher. J-06, J-09.

    Being invited is the teacher's yes, also for who waits as one who was, `before`.
    """
    if before and before.state == "waiting" and before.source == "invitation":
        source = before.source
    asks = approval and source != "invitation"
    waits: WaitsFor = "guardian" if needs_guardian(account, now) else "teacher" if asks else ""
    state: SeatState = "waiting" if waits else "active"
    return Seat(account.id, state, source, waits, asked=now, started=None if waits else now)


def met(seat: Seat | None, wanted: Seat) -> Outcome | None:
    """What a place that is there already comes to; None when it is not yet what is wanted. J-01.

    Who waits by a code, and was invited, does not wait as one who was.
    """
    if seat is None:
        return None
    if seat.state == "active":
        return "already_member"
    same = (seat.state, seat.waits_for) == (wanted.state, wanted.waits_for)
    return outcome(seat) if same and wanted.source in {"code", seat.source} else None


def outcome(seat: Seat) -> Outcome:
    """What somebody is told who has just got this place."""
    return WAITING[seat.waits_for] if seat.waits_for else "joined"


def refusal(place: Place) -> HomeroomError | None:
    """Why nobody gets a place in the class now; None when there is one. Carries out C-06, C-09."""
    if place.view.state != "active":
        return ClassArchived("The class takes nobody in until its teacher restores it.")
    if place.view.students >= STUDENTS_A_CLASS:
        return ClassFull(f"A class has {STUDENTS_A_CLASS} students at most.")
    if place.teaching.places >= STUDENTS_A_TEACHER:
        return TeacherFull(f"A teacher has {STUDENTS_A_TEACHER} students at most, in all classes.")
    return None


def too_early(seat: Seat, account: Account, now: datetime) -> HomeroomError | None:
    """Why a teacher's yes to who waits comes before the guardian's; None when it does not. Carries out J-09.

    Where the guardian was waited for, a no stands also for a child who has come to be linked to a district.
    """
    asked = seat.waits_for == "guardian"
    refused = account.guardian is not None and account.guardian.state == "refused"
    if not needs_guardian(account, now) and not (asked and refused and is_child(account, now)):
        return None
    # Who waits for the teacher had a link that was cut since: it had stood in for the guardian.
    return WaitsForGuardian(
        "You are asked again when they have agreed."
        if asked
        else "They name a parent or guardian, and try the code again."
    )


def let_in(seat: Seat, now: datetime) -> Seat:
    """The place of somebody who waited, as a member's."""
    return replace(seat, state="active", waits_for="", started=now)
