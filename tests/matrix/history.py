"""What a request that went well has written of who may see what, and whether a row of the history says so (X-04)."""

from typing import Any

from tests.matrix.world import HISTORY, World, person

# Who teaches, who has access for some days, who is linked to whom, whose an address is.
RELATIONS, SEAT = ("T#", "ACCESS#", "LINK", "ADDR"), "S#"


def untold(world: World, relation: str) -> list[str]:
    """What somebody's request has changed of who may see what, of which no row names them and the request."""
    changed = world.changed()
    shown = [f"{pk} {sk}" for table, pk, sk in changed if _shows(sk, world.items(table, pk, sk))]
    rows = [world.items(table, pk, sk)[1] for table, pk, sk in changed if sk.startswith(HISTORY)]
    told = any(
        _text(row, "actor") == person(relation).account and _text(row, "cause")[:8] == "request:" for row in rows
    )
    return [] if told else shown


def _shows(sk: str, items: tuple[Any, Any]) -> bool:
    """A place counts when somebody was in it or is now; who only waits sees nothing, and nobody sees them."""
    if sk.startswith(SEAT):
        return "active" in {_text(item, "state") for item in items}
    return sk.startswith(RELATIONS)


def _text(item: Any, name: str) -> str:
    found: dict[str, str] = ((item or {}).get("Attributes") or {}).get(name) or {}
    return found.get("S", "")
