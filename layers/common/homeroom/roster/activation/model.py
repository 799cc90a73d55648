"""Roster records as activation looks at them, and what it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from homeroom.accounts.account import Account, Birth, LinkEnd
from homeroom.accounts.linking import Link
from homeroom.classes.ids import ClassId
from homeroom.roster.activation.refusals import Reason
from homeroom.roster.people import PersonState

# link: at once. confirm: once the owner has agreed. linked: it is already.
Verdict = Literal["link", "confirm", "linked", "refused"]


@dataclass(frozen=True, slots=True)
class Record:
    """A roster record as it stands. `run` had last written it; `account` is the one that it is linked to, or "".

    `address` is its own one, normalised, "" when it cannot be used. `admin` says what of the district it administers.
    `before` is what the linked account had of a birth date before the link; None when that was not noted.
    """

    end: LinkEnd
    state: PersonState
    roles: frozenset[str] = frozenset()
    run: int = 0
    name: str = ""
    address: str = ""
    birth_date: str = ""
    schools: frozenset[str] = frozenset()
    admin: Literal["", "district", "schools"] = ""
    admin_schools: frozenset[str] = frozenset()
    account: str = ""
    since: datetime | None = None
    before: Birth | None = None

    @property
    def student(self) -> bool:
        """Whether it is a student's, whatever else it is."""
        return "student" in self.roles


class Claim(NamedTuple):
    """That a record claims an address: by its own field, which may have changed since, or as an alias (A-05)."""

    address: str
    end: LinkEnd
    alias: bool = False


class Evidence(NamedTuple):
    """By what somebody shows who they are: addresses that they own, or the record that Clever names (A-04).

    With `district` nothing is looked for elsewhere. `told`: it is not Clever who names the record, but a person.
    """

    addresses: frozenset[str] = frozenset()
    clever: LinkEnd | None = None
    district: str = ""
    told: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What was read for a decision: claims of the addresses, their records and those of the account's own links,
    which students are in a class, and whether the account has activity of its own.

    `been` are the records that the account is or once was linked to, and whether each is one after which its owner or a
    teacher cannot say that it is another; an administrator knows who is who, and asks without (A-09, A-10).
    """

    claims: tuple[Claim, ...] = ()
    records: Mapping[LinkEnd, Record] = field(default_factory=dict)
    enrolled: frozenset[LinkEnd] = frozenset()
    active: bool = False
    been: Mapping[LinkEnd, bool] = field(default_factory=dict)


class Decision(NamedTuple):
    """What activation says of some records of a district: one person's (A-08), the smallest id first."""

    district: str
    records: tuple[Record, ...]
    verdict: Verdict
    reason: Reason | None = None


class Place(NamedTuple):
    """A district, as its people know it. `zone` is an IANA name."""

    id: str
    name: str
    zone: str


class Shown(NamedTuple):
    """What is shown of a decision: the district's name, and whom it is about."""

    decision: Decision
    place: Place


class Activated(NamedTuple):
    """What came of an attempt. `account` is as it stands after it."""

    account: Account
    linked: tuple[Shown, ...] = ()
    to_confirm: tuple[Shown, ...] = ()
    refused: tuple[Shown, ...] = ()


class DistrictOf(NamedTuple):
    """A district that an account is linked to: what it is there, by the roster as it stands, and since when.

    `admin` is "district", "schools" (`schools`) or ""; a role counts while its record is live or leaving (S-14), being
    an administrator only while it is live.
    """

    place: Place
    records: tuple[Record, ...]
    roles: frozenset[str]
    admin: str
    schools: frozenset[str]
    since: datetime | None


class ClassOf(NamedTuple):
    """A class that a person is in, by the roster, and its school, "" where the roster names none."""

    id: ClassId
    name: str
    role: str
    state: str
    school: str


class Obstacle(NamedTuple):
    """What stands between a person and their activation: a stable word, and a sentence for an administrator."""

    code: str
    told: str


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person as an administrator sees them. `conflicts` are accounts that another's link turned away, and when."""

    record: Record
    aliases: tuple[str, ...]
    link: Link | None
    classes: tuple[ClassOf, ...]
    obstacle: Obstacle | None
    conflicts: tuple[tuple[str, datetime], ...]


@dataclass(frozen=True, slots=True)
class LinkChange:
    """What an administrator's word on a link does, or would do: the records that are linked, and those that are cut."""

    account: str
    made: tuple[Record, ...] = ()
    cut: tuple[Record, ...] = ()
    will_see: tuple[str, ...] = ()
    done: bool = False


class Request(NamedTuple):
    """That an account says it is that person, and waits for a teacher's word since `asked`.

    `agreed`: its owner has agreed to what the district will see.
    """

    account: str
    end: LinkEnd
    asked: datetime
    agreed: bool = False
