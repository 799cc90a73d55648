"""A small reader of a running sandbox, for scripts that change it."""

import json
import random
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from .collection import Record

_WHOLE = 5_000


class Client:
    """Reads lists with the district's own token and sends control orders. Raises urllib.error.HTTPError."""

    def __init__(self, url: str, district: str | None = None) -> None:
        self._url = url.rstrip("/")
        rows = self._call("/_control")["districts"]
        self.status: Mapping[str, Any] = next(row for row in rows if district in {None, row["id"]})

    def order(self, name: str, /, **args: object) -> Any:
        """Send one control order; what it made (a new id) or None."""
        body = {"district": self.status["id"], name: args}
        return self._call("/_control", json.dumps(body).encode())["results"][name]

    def rows(self, kind: str, **query: object) -> list[Record]:
        """One page of a list."""
        return [row["data"] for row in self._page(kind, **query)["data"]]

    def sample(self, draw: random.Random, kind: str, count: int, **query: object) -> list[Record]:
        """Up to `count` different records, spread over the whole list however long it is."""
        page = self._page(kind, limit=_WHOLE, **query)
        rows = [row["data"] for row in page["data"]]
        if not any(link["rel"] == "next" for link in page["links"]):
            return draw.sample(rows, min(count, len(rows)))
        low = int(rows[0]["id"], 16)
        # New records lie far above the first ones: between them is nothing to draw from.
        end = f"{rows[0]['id'][:12]}{'f' * 12}"
        high = int(self.rows(kind, limit=1, ending_before=end, **query)[0]["id"], 16)
        found: dict[str, Record] = {}
        for _ in range(count):
            near = f"{draw.randrange(low - 1, high):024x}"
            found.update((row["id"], row) for row in self.rows(kind, limit=1, starting_after=near, **query))
        return list(found.values())

    def _page(self, kind: str, **query: object) -> Any:
        return self._call(f"/v3.1/{kind}?{urlencode(query)}")

    def _call(self, path: str, body: bytes | None = None) -> Any:
        request = urllib.request.Request(self._url + path, data=body)  # noqa: S310 -- the sandbox's own address
        if path.startswith("/v3"):
            request.add_header("Authorization", f"Bearer {self.status['token']}")
            # A tool that drives the sandbox must not use up the allowance of what it is tested with.
            request.add_header("X-Sandbox-Tool", "1")
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 -- as above
            return json.load(answer)
