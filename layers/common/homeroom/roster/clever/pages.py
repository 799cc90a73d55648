"""A page of Clever's, validated strictly, and the way from one page to the next by its links."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, NoReturn, TypeVar
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from homeroom.roster.clever.client import CleverClient
from homeroom.roster.clever.errors import SourceBadLink, SourceNotJson, SourceTooLarge
from homeroom.roster.clever.wire import Link

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """What one page said: its items in the order given, and its links."""

    items: list[Item]
    links: list[Link]


def parse_json(body: bytes, kind: str) -> object:
    """The JSON value that `body` is. Raises SourceNotJson when it is none, or not all of it is there."""
    try:
        value: object = json.loads(body.decode(), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        pass
    else:
        return value
    # Raised out here, so that no decoder's message with a piece of the page travels along.
    raise SourceNotJson(kind=kind, http_status="200")


def _no_constant(_name: str) -> NoReturn:
    raise ValueError


def read_list(
    client: CleverClient, url: str, *, kind: str, read: Callable[[bytes], Page[Item]]
) -> Iterator[Page[Item]]:
    """Every page of the list at `url`, following `next` to the end; the end is where no such link is, nothing else.

    A page that is too large is asked for again at half the size, which then stays. Raises SourceFault.
    """
    walk = _Walk(url, kind)
    while walk.url:
        try:
            body = client.get(walk.url, kind=kind)
        except SourceTooLarge:
            if not walk.halve():
                raise
            continue
        page = read(body)
        yield page
        walk.step(page.links)


class _Walk:
    """Where we are in one list. `url` is the page to read next, empty at the end."""

    def __init__(self, url: str, kind: str) -> None:
        self.url = url
        self._start = urlsplit(url)
        self._kind = kind
        self._limit = _limit_of(url)
        self._seen: set[str] = set()

    def halve(self) -> bool:
        """Ask for half as many; False when one record is already too much."""
        if self._limit <= 1:
            return False
        self._limit //= 2
        self.url = _with_limit(self.url, self._limit)
        return True

    def step(self, links: list[Link]) -> None:
        """Go to the page that the `next` link names (by its `rel`, never by its place)."""
        targets = {link["uri"] for link in links if link["rel"] == "next"}
        self._seen.add(self.url)
        if not targets:
            self.url = ""
            return
        target = self._resolved(targets.pop())
        if targets or not target:
            raise SourceBadLink(kind=self._kind)
        if self._limit and _limit_of(target) > self._limit:
            target = _with_limit(target, self._limit)
        if target in self._seen:
            raise SourceBadLink(kind=self._kind)
        self.url = target

    def _resolved(self, uri: str) -> str:
        """The whole address; "" for any but the very list that we are reading: the token goes where the link says."""
        try:
            target = urljoin(self.url, uri)
            ours = urlsplit(target)[:3] == self._start[:3]
        except ValueError:
            return ""
        return target if ours else ""


def _limit_of(url: str) -> int:
    """The page size that an address asks for; 0 when it names none that is a number."""
    for name, value in parse_qsl(urlsplit(url).query):
        if name == "limit" and value.isascii() and value.isdigit():
            return int(value[:9])
    return 0


def _with_limit(url: str, limit: int) -> str:
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != "limit"]
    return urlunsplit(parts._replace(query=urlencode([("limit", str(limit)), *query])))
