"""The stores under the routes of classes, and who is who: made once a process on first use."""

from functools import lru_cache
from typing import TYPE_CHECKING

from homeroom.accounts.service.callers import Callers
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.classes.service.sight import Sight
from homeroom.classes.store.standings import StandingStore
from homeroom.runtime.aws import dynamodb
from homeroom.runtime.settings import settings

if TYPE_CHECKING:
    from homeroom.accounts.model import Scope
    from homeroom.classes.service.rosters import Rosters
    from homeroom.classes.store.rolls import RollStore
    from homeroom.classes.store.seats import SeatStore
    from homeroom.runtime.outbox import Outbox

# Imports are inside: each function pays at its start only for what it does.
# ruff: noqa: PLC0415


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
    return Sight(standings(), co_teaching=settings().independent_co_teaching, administers=administers)


def administers(account: str, district: str) -> "Scope | None":
    """What of a district an account administers now. Only who has access to a class as an administrator is asked."""
    from homeroom.roster import linking

    return linking.administrators().scope_in_force(account, district)


@lru_cache(maxsize=1)
def seats() -> "SeatStore":
    """Places in classes."""
    from homeroom.classes.store.seats import SeatStore

    return SeatStore(settings().need("classes_table"), profiles(), dynamodb())


@lru_cache(maxsize=1)
def rolls() -> "RollStore":
    """Classes with everybody in them."""
    from homeroom.classes.store.rolls import RollStore

    return RollStore(settings().need("classes_table"), dynamodb())


@lru_cache(maxsize=1)
def rosters() -> "Rosters":
    """People of districts."""
    from homeroom.roster.store.rosters import RosterPeople

    return RosterPeople(settings().need("districts_table"), dynamodb())


@lru_cache(maxsize=1)
def outbox() -> "Outbox":
    """Where mails are put."""
    from homeroom.runtime.outbox import Outbox

    return Outbox(settings().need("outbox_table"), dynamodb())
