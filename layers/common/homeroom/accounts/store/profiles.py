"""Accounts, in the users table.

`U#<account>` / `PROFILE`     the account, its links and the addresses that are its own
`U#<account>` / `TEACHING`    how much it has in hand as an owner of classes (C-06)
`ADDR#<address>` / `ADDR`     the account that an address belongs to: one, or none (A-01)
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Literal, cast

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UnicodeSetAttribute, UTCDateTimeAttribute

from homeroom.accounts.account import Account, Guardian, GuardianState, LinkEnd, Teaching
from homeroom.runtime.dynamo import TableMeta, TableModel, bind
from homeroom.runtime.together import Found, Want, read_together
from homeroom.runtime.transact import NEW, put, transact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PROFILE, TEACHING, ADDRESS = "PROFILE", "TEACHING", "ADDR"
LONGEST_ID = 200


class ProfileItem(TableModel):
    """An account. Each attribute is changed by itself, so that no writer undoes another's work."""

    class Meta(TableMeta):
        pass

    created = UTCDateTimeAttribute()
    name = UnicodeAttribute(null=True)
    role = UnicodeAttribute(null=True)
    birth_date = UnicodeAttribute(null=True)
    birth_by = UnicodeAttribute(null=True)
    zone = UnicodeAttribute(null=True)
    district_zone = UnicodeAttribute(null=True)
    address = UnicodeAttribute(null=True)
    addresses = UnicodeSetAttribute(null=True)
    links = UnicodeSetAttribute(null=True)
    guardian = UnicodeAttribute(null=True)
    guardian_state = UnicodeAttribute(null=True)
    guardian_asked = UTCDateTimeAttribute(null=True)
    guardian_answered = UTCDateTimeAttribute(null=True)


class TeachingItem(TableModel):
    """Counters of an owner's classes; made by the first change to them."""

    class Meta(TableMeta):
        pass

    classes = NumberAttribute(null=True)
    places = NumberAttribute(null=True)


class AddressItem(TableModel):
    """That an address is an account's: `by` login (its provider verified it) or mail (a mailed link was followed)."""

    class Meta(TableMeta):
        pass

    account = UnicodeAttribute()
    by = UnicodeAttribute()
    since = UTCDateTimeAttribute()


def account_pk(account: str) -> str:
    """The partition of an account."""
    return f"U#{account}"


def address_pk(address: str) -> str:
    """The partition of an address, normalised."""
    return f"ADDR#{address}"


class ProfileStore:
    """Accounts, in the users table of that name."""

    def __init__(self, table: str, client: "DynamoDBClient") -> None:
        self.table, self.client = table, client
        bind(table, ProfileItem, TeachingItem, AddressItem)

    @staticmethod
    def want(account: str) -> Want:
        """An account, to be read together with other items; `of` takes it from what was found."""
        return Want(ProfileItem, account_pk(account), PROFILE)

    @staticmethod
    def of(found: Found, account: str) -> Account | None:
        """The account among what was read; None when there is no such one."""
        item = found.get(ProfileItem, account_pk(account), PROFILE)
        return _account(item) if item else None

    def get(self, account: str) -> Account | None:
        """An account as it stands (a consistent read); None when there is none of that id. Raises StoreBusy."""
        return self.many([account]).get(account)

    def many(self, accounts: Iterable[str]) -> dict[str, Account]:
        """Those of the accounts that there are, by id (consistent reads, a hundred a request). Raises StoreBusy."""
        asked = [one for one in dict.fromkeys(accounts) if one and one.isascii() and len(one) <= LONGEST_ID]
        found = read_together(self.client, map(self.want, asked))
        known = {one: self.of(found, one) for one in asked}
        return {one: account for one, account in known.items() if account}

    def owner(self, address: str) -> str:
        """The account that a normalised address belongs to (a consistent read), "" when it is nobody's."""
        return self.owners([address]).get(address, "")

    def owners(self, addresses: Iterable[str]) -> dict[str, str]:
        """The accounts that addresses belong to, by address; those that are nobody's are left out."""
        asked = [one for one in dict.fromkeys(addresses) if one]
        found = read_together(self.client, (Want(AddressItem, address_pk(one), ADDRESS) for one in asked))
        items = {one: found.get(AddressItem, address_pk(one), ADDRESS) for one in asked}
        return {one: item.account for one, item in items.items() if item}

    def teaching(self, account: str) -> Teaching:
        """What an account has in hand as an owner (a consistent read)."""
        item = read_together(self.client, [Want(TeachingItem, account_pk(account), TEACHING)])
        return teaching_of(item.get(TeachingItem, account_pk(account), TEACHING))

    def with_teaching(self, account: str) -> tuple[Account | None, Teaching]:
        """An account, None when there is none of that id, and what it has in hand as an owner, in one read."""
        wanted = Want(TeachingItem, account_pk(account), TEACHING)
        found = read_together(self.client, [self.want(account), wanted])
        return self.of(found, account), teaching_of(found.get(*wanted))

    def begin(self, account: str, address: str, now: datetime) -> Account:
        """The account, made now if there was none; its login's verified address (normalised, or "") becomes its own
        unless it is somebody else's. Repeatable (X-03). Raises StoreBusy.
        """
        profile = ProfileItem(account_pk(account), PROFILE, created=now, address=address or None)
        claim = AddressItem(address_pk(address), ADDRESS, account=account, by="login", since=now)
        theirs = "attribute_not_exists(pk) OR account = :account"
        actions = [put(self.table, profile, NEW)]
        if address:
            actions.append(put(self.table, claim, theirs, {":account": {"S": account}}))
        refused = transact(self.client, actions)
        if 1 in refused and 0 not in refused:
            return self.begin(account, "", now)
        return cast("Account", self.get(account))  # it was there, or is there now


def teaching_of(item: TeachingItem | None) -> Teaching:
    """The counters of an owner; zero before the first change."""
    return Teaching(int(item.classes or 0), int(item.places or 0)) if item else Teaching()


def _account(item: ProfileItem) -> Account:
    guardian = None
    if item.guardian:
        state = cast("GuardianState", item.guardian_state)
        guardian = Guardian(item.guardian, state, item.guardian_asked, item.guardian_answered)
    links = (LinkEnd(*link.split("#", 1)) for link in item.links or ())
    return Account(
        id=item.pk.removeprefix("U#"), created=item.created, name=item.name or "",
        role=cast("Literal['', 'teacher', 'student']", item.role or ""), birth_date=item.birth_date or "",
        birth_by=cast("Literal['', 'self', 'roster']", item.birth_by or ""), zone=item.zone or "",
        district_zone=item.district_zone or "", address=item.address or "",
        addresses=frozenset(item.addresses or ()), links=frozenset(links), guardian=guardian,
    )  # fmt: skip
