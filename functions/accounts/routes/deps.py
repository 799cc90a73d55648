"""What the routes stand on, made once a process on first use; what only some routes need is imported by them."""

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from homeroom.accounts.account import Account
from homeroom.accounts.linking import Stamp
from homeroom.accounts.service.callers import Callers
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.runtime import auth, aws
from homeroom.runtime.auth import Caller
from homeroom.runtime.inbound import request_id
from homeroom.runtime.settings import settings

if TYPE_CHECKING:
    from homeroom.accounts.roster import Roster
    from homeroom.accounts.service.aliases import Aliases
    from homeroom.accounts.service.guardians import Guardians
    from homeroom.accounts.service.me import MyAccount
    from homeroom.accounts.service.proofs import Proofs
    from homeroom.classes.service.coaches import Coaches
    from homeroom.classes.service.leave import Leaving
    from homeroom.classes.service.release import Release
    from homeroom.classes.service.sight import Sight
    from homeroom.classes.store.transfers import TransferStore
    from homeroom.roster.activation.service.codes import By
    from homeroom.roster.activation.service.mine import MyActivations

# Imports are inside: each function pays at its start only for what it does.
# ruff: noqa: PLC0415


def caller(event: BaseProxyEvent) -> Caller:
    """Who has signed in. Raises Unauthorized."""
    return auth.caller(event.raw_event, settings().need("user_pool_client_id"))


def account(event: BaseProxyEvent) -> Account:
    """The caller's account, made at its first request. Raises Unauthorized, StoreBusy."""
    return callers().account(caller(event), now())


def cause(event: BaseProxyEvent) -> str:
    """What the audit log names as the reason: this request, by the gateway's id of it. Carries out X-04."""
    return f"request:{request_id(event.raw_event)}"


def stamp(event: BaseProxyEvent) -> Stamp:
    """The caller as who changes something, when, and by which request. Raises Unauthorized. Carries out X-04."""
    return Stamp(caller(event).account, now(), cause(event))


def ask_by_code(event: BaseProxyEvent, code: str, address: str, by: "By", *, agreed: bool) -> None:
    """Ask for an activation by a class's code. Raises what CodeActivations.ask raises, Unauthorized."""
    from homeroom.classes.service.entrance import Attempt
    from homeroom.roster import linking

    seen = event.raw_event["requestContext"].get("identity") or {}
    attempt = Attempt(caller(event), code, str(seen.get("sourceIp") or ""), now())
    linking.code_activations().ask(attempt, address, by, agreed=agreed)


def now() -> datetime:
    """The present moment, or the rehearsal's."""
    return settings().clock().now()


@lru_cache(maxsize=1)
def profiles() -> ProfileStore:
    """Accounts, in the users table."""
    return ProfileStore(settings().need("users_table"), aws.dynamodb())


@lru_cache(maxsize=1)
def callers() -> Callers:
    """Accounts behind callers."""
    return Callers(profiles())


@lru_cache(maxsize=1)
def coaches() -> "Coaches":
    """What a student may know of classes."""
    from homeroom.classes.service.coaches import Coaches
    from homeroom.classes.store.teachers import TeacherStore
    from homeroom.roster.store.rosters import RosterPeople

    people = RosterPeople(settings().need("districts_table"), aws.dynamodb())
    return Coaches(sight(), profiles(), TeacherStore(settings().need("classes_table")), people)


@lru_cache(maxsize=1)
def transfers() -> "TransferStore":
    """Classes that are offered to other teachers."""
    from homeroom.classes.store.classes import Tables
    from homeroom.classes.store.transfers import TransferStore

    return TransferStore(Tables(settings().need("classes_table"), settings().need("users_table")), aws.dynamodb())


@lru_cache(maxsize=1)
def leaving() -> "Leaving":
    """How students leave classes."""
    from homeroom.classes.service.leave import Leaving
    from homeroom.classes.store.seats import SeatStore

    return Leaving(sight(), SeatStore(settings().need("classes_table"), profiles(), aws.dynamodb()), aws.dynamodb())


@lru_cache(maxsize=1)
def sight() -> "Sight":
    """Who is what in which class."""
    from homeroom.classes.service.sight import Sight
    from homeroom.classes.store.standings import StandingStore
    from homeroom.roster import linking

    return Sight(
        StandingStore(settings().need("classes_table"), aws.dynamodb()), co_teaching=settings().independent_co_teaching,
        administers=linking.administrators().scope_in_force,
    )  # fmt: skip


@lru_cache(maxsize=1)
def me() -> "MyAccount":
    """One's own account."""
    from homeroom.accounts.service.me import MyAccount
    from homeroom.accounts.store import AccountStore

    grants = AccountStore(settings().need("users_table"))
    return MyAccount(profiles(), grants, roster(), released, activations().arrived)


@lru_cache(maxsize=1)
def proofs() -> "Proofs":
    """Proofs by mail."""
    from homeroom.accounts.service.proofs import Proofs
    from homeroom.accounts.store.proofs import ProofStore
    from homeroom.runtime.counters import Counters
    from homeroom.runtime.outbox import Outbox

    transient, client = settings().need("transient_table"), aws.dynamodb()
    counters, outbox = Counters(transient, client), Outbox(settings().need("outbox_table"), client)
    return Proofs(ProofStore(transient, client), counters, outbox)


@lru_cache(maxsize=1)
def aliases() -> "Aliases":
    """Further addresses of accounts."""
    from homeroom.accounts.service.aliases import Aliases
    from homeroom.accounts.store.addresses import AddressStore

    return Aliases(AddressStore(profiles()), proofs())


@lru_cache(maxsize=1)
def guardians() -> "Guardians":
    """Guardians, asked and answering."""
    from homeroom.accounts.service.guardians import Guardians

    return Guardians(profiles(), proofs(), released)


@lru_cache(maxsize=1)
def activations() -> "MyActivations":
    """How the caller's account comes to its roster records."""
    from homeroom.roster import linking

    return linking.my_activations(aliases(), proofs())


@lru_cache(maxsize=1)
def roster() -> "Roster":
    """What the rosters of districts say of an account."""
    from homeroom.roster.activation.service.told import RosterTold
    from homeroom.roster.linking import standing

    return RosterTold(standing())


def released(account: str, at: datetime) -> None:
    """Move on what of an account's waited for its guardian, as the account stands now. Carries out J-09."""
    _release().of_guardian(account, at)


@lru_cache(maxsize=1)
def _release() -> "Release":
    from homeroom.classes.service.release import Release
    from homeroom.classes.store.seats import SeatStore
    from homeroom.classes.store.standings import StandingStore

    table, client = settings().need("classes_table"), aws.dynamodb()
    return Release(profiles(), StandingStore(table, client), SeatStore(table, profiles(), client), client)
