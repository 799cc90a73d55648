"""Single people of a roster, as administrators see them: what stands in somebody's way, and their aliases (A-05)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from homeroom.accounts.account import Account
from homeroom.accounts.linking import Stamp
from homeroom.accounts.model import Scope
from homeroom.accounts.rules import address_problem, normalise_address
from homeroom.accounts.store.links import LinkStore
from homeroom.roster.activation import rules
from homeroom.roster.activation.model import Evidence, PersonView, Record
from homeroom.roster.activation.refusals import AddressBlocked
from homeroom.roster.activation.service.records import Records, change_of
from homeroom.roster.activation.store import FactStore
from homeroom.roster.store.aliases import AliasStore
from homeroom.roster.store.people import PeopleStore
from homeroom.runtime.errors import InvalidInput
from homeroom.runtime.proofs import hashed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

MOST_ALIASES = 10
# Whoever might come to activate, for saying beforehand what would meet them.
ANYBODY = Account("anybody", datetime(1970, 1, 1, tzinfo=UTC))


class PeopleAdmin:
    """People, for administrators. Each use case asks for the administrator's scope first (P-08)."""

    def __init__(self, facts: FactStore, links: LinkStore, aliases: AliasStore, people: PeopleStore) -> None:
        self._records, self._facts = Records(facts), facts
        self._links, self._aliases, self._people = links, aliases, people

    def show(self, scope: Scope, person: str) -> PersonView:
        """A person, with all that says why they can or cannot activate; of their classes, those in the scope.

        Raises OutOfScope, PersonNotFound. Carries out A-05, A-10, P-08.
        """
        record = self._records.record(scope, person)
        place = self._records.place(scope.district)
        aliases = self._aliases.of(scope.district, person)
        facts = self._records.facts_of(record, aliases)
        evidence = Evidence(frozenset(aliases) | ({record.address} if record.address else set()))
        decisions = rules.decide(ANYBODY, evidence, facts)
        on_them = [one for one in decisions if any(other.end == record.end for other in one.records)]
        link = self._links.get(record.end)
        classes = (one for one in self._facts.classes(record.end) if scope.whole or one.school in scope.schools)
        conflicts = [(account, at) for _, account, at in self._facts.clashes(scope.district, person)]
        return PersonView(
            record=record, aliases=tuple(aliases), link=link, classes=tuple(classes),
            obstacle=rules.obstacle(record, on_them, linked=link is not None, ended=place is None),
            conflicts=tuple(conflicts),
        )  # fmt: skip

    def set_aliases(self, scope: Scope, person: str, given: Sequence[str], stamp: Stamp) -> PersonView:
        """Give a person these aliases and no others; the same again changes nothing.

        Raises InvalidInput, AddressBlocked for one that another person of the district has, and as `show`.
        Carries out A-05, X-04.
        """
        record = self._records.powerful(scope, person)
        # Also its own address: to whom it has been another's, the alias says that it is theirs now.
        wanted = _addresses(given)
        had = set(self._aliases.of(scope.district, person))
        self._require_free(record, wanted - had)
        actions: list[TransactWriteItemTypeDef] = []
        for address in sorted(wanted - had):
            actions += self._aliases.add(scope.district, person, address, stamp.actor, stamp.at)
        for address in sorted(had - wanted):
            actions += self._aliases.drop(scope.district, person, address)
        if actions:
            before, after = ({"aliases": sorted(map(hashed, some))} for some in (had, wanted))
            row = change_of(record.end, "person.aliases", stamp, before, after)
            self._people.record(scope.district, row, *actions)
        return self.show(scope, person)

    def _require_free(self, record: Record, addresses: set[str]) -> None:
        claims = self._facts.claims(addresses, record.end.district)
        others = self._facts.records(claim.end for claim in claims if claim.end != record.end)
        for claim in claims:
            other = others.get(claim.end)
            claimed = other and other.state != "archived" and (claim.alias or other.address == claim.address)
            # Employees under one address are one person.
            one = other and record.address == claim.address and not (record.student or other.student)
            if claimed and not one:
                raise AddressBlocked("Another person of the district has one of these addresses.", field="aliases")


def _addresses(given: Sequence[str]) -> set[str]:
    if len(given) > MOST_ALIASES:
        raise InvalidInput(f"{MOST_ALIASES} aliases are the most for one person.", field="aliases")
    for at, text in enumerate(given):
        if address_problem(normalise_address(text)):
            raise InvalidInput("This is no address.", field=f"aliases.{at}")
    return {normalise_address(text) for text in given}
