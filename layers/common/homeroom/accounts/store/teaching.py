"""How an owner's counters change, in the transaction of what they count (C-06): `U#<account>` / `TEACHING`."""

from typing import TYPE_CHECKING

from homeroom.accounts.account import Teaching
from homeroom.accounts.store.profiles import TEACHING, account_pk
from homeroom.runtime.transact import update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


def teaching_action(
    table: str, account: str, change: Teaching, most: Teaching | None = None
) -> "TransactWriteItemTypeDef":
    """The action that adds `change` to an owner's counters, if each that grows then is at `most` or below.

    A counter that is not there yet is 0. What goes down is never refused. `change` must change something.
    """
    added = {name: amount for name, amount in change._asdict().items() if amount}
    values = {f":{name}": {"N": str(amount)} for name, amount in added.items()}
    conditions = []
    for name, amount in added.items():
        if most is not None and amount > 0:
            room = getattr(most, name) - amount
            values[f":{name}_room"] = {"N": str(room)}
            # Without this, nothing at all would have room below zero.
            absent = f"attribute_not_exists({name}) OR " if room >= 0 else ""
            conditions.append(f"({absent}{name} <= :{name}_room)")
    change_text = "ADD " + ", ".join(f"{name} :{name}" for name in added)
    return update(table, account_pk(account), TEACHING, change_text, " AND ".join(conditions), values)
