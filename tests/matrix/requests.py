"""What is asked for a row of the table: a valid request, so that only who asks decides."""

import json
import re
from typing import Any

from sandbox.relay import signed
from tests.matrix.reading import Row
from tests.matrix.world import DISTRICT, World, person
from tests.support.surroundings import WEBHOOK_SECRET

# Bodies by method and path; what is not here has none.
BODIES: dict[str, Any] = {
    "POST /classes": {"name": "History"},
    "PATCH /classes/{class}": {"name": "Algebra II"},
    "POST /classes/{class}/code": {"action": "rotate"},
    "POST /classes/{class}/invitations": {"addresses": ["new@people.example"]},
    "POST /classes/{class}/teachers": {"address": "colleague@people.example"},
    "POST /classes/{class}/transfer": {"address": "colleague@people.example"},
    "POST /classes/{class}/admin-access": {"days": 3},
    "PATCH /me": {"name": "Somebody Else"},
    "POST /me/aliases": {"address": "another@people.example"},
    "POST /me/guardian": {"address": "guardian@people.example"},
    "PATCH /districts/{district}": {"settings": {"grace_days": 3}},
    "POST /districts/{district}/runs/{run}/reject": {"reason": "No"},
    "PATCH /districts/{district}/people/{person}": {"aliases": []},
    "POST /districts/{district}/people/{person}/link": {"account": person("rcv").account},
}
# Whose account a path names, by the path's beginning and on which class it is asked.
ACCOUNTS = {
    ("/classes/{class}/students", "own"): "mem",
    ("/classes/{class}/students", "dis"): "dme",
    ("/classes/{class}/students", "other"): "fme",
    ("/classes/{class}/students", "arc"): "mem",
    ("/classes/{class}/joins", "own"): "wai",
    ("/classes/{class}/joins", "dis"): "ask",
    ("/classes/{class}/teachers", "own"): "oco",
    ("/classes/{class}/teachers", "dis"): "dco",
    ("/me/coaches", "own"): "own",
    ("/me/coaches", "dis"): "pri",
    ("/accounts", "-"): "mem",
}
# The district's people that a path names where who has activated would be none to ask for.
NOT_ACTIVATED = {
    "POST /districts/{district}/people/{person}/link": "new",
    "POST /districts/{district}/people/{person}/activation-mail": "sub",
}  # fmt: skip
# Of these the body is made of what is in the world.
MADE = frozenset({"POST /join", "POST /invitations/accept", "POST /guardian-approvals", "POST /activations/confirm"})
NOTICE = json.dumps({"type": "roster.changed", "district": DISTRICT}).encode()
_NAME = re.compile(r"{(\w+)}")


def asked(world: World, row: Row) -> tuple[str, Any, dict[str, str]]:
    """The path, the body, and headers besides the usual ones."""
    path = _NAME.sub(lambda found: _value(world, row, found[1]), row.path)
    signing = row.variant == "signed"
    body = NOTICE if signing else _body(world, row)
    seconds = int(world.api.now.timestamp())
    return path + _query(row), body, signed(WEBHOOK_SECRET, NOTICE, message="m1", moment=seconds) if signing else {}


def takes_body(row: Row) -> bool:
    """Whether a JSON object is sent for it."""
    return f"{row.method} {row.path}" in BODIES.keys() | MADE


def _value(world: World, row: Row, name: str) -> str:
    ids = world.ids
    if name == "class":
        return ids[row.variant if row.variant in ids else "own"]
    if name == "code":
        return ids[f"code_{row.variant}"]
    if name == "account":
        who = next(who for (path, variant), who in ACCOUNTS.items() if _fits(row, path, variant))
        return person(who).account
    return NOT_ACTIVATED.get(f"{row.method} {row.path}", ids[name]) if name == "person" else ids[name]


def _fits(row: Row, path: str, variant: str) -> bool:
    return row.path.startswith(path) and variant in {row.variant, "-"}


def _query(row: Row) -> str:
    return f"?school={row.variant}" if row.variant in {"s1", "s2"} else ""


def _body(world: World, row: Row) -> Any:
    match f"{row.method} {row.path}":
        case "POST /join":
            return {"code": world.ids[f"code_{row.variant}"]}
        case "POST /invitations/accept":
            return {"token": world.ids["token"]}
        case "POST /guardian-approvals":
            return {"token": world.ids["guardian"], "answer": "yes"}
        case "POST /activations/confirm":
            return {"token": world.ids["alias"]}
        case known:
            return BODIES.get(known)
