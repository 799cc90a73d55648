"""POST /_control: one object with one or more orders; `district` says whom they concern (default: the first)."""

from collections.abc import Mapping, Sequence
from typing import Any

from .errors import Refused
from .faults import KINDS, Fault, Faults
from .orders import ORDERS
from .world import World


def apply(worlds: Sequence[World], faults: Faults, orders: Mapping[str, Any]) -> dict[str, object]:
    """Carry out the orders in the order given.

    Returns {"ok", "counts", "results": {order: new id or null}}. Raises Refused: 400 for an order it does not know
    or cannot read, 404 for an id that is not there; orders before the refused one stay done.
    """
    if not isinstance(orders, dict):
        raise Refused(400, "an object of orders is expected")
    world = chosen(worlds, orders.get("district"))
    results: dict[str, object] = {}
    with world.lock:
        for name, args in orders.items():
            if name == "district":
                continue
            results[name] = _one(world, faults, name, args)
    return {"ok": True, "counts": world.counts(), "results": results}


def chosen(worlds: Sequence[World], district: object) -> World:
    """The district of that id, or the first for None. Raises Refused 404."""
    for world in worlds:
        if district is None or district == world.roster.district:
            return world
    raise Refused(404, "no such district")


def _one(world: World, faults: Faults, name: str, args: object) -> object:
    if name == "reset":
        faults.orders.clear()
        world.reset()
        return None
    args = {} if args is True else args
    if not isinstance(args, dict):
        raise Refused(400, f"{name} takes an object")
    if name == "fault":
        faults.orders.append(_fault(args))
        return None
    if name not in ORDERS:
        raise Refused(400, f"no order {name}")
    try:
        return ORDERS[name](world, args)
    except (KeyError, TypeError, ValueError) as error:
        raise Refused(400, f"{name}: {error}") from error


def _fault(args: Mapping[str, Any]) -> Fault:
    try:
        fault = Fault(**args)
    except TypeError as error:
        raise Refused(400, str(error)) from error
    if fault.kind not in KINDS:
        raise Refused(400, f"fault kinds are {', '.join(KINDS)}")
    return fault
