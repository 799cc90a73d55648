"""Fails one AWS call of many. All calls pass here, boto3's and pynamodb's alike, and are counted one by one."""

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any
from unittest import mock

from boto3.s3 import transfer
from boto3.s3.transfer import S3Transfer, TransferConfig
from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient
from botocore.endpoint import Endpoint
from botocore.exceptions import ReadTimeoutError

# blinked: throttled for a moment, in the service's own way, so that trying again is all it takes
# throttled: this call, and all like it of the same invocation, until that gives up
# lost: carried out, and no answer ever comes, however often botocore asks
# twice: carried out, the answer is lost, and botocore asks again
# killed_before, killed_after: the function's process dies; whoever called it learns of that
# aborted, vanished: it dies after the call, and its execution with it; of an aborted one, EventBridge tells
WAYS = ("blinked", "throttled", "lost", "twice", "killed_before", "killed_after", "aborted", "vanished")
DEADLY = frozenset({"killed_before", "killed_after", "aborted", "vanished"})
READS = ("Query", "GetItem", "BatchGetItem", "GetObject", "HeadObject", "GetSecretValue", "ListObjectsV2")
THROTTLES = {"s3": (503, "SlowDown"), "sqs": (400, "RequestThrottled"), "sesv2": (429, "TooManyRequestsException")}

Answer = tuple[Any, Exception | None]
Services = dict[str, Callable[[str, bytes], tuple[int, dict[str, Any]]]]


class Death(BaseException):
    """The process ends here. Nothing may catch it, and a dead process makes no more calls."""


class _Cut(Exception):
    """Death inside of a transfer, which would wait for ever for its own end if it met anything but an exception."""


class Faults:
    """Counts calls, and fails the one at `at` in the way `way`. `services` answer in place of what moto has not got."""

    def __init__(self, services: Services | None = None) -> None:
        self.calls: list[str] = []
        self.counting, self.at, self.way = False, -1, ""
        self.struck, self.dead, self.place = False, False, ""
        self.struck_in = ""
        self.heard: Callable[[str], None] = lambda _name: None
        self._services = services or {}
        self._active, self._transferring, self._attempts = False, False, 0
        self._throttling = ""
        self._tokens: dict[str, Any] = {}

    def arm(self, at: int, way: str) -> None:
        """Fail the call of that position, counted from 0, in that way; and begin to count."""
        self.at, self.way, self.counting = at, way, True

    def process(self, place: str) -> None:
        """A function is invoked anew, in a process that lives."""
        self.place, self.dead, self._throttling = place, False, ""

    @contextmanager
    def patched(self) -> Iterator[None]:
        """With every client's calls passing here."""
        call, attempt = BaseClient._make_api_call, Endpoint._get_response  # type: ignore[attr-defined]

        def called(client: Any, operation: str, params: Any) -> Any:
            return self._call(client, operation, params, lambda given: call(client, operation, given))

        def attempted(endpoint: Any, request: Any, model: Any, context: Any) -> Any:
            return self._attempt(request, model, lambda: self._send(endpoint, request, model, context, attempt))

        with ExitStack() as patches:
            patches.enter_context(mock.patch.object(BaseClient, "_make_api_call", called))
            patches.enter_context(mock.patch.object(Endpoint, "_get_response", attempted))
            for name in ("upload_file", "download_file"):
                patches.enter_context(mock.patch.object(S3Transfer, name, self._whole(getattr(S3Transfer, name))))
            one_thread = partial(TransferConfig, use_threads=False)
            patches.enter_context(mock.patch.object(transfer, "TransferConfig", one_thread))
            yield

    def _whole(self, method: Callable[..., None]) -> Callable[..., None]:
        """A transfer of a file in which one may die."""

        def carried(*given: Any, **more: Any) -> None:
            self._transferring = True
            try:
                method(*given, **more)
            except _Cut:
                raise Death from None
            finally:
                self._transferring = False

        return carried

    def _call(self, client: Any, operation: str, params: Any, send: Callable[[Any], Any]) -> Any:
        if self.dead:
            raise _Cut if self._transferring else Death
        if not self.counting:
            return send(params)
        service = client.meta.service_model.service_name
        self._active = len(self.calls) == self.at
        self.calls.append(f"{self.place} {service}.{operation}")
        self.heard(self.calls[-1])
        if self._active:
            self.struck, self.struck_in = True, self.calls[-1]
        self._attempts = 0
        try:
            return self._strike(client, operation, params, send) if self._active else send(params)
        finally:
            self._active = False

    def _strike(self, client: Any, operation: str, params: Any, send: Callable[[Any], Any]) -> Any:
        if self.way == "throttled":
            self._throttling = operation
        if self.way == "blinked" and operation in PASSING:
            return PASSING[operation](client, params, send)
        try:
            if self.way != "killed_before":
                return send(params)
        finally:
            if self.way in DEADLY:
                self.dead = True
                raise _Cut if self._transferring else Death
        return None

    def _attempt(self, request: Any, model: Any, send: Callable[[], Answer]) -> Answer:
        self._attempts += 1
        first = self._active and self._attempts == 1
        if self.counting and (self._throttling == model.name or (first and self.way == "blinked")):
            return _throttle(request, model.service_model.service_name), None
        if (self._active and self.way == "lost") or (first and self.way == "twice"):
            if first:
                send()
            return None, ReadTimeoutError(endpoint_url=request.url)
        return send()

    def _send(self, endpoint: Any, request: Any, model: Any, context: Any, attempt: Callable[..., Answer]) -> Answer:
        service = model.service_model.service_name
        if service in self._services:
            status, parsed = self._services[service](model.name, request.body)
            return _answer(request, status, parsed), None
        if model.name != "TransactWriteItems":
            return attempt(endpoint, request, model, context)
        # moto does not know that DynamoDB carries out a transaction of one token but once.
        name = request.body if isinstance(request.body, str) else bytes(request.body).decode()
        if name not in self._tokens:
            answer = attempt(endpoint, request, model, context)
            if answer[0] is None or answer[0][0].status_code != 200:
                return answer
            self._tokens[name] = answer
        return self._tokens[name]


