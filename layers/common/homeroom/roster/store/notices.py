"""A district's notices, in the districts table: `D#<district>` / `NOTICE` (W-04, W-05)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.update import Action

from homeroom.roster.notices import NEVER, Notices
from homeroom.roster.store.items import district_pk
from homeroom.runtime.dynamo import TableMeta, TableModel, bind


class NoticeItem(TableModel):
    """`NOTICE`: `wanted` is counted up by the worker, all else written on condition that nobody else did."""

    class Meta(TableMeta):
        pass

    wanted = NumberAttribute(null=True)
    served = NumberAttribute(null=True)
    asked = NumberAttribute(null=True)
    tries = NumberAttribute(null=True)
    next_try = UnicodeAttribute(null=True)
    version = NumberAttribute(null=True)


class NoticeStore:
    """Notices, in the districts table of that name."""

    def __init__(self, table: str) -> None:
        bind(table, NoticeItem)

    def read(self, district: str) -> Notices:
        """How a district's notices stand (a consistent read); all zero when none ever came."""
        return next(iter(self._read([district])), Notices(district))

    def outstanding(self, districts: Iterable[str]) -> dict[str, Notices]:
        """The notices of those districts that have some outstanding."""
        return {found.district: found for found in self._read(districts) if found.outstanding}

    def want(self, district: str) -> Notices:
        """Count one more, whoever else does at the same time, and give how they stand with it."""
        item = NoticeItem(*_key(district))
        item.update(actions=[NoticeItem.wanted.add(1)])
        return _notices(item)

    def change(self, old: Notices, new: Notices) -> bool:
        """Write all but `wanted`; False, and nothing written, when somebody else has since `old` was read."""
        unchanged = NoticeItem.version == old.version if old.version else NoticeItem.version.does_not_exist()
        new = replace(new, version=old.version + 1)
        actions: list[Action] = [
            NoticeItem.served.set(new.served),
            NoticeItem.asked.set(new.asked),
            NoticeItem.tries.set(new.tries),
            NoticeItem.next_try.set(new.next_try.isoformat()),
            NoticeItem.version.set(new.version),
        ]
        try:
            NoticeItem(*_key(old.district)).update(actions=actions, condition=unchanged)
        except UpdateError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            # Our own write, if its answer was lost and the client asked again: not to know it would leave the district
            # to the next tick of the dispatcher.
            stored = self.read(old.district)
            return replace(stored, wanted=new.wanted) == new
        return True

    def _read(self, districts: Iterable[str]) -> Iterable[Notices]:
        items = NoticeItem.batch_get([_key(district) for district in districts], consistent_read=True)
        return (_notices(item) for item in items)


def _key(district: str) -> tuple[str, str]:
    return district_pk(district), "NOTICE"


def _notices(item: NoticeItem) -> Notices:
    counts = {name: int(getattr(item, name) or 0) for name in ("wanted", "served", "asked", "tries", "version")}
    next_try = datetime.fromisoformat(item.next_try) if item.next_try else NEVER
    return Notices(item.pk.removeprefix("D#"), next_try=next_try, **counts)
