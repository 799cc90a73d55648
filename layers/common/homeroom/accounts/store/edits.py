"""What an account has changed of itself: `U#<account>` / `PROFILE`, each attribute by itself (A-07)."""

from typing import TYPE_CHECKING, Any

from homeroom.accounts.account import Account
from homeroom.accounts.store import UserAuditItem
from homeroom.accounts.store.profiles import PROFILE, ProfileStore, account_pk
from homeroom.runtime.audit import Change
from homeroom.runtime.transact import NEW, put, transact, update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

FIELDS = ("name", "role", "zone", "birth_date", "birth_by")
# By which somebody's age is reckoned.
AGE = frozenset({"zone", "birth_date"})


class EditStore:
    """Writes edits, in the table of those accounts."""

    def __init__(self, profiles: ProfileStore) -> None:
        self._table, self._client = profiles.table, profiles.client

    def change(self, before: Account, after: Account, audit: Change | None) -> bool:
        """Write what differs, with an audit row if one is given.

        False, and nothing changed, when the account's age is reckoned otherwise than when it was read, or it was
        linked since and the birth date is to change. Raises StoreBusy.
        """
        changed = [name for name in FIELDS if getattr(before, name) != getattr(after, name)]
        actions = [self._profile(before, after, changed)]
        if audit is not None:
            actions.append(put(self._table, UserAuditItem.written(account_pk(before.id), audit), NEW))
        return not transact(self._client, actions)

    def _profile(self, before: Account, after: Account, changed: list[str]) -> "TransactWriteItemTypeDef":
        known = sorted(AGE) if AGE.intersection(changed) else []
        conditions = ["attribute_exists(pk)", *(_as_read(name, getattr(before, name)) for name in known)]
        if "birth_date" in changed:
            conditions.append("attribute_not_exists(links)")
        values: dict[str, Any] = {f":new_{name}": {"S": getattr(after, name)} for name in changed}
        values |= {f":old_{name}": {"S": getattr(before, name)} for name in known if getattr(before, name)}
        return update(
            self._table, account_pk(before.id), PROFILE,
            "SET " + ", ".join(f"#{name} = :new_{name}" for name in changed),
            " AND ".join(conditions), values, **{name: name for name in {*changed, *known}},
        )  # fmt: skip


def _as_read(name: str, text: str) -> str:
    return f"#{name} = :old_{name}" if text else f"attribute_not_exists(#{name})"
