"""Counters that end by themselves: `N#<name>` / `N`, in the transient table (J-04, I-06).

A counter counts from its first event for as long as its window lasts, and then from the next event anew. Names say
what is counted, of whom by id or hash, never by address (X-05).
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from pynamodb.attributes import NumberAttribute
from pynamodb.exceptions import PutError, PynamoDBException, UpdateError

from homeroom.runtime.dynamo import TableMeta, TableModel, bind
from homeroom.runtime.errors import Fault
from homeroom.runtime.together import Found, Want, read_together

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SK = "N"
REFUSED = "ConditionalCheckFailedException"


class CounterItem(TableModel):
    """A counter: how many events since it began, and the second in which it ends."""

    class Meta(TableMeta):
        pass

    counted = NumberAttribute()
    expires_at = NumberAttribute()


class Count(NamedTuple):
    """How far a counter has come: events in its window, and the seconds until it begins anew (0: none is running)."""

    events: int = 0
    seconds_left: int = 0


class Counters:
    """Counters, in the transient table of that name."""

    def __init__(self, table: str, client: "DynamoDBClient") -> None:
        self._client = client
        bind(table, CounterItem)

    @staticmethod
    def want(name: str) -> Want:
        """A counter, to be read together with other items."""
        return Want(CounterItem, _pk(name), SK)

    @staticmethod
    def count(found: Found, name: str, now: datetime) -> Count:
        """What was read of a counter, as it stands at that moment."""
        item = found.get(CounterItem, _pk(name), SK)
        if item is None or item.expires_at <= now.timestamp():
            return Count()
        return Count(int(item.counted), max(1, int(item.expires_at - now.timestamp())))

    def read(self, names: Iterable[str], now: datetime) -> dict[str, Count]:
        """Counters as they stand (a consistent read), by name. Raises StoreBusy."""
        asked = list(names)
        found = read_together(self._client, map(self.want, asked))
        return {name: self.count(found, name, now) for name in asked}

    def take(self, name: str, limit: int, window: timedelta, now: datetime, amount: int = 1) -> bool:
        """Count `amount` events, if the counter then says `limit` or less; False, and nothing counted, if not.

        However many do so at once, no more than `limit` are counted in a window. Raises Fault.
        """
        if amount > limit:
            return False
        return (
            self._more(name, limit, now, amount)
            or self._began(name, window, now, amount)
            # Another has begun it in between.
            or self._more(name, limit, now, amount)
        )

    def _more(self, name: str, limit: int, now: datetime, amount: int) -> bool:
        running = (CounterItem.expires_at > now.timestamp()) & (CounterItem.counted <= limit - amount)
        return _done(lambda: CounterItem(_pk(name), SK).update([CounterItem.counted.add(amount)], condition=running))

    def _began(self, name: str, window: timedelta, now: datetime, amount: int) -> bool:
        # DynamoDB removes what has expired within days, not at once.
        over = CounterItem.pk.does_not_exist() | (CounterItem.expires_at <= now.timestamp())
        item = CounterItem(_pk(name), SK, counted=amount, expires_at=int((now + window).timestamp()))
        return _done(lambda: item.save(condition=over))


def _pk(name: str) -> str:
    return f"N#{name}"


def _done(write: Callable[[], object]) -> bool:
    try:
        write()
    except (PutError, UpdateError) as error:
        if error.cause_response_code == REFUSED:
            return False
        raise Fault from error
    except PynamoDBException as error:
        raise Fault from error
    return True
