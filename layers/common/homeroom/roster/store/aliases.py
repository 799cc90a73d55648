"""Further addresses of a roster record, which no sync writes (A-05). Each is three items, written together:

`D#<district>#P#<person>` / `ALIAS#<address>`          beside the record
`E#<address>` / `D#<district>#P#<person>#ALIAS`        its claim, beside the claims that the sync writes
`D#<district>` / `ALIASES#<address>#<person>`          that there is one: it lists, and grants nothing
"""

from datetime import datetime
from typing import TYPE_CHECKING

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute

from homeroom.accounts.account import LinkEnd
from homeroom.accounts.store.links import link_key
from homeroom.roster.store.items import district_pk, person_pk
from homeroom.runtime.dynamo import TableMeta, TableModel, bind
from homeroom.runtime.transact import check, put, remove

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

ALIAS, BESIDE, LISTED = "#ALIAS", "ALIAS#", "ALIASES#"


class AliasItem(TableModel):
    """An alias of a record: the account that added it, and when."""

    class Meta(TableMeta):
        pass

    by = UnicodeAttribute()
    since = UTCDateTimeAttribute()


class AliasClaim(TableModel):
    """A claim of an address, the sync's or an alias's, by what both have."""

    class Meta(TableMeta):
        pass

    district = UnicodeAttribute()
    person = UnicodeAttribute()
    source = UnicodeAttribute()


class AliasListing(TableModel):
    """That a record of the district has an alias."""

    class Meta(TableMeta):
        pass


class AliasStore:
    """Aliases, in the districts table of that name."""

    def __init__(self, table: str) -> None:
        self._table = table
        bind(table, AliasItem, AliasClaim, AliasListing)

    @staticmethod
    def given(district: str) -> list[str]:
        """The addresses that are aliases in a district, each once, sorted (a consistent read)."""
        listed = AliasListing.query(district_pk(district), AliasListing.sk.startswith(LISTED), consistent_read=True)
        return sorted({item.sk.removeprefix(LISTED).rpartition("#")[0] for item in listed})

    @staticmethod
    def of(district: str, person: str) -> list[str]:
        """The aliases of a record, sorted (a consistent read)."""
        items = AliasItem.query(person_pk(district, person), AliasItem.sk.startswith(BESIDE), consistent_read=True)
        return [item.sk.removeprefix(BESIDE) for item in items]

    @staticmethod
    def by(district: str, person: str, account: str) -> list[str]:
        """Those aliases of a record that an account has given it, sorted (a consistent read)."""
        items = AliasItem.query(person_pk(district, person), AliasItem.sk.startswith(BESIDE), consistent_read=True)
        return [item.sk.removeprefix(BESIDE) for item in items if item.by == account]

    def carry(self, end: LinkEnd, address: str, account: str, now: datetime) -> "list[TransactWriteItemTypeDef]":
        """The actions by which a record carries an address of the account to which it is linked, refused if not."""
        own = {":account": {"S": account}}
        still = check(self._table, *link_key(*end), "account = :account", own)
        return [still, *self.add(*end, address, account, now)]

    def add(self, district: str, person: str, address: str, by: str, now: datetime) -> "list[TransactWriteItemTypeDef]":
        """The actions that give a record an alias; again changes nothing but who did it and when."""
        pk = person_pk(district, person)
        claim = AliasClaim(f"E#{address}", pk + ALIAS, district=district, person=person, source="alias")
        beside = AliasItem(pk, BESIDE + address, by=by, since=now)
        listing = AliasListing(district_pk(district), f"{LISTED}{address}#{person}")
        return [put(self._table, item) for item in (beside, claim, listing)]

    def drop(self, district: str, person: str, address: str) -> "list[TransactWriteItemTypeDef]":
        """The actions that take an alias from a record, whether or not it has it."""
        pk = person_pk(district, person)
        listing = (district_pk(district), f"{LISTED}{address}#{person}")
        keys = ((pk, BESIDE + address), (f"E#{address}", pk + ALIAS), listing)
        return [remove(self._table, *key) for key in keys]
