"""What the routes stand on, made once a process on first use; what only some routes need is imported by them."""

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from homeroom.accounts.account import Account
from homeroom.accounts.service.callers import Callers
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.classes.ids import ClassId
from homeroom.classes.service.sight import Sight
from homeroom.classes.store.standings import StandingStore
from homeroom.runtime.auth import Caller
from homeroom.runtime.auth import caller as asking
from homeroom.runtime.aws import dynamodb
from homeroom.runtime.inbound import request_id
from homeroom.runtime.settings import settings

if TYPE_CHECKING:
    from homeroom.classes.service.invite import Inviting
    from homeroom.runtime.outbox import Outbox


def caller(event: BaseProxyEvent) -> Caller:
    """Who is asking, by their token alone. Raises Unauthorized."""
    return asking(event.raw_event, settings().need("user_pool_client_id"))


def account(event: BaseProxyEvent) -> Account:
    """The caller's account as it stands; made now if this is the first that is seen of it. Raises Unauthorized."""
    return callers().account(caller(event), now())


def cause(event: BaseProxyEvent) -> str:
    """What the audit log names as the reason: this request, by the gateway's id of it. Carries out X-04."""
    return f"request:{request_id(event.raw_event)}"


def klass(text: str) -> ClassId:
    """The class that a path names. Raises ClassNotFound for what is no class's id."""
    return ClassId.read(text)


def now() -> datetime:
    """The present moment, or the rehearsal's."""
    return settings().clock().now()


@lru_cache(maxsize=1)
def callers() -> Callers:
    """The accounts of those who ask."""
    return Callers(profiles())


@lru_cache(maxsize=1)
def profiles() -> ProfileStore:
    """Accounts, in the users table."""
    return ProfileStore(settings().need("users_table"), dynamodb())


@lru_cache(maxsize=1)
def standings() -> StandingStore:
    """Who is what in which class, in the classes table."""
    return StandingStore(settings().need("classes_table"), dynamodb())


@lru_cache(maxsize=1)
def sight() -> Sight:
    """Who may do what in a class."""
    return Sight(profiles(), standings(), co_teaching=settings().independent_co_teaching)


@lru_cache(maxsize=1)
def outbox() -> "Outbox":
    """Where mails are put."""
    from homeroom.runtime.outbox import Outbox  # noqa: PLC0415

    return Outbox(settings().need("outbox_table"), dynamodb())


@lru_cache(maxsize=1)
def inviting() -> "Inviting":
    """Invitations, as the teachers of a class see and send them."""
    from homeroom.classes.service.invite import Inviting  # noqa: PLC0415
    from homeroom.classes.service.sendings import Sendings  # noqa: PLC0415
    from homeroom.classes.store.invitation_store import InvitationStore  # noqa: PLC0415
    from homeroom.runtime.counters import Counters  # noqa: PLC0415

    store = InvitationStore(settings().need("classes_table"), dynamodb())
    sendings = Sendings(store, Counters(settings().need("transient_table"), dynamodb()), outbox())
    return Inviting(sight(), profiles(), standings(), store, sendings)
