"""What can happen to a district of the Clever sandbox between two syncs, drawn for property tests."""

from hypothesis import strategies as st

from sandbox.clever.errors import Refused


def ids(world, kind, role=None):
    """The first and the last few ids of a kind, so that changes meet each other and what was added."""
    found = [place.id for place in world.collections[kind].after("", role)]
    return [*found[:3], *found[-4:]] if len(found) > 7 else found


def _pick(found, n):
    if not found:
        raise Refused(404, "there is none")
    return found[n % len(found)]


class Draw:
    """Picks by number, so that an example says the same whatever happened before it."""

    def __init__(self, world, numbers):
        self.world, (self.a, self.b, self.c) = world, numbers

    def student(self):
        return _pick(ids(self.world, "users", "student"), self.a)

    def teacher(self):
        return _pick(ids(self.world, "users", "teacher"), self.a)

    def user(self):
        return _pick(ids(self.world, "users"), self.a)

    def section(self, n=None):
        return _pick(ids(self.world, "sections"), self.b if n is None else n)

    def member(self):
        return _pick(self.world.need("sections", self.section())["students"], self.c)

    def one(self, kind):
        return _pick(ids(self.world, kind), self.a)

    def edit(self, kind, record, **fields):
        """Change a record at will, with its event."""
        self.world.update(kind, {**self.world.draft(kind, record), **fields})


def _leave(d):
    return {"student": d.member(), "section": d.section()}


def _move(d):
    return {"student": d.member(), "from": d.section(), "to": d.section(d.a)}


def _school(d):
    if len(ids(d.world, "schools")) < 2:
        raise Refused(409, "the last school")
    return {"kind": "schools", "id": d.one("schools")}


# The sandbox's own orders, each with what makes its arguments.
ORDERED = {
    "join": lambda d: {"student": d.student(), "section": d.section()},
    "leave": _leave,
    "move": _move,
    "rekey": lambda d: {"user": d.user()},
    "unshare": lambda d: {"kind": "users", "id": d.user()},
    "unshare section": lambda d: {"kind": "sections", "id": d.section()},
    "unshare term": lambda d: {"kind": "terms", "id": d.one("terms")},
    "unshare course": lambda d: {"kind": "courses", "id": d.one("courses")},
    "unshare school": _school,
    "rename": lambda d: {"kind": "sections", "id": d.section(), "name": f"Class {d.a}"},
    "rename school": lambda d: {"kind": "schools", "id": d.one("schools"), "name": f"School {d.b}"},
    "rename term": lambda d: {"kind": "terms", "id": d.one("terms"), "name": f"Term {d.b}"},
    "rename user": lambda d: {"kind": "users", "id": d.user(), "name": {"first": f"Ann {d.b}"}},
    "email": lambda d: {"user": d.user(), "email": f"{d.b}@harbor.example"},
    "dob": lambda d: {"user": d.student(), "dob": f"{d.b + 1}/{d.c + 1}/2014"},
    "grade": lambda d: {"user": d.student(), "grade": str(d.b)},
    "teacher": lambda d: {"section": d.section(), "teacher": d.teacher()},
    "teacher none": lambda d: {"section": d.section(), "teachers": []},
    "co_teacher": lambda d: {"section": d.section(), "add": d.teacher()},
    "co_teacher less": lambda d: {"section": d.section(), "remove": d.teacher()},
    "hire": lambda d: {"school": d.one("schools"), "first": "Ada", "last": "Fox", "email": f"f{d.b}@harbor.example"},
    "admit": lambda d: {"section": d.section(), "first": "Bao", "last": "Ito", "dob": "1/2/2014", "grade": "7"},
    "pause": lambda d: {"start": "2026-06-07"},
    "resume": lambda d: {},
    "synced": lambda d: {},
}


def _again(kind):
    """Take a record out and put the very same back, under its old id."""

    def change(d):
        record = d.world.draft(kind, d.one(kind))
        d.world.delete(kind, record["id"])
        if d.b % 2:
            d.world.create(kind, record)

    return change


def _strange_events(d):
    """Events that say nothing: of a type that nobody knows, without an id, of a record that never was."""
    now, district = d.world.clock(), d.world.roster.district
    d.world.feed.append("resources.created", {"id": d.user(), "district": district}, None, now)
    d.world.feed.append("users.updated", {"district": district}, {"email": "x"}, now)
    d.world.feed.append("sections.created", {"id": f"6f{d.a:022x}", "district": district}, None, now)


# What the sandbox has no order for.
DONE = {
    "unreadable": lambda d: d.edit("users", d.user(), email=5),
    "unreadable section": lambda d: d.edit("sections", d.section(), students="all"),
    "readable": lambda d: d.edit("users", d.user(), email="mended@harbor.example"),
    "no role": lambda d: d.edit("users", d.user(), roles={"contact": {}}),
    "two roles": lambda d: d.edit("users", d.user(), roles={"teacher": {}, "staff": {"schools": [d.one("schools")]}}),
    "term": lambda d: d.edit("sections", d.section(), term_id=d.one("terms"), course=d.one("courses")),
    "names nobody": lambda d: d.edit("sections", d.section(), students=[f"6f{d.a:022x}", "no id, surely"]),
    "students again": lambda d: d.edit("sections", d.section(), students=sorted({d.student()})),
    "back": _again("users"),
    "section back": _again("sections"),
    "strange events": _strange_events,
}

_numbers = st.tuples(*[st.integers(0, 7)] * 3)
changes = st.tuples(st.sampled_from([*ORDERED, *DONE]), _numbers)
batches = st.lists(st.lists(changes, max_size=8), min_size=1, max_size=4)


def apply(district, batch):
    """Let these things happen, one after the other; what cannot happen does not."""
    for name, numbers in batch:
        draw = Draw(district.world, numbers)
        try:
            if name in DONE:
                DONE[name](draw)
            else:
                district.order(name.split()[0], **ORDERED[name](draw))
        except Refused:
            # Such as to move somebody who is gone, or to where nothing is.
            continue
