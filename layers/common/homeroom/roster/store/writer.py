"""Writes a chunk of a plan to DynamoDB, so that doing it twice, or half and then again, ends the same (S-11).

boto3 and not pynamodb: pynamodb's batches do not back off, and its transactions reorder their actions, so that
the reasons of a refusal cannot be told apart.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from botocore.exceptions import ClientError
from tenacity import RetryError, Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from homeroom.roster.store.writes import Action, Put
from homeroom.runtime.errors import Fault
from homeroom.runtime.transact import PASSING, StoreBusy

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BATCH = 25
TRANSACTION = 100
# A new table takes 4,000 writes a second, and a first sync has 160 workers: ApplyConcurrency times threads. Reckoned
# with that rate, one chunk in fifty fails after eight attempts, however often it is begun again; none after twelve.
ATTEMPTS = 12
SLOWEST_SECONDS = 5.0
THROTTLED = frozenset({
    "ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded", "InternalServerError",
    "TransactionInProgressException", "TransactionConflictException",
})  # fmt: skip
DONE = "ConditionalCheckFailed"

T = TypeVar("T")


class Written(NamedTuple):
    """How many items were written, how many actions were found done already, how many belong to a later run."""

    items: int
    done: int
    refused: int


class _Busy(Exception):
    """Something of a request was not taken, and may be sent again."""


class Writer:
    """Sends batches and transactions, several at once, with backoff and full jitter.

    `sleep` comes in so that tests need not wait.
    """

    def __init__(
        self,
        client: "DynamoDBClient",
        *,
        threads: int = 4,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client, self._threads, self._sleep = client, threads, sleep

    def put_all(self, puts: Iterable[Put]) -> int:
        """Put items that nothing else writes, 25 a request, what is not taken again. Returns how many.

        Raises StoreBusy; some may then have been written.
        """
        return sum(self._at_once(self._put_batch, _slices(puts, BATCH)))

    def transact_all(self, groups: Iterable[Sequence[Action]], token: str) -> Written:
        """Carry out groups of actions, each group whole or not at all, up to 100 actions a transaction.

        `token` names this piece of work, so that a repeated request is recognised. Raises StoreBusy.
        """
        parts = enumerate(_packed(groups, TRANSACTION))
        results = list(self._at_once(lambda part: self._transact(part[1], f"{token}/{part[0]}"), parts))
        return Written(*(sum(column) for column in zip(*results, strict=True))) if results else Written(0, 0, 0)

    def _at_once(self, work: Callable[[Any], T], pieces: Iterable[Any]) -> Iterator[T]:
        with ThreadPoolExecutor(self._threads) as pool:
            yield from list(pool.map(work, pieces))

    def _patiently(self, call: Callable[[], T]) -> T:
        """The call's answer, after as many tries as it takes and is reasonable. Raises StoreBusy."""
        retrying = Retrying(
            retry=retry_if_exception(_may_repeat),
            wait=wait_random_exponential(multiplier=0.05, max=SLOWEST_SECONDS),
            stop=stop_after_attempt(ATTEMPTS),
            sleep=self._sleep,
        )
        try:
            return retrying(call)
        except RetryError as error:
            raise StoreBusy from error

    def _put_batch(self, puts: list[Put]) -> int:
        request: dict[str, Any] = {}
        for put in puts:
            request.setdefault(put.table, []).append({"PutRequest": {"Item": put.item}})

        def send() -> None:
            nonlocal request
            request = self._client.batch_write_item(RequestItems=request).get("UnprocessedItems", {})
            if request:
                raise _Busy

        self._patiently(send)
        return len(puts)

    def _transact(self, groups: list[Sequence[Action]], token: str) -> Written:
        done = refused = 0
        while groups:
            verdicts = self._attempt(groups, token)
            if verdicts is None:
                break
            done += sum(verdict == "done" for verdict in verdicts)
            refused += sum(verdict == "later" for verdict in verdicts)
            groups = [group for group, verdict in zip(groups, verdicts, strict=True) if verdict == "send"]
        return Written(sum(len(group) for group in groups), done, refused)

    def _attempt(self, groups: list[Sequence[Action]], token: str) -> list[str] | None:
        """Send groups as one transaction. None when it was carried out, else what to do with each group."""
        flat: Any = [action for group in groups for action in group]
        # With what is sent: a token that comes again with something else is refused for ten minutes.
        name = hashlib.sha256(f"{token} {json.dumps(flat)}".encode()).hexdigest()[:36]

        def send() -> list[str] | None:
            try:
                self._client.transact_write_items(TransactItems=flat, ClientRequestToken=name)
            except self._client.exceptions.TransactionCanceledException as error:
                return _verdicts(groups, error.response["CancellationReasons"])
            return None

        return self._patiently(send)


def _verdicts(groups: list[Sequence[Action]], reasons: list[Any]) -> list[str]:
    """For each group "done" (an item of it carries this run), "later" (a later run's), or "send" (not refused).

    Raises _Busy when a conflict or throttling, and nothing else, stands in the way.
    """
    given = iter(reasons)
    verdicts = [_verdict(group, list(islice(given, len(group)))) for group in groups]
    if all(verdict == "send" for verdict in verdicts):
        raise _Busy
    return verdicts


def _verdict(group: Sequence[Action], reasons: list[Any]) -> str:
    for action, reason in zip(group, reasons, strict=True):
        code = reason.get("Code", "None")
        if code == DONE:
            return _whose(action, reason)
        if code not in PASSING and code != "None":
            raise StoreRefused(code)
    return "send"


def _whose(action: Action, reason: Any) -> str:
    ours = next(iter(action.values()))["ExpressionAttributeValues"][":run"]["N"]
    return "done" if reason.get("Item", {}).get("run", {}).get("N") == ours else "later"


class StoreRefused(Fault):
    """DynamoDB refused an action for a reason that no retry mends: a defect of ours. `detail` is AWS's reason code."""

    code = "store_refused"
    title = "The database refused a write"


def _may_repeat(error: BaseException) -> bool:
    if isinstance(error, ClientError):
        return error.response.get("Error", {}).get("Code") in THROTTLED
    return isinstance(error, _Busy)


def _slices(things: Iterable[T], size: int) -> Iterator[list[T]]:
    source = iter(things)
    while piece := list(islice(source, size)):
        yield piece


def _packed(groups: Iterable[Sequence[Action]], most: int) -> Iterator[list[Sequence[Action]]]:
    """Groups put together, so that no pack holds more than `most` actions and no group is split."""
    pack: list[Sequence[Action]] = []
    size = 0
    for group in groups:
        if size + len(group) > most:
            yield pack
            pack, size = [], 0
        pack.append(group)
        size += len(group)
    if pack:
        yield pack
