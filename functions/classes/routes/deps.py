"""What the routes stand on, made once a process on first use; what only some routes need is imported by them."""

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from homeroom.accounts.account import Account
from homeroom.accounts.linking import Stamp
from homeroom.classes.ids import ClassId
from homeroom.runtime.auth import Caller
from homeroom.runtime.auth import caller as asking
from homeroom.runtime.aws import dynamodb
from homeroom.runtime.inbound import request_id
from homeroom.runtime.settings import settings

from .stores import callers, outbox, profiles, rolls, rosters, seats, sight, standings

if TYPE_CHECKING:
    from homeroom.classes.service.access import ClassroomAccess
    from homeroom.classes.service.capacity import Capacity
    from homeroom.classes.service.co_teachers import CoTeachers
    from homeroom.classes.service.codes import Codes
    from homeroom.classes.service.invite import Inviting
    from homeroom.classes.service.joins import Joins
    from homeroom.classes.service.leave import Leaving
    from homeroom.classes.service.manage import Classes
    from homeroom.classes.service.pages import ClassPages
    from homeroom.classes.service.sendings import Sendings
    from homeroom.classes.service.students import Students
    from homeroom.classes.service.transfer import Transfers
    from homeroom.classes.store.invitation_store import InvitationStore
    from homeroom.roster.activation.service.requests import ActivationRequests

# Imports are inside: each function pays at its start only for what it does.
# ruff: noqa: PLC0415


def caller(event: BaseProxyEvent) -> Caller:
    """Who is asking, by their token alone. Raises Unauthorized."""
    return asking(event.raw_event, settings().need("user_pool_client_id"))


def account(event: BaseProxyEvent) -> Account:
    """The caller's account as it stands; made now if this is the first that is seen of it. Raises Unauthorized."""
    return callers().account(caller(event), now())


def cause(event: BaseProxyEvent) -> str:
    """What the audit log names as the reason: this request, by the gateway's id of it. Carries out X-04."""
    return f"request:{request_id(event.raw_event)}"


def stamp(event: BaseProxyEvent, actor: Account) -> Stamp:
    """Who does this, when and why, for the audit log."""
    return Stamp(actor.id, now(), cause(event))


def klass(text: str) -> ClassId:
    """The class that a path names. Raises ClassNotFound for what is no class's id."""
    return ClassId.read(text)


def now() -> datetime:
    """The present moment, or the rehearsal's."""
    return settings().clock().now()


@lru_cache(maxsize=1)
def inviting() -> "Inviting":
    """Invitations, as the teachers of a class see and send them."""
    from homeroom.classes.service.invite import Inviting

    return Inviting(sight(), profiles(), standings(), invitations(), sendings())


@lru_cache(maxsize=1)
def sendings() -> "Sendings":
    """Mails that teachers have sent, and how many they may."""
    from homeroom.classes.service.sendings import Sendings
    from homeroom.runtime.counters import Counters

    return Sendings(invitations(), Counters(settings().need("transient_table"), dynamodb()), outbox())


@lru_cache(maxsize=1)
def invitations() -> "InvitationStore":
    """Invitations, in the classes table."""
    from homeroom.classes.store.invitation_store import InvitationStore

    return InvitationStore(settings().need("classes_table"), dynamodb())


@lru_cache(maxsize=1)
def co_teachers() -> "CoTeachers":
    """Who teaches a class."""
    from homeroom.classes.service.co_teachers import CoTeachers, Stores
    from homeroom.classes.store.co_teachers import CoTeacherStore
    from homeroom.classes.store.teachers import TeacherStore

    table = settings().need("classes_table")
    stores = Stores(TeacherStore(table), CoTeacherStore(table, dynamodb()), invitations())
    available = settings().independent_co_teaching
    return CoTeachers(sight(), profiles(), rosters(), inviting(), stores, available=available)


@lru_cache(maxsize=1)
def classes() -> "Classes":
    """Classes of teachers' own, to be changed."""
    import secrets
    import uuid

    from homeroom.classes.rules.codes import make_code
    from homeroom.classes.service.manage import Classes
    from homeroom.classes.store.classes import ClassStore, Tables

    store = ClassStore(Tables(settings().need("classes_table"), settings().need("users_table")), dynamodb())
    return Classes(
        store, sight(), capacity(),
        new_code=lambda: make_code(secrets.token_bytes), new_id=lambda: uuid.uuid4().hex,
    )  # fmt: skip


@lru_cache(maxsize=1)
def pages() -> "ClassPages":
    """Classes, as their teachers see them."""
    from homeroom.classes.service.pages import ClassPages

    return ClassPages(sight(), rolls(), capacity(), codes().ensure)


@lru_cache(maxsize=1)
def codes() -> "Codes":
    """Codes of classes."""
    import secrets

    from homeroom.classes.service.codes import Codes
    from homeroom.classes.store.codes import CodeStore

    store = CodeStore(settings().need("classes_table"), dynamodb())
    return Codes(store, sight(), dynamodb(), secrets.token_bytes)


@lru_cache(maxsize=1)
def joins() -> "Joins":
    """Who waits to be let in."""
    from homeroom.classes.service.joins import Joins

    return Joins(sight(), seats(), profiles(), dynamodb())


@lru_cache(maxsize=1)
def activation_requests() -> "ActivationRequests":
    """Who waits in district classes to activate."""
    from homeroom.roster import linking

    return linking.activation_requests(sight())


@lru_cache(maxsize=1)
def leaving() -> "Leaving":
    """Students who are removed."""
    from homeroom.classes.service.leave import Leaving

    return Leaving(sight(), seats(), dynamodb())


@lru_cache(maxsize=1)
def students() -> "Students":
    """Who is in a class."""
    from homeroom.classes.service.students import Students

    return Students(sight(), rolls(), callers(), profiles(), rosters())


@lru_cache(maxsize=1)
def capacity() -> "Capacity":
    """How much room teachers have."""
    from homeroom.classes.service.capacity import Capacity

    return Capacity(profiles(), sight(), rosters())


@lru_cache(maxsize=1)
def transfers() -> "Transfers":
    """Classes that change hands."""
    import uuid

    from homeroom.classes.service.transfer import Switches, Transfers
    from homeroom.classes.store.classes import Tables
    from homeroom.classes.store.transfers import TransferStore

    store = TransferStore(Tables(settings().need("classes_table"), settings().need("users_table")), dynamodb())
    switches = Switches(transfer=settings().class_transfer, co_teaching=settings().independent_co_teaching)
    return Transfers(
        store, sight(), capacity(), outbox(), sendings(), switches=switches, new_id=lambda: uuid.uuid4().hex
    )


@lru_cache(maxsize=1)
def access() -> "ClassroomAccess":
    """Administrators in classes."""
    from homeroom.classes.service.access import ClassroomAccess
    from homeroom.classes.store.accesses import AccessStore
    from homeroom.roster import linking

    store = AccessStore(settings().need("classes_table"), dynamodb())
    return ClassroomAccess(linking.administrators(), standings(), store)
