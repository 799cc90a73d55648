"""Links that administrators make and cut, having looked at them first (A-09, A-10)."""

from collections.abc import Callable
from dataclasses import replace

from homeroom.accounts.account import Account, AccountNotFound, LinkEnd
from homeroom.accounts.linking import Cut, Relinking, Stamp
from homeroom.accounts.model import Scope
from homeroom.accounts.rules import normalise_address
from homeroom.accounts.store.links import MOST_TIES, LinkStore
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.roster.activation import rules
from homeroom.roster.activation.model import Evidence, LinkChange, Place, Record, Shown
from homeroom.roster.activation.refusals import LinkNotFound, OwnerConfirms
from homeroom.roster.activation.service import refusal, relinking
from homeroom.roster.activation.service.reach import require_another, require_earlier, require_power
from homeroom.roster.activation.service.records import Records, change_of
from homeroom.roster.activation.store import FactStore
from homeroom.roster.activation.undoing import given_back, inherits
from homeroom.roster.districts import DistrictNotFound
from homeroom.roster.people import PersonNotFound
from homeroom.roster.store.aliases import AliasStore
from homeroom.roster.store.people import PeopleStore
from homeroom.runtime.proofs import hashed
from homeroom.runtime.transact import StoreBusy

ATTEMPTS = 5

# Finds an account, among other things by the addresses of the record that it is to be linked to.
Whom = Callable[[ProfileStore, frozenset[str]], str]


class LinkAdmin:
    """Links, for administrators. Each use case asks for the administrator's scope first (P-08)."""

    def __init__(
        self, facts: FactStore, links: LinkStore, profiles: ProfileStore, aliases: AliasStore, people: PeopleStore
    ) -> None:
        self._records, self._facts = Records(facts), facts
        self._links, self._profiles, self._aliases, self._people = links, profiles, aliases, people

    def link(
        self, scope: Scope, person: str, whom: "Whom", stamp: Stamp, *, instead_of: str = "", preview: bool = False
    ) -> LinkChange:
        """Link an account to a person, or say what that would do; the same again changes nothing.

        With `instead_of` its link to that other record is cut in the same step: the same person under a new id (A-09).
        Raises as `show`, of every record that is linked or cut; InvalidInput, AccountNotFound, AlreadyLinked,
        LinkedHere, NoSection; OwnerConfirms for an account with activity of its own that the district does not know
        yet. Carries out A-04, A-08, A-09, A-10, P-08, X-04.
        """
        record = self._records.powerful(scope, person)
        require_earlier(record.end, instead_of)
        place = self._records.place(scope.district)
        if place is None:
            raise DistrictNotFound
        for _ in range(ATTEMPTS):
            if instead_of and not scope.whole:
                self._records.powerful(scope, instead_of)
            account = self._account(whom, record)
            require_another(scope, account.id, record)
            plan = self._plan(account, record, place, instead_of)
            # An employee's other records come along, and may be of other schools, or administer more.
            for other in plan.made:
                require_power(scope, other)
            if preview or not (plan.made or plan.cut):
                return replace(plan, done=not preview)
            change = self._change(account, plan, place)
            row = change_of(record.end, "person.link", stamp, None, {"account": account.id, "instead_of": instead_of})
            if self._links.write(account, change, stamp, self._people.row(scope.district, row)) == "written":
                self._facts.settle_clashes(scope.district, person)
                return replace(plan, done=True)
            record = self._records.powerful(scope, person)
        raise StoreBusy

    def unlink(self, scope: Scope, person: str, stamp: Stamp, *, preview: bool = False) -> LinkChange:
        """Cut a person's link, or say what that would do. What was done stays with the account.

        The aliases that the account gave the record go with it, and the account gets back the birth date from before
        it. Raises as `show`, LinkNotFound when there is none.
        Carries out A-05, A-07, A-10, P-12, X-04.
        """
        for _ in range(ATTEMPTS):
            record = self._records.powerful(scope, person)
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
            actions = [self._people.row(scope.district, change_of(record.end, "person.unlink", stamp, before, None))]
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
        # Of the same request again the one is linked, and the other no more.
        if instead_of and not cuts and record.account != account.id:
            raise LinkNotFound("The account is not linked to the record that is to be replaced.")
        rest = replace(account, links=account.links - {old})
        facts = self._records.facts_of(record, (), *rest.links, enrolled=bool(cuts))
        known = any(end.district == record.end.district for end in account.links)
        decision = next(iter(rules.decide(rest, Evidence(clever=record.end, told=True), facts)), None)
        if decision is None or decision.verdict == "refused":
            raise refusal(Shown(decision, place)) if decision else PersonNotFound
        if decision.verdict != "linked" and not known and self._facts.active(account):
            raise OwnerConfirms
        new = [one for one in decision.records if one.account != account.id]
        # That of which the administrator spoke, and as many of an employee's others as fit beside it.
        new = sorted(new, key=lambda one: one.end != record.end)[:MOST_TIES]
        told = tuple(rules.will_see(place.name, decision.records))
        return LinkChange(account.id, tuple(new), tuple(cuts.values()), told)

    def _change(self, account: Account, plan: LinkChange, place: Place) -> Relinking:
        cuts = tuple(Cut(one.end, one.since or account.created, one.before) for one in plan.cut)
        return replace(relinking(plan.made, place, "admin"), cuts=cuts)

    def _account(self, whom: "Whom", record: Record) -> Account:
        addresses = frozenset({record.address, *self._aliases.of(*record.end)} - {""})
        account = self._profiles.get(whom(self._profiles, addresses))
        if account is None:
            raise AccountNotFound
        return account


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
