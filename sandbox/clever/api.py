"""Clever's answers to GET, without HTTP: a path and its query in, bytes or Refused out."""

from collections.abc import Mapping
from dataclasses import dataclass

from . import wire
from .collection import Record
from .errors import NoSuchPath, Refused
from .events import touches_school
from .versions import VERSIONS, dumps
from .world import KINDS, World

SCOPES = (
    "read:district_admins_basic",
    "read:school_admins_basic",
    "read:sections_basic",
    "read:student_contacts",
    "read:students_basic",
    "read:teachers_basic",
    "read:user_id",
)


@dataclass(frozen=True)
class Target:
    """What a path names: a list (`object_id` None) or one object."""

    version: str
    kind: str
    object_id: str | None

    @property
    def path(self) -> str:
        """The list's path, as `uri` and links begin."""
        return f"/{self.version}/{self.kind}"


def target(path: str) -> Target:
    """What the path names. Raises NoSuchPath."""
    parts = path.strip("/").split("/")
    match parts:
        case [version, kind, *rest] if version in VERSIONS and kind in (*KINDS, "events") and len(rest) <= 1:
            return Target(version, kind, next(iter(rest), None))
    raise NoSuchPath(path)


def answer(world: World, where: Target, raw: str, given: Mapping[str, list[str]]) -> bytes:
    """One page or one object of a district. Raises Refused 400, 404, 413."""
    with world.lock:
        if where.object_id is not None:
            return wire.single(f"{where.path}/{where.object_id}", where.kind, _object(world, where), where.version)
        request = wire.query(raw, where.path, given)
        if where.kind == "events":
            plain = "?" if "?" not in raw else ""
            return wire.page(wire.query(raw + plain, where.path, given), _events(world, request))
        role = request.one("role") if where.kind == "users" else None
        return wire.page(request, wire.over(world.collections[where.kind], role, where.version))


def empty(raw: str) -> bytes:
    """A complete answer with nothing in it."""
    return dumps({"data": [], "links": [{"rel": "self", "uri": raw}]}).encode()


def tokens(worlds: list[World], raw: str, given: Mapping[str, list[str]]) -> bytes:
    """The token list: one entry for each district that authorises the application."""
    if given.get("owner_type") != ["district"]:
        raise Refused(400, "owner_type must be district")
    wanted = given.get("district", [None])[-1]
    rows = [
        {
            "id": f"62b4e190573f9600{world.roster.number:08x}",
            "created": "2022-06-23T21:56:32.335Z",
            "owner": {"type": "district", "id": world.roster.district},
            "access_token": world.token,
            "scopes": list(SCOPES),
        }
        for world in worlds
        if world.authorised and wanted in (None, world.roster.district)
    ]
    return dumps({"data": rows, "links": [{"rel": "self", "uri": raw}]}).encode()


def _object(world: World, where: Target) -> Record:
    object_id = where.object_id or ""
    if where.kind == "events":
        found = world.feed.get(object_id, world.clock())
    else:
        found = world.collections[where.kind].get(object_id)
    if found is None:
        raise Refused(404, "Resource not found")
    return found


def _events(world: World, request: wire.Query) -> wire.Window:
    types = {kind for given in request.given.get("record_type", ()) for kind in given.split(",")}
    school, now = request.one("school"), world.clock()

    def wanted(event: Record) -> bool:
        kind = event["type"].split(".")[0]
        return (not types or kind in types) and (school is None or touches_school(event, school))

    return wire.over_events(
        lambda cursor: filter(wanted, world.feed.after(cursor, now)),
        lambda cursor: filter(wanted, world.feed.before(cursor, now)),
    )
