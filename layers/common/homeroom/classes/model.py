"""Classes and who is in them, as every part of Homeroom sees them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from homeroom.accounts.account import Teaching
from homeroom.classes.ids import ClassId

# Of an independent class: active, archived. Of a district class: active, frozen, ended; archived ones are gone (S-15).
ClassState = Literal["active", "archived", "frozen", "ended"]
# What an account is in a class. `admin_access` is an administrator's, for some days (B-03).
Role = Literal["owner", "primary", "co_teacher", "admin_access", "student"]
TEACHERS: frozenset[Role] = frozenset({"owner", "primary", "co_teacher", "admin_access"})
SeatState = Literal["active", "waiting", "left", "removed", "rejected"]
WaitsFor = Literal["", "guardian", "teacher"]
Source = Literal["code", "invitation"]
CodeState = Literal["active", "disabled", "rotated"]
InvitationState = Literal["open", "accepted", "declined", "withdrawn", "settled"]
InvitationKind = Literal["student", "co_teacher"]


@dataclass(frozen=True, slots=True)
class ClassView:
    """A class. `owner` is an account (independent) or "" ; `teacher` the primary's person (district) or "".

    `students` counts the places taken in an independent class, 0 in a district class, whose members are counted; so
    does `co_teachers`.
    `approval` says whether joins wait for the teacher (J-06). `ends` and `until` are a district class's (S-01, S-15):
    through `until` a frozen one stands, and the teachers of an ended one coach.
    """

    id: ClassId
    name: str
    state: ClassState
    created: datetime | None = None
    owner: str = ""
    teacher: str = ""
    code: str = ""
    approval: bool = False
    students: int = 0
    co_teachers: int = 0
    school: str = ""
    subject: str = ""
    grade: str = ""
    ends: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Seat:
    """A student's place in an independent class; it is kept when they leave, for their return (CODE-07).

    Waiting, it takes no place: `waits_for` says whom for. `started` is when they became a member last.
    """

    account: str
    state: SeatState
    source: Source = "code"
    waits_for: WaitsFor = ""
    asked: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None


class Known(NamedTuple):
    """What a code remembers of its independent class, and what must still be so when a join is written.

    `teacher` is the owner's own name.
    """

    owner: str
    name: str
    teacher: str = ""
    approval: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """A class's code (J-02, J-06). It is never given to another class.

    `known` is None where nobody has looked yet, and may have been overtaken. `asked` names the request that made it.
    """

    code: str
    klass: ClassId
    state: CodeState
    expires: datetime | None = None
    known: Known | None = None
    asked: str = ""

    def open(self, now: datetime) -> bool:
        """Whether it lets anybody in at that moment."""
        return self.state == "active" and (self.expires is None or now < self.expires)


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation to a class, by address (I-01); one for each class and address, renewed when sent again (I-04).

    `sends` counts the mails of the day `day` (UTC, `YYYY-MM-DD`). `digest` is the hash of the mailed secret, "" until
    it was mailed. `asked` names the request that sent it last (X-03).
    """

    id: str
    klass: ClassId
    kind: InvitationKind
    address: str
    state: InvitationState
    by: str
    sent: datetime
    expires: datetime
    day: str = ""
    sends: int = 0
    digest: str = ""
    asked: str = ""
    account: str = ""
    answered: datetime | None = None


class Place(NamedTuple):
    """All that decides on somebody's place in an independent class. `teaching` and `teacher` are its owner's.

    `teacher` is their name; `teaches` says that who wants the place teaches the class.
    """

    view: ClassView
    seat: Seat | None
    teaches: bool
    teaching: Teaching
    teacher: str
    code: Code | None = None

    @property
    def known(self) -> Known:
        """What a join's transaction proves of the class."""
        return Known(self.view.owner, self.view.name, self.teacher, self.view.approval)


class Standing(NamedTuple):
    """What an account is in a class at this moment; `role` is None for who is nothing in it (any more).

    `person` is the roster record through which it is, in a district class.
    """

    klass: ClassView
    role: Role | None
    person: str = ""
    seat: Seat | None = None
    access_until: datetime | None = None
