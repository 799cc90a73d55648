"""The services around links, put together from the environment as in `wiring`, and only those that are asked for."""

from typing import TYPE_CHECKING

from homeroom.runtime import aws
from homeroom.runtime.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from homeroom.accounts.service import AccountService
    from homeroom.accounts.service.aliases import Aliases
    from homeroom.accounts.service.proofs import Proofs
    from homeroom.accounts.store.links import LinkStore
    from homeroom.accounts.store.profiles import ProfileStore
    from homeroom.classes.service.sight import Sight
    from homeroom.roster.activation.service import Activations
    from homeroom.roster.activation.service.admin_links import LinkAdmin
    from homeroom.roster.activation.service.codes import CodeActivations
    from homeroom.roster.activation.service.mine import MyActivations
    from homeroom.roster.activation.service.people import PeopleAdmin
    from homeroom.roster.activation.service.requests import ActivationRequests
    from homeroom.roster.activation.service.standing import RosterStanding
    from homeroom.roster.activation.store import FactStore
    from homeroom.roster.activation.store.requests import RequestStore
    from homeroom.roster.rules.findings import Finding

# Imports are inside: each function pays at its start only for what it does.
# ruff: noqa: PLC0415


def standing() -> "RosterStanding":
    """What linked accounts are by the rosters as they stand."""
    from homeroom.roster.activation.service.standing import RosterStanding

    return RosterStanding(facts(), links(), lambda: settings().clock().now())


def administrators() -> "AccountService":
    """Who administers what, by grants and by the rosters."""
    from homeroom.accounts.service import AccountService
    from homeroom.accounts.store import AccountStore

    return AccountService(AccountStore(settings().need("users_table")), standing())


def activations() -> "Activations":
    """How accounts come to their records."""
    from homeroom.roster.activation.service import Activations

    return Activations(facts(), links(), profiles())


def code_activations() -> "CodeActivations":
    """Activation by a district class's code."""
    from homeroom.accounts.service.proofs import Proofs
    from homeroom.accounts.store.proofs import ProofStore
    from homeroom.classes import wiring as classes
    from homeroom.roster import wiring
    from homeroom.roster.activation.service.codes import CodeActivations
    from homeroom.runtime.counters import Counters

    transient, client = settings().need("transient_table"), aws.dynamodb()
    proofs = Proofs(ProofStore(transient, client), Counters(transient, client), wiring.outbox())
    return CodeActivations(activations(), facts(), requests(), classes.entrance(), proofs)


def my_activations(aliases: "Aliases", proofs: "Proofs") -> "MyActivations":
    """The owner's side of activation."""
    from homeroom.roster.activation.service.carried import CarriedAliases
    from homeroom.roster.activation.service.mine import MyActivations
    from homeroom.roster.store.aliases import AliasStore
    from homeroom.roster.store.people import PeopleStore

    table = settings().need("districts_table")
    carried = CarriedAliases(facts(), AliasStore(table), PeopleStore(table, aws.dynamodb()))
    return MyActivations(activations(), code_activations(), aliases, carried, proofs)


def activation_requests(sight: "Sight") -> "ActivationRequests":
    """Requests that wait for a teacher."""
    from homeroom.roster.activation.service.requests import ActivationRequests

    return ActivationRequests(sight, requests(), activations(), facts(), profiles())


def requests() -> "RequestStore":
    """Requests, in the classes table."""
    from homeroom.roster.activation.store.requests import RequestStore

    return RequestStore(settings().need("classes_table"))


def people_admin() -> "PeopleAdmin":
    """Single people of the roster, as administrators see and mend them."""
    from homeroom.roster.activation.service.people import PeopleAdmin
    from homeroom.roster.store.aliases import AliasStore
    from homeroom.roster.store.people import PeopleStore

    table = settings().need("districts_table")
    return PeopleAdmin(facts(), links(), AliasStore(table), PeopleStore(table, aws.dynamodb()))


def link_admin() -> "LinkAdmin":
    """Links, as administrators make and cut them."""
    from homeroom.roster.activation.service.admin_links import LinkAdmin
    from homeroom.roster.store.aliases import AliasStore
    from homeroom.roster.store.people import PeopleStore

    table = settings().need("districts_table")
    return LinkAdmin(facts(), links(), profiles(), AliasStore(table), PeopleStore(table, aws.dynamodb()))


def conflicts(district: str) -> "Iterable[Finding]":
    """What only accounts and aliases bring to light, as findings."""
    from homeroom.roster.activation.service.conflicts import Conflicts
    from homeroom.roster.store.aliases import AliasStore

    return Conflicts(facts(), AliasStore(settings().need("districts_table"))).findings(district)


def facts() -> "FactStore":
    """What activation reads."""
    from homeroom.roster.activation.store import FactStore

    found = settings()
    return FactStore(found.need("districts_table"), found.need("classes_table"), aws.dynamodb(), profiles())


def links() -> "LinkStore":
    """Links."""
    from homeroom.accounts.store.links import LinkStore

    return LinkStore(settings().need("users_table"), settings().need("districts_table"), aws.dynamodb())


def profiles() -> "ProfileStore":
    """Accounts."""
    from homeroom.accounts.store.profiles import ProfileStore

    return ProfileStore(settings().need("users_table"), aws.dynamodb())
