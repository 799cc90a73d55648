"""Pages: query parameters, the envelope, and links whose rels and order are as recorded."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from .collection import Collection, Place, Record
from .errors import Refused
from .ids import is_object_id
from .versions import dumps, upgrade

MAX_LIMIT = 10_000
_KEPT = ("role", "record_type", "school")
_SINGLE_LINKS = {
    "schools": ("district", "sections", "users", "terms", "courses"),
    "terms": ("district", "sections", "schools"),
    "courses": ("district", "sections", "schools"),
    "sections": ("district", "school", "term", "course", "users"),
}


@dataclass(frozen=True)
class Query:
    """A list request; `raw` is the path and query as it came."""

    raw: str
    path: str
    given: Mapping[str, list[str]]
    limit: int
    after: str | None
    before: str | None

    def one(self, name: str) -> str | None:
        """The last value given for a parameter, or None."""
        return self.given[name][-1] if name in self.given else None

    def link(self, cursor: str) -> str:
        """The address of another page: what was given, then the cursor."""
        parts = [f"limit={self.limit}"] if "limit" in self.given else []
        parts += [f"{name}={value}" for name in _KEPT for value in self.given.get(name, ())]
        return f"{self.path}?{'&'.join([*parts, cursor])}"


def query(raw: str, path: str, given: Mapping[str, list[str]]) -> Query:
    """The request as a Query. Raises Refused: 413 above the page limit, 400 for what is no limit or no cursor."""
    text = given.get("limit", ["100"])[-1]
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise Refused(400, "limit must be a positive integer")
    if int(text) > MAX_LIMIT:
        raise Refused(413, "Page too large")
    cursors = {name: given[name][-1] for name in ("starting_after", "ending_before") if name in given}
    for name, value in cursors.items():
        if not is_object_id(value) and (name, value) != ("ending_before", "last"):
            raise Refused(400, f"{name} is not an object id")
    return Query(raw, path, given, int(text), cursors.get("starting_after"), cursors.get("ending_before"))


@dataclass(frozen=True)
class Window:
    """How a list is walked: ids and their JSON from a cursor on, in both directions."""

    after: Callable[[str], Iterator[Place]]
    before: Callable[[str | None], Iterator[Place]]
    text: Callable[[Place], str]


def over(collection: Collection, role: str | None, version: str) -> Window:
    """A window over stored records."""

    def text(place: Place) -> str:
        quick = collection.base.text_at(place.row, version) if place.record is None else None
        return quick if quick is not None else dumps(upgrade(collection.at(place), version))

    return Window(lambda cursor: collection.after(cursor, role), lambda cursor: collection.before(cursor, role), text)


def over_events(
    rows_after: Callable[[str], Iterator[Record]], rows_before: Callable[[str | None], Iterator[Record]]
) -> Window:
    """A window over events."""

    def placed(rows: Iterator[Record]) -> Iterator[Place]:
        return (Place(row["id"], -1, row) for row in rows)

    return Window(lambda c: placed(rows_after(c)), lambda c: placed(rows_before(c)), lambda place: dumps(place.record))


def page(request: Query, window: Window) -> bytes:
    """The envelope with one page, ascending, and its self, prev and next links."""
    if request.before is not None:
        cursor = None if request.before == "last" else request.before
        places = list(islice(window.before(cursor), request.limit))[::-1]
    else:
        places = list(islice(window.after(request.after or ""), request.limit))
    links = [{"rel": "self", "uri": request.raw}]
    if places and (request.after or _any(window.before(places[0].id))):
        links.append({"rel": "prev", "uri": request.link(f"ending_before={places[0].id}")})
    if places and _any(window.after(places[-1].id)):
        links.append({"rel": "next", "uri": request.link(f"starting_after={places[-1].id}")})
    rows = (f'{{"data":{window.text(place)},"uri":"{request.path}/{place.id}"}}' for place in places)
    return f'{{"data":[{",".join(rows)}],"links":{dumps(links)}}}'.encode()


def single(path: str, kind: str, record: Record, version: str) -> bytes:
    """The envelope with one object and the links recorded for its kind."""
    links = [{"rel": "self", "uri": path}]
    links += [{"rel": name, "uri": f"{path}/{name}"} for name in _rels(kind, record)]
    return dumps({"data": upgrade(record, version), "links": links}).encode()


def _rels(kind: str, record: Record) -> tuple[str, ...]:
    if kind != "users":
        return _SINGLE_LINKS.get(kind, ())
    if "student" in record["roles"]:
        return "district", "sections", "myContacts", "myTeachers", "schools"
    return ("district", "sections", "myStudents", "schools") if "teacher" in record["roles"] else ("district",)


def _any(places: Iterator[Place]) -> bool:
    return next(places, None) is not None