def _throttle(request: Any, service: str) -> Any:
    status, code = THROTTLES.get(service, (400, "ThrottlingException"))
    return _answer(request, status, {"Error": {"Code": code, "Message": "Rate exceeded"}})


def _answer(request: Any, status: int, parsed: dict[str, Any]) -> Any:
    meta = {"ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": {}}}
    return AWSResponse(request.url, status, {}, io.BytesIO(b"")), parsed | meta  # type: ignore[no-untyped-call]


def _half_written(_client: Any, params: Any, send: Callable[[Any], Any]) -> Any:
    asked = [(table, request) for table, requests in params["RequestItems"].items() for request in requests]
    if taken := asked[: len(asked) // 2]:
        send({**params, "RequestItems": _by_table(taken)})
    return {"UnprocessedItems": _by_table(asked[len(asked) // 2 :])}


def _half_read(_client: Any, params: Any, send: Callable[[Any], Any]) -> Any:
    ((table, wanted),) = params["RequestItems"].items()
    keys = wanted["Keys"]
    half = len(keys) // 2
    answer = {"Responses": {table: []}}
    if half:
        answer = send({**params, "RequestItems": {table: {**wanted, "Keys": keys[:half]}}})
    return answer | {"UnprocessedKeys": {table: {**wanted, "Keys": keys[half:]}}}


def _conflict(client: Any, params: Any, _send: Callable[[Any], Any]) -> Any:
    reasons = [{"Code": "TransactionConflict"}, *({"Code": "None"} for _ in params["TransactItems"][1:])]
    error = {"Error": {"Code": "TransactionCanceledException", "Message": ""}, "CancellationReasons": reasons}
    raise client.exceptions.TransactionCanceledException(error, "TransactWriteItems")


def _by_table(requests: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for table, request in requests:
        found.setdefault(table, []).append(request)
    return found


# How DynamoDB says that it is busy without an error of the whole request.
PASSING = {"BatchWriteItem": _half_written, "BatchGetItem": _half_read, "TransactWriteItems": _conflict}
