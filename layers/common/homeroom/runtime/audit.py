"""The append-only record of every change of who may see what (X-04). It holds ids, never personal data (X-07)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pynamodb.attributes import UnicodeAttribute

from homeroom.runtime.dynamo import TableModel


@dataclass(frozen=True, slots=True)
class Change:
    """Who did what to whom, and why. `cause` names a run, a request or a conversion, e.g. `request:<id>`.

    `before` and `after` are what changed, None where there was or is nothing; `id` is unique and makes the row
    writable once, so that a repeated request leaves one row (X-03).
    """

    id: str
    at: datetime
    actor: str
    action: str
    subject: str
    cause: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


class AuditItem(TableModel):
    """An audit row beside the item that changed. Subclass it with a table's `class Meta(TableMeta)` and `bind` that."""

    at = UnicodeAttribute()
    actor = UnicodeAttribute()
    action = UnicodeAttribute()
    subject = UnicodeAttribute()
    cause = UnicodeAttribute()
    before = UnicodeAttribute()
    after = UnicodeAttribute()

    @classmethod
    def written(cls, pk: str, change: Change) -> "AuditItem":
        """The row of a change, unsaved. Put it in the transaction of the change itself, if it does not exist yet."""
        at = change.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return cls(
            pk,
            f"AUDIT#{at}#{change.id}",
            at=at,
            actor=change.actor,
            action=change.action,
            subject=change.subject,
            cause=change.cause,
            before=_text(change.before),
            after=_text(change.after),
        )


def _text(value: Mapping[str, Any] | None) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
