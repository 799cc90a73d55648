"""What the routes stand on, made once a process on first use; what only some routes need is imported by them."""

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from homeroom.accounts.linking import Stamp
from homeroom.accounts.model import Scope
from homeroom.accounts.service import AccountService
from homeroom.accounts.store import AccountStore
from homeroom.runtime.auth import caller
from homeroom.runtime.inbound import request_id
from homeroom.runtime.settings import settings

if TYPE_CHECKING:
    from homeroom.roster.activation.service.admin_links import LinkAdmin
    from homeroom.roster.activation.service.people import PeopleAdmin
    from homeroom.roster.service.activation_mails import ActivationMails
    from homeroom.roster.service.decisions import DecisionService
    from homeroom.roster.service.machines import Machines
    from homeroom.roster.service.registration import DistrictService
    from homeroom.roster.service.runs import RunService
    from homeroom.roster.store.districts import DistrictStore
    from homeroom.roster.store.runs import RunStore

# Imports are inside: each function pays at its start only for what it does.
# ruff: noqa: PLC0415


def administrator(event: BaseProxyEvent, district: str, school: str | None = None) -> Scope:
    """The caller's scope in a district, checked to take in that school, or without one the whole district.

    Raises Unauthorized, NotFound, DistrictAccessEnded, OutOfScope. Carries out P-08, X-01, X-06.
    """
    found = scope(event, district)
    found.require(school)
    return found


def scope(event: BaseProxyEvent, district: str) -> Scope:
    """The caller's scope in a district, for those who check themselves what it takes in.

    Raises Unauthorized, NotFound, DistrictAccessEnded. Carries out P-08, X-01, X-06.
    """
    who = caller(event.raw_event, settings().need("user_pool_client_id"))
    return accounts().admin_scope(who.account, district)


def cause(event: BaseProxyEvent) -> str:
    """What the audit log names as the reason: this request, by the gateway's id of it. Carries out X-04."""
    return f"request:{request_id(event.raw_event)}"


def stamp(event: BaseProxyEvent, scope: Scope) -> Stamp:
    """Who changes a link, when, and by which request. Carries out X-04."""
    return Stamp(scope.account, now(), cause(event))


def now() -> datetime:
    """The present moment, or the rehearsal's."""
    return settings().clock().now()


@lru_cache(maxsize=1)
def accounts() -> AccountService:
    """Who administers: by grants, in the users table, and by the roster."""
    from homeroom.roster import linking

    return AccountService(AccountStore(settings().need("users_table")), linking.standing())


@lru_cache(maxsize=1)
def districts() -> "DistrictService":
    """Registered districts, in the districts table."""
    from homeroom.roster.service.registration import DistrictService

    return DistrictService(_district_store())


@lru_cache(maxsize=1)
def runs() -> "RunService":
    """Runs, to be started as well as looked at."""
    return _runs(machines=_machines())


@lru_cache(maxsize=1)
def records() -> "RunService":
    """Runs, to be looked at only: most requests need no client of Step Functions."""
    return _runs()


@lru_cache(maxsize=1)
def decisions() -> "DecisionService":
    """What is decided of runs."""
    from homeroom.roster.service.decisions import DecisionService
    from homeroom.roster.service.hold import HoldService
    from homeroom.roster.store.holds import HoldStore
    from homeroom.roster.store.uses import Uses

    uses = Uses(settings().need("districts_table"), settings().need("classes_table"))
    holds = HoldService(_run_store(), HoldStore(settings().need("districts_table")), _machines())
    return DecisionService(_run_store(), runs(), holds, uses)


@lru_cache(maxsize=1)
def activation_mails() -> "ActivationMails":
    """Activation mails, asked for one by one."""
    from homeroom.roster import mailing

    return mailing.activation_mails()


@lru_cache(maxsize=1)
def people_admin() -> "PeopleAdmin":
    """Single people of the roster."""
    from homeroom.roster import linking

    return linking.people_admin()


@lru_cache(maxsize=1)
def link_admin() -> "LinkAdmin":
    """Links of people to accounts."""
    from homeroom.roster import linking

    return linking.link_admin()


def _runs(**starting: Any) -> "RunService":
    from homeroom.roster import linking
    from homeroom.roster.service.runs import RunService
    from homeroom.roster.store.names import NameStore
    from homeroom.runtime.aws import s3

    names = NameStore(settings().need("districts_table"), settings().need("classes_table")).of
    bucket = settings().need("roster_bucket")
    return RunService(
        _district_store(), _run_store(), s3=s3, bucket=bucket, names=names, conflicts=linking.conflicts, **starting
    )


def _machines() -> "Machines":
    from homeroom.roster.service.machines import Machines
    from homeroom.runtime.aws import stepfunctions

    return Machines(stepfunctions, sync=settings().need("roster_state_machine_arn"))


def _run_store() -> "RunStore":
    from homeroom.roster.store.runs import RunStore
    from homeroom.runtime.aws import dynamodb

    return RunStore(settings().need("districts_table"), dynamodb())


def _district_store() -> "DistrictStore":
    from homeroom.roster.store.districts import DistrictStore
    from homeroom.runtime.aws import dynamodb

    return DistrictStore(settings().need("districts_table"), dynamodb())
