"""Single people of a roster, as administrators see and mend them: obstacles, aliases, links (A-05, A-09, A-10)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from homeroom.accounts.account import Account, AccountNotFound, LinkEnd
from homeroom.accounts.linking import Cut, Relinking, Stamp
from homeroom.accounts.model import Scope
from homeroom.accounts.rules import address_problem, normalise_address
from homeroom.accounts.store.links import LinkStore
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.roster.activation import rules
from homeroom.roster.activation.model import Evidence, Facts, LinkChange, PersonView, Place, Record, Shown
from homeroom.roster.activation.refusals import AddressBlocked, LinkNotFound, OwnerConfirms
from homeroom.roster.activation.service import refusal, relinking
from homeroom.roster.activation.service.reach import require_another, require_earlier, require_power, require_sight
from homeroom.roster.activation.store import FactStore
from homeroom.roster.activation.undoing import given_back, inherits
from homeroom.roster.districts import DistrictNotFound
from homeroom.roster.people import PersonNotFound
from homeroom.roster.store.aliases import AliasStore
from homeroom.roster.store.people import PeopleStore
from homeroom.runtime.audit import Change
from homeroom.runtime.errors import InvalidInput
from homeroom.runtime.proofs import hashed
from homeroom.runtime.transact import StoreBusy

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

ATTEMPTS = 5
MOST_ALIASES = 10
# Whoever might come to activate, for saying beforehand what would meet them.
ANYBODY = Account("anybody", datetime(1970, 1, 1, tzinfo=UTC))


class RosterAdmin:
    """What administrators do with one person. Each asks for the administrator's scope first (P-08)."""

    def __init__(
        self, facts: FactStore, links: LinkStore, profiles: ProfileStore, aliases: AliasStore, people: PeopleStore
    ) -> None:
        self._facts, self._links, self._profiles = facts, links, profiles
        self._aliases, self._people = aliases, people

    def show(self, scope: Scope, person: str) -> PersonView:
        """A person, with all that says why they can or cannot activate. Raises OutOfScope, PersonNotFound.

        Carries out A-05, A-10, P-08.
        """
        record = self._record(scope, person)
        place = self._place(scope.district)
        aliases = self._aliases.of(scope.district, person)
        facts = self._facts_of(record, aliases)
        evidence = Evidence(frozenset(aliases) | ({record.address} if record.address else set()))
        decisions = rules.decide(ANYBODY, evidence, facts)
        on_them = [one for one in decisions if any(other.end == record.end for other in one.records)]
        link = self._links.get(record.end)
        conflicts = [(account, at) for _, account, at in self._facts.clashes(scope.district, person)]
        return PersonView(
            record=record, aliases=tuple(aliases), link=link, classes=tuple(self._facts.classes(record.end)),
            obstacle=rules.obstacle(record, on_them, linked=link is not None, ended=place is None),
            conflicts=tuple(conflicts),
        )  # fmt: skip

    def set_aliases(self, scope: Scope, person: str, given: Sequence[str], stamp: Stamp) -> PersonView:
        """Give a person these aliases and no others; the same again changes nothing.

        Raises InvalidInput, AddressBlocked for one that another person of the district has, and as `show`.
        Carries out A-05, X-04.
        """
        record = self._powerful(scope, person)
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
            row = _change(record.end, "person.aliases", stamp, before, after)
            self._people.record(scope.district, row, *actions)
        return self.show(scope, person)

    def link(
        self, scope: Scope, person: str, whom: "Whom", stamp: Stamp, *, instead_of: str = "", preview: bool = False
    ) -> LinkChange:
        """Link an account to a person, or say what that would do; the same again changes nothing.

        With `instead_of` its link to that other record is cut in the same step: the same person under a new id (A-09).
        Raises as `show`, of every record that is linked or cut; InvalidInput, AccountNotFound, AlreadyLinked,
        LinkedHere, NoSection; OwnerConfirms for an account with activity of its own that the district does not know
        yet. Carries out A-04, A-08, A-09, A-10, P-08, X-04.
        """
        record = self._powerful(scope, person)
        require_earlier(record.end, instead_of)
        place = self._place(scope.district)
        if place is None:
            raise DistrictNotFound
        for _ in range(ATTEMPTS):
            if instead_of and not scope.whole:
                self._powerful(scope, instead_of)
            account = self._account(whom, record)
            require_another(scope, account.id, record)
            plan = self._plan(account, record, place, instead_of)
            # An employee's other records come along, and may be of other schools, or administer more.
            for other in plan.made:
                require_power(scope, other)
            if preview or not (plan.made or plan.cut):
                return replace(plan, done=not preview)
            change = self._change(plan, place)
            row = _change(record.end, "person.link", stamp, None, {"account": account.id, "instead_of": instead_of})
            if self._links.write(account, change, stamp, self._people.row(scope.district, row)) == "written":
                self._facts.settle_clashes(scope.district, person)
                return replace(plan, done=True)
            record = self._powerful(scope, person)
        raise StoreBusy

    def unlink(self, scope: Scope, person: str, stamp: Stamp, *, preview: bool = False) -> LinkChange:
        """Cut a person's link, or say what that would do. What was done stays with the account.

        The aliases that the account gave the record go with it, and the account gets back the birth date from before
        it. Raises as `show`, LinkNotFound when there is none.
        Carries out A-05, A-07, A-10, P-12, X-04.
        """
        for _ in range(ATTEMPTS):
            record = self._powerful(scope, person)
            account = self._profiles.get(record.account) if record.account else None
            if account is None:
                raise LinkNotFound
            plan = LinkChange(account.id, (), (record,))
            if preview:
                return plan
            change = self._undoing(account, record)
            # By an address that the account gave the record, it would be back at its next word.
            own = self._aliases.by(scope.district, person, account.id)
            before = {"account": account.id, "aliases": sorted(map(hashed, own))}
            actions = [self._people.row(scope.district, _change(record.end, "person.unlink", stamp, before, None))]
            for address in own:
                actions += self._aliases.drop(scope.district, person, address)
            if self._links.write(account, change, stamp, *actions) == "written":
                self._facts.settle_clashes(scope.district, person)
                return replace(plan, done=True)
        raise StoreBusy

    def _undoing(self, account: Account, record: Record) -> Relinking:
        found = self._facts.records(account.links - {record.end}).values()
        others = [one for one in found if one.account == account.id]
        heirs = [(one.end, self._links.get(one.end)) for one in others if inherits(record, one)]
        return Relinking(
            cuts=(Cut(record.end, record.since or account.created, record.before),),
            # Of a link that has not noted what was before it, the last word of its record stays.
            birth_date=rules.copied_birth_date([record]) if record.before is None else "",
            restored=given_back(account, record, others),
            inherited=tuple((end, link._replace(before=record.before)) for end, link in heirs if link),
        )

    def _plan(self, account: Account, record: Record, place: Place, instead_of: str) -> LinkChange:
        old = LinkEnd(record.end.district, instead_of)
        cuts = self._facts.records([old] if instead_of and old in account.links else [])
        if instead_of and not cuts:
            raise LinkNotFound("The account is not linked to the record that is to be replaced.")
        rest = replace(account, links=account.links - {old})
        facts = self._facts_of(record, (), *rest.links, enrolled=bool(cuts))
        known = any(end.district == record.end.district for end in account.links)
        decision = next(iter(rules.decide(rest, Evidence(clever=record.end), facts)), None)
        if decision is None or decision.verdict == "refused":
            raise refusal(Shown(decision, place)) if decision else PersonNotFound
        if decision.verdict != "linked" and not known and self._facts.active(account):
            raise OwnerConfirms
        new = tuple(one for one in decision.records if one.account != account.id)
        told = tuple(rules.will_see(place.name, decision.records))
        return LinkChange(account.id, new, tuple(cuts.values()), told)

    def _change(self, plan: LinkChange, place: Place) -> Relinking:
        cuts = tuple(Cut(one.end, one.since or ANYBODY.created, one.before) for one in plan.cut)
        return replace(relinking(plan.made, place, "admin"), cuts=cuts)

    def _facts_of(self, record: Record, aliases: Sequence[str], *more: LinkEnd, enrolled: bool = False) -> Facts:
        addresses = {*aliases, record.address} - {""}
        claims = self._facts.claims(addresses, record.end.district)
        records = self._facts.records({record.end, *more, *(claim.end for claim in claims)})
        students = [record.end] if record.student else []
        inside = frozenset(students) if enrolled else self._facts.enrolled(students)
        return Facts(tuple(claims), records, inside, active=False)

    def _require_free(self, record: Record, addresses: set[str]) -> None:
        claims = self._facts.claims(addresses, record.end.district)
        others = self._facts.records(claim.end for claim in claims if claim.end != record.end)
        for claim in claims:
            other = others.get(claim.end)
            if other and other.state != "archived" and (claim.alias or other.address == claim.address):
                raise AddressBlocked("Another person of the district has one of these addresses.", field="aliases")

    def _account(self, whom: "Whom", record: Record) -> Account:
        addresses = frozenset({record.address, *self._aliases.of(*record.end)} - {""})
        account = self._profiles.get(whom(self._profiles, addresses))
        if account is None:
            raise AccountNotFound
        return account

    def _place(self, district: str) -> Place | None:
        return self._facts.places([district]).get(district)

    def _record(self, scope: Scope, person: str) -> Record:
        end = LinkEnd(scope.district, person)
        record = self._facts.records([end]).get(end)
        require_sight(scope, record)
        if record is None:
            raise PersonNotFound
        return record

    def _powerful(self, scope: Scope, person: str) -> Record:
        """The record, for a change: who reaches further by it than the administrator is not theirs to give away."""
        record = self._record(scope, person)
        require_power(scope, record)
        return record


