"""A tiny HTTP server on 127.0.0.1 that answers as it is told, and a Clever made of lists on top of it."""

import contextlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

OURS = "58da8a43cc70ab00017a1a87"
OTHERS = "5d0a9e5d0958b300014e49d2"
TOKEN = "0123456789abcdef0123456789abcdef01234567"
JSON = "application/json; charset=utf-8"


def hex_id(n):
    return f"58da8c63{n:016x}"


@dataclass
class Reply:
    """`declared` is the content-length to claim; `trickle` sends a byte at a time with that pause."""

    status: int = 200
    body: bytes = b""
    content_type: str = JSON
    headers: dict = field(default_factory=dict)
    declared: int | None = None
    hang_up: bool = False
    wait: float = 0.0
    trickle: float = 0.0
    chunked: bool = False

    @property
    def length(self):
        return len(self.body) if self.declared is None else self.declared

    @property
    def is_cut_off(self):
        return self.length != len(self.body)


def page(records, *, next_uri=None, links=None):
    found = [{"rel": "self", "uri": "/self"}]
    if next_uri:
        found.append({"rel": "next", "uri": next_uri})
    data = [{"data": record, "uri": f"/v3.1/x/{record.get('id')}"} for record in records]
    return Reply(body=json.dumps({"data": data, "links": found if links is None else links}).encode())


@dataclass
class Request:
    path: str
    authorization: str

    @property
    def query(self):
        return {name: values[-1] for name, values in parse_qs(urlsplit(self.path).query).items()}


class FakeClock:
    """Time that passes only while somebody sleeps."""

    def __init__(self):
        self.time = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
        self.slept = []

    def now(self):
        return self.time

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.time += timedelta(seconds=seconds)


class QuietServer(ThreadingHTTPServer):
    """A client that hangs up is nothing to tell."""

    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


class Scripted:
    """Answers from `queue` in order, then from `answer`. `requests` is what was asked."""

    def __init__(self):
        self.queue: list[Reply] = []
        self.answer: Callable[[Request], Reply] = lambda _: Reply(
            status=404, body=b"Cannot GET", content_type="text/html"
        )
        self.requests: list[Request] = []
        self.connections = 0
        self.server = QuietServer(("127.0.0.1", 0), type("Bound", (Handler,), {"script": self}))
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self._thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def reply_to(self, request):
        self.requests.append(request)
        return self.queue.pop(0) if self.queue else self.answer(request)


class Handler(BaseHTTPRequestHandler):
    """Sends what the script of its server says."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    script: Scripted

    def setup(self):
        self.script.connections += 1
        super().setup()

    def log_message(self, *_):
        pass

    def do_GET(self):
        reply = self.script.reply_to(Request(self.path, self.headers.get("authorization", "")))
        self.close_connection = reply.hang_up or reply.is_cut_off
        time.sleep(reply.wait)
        if reply.hang_up:
            return
        # The client may have given up by now, which is what some tests are about.
        with contextlib.suppress(OSError):
            self._head(reply)
            self._body(reply)

    def _head(self, reply):
        self.send_response(reply.status)
        self.send_header("content-type", reply.content_type)
        length = {"transfer-encoding": "chunked"} if reply.chunked else {"content-length": str(reply.length)}
        for name, value in {**length, **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def _body(self, reply):
        if reply.chunked:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(reply.body), reply.body))
            self.wfile.write(b"" if reply.is_cut_off else b"0\r\n\r\n")
        elif reply.trickle:
            for byte in reply.body:
                self.wfile.write(bytes([byte]))
                time.sleep(reply.trickle)
        else:
            self.wfile.write(reply.body)


def paged(records, *, sizes=None, too_large=None, echo_limit=True):
    """An `answer` that pages `records` as Clever does; `sizes` are the page sizes it chooses, in turn.

    `too_large` is the limit above which it says 413; without `echo_limit` next links ask for 10,000.
    """
    sizes = list(sizes or [])

    def answer(request):
        path = urlsplit(request.path).path
        limit = int(request.query.get("limit", 100))
        if too_large is not None and limit > too_large:
            return Reply(status=413, body=b'{"message":"too large"}')
        start = int(request.query.get("at", 0))
        end = min(len(records), start + (sizes.pop(0) if sizes else limit))
        more = end < len(records) or sizes
        after = limit if echo_limit else 10_000
        number = int(request.query.get("turn", 0)) + 1
        return page(records[start:end], next_uri=f"{path}?limit={after}&at={end}&turn={number}" if more else None)

    return answer
