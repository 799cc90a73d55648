"""Addresses that a linked person has verified, carried by their roster records from then on (A-05)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from homeroom.accounts.account import Account, LinkEnd
from homeroom.accounts.linking import Stamp
from homeroom.roster.activation.store import FactStore
from homeroom.roster.store.aliases import AliasStore
from homeroom.roster.store.people import PeopleStore
from homeroom.runtime.audit import Change
from homeroom.runtime.proofs import hashed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


# As many as fit, at five actions each, into the transaction of a hundred by which the address becomes the account's,
# and another's no more.
MOST = 18


class CarriedAliases:
    """Has them written beside the records."""

    def __init__(self, facts: FactStore, aliases: AliasStore, people: PeopleStore) -> None:
        self._facts, self._aliases, self._people = facts, aliases, people

    def actions(self, account: Account, address: str, stamp: Stamp) -> "list[TransactWriteItemTypeDef]":
        """The actions by which the records of an account carry an address that becomes its own, with their audit rows.

        They are refused if it is linked to one of them no more. Where somebody else of the district has the address, it
        would block theirs, and is left out. Carries out A-05, X-03, X-04.
        """
        records = self._facts.records(account.links)
        claimed = {claim.end for claim in self._facts.claims([address])}
        taken = {
            end.district for end, one in self._facts.records(claimed - account.links).items() if one.state != "archived"
        }
        mine = (end for end, one in sorted(records.items()) if one.account == account.id and one.state != "archived")
        carrying = [end for end in mine if end not in claimed and end.district not in taken][:MOST]
        return [action for end in carrying for action in self._of(account.id, end, address, stamp)]

    def _of(self, account: str, end: LinkEnd, address: str, stamp: Stamp) -> "Iterator[TransactWriteItemTypeDef]":
        change = Change(
            id=f"person.alias-{end.person}-{hashed(address, 12)}", at=stamp.at, actor=stamp.actor,
            action="person.alias", subject=f"person:{end.district}:{end.person}", cause=stamp.cause, before=None,
            after={"alias": hashed(address)},
        )  # fmt: skip
        yield from self._aliases.carry(end, address, account, stamp.at)
        yield self._people.row(end.district, change)
