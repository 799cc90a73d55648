"""The sandbox as a server on loopback: `running` inside a process, `Sandbox` for the command line."""

import contextlib
import datetime as dt
import itertools
import sys
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer

from . import demo, large
from .errors import Refused
from .faults import Faults
from .handler import Handler
from .limits import RateLimit
from .roster import Roster
from .settings import DEMO_LIMIT, Settings
from .world import World


class Sandbox(ThreadingHTTPServer):
    """Districts, faults and rate limits behind one port of 127.0.0.1."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, settings: Settings) -> None:
        self.settings, self.faults = settings, Faults()
        self.limit = RateLimit(enforced=settings.rate_limit)
        ahead = settings.today - dt.datetime.now(dt.UTC).date()
        self.worlds = [World(_roster(settings, n), lambda: dt.datetime.now(dt.UTC) + ahead) for n in _numbers(settings)]
        self._requests = itertools.count(1)
        self._last = 0
        super().__init__(("127.0.0.1", settings.port), Handler)

    @property
    def url(self) -> str:
        """Where it listens, with the port that was chosen."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def world_of(self, token: str) -> World:
        """The district that a bearer token opens. Raises Refused 401."""
        for world in self.worlds:
            if world.authorised and token == world.token:
                return world
        raise Refused(401, "Unauthorized")

    def count_request(self) -> int:
        """The number of this request, from 1."""
        self._last = next(self._requests)
        return self._last

    def status(self) -> dict[str, object]:
        """What GET /_control says: districts with token, counts and quirks, and the requests answered so far."""
        rows = [
            {
                "id": world.roster.district,
                "token": world.token,
                "authorised": world.authorised,
                "counts": world.counts(),
                "quirks": {name: list(quirk.ids) for name, quirk in world.roster.quirks.items()},
            }
            for world in self.worlds
        ]
        return {"districts": rows, "requests": self._last}

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no error of the server."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextlib.contextmanager
def running(settings: Settings) -> Iterator[Sandbox]:
    """A sandbox served by a thread of this process until the block ends; port 0 chooses a free one."""
    with Sandbox(settings) as sandbox:
        thread = threading.Thread(target=sandbox.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield sandbox
        finally:
            sandbox.shutdown()
            thread.join()


def _numbers(settings: Settings) -> range:
    return range(1, settings.districts + 1)


def _roster(settings: Settings, number: int) -> Roster:
    build = demo.build if settings.people <= DEMO_LIMIT else large.build
    return build(number, settings.people, settings.seed, settings.today)
