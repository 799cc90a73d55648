"""Reads one page of Clever's events, which are hints, never data: of an object only id and district count (W-03)."""

from typing import Any

from homeroom.roster.clever.errors import SourceForeign
from homeroom.roster.clever.pages import Page
from homeroom.roster.clever.records import read_envelope, usable_id
from homeroom.roster.model import ROW_TYPES, Kind
from homeroom.roster.source import SourceEvent

KIND = "events"
_KINDS: dict[str, Kind] = {kind: kind for kind in ROW_TYPES}


def read_events(body: bytes, district: str) -> Page[SourceEvent]:
    """The page's events in the order given. `previous_attributes`, in whichever of its two places, is not looked at.

    An event of a type that we do not know, or whose object has no usable id, comes out with `kind` None. Raises
    SourceNotJson, SourceMalformed, and SourceForeign for an object of another district than `district`.
    """
    page = read_envelope(body, KIND)
    return Page([_event(record, district) for record in page.items], page.links)


def _event(record: dict[str, Any], ours: str) -> SourceEvent:
    type_ = _text(record.get("type"))
    found = _object(_object(record.get("data")).get("object"))
    kind, id_ = _KINDS.get(type_.partition(".")[0]), usable_id(found.get("id"))
    district = id_ if kind == "districts" else _text(found.get("district"))
    if district and district != ours:
        raise SourceForeign(kind=KIND)
    return SourceEvent(record["id"], type_, kind if id_ else None, id_, district)


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
