"""What is written with every place that is taken or given back, whoever's word it is by (C-06, C-07, I-07, X-04)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from homeroom.accounts.account import Account
from homeroom.accounts.linking import Stamp
from homeroom.classes.ids import ClassId
from homeroom.classes.model import ClassView, Known
from homeroom.classes.store.audits import audit_action
from homeroom.classes.store.invitations import settle_action
from homeroom.classes.store.seats import SeatStore
from homeroom.runtime.audit import Change

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


class Taken:
    """Somebody becomes a member: `account`, of whom `addresses` are, of a class of `owner`'s."""

    def __init__(self, klass: ClassId, owner: str, account: str, addresses: Iterable[str]) -> None:
        self.klass, self.owner, self.account = klass, owner, account
        self._addresses = sorted(filter(None, addresses))

    def actions(self, seats: SeatStore, stamp: Stamp, known: Known | None = None) -> "list[TransactWriteItemTypeDef]":
        """A place taken, the audit row, and the invitations of their addresses settled. Two, one, and any number."""
        settled = [settle_action(seats.table, self.klass, one, self.account, stamp.at) for one in self._addresses]
        row = audit_action(seats.table, self.klass, _change("class.join", self.account, stamp, None, "member"))
        return [*seats.take(self.klass, self.owner, known), row, *settled]


def addresses_of(account: Account | None) -> frozenset[str]:
    """The addresses that were an account's when it was last seen: all that is known of who is not asking themselves."""
    return account.addresses | {account.address} if account else frozenset()


def leaving(seats: SeatStore, view: ClassView, account: str, stamp: Stamp) -> "list[TransactWriteItemTypeDef]":
    """The actions that give back a member's place, with the audit row."""
    change = _change("class.leave", account, stamp, "member", None)
    return [*seats.give_back(view), audit_action(seats.table, view.id, change)]


def _change(action: str, account: str, stamp: Stamp, before: str | None, after: str | None) -> Change:
    return Change(
        id=f"{action}-{account}-{stamp.cause}", at=stamp.at, actor=stamp.actor, action=action,
        subject=f"account:{account}", cause=stamp.cause, before={"role": before} if before else None,
        after={"role": after} if after else None,
    )  # fmt: skip
