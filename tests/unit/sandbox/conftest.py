"""A sandbox on a port of its own, and a client that speaks to it as a consumer would."""

import datetime as dt
import http.client
import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sandbox.clever.server import Sandbox, running
from sandbox.clever.settings import Settings

TODAY = dt.date(2026, 11, 18)


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [row["data"] for row in self.body["data"]]

    @property
    def rels(self) -> dict[str, str]:
        return {link["rel"]: link["uri"] for link in self.body["links"]}


class Api:
    """One keep-alive connection to a sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._connection = http.client.HTTPConnection("127.0.0.1", sandbox.server_address[1], timeout=20)

    def get(self, path: str, **headers: str) -> Answer:
        bearer = {"authorization": f"Bearer {self.sandbox.worlds[0].token}"}
        return self._send("GET", path, None, bearer | headers)

    def tokens(self, query: str = "owner_type=district", user: str = "sandbox-client:sandbox-secret") -> Answer:
        basic = b64encode(user.encode()).decode()
        return self.get(f"/oauth/tokens?{query}", authorization=f"Basic {basic}")

    def control(self, **orders: object) -> Answer:
        return self._send("POST", "/_control", json.dumps(orders).encode(), {})

    def one(self, kind: str, object_id: str) -> dict[str, Any]:
        return self.get(f"/v3.0/{kind}/{object_id}").body["data"]

    def walk(self, path: str, rel: str = "next") -> list[dict[str, Any]]:
        """Every record from the path on, page by page along one rel."""
        found: list[dict[str, Any]] = []
        address: str | None = path
        while address:
            page = self.get(address)
            assert page.status == 200
            found = [*found, *page.rows] if rel == "next" else [*page.rows, *found]
            address = page.rels.get(rel)
        return found

    def events_since(self, cursor: str) -> list[dict[str, Any]]:
        return self.walk(f"/v3.0/events?starting_after={cursor}")

    def newest_event(self) -> str:
        return str(self.get("/v3.0/events?ending_before=last&limit=1").rows[0]["id"])

    def close(self) -> None:
        self._connection.close()

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        self._connection.request(method, path, body, headers)
        with self._connection.getresponse() as answer:
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())


@pytest.fixture(scope="module")
def served() -> Iterator[Sandbox]:
    with running(Settings(port=0, today=TODAY, districts=2, rate_limit=False)) as sandbox:
        yield sandbox


@pytest.fixture
def api(served: Sandbox) -> Iterator[Api]:
    """The demo district, as started."""
    client = Api(served)
    yield client
    client.control(reset=True)
    client.close()


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The real recordings, which lie beside the repository and not in it."""
    place = Path(__file__).parents[4] / "shared" / "clever" / "recordings_v3.0"
    if not place.is_dir():
        pytest.skip("the recordings of Clever are not beside this repository")
    return place
