"""The transport: one GET at a time over a kept connection, with retries. It knows statuses, not rosters."""

from http import HTTPStatus

import urllib3
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
from urllib3.exceptions import DecodeError, HTTPError, ProtocolError

from homeroom.roster.clever.api import Timing
from homeroom.roster.clever.errors import (
    SourceCutOff,
    SourceFailed,
    SourceNotFound,
    SourceNotJson,
    SourceThrottled,
    SourceTooLarge,
    SourceUnexpected,
    SourceUnreachable,
)
from homeroom.roster.clever.limits import RateLimit, backoff
from homeroom.roster.source import SourceFault, SourceRefused

ATTEMPTS = 5
MAX_PAGE_BYTES = 64 * 1024 * 1024
CHUNK_BYTES = 256 * 1024
# An answer that trickles in is given up after this many time-outs, however busy the line looks.
BODY_TIMEOUTS = 4

RETRIED = (SourceUnreachable, SourceCutOff, SourceFailed, SourceThrottled)
FAULTS: dict[int, type[SourceFault]] = {
    401: SourceRefused,
    403: SourceRefused,
    404: SourceNotFound,
    413: SourceTooLarge,
    429: SourceThrottled,
    500: SourceFailed,
    502: SourceFailed,
    503: SourceFailed,
    504: SourceFailed,
}


class CleverClient:
    """GETs pages under one authorisation. Carries out S-07: whatever is not a complete 200 of JSON is a fault."""

    def __init__(
        self,
        authorization: str,
        *,
        timeout_seconds: float,
        timing: Timing | None = None,
        max_page_bytes: int = MAX_PAGE_BYTES,
    ) -> None:
        if not (authorization.isascii() and authorization.isprintable()):
            # http.client would refuse it too, and print it.
            raise SourceRefused("The token is unusable: it holds characters that no header may hold.")
        self._timing = timing or Timing()
        self._limit = RateLimit(self._timing)
        self._patience = BODY_TIMEOUTS * timeout_seconds
        self._max_page_bytes = max_page_bytes
        self._pool = urllib3.PoolManager(
            num_pools=1,
            headers={"authorization": authorization, "accept": "application/json", "accept-encoding": "gzip"},
            timeout=urllib3.Timeout(connect=timeout_seconds, read=timeout_seconds),
            retries=False,
        )
        self._retrying = Retrying(
            sleep=self._timing.sleep,
            stop=stop_after_attempt(ATTEMPTS),
            wait=self._wait,
            retry=retry_if_exception_type(RETRIED),
            reraise=True,
        )

    def get(self, url: str, *, kind: str) -> bytes:
        """The body of a 200 that says it is JSON, whole, at most 64 MB. `kind` names the list in errors.

        Tries five times where trying again can help; redirects are not followed. Raises SourceFault.
        """
        body: bytes = self._retrying(self._attempt, url, kind)
        return body

    def _wait(self, state: RetryCallState) -> float:
        return backoff(state.attempt_number, self._timing.jitter())

    def _attempt(self, url: str, kind: str) -> bytes:
        if pause := self._limit.pause():
            self._timing.sleep(pause)
        try:
            response = self._pool.request("GET", url, preload_content=False, redirect=False)
        except HTTPError as error:
            cause = type(error).__name__
        else:
            return self._take(response, kind)
        raise SourceUnreachable(kind=kind, cause=cause)

    def _take(self, response: urllib3.BaseHTTPResponse, kind: str) -> bytes:
        try:
            self._limit.note(response.headers, refused=response.status == HTTPStatus.TOO_MANY_REQUESTS)
            self._check(response, kind)
            body = self._read(response, kind)
        except BaseException:
            # What is left unread would be taken for the next answer.
            response.close()
            raise
        response.release_conn()
        return body

    @staticmethod
    def _check(response: urllib3.BaseHTTPResponse, kind: str) -> None:
        if response.status != HTTPStatus.OK:
            raise FAULTS.get(response.status, SourceUnexpected)(kind=kind, http_status=str(response.status))
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            raise SourceNotJson(kind=kind, http_status="200")

    def _read(self, response: urllib3.BaseHTTPResponse, kind: str) -> bytes:
        deadline = self._timing.now().timestamp() + self._patience
        parts: list[bytes] = []
        size = 0
        while part := self._next_part(response, kind):
            parts.append(part)
            size += len(part)
            if size > self._max_page_bytes:
                raise SourceTooLarge(kind=kind, http_status="200")
            if self._timing.now().timestamp() > deadline:
                raise SourceUnreachable(kind=kind, cause="TooSlow")
        return b"".join(parts)

    @staticmethod
    def _next_part(response: urllib3.BaseHTTPResponse, kind: str) -> bytes:
        try:
            return response.read1(CHUNK_BYTES)
        except (ProtocolError, DecodeError) as error:
            fault: type[SourceFault] = SourceCutOff
            cause = type(error).__name__
        except HTTPError as error:
            fault, cause = SourceUnreachable, type(error).__name__
        raise fault(kind=kind, cause=cause)
