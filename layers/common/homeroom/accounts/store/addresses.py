"""Whose an address is: an account's own ones, and the claim on each, always changed together (A-01).

`U#<account>` / `PROFILE`     `address` of its login, `addresses` that were verified by a mailed link
`ADDR#<address>` / `ADDR`     the one account that the address belongs to
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from homeroom.accounts.account import Account
from homeroom.accounts.store import UserAuditItem
from homeroom.accounts.store.profiles import ADDRESS, PROFILE, AddressItem, ProfileStore, account_pk, address_pk
from homeroom.runtime.audit import Change
from homeroom.runtime.proofs import hashed
from homeroom.runtime.together import Want, read_together
from homeroom.runtime.transact import NEW, put, remove, transact, update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

FREE_OR_OWN = "attribute_not_exists(pk) OR account = :account"

# As it was read, and by a login still.
UNPROVED = "account = :theirs AND #by = :login"


class Claimed(NamedTuple):
    """Whose an address is, and whether by a mailed link; else by a provider's word on its login alone."""

    account: str
    proved: bool


class AddressStore:
    """Moves addresses between accounts and nobody, in the table of those accounts."""

    def __init__(self, profiles: ProfileStore) -> None:
        self._table, self._client = profiles.table, profiles.client

    def move_login(self, account: Account, address: str, now: datetime) -> bool:
        """Put `address` (normalised, "" for none) in the place of the login's one, which becomes nobody's.

        One that was also verified by a mailed link stays the account's. False, and nothing changed, when the account
        is no longer as it was read or the address is somebody else's. Raises StoreBusy. Carries out A-01, X-04.
        """
        actions = [self._profile(account, address), self._audit(account, address, now)]
        if address:
            # What a mailed link has proved stays proved.
            by = "mail" if address in account.addresses else "login"
            actions.append(self._claim(account.id, address, by, now))
        if account.address and account.address not in account.addresses:
            own = {":account": {"S": account.id}}
            actions.append(remove(self._table, address_pk(account.address), ADDRESS, FREE_OR_OWN, own))
        return not transact(self._client, actions)

    def claimed(self, address: str) -> Claimed | None:
        """Whose a normalised address is (a consistent read); None when it is nobody's. Raises StoreBusy."""
        wanted = Want(AddressItem, address_pk(address), ADDRESS)
        item = read_together(self._client, [wanted]).get(*wanted)
        if item is None:
            return None
        profile = ProfileStore.want(item.account)
        theirs = ProfileStore.of(read_together(self._client, [profile]), item.account)
        proved = item.by != "login" or (theirs is not None and address in theirs.addresses)
        return Claimed(item.account, proved)

    def adopt_actions(
        self, account: str, address: str, most: int, now: datetime, change: Change, loser: str = ""
    ) -> "tuple[TransactWriteItemTypeDef, ...]":
        """The actions by which a normalised address becomes an account's own, whatever its login.

        The first is refused when the account has `most` others, the second when the address is somebody else's; with
        `loser`, when it is not that account's any more, or by a mailed link. Then the last two take it from that
        account. Carries out A-01, A-05, X-04.
        """
        room = "attribute_exists(pk) AND (attribute_not_exists(addresses) OR size(addresses) < :most"
        values = {":one": {"SS": [address]}, ":address": {"S": address}, ":most": {"N": str(most)}}
        owner = update(
            self._table, account_pk(account), PROFILE, "ADD addresses :one",
            f"{room} OR contains(addresses, :address))", values,
        )  # fmt: skip
        row = put(self._table, UserAuditItem.written(account_pk(account), change), NEW)
        if not loser:
            return owner, self._claim(account, address, "mail", now), row
        claim = AddressItem(address_pk(address), ADDRESS, account=account, by="mail", since=now)
        as_read = {":theirs": {"S": loser}, ":login": {"S": "login"}}
        return owner, put(self._table, claim, UNPROVED, as_read, by="by"), row, *self._lost(loser, address, change)

    def _lost(self, loser: str, address: str, change: Change) -> "Iterator[TransactWriteItemTypeDef]":
        as_read = "address = :address AND (attribute_not_exists(addresses) OR NOT contains(addresses, :address))"
        values = {":address": {"S": address}}
        yield update(self._table, account_pk(loser), PROFILE, "REMOVE address", as_read, values)
        told = replace(
            change,
            id=f"{change.id}-lost", action="account.address_lost", subject=f"account:{loser}",
            before={"address": named(address)}, after=None,
        )  # fmt: skip
        yield put(self._table, UserAuditItem.written(account_pk(loser), told), NEW)

    def _profile(self, account: Account, address: str) -> "TransactWriteItemTypeDef":
        change = "SET address = :new" if address else "REMOVE address"
        as_read = "address = :old" if account.address else "attribute_not_exists(address)"
        if account.address and account.address not in account.addresses:
            # A mailed link may have made it the account's own since: its claim must not go.
            as_read += " AND NOT contains(addresses, :old)"
        said = {":new": address, ":old": account.address}
        values = {name: {"S": text} for name, text in said.items() if text}
        return update(
            self._table, account_pk(account.id), PROFILE, change, f"attribute_exists(pk) AND {as_read}", values
        )

    def _claim(self, account: str, address: str, by: str, now: datetime) -> "TransactWriteItemTypeDef":
        claim = AddressItem(address_pk(address), ADDRESS, account=account, by=by, since=now)
        return put(self._table, claim, FREE_OR_OWN, {":account": {"S": account}})

    def _audit(self, account: Account, address: str, now: datetime) -> "TransactWriteItemTypeDef":
        change = Change(
            id=f"login-{named(address)}", at=now, actor=account.id, action="account.login_address",
            subject=f"account:{account.id}", cause="sign_in",
            before={"address": named(account.address)}, after={"address": named(address)},
        )  # fmt: skip
        return put(self._table, UserAuditItem.written(account_pk(account.id), change), NEW)


def named(address: str) -> str:
    """An address as the audit log names it: by its hash, "" for none (X-07)."""
    return hashed(address) if address else ""
