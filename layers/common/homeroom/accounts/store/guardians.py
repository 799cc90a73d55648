"""A child's guardian, on the child's account: `U#<account>` / `PROFILE` (J-09)."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pynamodb.constants import DATETIME_FORMAT

from homeroom.accounts.account import Guardian
from homeroom.accounts.store import UserAuditItem
from homeroom.accounts.store.profiles import PROFILE, ProfileStore, account_pk
from homeroom.runtime.audit import Change
from homeroom.runtime.transact import NEW, put, update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


class GuardianStore:
    """Writes guardians, in the table of those accounts. Each change comes with its audit row (X-04)."""

    def __init__(self, profiles: ProfileStore) -> None:
        self._table = profiles.table

    def name_actions(
        self, account: str, guardian: Guardian, before: Guardian | None, change: Change
    ) -> "tuple[TransactWriteItemTypeDef, ...]":
        """The actions that write whom a child names. The first is refused when they answered or were changed since."""
        values = {":address": {"S": guardian.address}, ":state": {"S": guardian.state}, ":asked": _at(guardian.asked)}
        action = update(
            self._table, account_pk(account), PROFILE,
            "SET guardian = :address, guardian_state = :state, guardian_asked = :asked REMOVE guardian_answered",
            _as_read(before), values | _read(before),
        )  # fmt: skip
        return action, self._row(account, change)

    def answer_actions(
        self, account: str, guardian: Guardian, before: Guardian, change: Change
    ) -> "tuple[TransactWriteItemTypeDef, ...]":
        """The actions that write what the guardian has said. The first is refused when anything of them was changed."""
        values = {":state": {"S": guardian.state}, ":answered": _at(guardian.answered or guardian.asked)}
        action = update(
            self._table, account_pk(account), PROFILE, "SET guardian_state = :state, guardian_answered = :answered",
            _as_read(before), values | _read(before),
        )  # fmt: skip
        return action, self._row(account, change)

    def _row(self, account: str, change: Change) -> "TransactWriteItemTypeDef":
        return put(self._table, UserAuditItem.written(account_pk(account), change), NEW)


def _as_read(before: Guardian | None) -> str:
    if before is None:
        return "attribute_exists(pk) AND attribute_not_exists(guardian)"
    return "guardian = :old_address AND guardian_state = :old_state"


def _read(before: Guardian | None) -> dict[str, dict[str, str]]:
    return {":old_address": {"S": before.address}, ":old_state": {"S": before.state}} if before else {}


def _at(moment: datetime) -> dict[str, str]:
    return {"S": moment.astimezone(UTC).strftime(DATETIME_FORMAT)}
