"""The users table.

`U#<account>` / `ADMIN#<district>`    a grant
`U#<account>` / `AUDIT#…`             an audit row
`D#<district>` / `ADMIN#<account>`    that there is a grant: it lists, and grants nothing
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pynamodb.attributes import (
    BooleanAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.connection import Connection
from pynamodb.exceptions import PynamoDBException, TransactWriteError
from pynamodb.transactions import TransactWrite

from homeroom.accounts.model import Grant
from homeroom.runtime.audit import AuditItem, Change
from homeroom.runtime.dynamo import TableMeta, TableModel, bind
from homeroom.runtime.errors import Conflict, Fault

LONGEST_ID = 200
LISTED = "ADMIN#"
_RACED = frozenset({"ConditionalCheckFailed", "TransactionConflict"})


class GrantItem(TableModel):
    """A grant as it is stored. `version` counts its changes, from 1."""

    class Meta(TableMeta):
        pass

    account = UnicodeAttribute()
    district = UnicodeAttribute()
    whole = BooleanAttribute()
    schools = UnicodeSetAttribute(null=True)
    granted_at = UTCDateTimeAttribute()
    ended_at = UTCDateTimeAttribute(null=True)
    version = NumberAttribute()


class GrantListing(TableModel):
    """That an account has, or had, a grant in a district; what it permits is in the grant alone."""

    class Meta(TableMeta):
        pass


class UserAuditItem(AuditItem):
    """An audit row of the users table."""

    class Meta(TableMeta):
        pass


class GrantRaced(Conflict):
    """Somebody else changed the grant since it was read: read it again."""

    code = "grant_changed"
    title = "The access was changed by somebody else in the meantime"


@dataclass(frozen=True, kw_only=True)
class StoredGrant(Grant):
    """A grant and the version under which it was read."""

    version: int


class AccountStore:
    """Grants and their audit rows, in the users table of that name."""

    def __init__(self, table: str) -> None:
        bind(table, GrantItem, GrantListing, UserAuditItem)

    def grant(self, account: str, district: str) -> StoredGrant | None:
        """The grant as it stands this moment (a consistent read), ended ones too; None if there never was one.

        Raises Fault.
        """
        # Nothing is kept under what is no id of anybody's, and DynamoDB refuses a key that is too long.
        if not (district.isascii() and len(district) <= LONGEST_ID):
            return None
        # By the request that reads accounts as well: who may do that needs no further permission.
        with _faults():
            found = list(GrantItem.batch_get([(f"U#{account}", f"ADMIN#{district}")], consistent_read=True))
        return _stored(found[0]) if found else None

    def of_account(self, account: str) -> list[StoredGrant]:
        """The grants in force of an account (a consistent read), by district. Raises Fault."""
        with _faults():
            found = GrantItem.query(f"U#{account}", GrantItem.sk.startswith(LISTED), consistent_read=True)
            return [grant for grant in map(_stored, found) if grant.ended_at is None]

    def admins(self, district: str) -> list[StoredGrant]:
        """The grants in force in a district (consistent reads), by account. Raises Fault."""
        with _faults():
            listed = GrantListing.query(f"D#{district}", GrantListing.sk.startswith(LISTED), consistent_read=True)
            keys = [(f"U#{item.sk.removeprefix(LISTED)}", f"{LISTED}{district}") for item in listed]
            found = [_stored(item) for item in GrantItem.batch_get(keys, consistent_read=True)]
        return sorted((one for one in found if one.ended_at is None), key=lambda grant: grant.account)

    def put(self, grant: Grant, change: Change, *, seen: int) -> None:
        """Write a grant, its listing and its audit row, all or none, if it has the version `seen` (0: none). X-04.

        Raises GrantRaced when it has not, Fault.
        """
        item = GrantItem(
            f"U#{grant.account}",
            f"ADMIN#{grant.district}",
            account=grant.account,
            district=grant.district,
            whole=grant.whole,
            schools=set(grant.schools) or None,
            granted_at=grant.granted_at,
            ended_at=grant.ended_at,
            version=seen + 1,
        )
        unchanged = GrantItem.version == seen if seen else GrantItem.pk.does_not_exist()
        row = UserAuditItem.written(item.pk, change)
        with _faults(), TransactWrite(connection=_connection()) as transaction:
            transaction.save(item, condition=unchanged)
            transaction.save(GrantListing(f"D#{grant.district}", f"{LISTED}{grant.account}"))
            transaction.save(row, condition=UserAuditItem.pk.does_not_exist())


def _stored(item: GrantItem) -> StoredGrant:
    return StoredGrant(
        account=item.account,
        district=item.district,
        whole=item.whole,
        schools=frozenset(item.schools or ()),
        granted_at=item.granted_at,
        ended_at=item.ended_at,
        version=int(item.version),
    )


def _connection() -> Connection:
    return GrantItem._get_connection().connection  # noqa: SLF001  the one that carries the models' time-outs


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except TransactWriteError as error:
        if _RACED & {reason.code for reason in error.cancellation_reasons if reason}:
            raise GrantRaced from error
        raise Fault from error
    except PynamoDBException as error:
        raise Fault from error
