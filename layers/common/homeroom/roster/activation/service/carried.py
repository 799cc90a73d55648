"""Addresses that a linked person has verified, carried by their roster records from then on (A-05)."""

from homeroom.accounts.account import Account, LinkEnd
from homeroom.accounts.linking import Stamp
from homeroom.roster.activation.store import FactStore
from homeroom.roster.store.aliases import AliasStore
from homeroom.roster.store.people import PeopleStore
from homeroom.runtime.audit import Change
from homeroom.runtime.proofs import hashed


class CarriedAliases:
    """Writes them beside the records."""

    def __init__(self, facts: FactStore, aliases: AliasStore, people: PeopleStore) -> None:
        self._facts, self._aliases, self._people = facts, aliases, people

    def carry(self, account: Account, address: str, stamp: Stamp) -> None:
        """Have the records of an account carry an address that is now its own; again changes nothing.

        Where somebody else of the district has it, it would block theirs, and is left out. Carries out A-05, X-04.
        """
        records = self._facts.records(account.links)
        claimed = {claim.end for claim in self._facts.claims([address])}
        taken = {
            end.district for end, one in self._facts.records(claimed - account.links).items() if one.state != "archived"
        }
        for end, record in sorted(records.items()):
            mine = record.account == account.id and record.state != "archived"
            if mine and end not in claimed and end.district not in taken:
                self._add(account.id, end, address, stamp)

    def _add(self, account: str, end: LinkEnd, address: str, stamp: Stamp) -> None:
        change = Change(
            id=f"person.alias-{end.person}-{hashed(address, 12)}", at=stamp.at, actor=stamp.actor,
            action="person.alias", subject=f"person:{end.district}:{end.person}", cause=stamp.cause, before=None,
            after={"alias": hashed(address)},
        )  # fmt: skip
        self._people.record(end.district, change, *self._aliases.carry(end, address, account, stamp.at))
