"""Classes of all kinds on moto beside a plain model of who coaches whom: what the property tests of coaching change.

Items are written as the services and the sync write them; the model keeps its own account of what that means.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from homeroom.accounts.account import Account
from homeroom.accounts.service import AccountService
from homeroom.accounts.store import AccountStore
from homeroom.accounts.store.links import LinkItem, link_key
from homeroom.accounts.store.profiles import TEACHING, ProfileItem, ProfileStore, TeachingItem, account_pk
from homeroom.classes.ids import ClassId
from homeroom.classes.model import Seat, SeatState, WaitsFor
from homeroom.classes.service.sight import Sight
from homeroom.classes.store import ClassItem, member_item
from homeroom.classes.store.independent import (
    ACCESS,
    CLASS,
    SEAT,
    TEACHER,
    AccessItem,
    IndependentItem,
    SeatItem,
    TeacherItem,
    account_list_pk,
    pk_of,
    seat_item,
)
from homeroom.classes.store.standings import StandingStore
from homeroom.runtime import aws
from homeroom.runtime.dynamo import bind

START = datetime(2026, 9, 15, 15, 0, tzinfo=UTC)
DISTRICT, SCHOOL = "58da8a43cc70ab00017a1a87", "s1"
# Everybody may teach, learn and administer: relations are what counts, not what people call themselves.
PEOPLE = ("ann", "bea", "cal", "dan")
OWN, ROSTERED = ("u1", "u2", "u3"), ("k1", "k2")


def own_id(name: str) -> ClassId:
    return ClassId("independent", "maker", name)


def rostered_id(name: str) -> ClassId:
    return ClassId("district", DISTRICT, name)


@dataclass
class Own:
    """An independent class of the model."""

    owner: str
    co_teachers: set[str] = field(default_factory=set)
    seats: dict[str, SeatState] = field(default_factory=dict)
    state: str = "active"


@dataclass
class Rostered:
    """A district class of the model: roles by person, ends of access by account."""

    state: str = "active"
    school: str = SCHOOL
    roles: dict[str, str] = field(default_factory=dict)
    access: dict[str, datetime] = field(default_factory=dict)


class World:
    """The tables, which must be empty, and the model. A person of the roster is `p-<name>` of the account's name."""

    def __init__(self, *, co_teaching: bool) -> None:
        self.now, self.co_teaching = START, co_teaching
        self.own: dict[str, Own] = {}
        self.rostered: dict[str, Rostered] = {}
        self.links: set[str] = set()
        self.admins: set[str] = set()
        self.profiles = ProfileStore("users", aws.dynamodb())
        self.standings = StandingStore("classes", aws.dynamodb())
        self.grants = AccountService(AccountStore("users"))
        bind("districts", LinkItem)
        self._requests = 0
        for name in PEOPLE:
            self.profiles.begin(name, "", START)

    def sight(self, standings: StandingStore | None = None) -> Sight:
        return Sight(standings or self.standings, co_teaching=self.co_teaching, administers=self.grants.scope_in_force)

    def account(self, name: str) -> Account:
        found = self.profiles.get(name)
        assert found
        return found

    # What happens, each to the tables and to the model. What makes no sense in the state of things does nothing.

    def create(self, name: str, who: str) -> None:
        if name not in self.own:
            self.own[name] = Own(who)
            self._save_own(name)
            self._save_teacher(name, who, "owner")

    def join(self, name: str, who: str, state: SeatState) -> None:
        klass = self.own.get(name)
        if klass and klass.state == "active" and who != klass.owner:
            klass.seats[who] = state
            waits: WaitsFor = "teacher" if state == "waiting" else ""
            seat_item(own_id(name), Seat(who, state, waits_for=waits, started=self.now)).save()
            self._save_own(name)

    def archive(self, name: str, state: str) -> None:
        if klass := self.own.get(name):
            klass.state = state
            self._save_own(name)

    def co_teach(self, name: str, who: str) -> None:
        klass = self.own.get(name)
        if klass and who != klass.owner:
            klass.co_teachers.add(who)
            self._save_teacher(name, who, "co_teacher")

    def stop_teaching(self, name: str, who: str) -> None:
        klass = self.own.get(name)
        if klass and who in klass.co_teachers:
            klass.co_teachers.remove(who)
            TeacherItem(pk_of(own_id(name)), TEACHER + who).delete()

    def transfer(self, name: str, who: str, *, stays: bool) -> None:
        klass = self.own.get(name)
        if not klass or who == klass.owner:
            return
        old, klass.owner = klass.owner, who
        klass.co_teachers.discard(who)
        if klass.seats.pop(who, None):
            SeatItem(pk_of(own_id(name)), SEAT + who).delete()
        TeacherItem(pk_of(own_id(name)), TEACHER + old).delete()
        if stays:
            self.co_teach(name, old)
        self._save_own(name)
        self._save_teacher(name, who, "owner")

    def roster(self, name: str, who: str, role: str) -> None:
        """A night puts a person into a class, and the class into the roster if it was not."""
        klass = self.rostered.setdefault(name, Rostered())
        key = (SEAT if role == "student" else TEACHER) + f"p-{who}"
        self.unroster(name, who)
        klass.roles[f"p-{who}"] = role
        member_item(DISTRICT, name, key, role, 1, self.now).save()
        self._save_rostered(name)

    def unroster(self, name: str, who: str) -> None:
        role = self.rostered[name].roles.pop(f"p-{who}", "") if name in self.rostered else ""
        if role:
            key = (SEAT if role == "student" else TEACHER) + f"p-{who}"
            member_item(DISTRICT, name, key, role, 1, self.now).delete()

    def settle(self, name: str, state: str) -> None:
        """A night says how a class stands."""
        if klass := self.rostered.get(name):
            klass.state = state
            self._save_rostered(name)

    def link(self, who: str) -> None:
        """Activation."""
        self.links.add(who)
        self._linked(who)
        LinkItem(*link_key(DISTRICT, f"p-{who}"), account=who).save()

    def unlink(self, who: str) -> None:
        """Conversion."""
        self.links.discard(who)
        self._linked(who)
        LinkItem(*link_key(DISTRICT, f"p-{who}")).delete()

    def admit(self, name: str, who: str, days: int) -> None:
        """Classroom access for an administrator of the whole district."""
        if name in self.rostered:
            pk, until = pk_of(rostered_id(name)), self.now + timedelta(days=days)
            self.rostered[name].access[who] = until
            AccessItem(
                pk, ACCESS + who, list_pk=account_list_pk(who), list_sk=pk, role="admin_access", account=who,
                started=self.now, expires_at=int(until.timestamp()),
            ).save()  # fmt: skip
            self.admins.add(who)
            self.grants.grant_admin(who, DISTRICT, "operator", self.now, self._request())

    def dismiss(self, who: str) -> None:
        self.admins.discard(who)
        self.grants.end_admin(who, DISTRICT, "operator", self.now, self._request())

    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    # What the model says.

    def coaching(self, coach: str, student: str) -> set[ClassId]:
        """The classes through which one coaches the other, by the rules as they are written down (C-07)."""
        own = {own_id(name) for name, klass in self.own.items() if self._own(klass, coach, student)}
        return own | {
            rostered_id(name) for name, klass in self.rostered.items() if self._rostered(klass, coach, student)
        }

    def _own(self, klass: Own, coach: str, student: str) -> bool:
        teaches = coach == klass.owner or (self.co_teaching and coach in klass.co_teachers)
        taught = klass.seats.get(student) == "active" and student != klass.owner
        return (
            klass.state == "active" and teaches and taught and not (self.co_teaching and student in klass.co_teachers)
        )

    def _rostered(self, klass: Rostered, coach: str, student: str) -> bool:
        teaches = self._role(klass, coach) in {"primary", "co_teacher"} or self._admitted(klass, coach)
        taught = self._role(klass, student) == "student" and not self._admitted(klass, student)
        return klass.state != "archived" and teaches and taught

    def _role(self, klass: Rostered, who: str) -> str:
        return klass.roles.get(f"p-{who}", "") if who in self.links else ""

    def _admitted(self, klass: Rostered, who: str) -> bool:
        return who in self.admins and klass.access.get(who, self.now) > self.now

    # How it is written.

    def _save_own(self, name: str) -> None:
        klass = self.own[name]
        IndependentItem(
            pk_of(own_id(name)), CLASS, name=name, state=klass.state, owner=klass.owner, code="", created=START,
            students=self._taken(klass),
        ).save()  # fmt: skip
        places = sum(self._taken(one) for one in self.own.values() if one.owner == klass.owner)
        TeachingItem(account_pk(klass.owner), TEACHING, classes=len(self.own), places=places).save()

    @staticmethod
    def _taken(klass: Own) -> int:
        return sum(state == "active" for state in klass.seats.values())

    def _save_teacher(self, name: str, who: str, role: str) -> None:
        pk = pk_of(own_id(name))
        TeacherItem(
            pk, TEACHER + who, list_pk=account_list_pk(who), list_sk=pk, role=role, account=who, state="active",
            started=self.now,
        ).save()  # fmt: skip

    def _save_rostered(self, name: str) -> None:
        klass = self.rostered[name]
        pk = pk_of(rostered_id(name))
        ClassItem(
            pk, CLASS, district=DISTRICT, section=name, name=name, state=klass.state, school=klass.school, run=1
        ).save()

    def _linked(self, who: str) -> None:
        links = {f"{DISTRICT}#p-{who}"} if who in self.links else None
        changed = ProfileItem.links.set(links) if links else ProfileItem.links.remove()
        ProfileItem(f"U#{who}", "PROFILE").update([changed])

    def _request(self) -> str:
        self._requests += 1
        return f"request-{self._requests}"
