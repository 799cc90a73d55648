"""Who teaches a class, and co-teachers of independent ones by invitation (C-04, C-05, B-01)."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from homeroom.accounts.account import Account
from homeroom.accounts.linking import Stamp
from homeroom.accounts.rules import normalise_address
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.classes.ids import ClassId, ClassNotFound
from homeroom.classes.model import TEACHERS, ClassView, Invitation, Role
from homeroom.classes.rules import coaching
from homeroom.classes.rules import invitations as rules
from homeroom.classes.rules.limits import CO_TEACHERS_A_CLASS
from homeroom.classes.service.invite import Inviting, problem, refusal
from homeroom.classes.service.rosters import Rostered, Rosters
from homeroom.classes.service.sendings import draft
from homeroom.classes.service.sight import Sight
from homeroom.classes.store.co_teachers import CoTeacherStore
from homeroom.classes.store.invitation_store import InvitationStore
from homeroom.classes.store.teachers import Teacher, TeacherStore
from homeroom.runtime.audit import Change
from homeroom.runtime.errors import InvalidInput


class Named(NamedTuple):
    """A teacher of a class. `account` is "" for one of a district who has not activated, `name` if they gave none."""

    role: Role
    account: str
    name: str


class Staff(NamedTuple):
    """A class's teachers, the owner or primary first, and the invitations of co-teachers that can be accepted."""

    teachers: list[Named]
    invited: list[Invitation]


class Stores(NamedTuple):
    """What is kept of teachers."""

    teachers: TeacherStore
    co_teachers: CoTeacherStore
    invitations: InvitationStore


class CoTeachers:
    """Teachers of a class, as its teachers see and change them. `available`: the setting of B-01."""

    def __init__(
        self, sight: Sight, profiles: ProfileStore, rosters: Rosters, inviting: Inviting, stores: Stores, *,
        available: bool,
    ) -> None:  # fmt: skip
        self._sight, self._profiles, self._rosters, self._inviting = sight, profiles, rosters, inviting
        self._stores, self._available = stores, available

    def of(self, account: Account, klass: ClassId, now: datetime) -> Staff:
        """Who teaches a class, for its teachers; only its owner sees who is invited. Carries out C-04, B-01.

        Raises what Sight.require raises.
        """
        standing = self._sight.require(account, klass, "roster", now)
        found = self._stores.teachers.of(klass, now)
        teaching = [one for one in found if self._sight.holds(one.account, one.role, standing.klass)]
        invited = self._invited(klass, now) if standing.role == "owner" and self._available else []
        return Staff(self._named(klass, teaching), invited)

    def invite(self, account: Account, klass: ClassId, address: str, now: datetime, asked: str = "") -> Invitation:
        """Invite a co-teacher; inviting again sends again, as with students. Carries out B-01, C-05, I-04.

        Raises what Sight.require raises, CoTeachingNotAvailable, InvalidInput (field `address`), TooManyTeachers with
        nine co-teachers and invited ones, AlreadyMember, InvitationDeclined, TooManyInvitations.
        """
        standing = self._sight.require(account, klass, "invite_teacher", now)
        if not self._available:
            raise rules.CoTeachingNotAvailable
        wanted = draft(klass, "co_teacher", normalise_address(address), account.id, now, asked)
        if wrong := problem(wanted.address):
            raise InvalidInput("No mail can go to this address.", field="address", problem=wrong)
        self._check_room(standing.klass, wanted, now)
        outcome = self._inviting.outcomes(account, klass, [wanted], now)[wanted.address]
        if outcome != "invited":
            raise refusal(outcome, now)
        return self._stores.invitations.get(wanted.id) or wanted

    def remove(self, account: Account, klass: ClassId, other: str, stamp: Stamp) -> None:
        """Have a co-teacher teach the class no more: by its owner, or by themselves. Repeatable. B-01, X-03, X-04.

        Raises what Sight.require raises, OwnerStays.
        """
        view = self._may_remove(account, klass, other, stamp.at)
        if other == view.owner:
            raise rules.OwnerStays
        change = Change(
            id=f"class.teach_no_more-{stamp.cause}", at=stamp.at, actor=account.id, action="class.teach_no_more",
            subject=f"account:{other}", cause=stamp.cause, before={"class": klass.text, "role": "co_teacher"},
            after=None,
        )  # fmt: skip
        self._stores.co_teachers.remove(klass, other, change)

    def _may_remove(self, account: Account, klass: ClassId, other: str, now: datetime) -> ClassView:
        if account.id != other:
            return self._sight.require(account, klass, "remove_teacher", now).klass
        standing = self._sight.standing(account, klass, now)
        if standing is None or standing.role not in TEACHERS:
            raise ClassNotFound
        if klass.kind == "district" and (refused := coaching.refusal(klass.kind, standing.role, "remove_teacher")):
            raise refused
        return standing.klass

    def _check_room(self, view: ClassView, wanted: Invitation, now: datetime) -> None:
        others = [one for one in self._invited(view.id, now) if one.id != wanted.id]
        if view.co_teachers + len(others) >= CO_TEACHERS_A_CLASS:
            raise rules.TooManyTeachers(f"A class has {CO_TEACHERS_A_CLASS} co-teachers at most, invited ones counted.")

    def _invited(self, klass: ClassId, now: datetime) -> list[Invitation]:
        found = self._stores.invitations.all(klass, "co_teacher")
        return [one for one in found if rules.closed(one, now) is None]

    def _named(self, klass: ClassId, teachers: Iterable[Teacher]) -> list[Named]:
        found = list(teachers)
        people = [one.person for one in found if one.person]
        records = self._rosters.members(klass.of, people) if people else {}
        accounts = self._profiles.many(one.account for one in found if not one.person)
        named = []
        for one in found:
            if one.person:
                record = records.get(one.person, Rostered(""))
                named.append(Named(one.role, record.account, record.name))
            else:
                known = accounts.get(one.account)
                named.append(Named(one.role, one.account, known.name if known else ""))
        return named
