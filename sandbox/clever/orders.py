"""The roster orders of POST /_control: a name, its arguments, and the change it makes."""

from collections.abc import Callable, Mapping
from typing import Any

from . import changes
from .collection import Record
from .errors import Refused
from .world import World, stamp

Args = Mapping[str, Any]
Order = Callable[[World, Args], object]


def text(args: Args, name: str) -> str:
    """A required text argument. Raises Refused 400."""
    value = args.get(name)
    if not isinstance(value, str):
        raise Refused(400, f"{name} must be given as text")
    return value


def _edit(world: World, args: Args) -> None:
    row = world.draft(text(args, "kind"), text(args, "id"))
    merge(row, args.get("merge", {}))
    world.update(text(args, "kind"), row)


def _patch(world: World, args: Args) -> None:
    collection = world.collections.get(text(args, "kind"))
    if collection is None:
        raise Refused(400, "unknown kind")
    if args.get("delete"):
        return collection.remove(text(args, "id"))
    known = collection.get(text(args, "id")) is not None
    row = world.draft(text(args, "kind"), text(args, "id")) if known else {"id": text(args, "id")}
    merge(row, args.get("merge", {}))
    return collection.put(row)


def merge(into: Record, change: Args) -> None:
    """Deep-merge `change` into a record; arrays and texts replace."""
    for key, value in change.items():
        if isinstance(value, Mapping) and isinstance(into.get(key), dict):
            merge(into[key], value)
        else:
            into[key] = value


def _event(world: World, args: Args) -> str:
    if not isinstance(args.get("object"), dict):
        raise Refused(400, "object must be given")
    event = world.feed.append(text(args, "type"), args["object"], args.get("previous_attributes"), world.clock())
    return str(event["id"])


def _drop(world: World, args: Args) -> None:
    if args.get("kind") not in world.collections:
        raise Refused(400, "unknown kind")
    world.collections[args["kind"]].drop(float(args["fraction"]))


def _district(world: World, **fields: str) -> None:
    row = world.draft("districts", world.roster.district)
    world.update("districts", {**row, **fields})


def _synced(world: World, _: Args) -> None:
    _district(world, last_sync=stamp(world.clock()))


def _pause(world: World, args: Args) -> None:
    _district(world, state="paused", pause_start=args.get("start", ""), pause_end=args.get("end", ""))


def _revoke(world: World, _: Args) -> None:
    world.authorised = False


def _authorise(world: World, _: Args) -> None:
    world.authorised = True


def _rotate(world: World, _: Args) -> str:
    world.rotation += 1
    return world.token


def _teacher(world: World, args: Args) -> None:
    if "teachers" in args:
        return changes.set_teachers(world, text(args, "section"), args["teachers"])
    return changes.set_primary(world, text(args, "section"), text(args, "teacher"))


ORDERS: dict[str, Order] = {
    "join": lambda w, a: changes.join(w, text(a, "student"), text(a, "section")),
    "leave": lambda w, a: changes.leave(w, text(a, "student"), text(a, "section")),
    "move": lambda w, a: changes.move(w, text(a, "student"), text(a, "from"), text(a, "to")),
    "rekey": lambda w, a: changes.rekey(w, text(a, "user")),
    "unshare": lambda w, a: changes.unshare(w, text(a, "kind"), text(a, "id")),
    "rename": lambda w, a: changes.rename(w, text(a, "kind"), text(a, "id"), a.get("name", "")),
    "email": lambda w, a: changes.set_email(w, text(a, "user"), text(a, "email")),
    "dob": lambda w, a: changes.set_student(w, text(a, "user"), "dob", text(a, "dob")),
    "grade": lambda w, a: changes.set_student(w, text(a, "user"), "grade", text(a, "grade")),
    "teacher": _teacher,
    "co_teacher": lambda w, a: changes.co_teacher(w, text(a, "section"), a.get("add"), a.get("remove")),
    "hire": lambda w, a: changes.hire(w, *(text(a, name) for name in ("school", "first", "last", "email"))),
    "admit": lambda w, a: changes.admit(w, dict(a), text(a, "section")),
    "edit": _edit,
    "patch": _patch,
    "event": _event,
    "drop": _drop,
    "pause": _pause,
    "resume": lambda w, _: _district(w, state="running", pause_start="", pause_end=""),
    "synced": _synced,
    "revoke": _revoke,
    "authorise": _authorise,
    "rotate": _rotate,
}