# Finds an account, among other things by the addresses of the record that it is to be linked to.
Whom = Callable[[ProfileStore, frozenset[str]], str]


def account_of(account: str) -> Whom:
    """An account by its id."""
    return lambda _profiles, _addresses: account


def owner_of(address: str) -> Whom:
    """The account that an address of the record's own belongs to. OwnerConfirms for any other address.

    Whether there is an account behind an address of somebody else's is nothing to tell a district (X-06).
    """

    def found(profiles: ProfileStore, addresses: frozenset[str]) -> str:
        wanted = normalise_address(address)
        if wanted not in addresses:
            raise OwnerConfirms
        return profiles.owner(wanted)

    return found


def _addresses(given: Sequence[str]) -> set[str]:
    if len(given) > MOST_ALIASES:
        raise InvalidInput(f"{MOST_ALIASES} aliases are the most for one person.", field="aliases")
    for at, text in enumerate(given):
        if address_problem(normalise_address(text)):
            raise InvalidInput("This is no address.", field=f"aliases.{at}")
    return {normalise_address(text) for text in given}


def _change(end: LinkEnd, action: str, stamp: Stamp, before: Any, after: Any) -> Change:
    return Change(
        id=f"{action}-{end.person}-{hashed(stamp.cause, 12)}", at=stamp.at, actor=stamp.actor, action=action,
        subject=f"person:{end.district}:{end.person}", cause=stamp.cause, before=before, after=after,
    )  # fmt: skip
