"""HTTP around the API: authorisation, rate limit, faults, headers."""

import base64
import json
import time
import zlib
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qs, urlsplit

from . import api, control
from .errors import NoSuchPath, Refused
from .faults import Fault, refuse
from .versions import dumps

if TYPE_CHECKING:
    from .server import Sandbox

_JSON = "application/json; charset=utf-8"


class Handler(BaseHTTPRequestHandler):
    """One connection, kept alive."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    timeout = 120

    @property
    def sandbox(self) -> "Sandbox":
        """The server this connection belongs to."""
        return cast("Sandbox", self.server)

    def version_string(self) -> str:
        """The recorded server header."""
        return "envoy"

    def log_message(self, *_: object) -> None:
        """Stay silent: a benchmark makes thousands of requests."""

    def do_GET(self) -> None:
        """Answer a read; anything refused becomes its status and body."""
        self._rate: Mapping[str, str] = {}
        self._fault: Fault | None = None
        try:
            self._reply(200, self._read())
        except Refused as refused:
            self._refuse(refused)

    def do_POST(self) -> None:
        """Answer /_control."""
        self._rate, self._fault = {}, None
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            if self.path != "/_control":
                raise NoSuchPath(self.path)
            answer = control.apply(self.sandbox.worlds, self.sandbox.faults, json.loads(raw))
            self._reply(200, dumps(answer).encode())
        except json.JSONDecodeError:
            self._refuse(Refused(400, "not JSON"))
        except Refused as refused:
            self._refuse(refused)

    def _read(self) -> bytes:
        url = urlsplit(self.path)
        given = parse_qs(url.query, keep_blank_values=True)
        if url.path == "/_control":
            return dumps(self.sandbox.status()).encode()
        if url.path.startswith("/oauth/"):
            return self._oauth(url.path, given)
        where = api.target(url.path)
        world = self.sandbox.world_of(self._bearer())
        if "x-sandbox-tool" not in self.headers:
            self._spend(world.token)
        self._misbehave(url.path)
        empty = self._fault is not None and self._fault.kind == "empty"
        return api.empty(self.path) if empty else api.answer(world, where, self.path, given)

    def _spend(self, token: str) -> None:
        allowance = self.sandbox.limit.spend(token)
        self._rate = allowance.headers()
        if not allowance.allowed:
            raise Refused(429, "Too many requests")

    def _oauth(self, path: str, given: Mapping[str, list[str]]) -> bytes:
        settings = self.sandbox.settings
        if path == "/oauth/tokeninfo":
            self.sandbox.world_of(self._bearer())
            return dumps({"client_id": settings.client_id, "scopes": list(api.SCOPES)}).encode()
        if path != "/oauth/tokens":
            raise NoSuchPath(path)
        secret = f"{settings.client_id}:{settings.client_secret}".encode()
        if self.headers.get("authorization") != f"Basic {base64.b64encode(secret).decode()}":
            raise Refused(401, "Unauthorized")
        self._misbehave(path)
        if self._fault is not None and self._fault.kind == "empty":
            return api.empty(self.path)
        return api.tokens(self.sandbox.worlds, self.path, given)

    def _bearer(self) -> str:
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token if scheme == "Bearer" else ""

    def _misbehave(self, path: str) -> None:
        self._fault = self.sandbox.faults.take(path)
        refuse(self._fault, path)
        if self._fault is not None and self._fault.kind == "slow":
            time.sleep(self._fault.seconds)

    def _refuse(self, refused: Refused) -> None:
        body = refused.body
        raw = body if isinstance(body, bytes) else dumps(body).encode()
        if refused.status == HTTPStatus.TOO_MANY_REQUESTS:
            known = {"x-ratelimit-bucket": "bearer", "x-ratelimit-limit": "1200"}
            ahead = str(int(time.time()) + 1)
            self._rate = {**known, "x-ratelimit-reset": ahead, **({} if self._fault else self._rate)}
            self._rate = {**self._rate, "x-ratelimit-remaining": "0"}
        self._reply(refused.status, raw, refused.content_type)

    def _reply(self, status: int, body: bytes, content_type: str = _JSON) -> None:
        kind = self._fault.kind if self._fault is not None else ""
        body = body[: len(body) // 2] if kind == "truncated" else body
        self.send_response(status)
        number = self.sandbox.count_request()
        headers = {
            "content-type": content_type,
            "content-length": str(len(body)),
            "cache-control": "no-store",
            "etag": f'W/"{len(body):x}-{zlib.crc32(body):08x}"',
            "x-request-id": f"{number:08x}-0000-4000-8000-000000000000",
            **self._rate,
        }
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if kind == "cut_off" else body)
        self.close_connection = self.close_connection or kind == "cut_off"
