"""Where a held plan waits: the token that its execution is woken with (S-08, S-10).

`D#<district>` / `HOLD#<8 digits>`   one run's token; once answered it says so, and goes when it expires
"""

from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError

from homeroom.roster.store.items import district_pk
from homeroom.runtime.dynamo import TableMeta, TableModel, bind

# The state machine waits fourteen days; a day more for whoever reads what became of it.
KEPT = timedelta(days=15)


class HoldItem(TableModel):
    """`HOLD#<8 digits>`: `answered` is what the execution was told, absent while it waits."""

    class Meta(TableMeta):
        pass

    token = UnicodeAttribute()
    answered = UnicodeAttribute(null=True)
    expires_at = NumberAttribute()


class HoldStore:
    """The tokens of waiting executions, in the districts table."""

    def __init__(self, table_name: str) -> None:
        bind(table_name, HoldItem)

    def keep(self, district: str, run: int, token: str, now: datetime) -> None:
        """Keep the token that the run's execution waits with now, in place of an earlier one."""
        expires = int((now + KEPT).timestamp())
        HoldItem(district_pk(district), _sk(run), token=token, expires_at=expires).save()

    def waiting(self, district: str, run: int) -> str | None:
        """The token of the run's waiting execution (a consistent read); None when none waits, or it was answered."""
        found = _find(district, run)
        return found.token if found and not found.answered else None

    def answered(self, district: str, run: int, token: str, choice: str) -> None:
        """Note what the execution was told. One that waits with another token since then is left waiting."""
        found = _find(district, run)
        if found is None:
            return
        found.answered = choice
        try:
            found.save(condition=HoldItem.token == token)
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise


def _find(district: str, run: int) -> HoldItem | None:
    return next(iter(HoldItem.query(district_pk(district), HoldItem.sk == _sk(run), consistent_read=True)), None)


def _sk(run: int) -> str:
    return f"HOLD#{run:08d}"
