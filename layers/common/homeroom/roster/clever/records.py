"""Reads one page of one kind: the whole page at once when all is well, record by record when something is not."""

from functools import cache
from typing import Any, Generic, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from homeroom.roster.clever.pages import Page, malformed, parse_json
from homeroom.roster.clever.shape import SHAPES
from homeroom.roster.clever.wire import Link, Record
from homeroom.roster.model import AnyRow, Kind, Rejected

Content = TypeVar("Content")
_HIDDEN = ConfigDict(hide_input_in_errors=True)

# An id, and what it stands for: nothing for a user whom Homeroom does not roster.
Read = tuple[str, AnyRow | Rejected | None]


@with_config(_HIDDEN)
class _Wrapped(TypedDict, Generic[Content]):
    data: Content


@with_config(_HIDDEN)
class Envelope(TypedDict, Generic[Content]):
    """Clever's page: each element is wrapped once more, and the links stand beside."""

    data: list[_Wrapped[Content]]
    links: list[Link]


class RecordReader:
    """Reads pages of `kind` for `district`. Carries out S-18 (allow-list) and W-03 (no other district's objects)."""

    def __init__(self, kind: Kind, district: str) -> None:
        self._kind = kind
        self._district = district
        self._shape = SHAPES[kind][1]
        self._page, self._record = _adapters(kind)

    def __call__(self, body: bytes) -> Page[Read]:
        """The page's records in the order given; a record of the wrong shape becomes Rejected.

        Raises SourceNotJson, or SourceMalformed when it is no page or a record has no usable id.
        """
        page = validated(self._page, body)
        if page is None:
            return self._one_by_one(body)
        return Page([(item["data"]["id"], self._row(item["data"])) for item in page["data"]], page["links"])

    def _row(self, record: Any) -> AnyRow | Rejected | None:
        # A district's own record is checked by the caller, who knows what its absence means.
        if (record.get("district") or self._district) != self._district:
            return Rejected(id=record["id"], reason="foreign_district", field="district")
        return self._shape(record)

    def _one_by_one(self, body: bytes) -> Page[Read]:
        page = read_envelope(body, self._kind)
        return Page([self._read_alone(item["data"]) for item in page["data"]], page["links"])

    def _read_alone(self, raw: Record) -> Read:
        try:
            return raw["id"], self._row(self._record.validate_python(raw))
        except ValidationError as error:
            where = error.errors(include_url=False, include_context=False, include_input=False)[0]["loc"]
        field = ".".join(part for part in where if isinstance(part, str))
        return raw["id"], Rejected(id=raw["id"], reason="wrong_shape", field=field)


def read_envelope(body: bytes, kind: str) -> Envelope[Any]:
    """A page of whatever records, each an object with a usable id; blanks within them are gone.

    Raises SourceNotJson or SourceMalformed.
    """
    raw = parse_json(body, kind)
    try:
        page: Envelope[Any] = _envelope().validate_python(raw)
        for item in page["data"]:
            item["data"] = _pruned(item["data"]) | _identity().validate_python(item["data"])
    except (ValidationError, RecursionError):
        pass
    else:
        return page
    raise malformed(kind)


def validated(adapter: TypeAdapter[Envelope[Any]], body: bytes) -> Envelope[Any] | None:
    """The page, or None when anything about it is not as it should be."""
    try:
        return adapter.validate_json(body)
    except ValidationError:
        return None


def _pruned(value: Any) -> Any:
    """Without what is absent, in all of Clever's spellings: missing, null, and "" where an object or list should be."""
    if isinstance(value, dict):
        return {key: _pruned(inner) for key, inner in value.items() if inner is not None and inner != ""}
    if isinstance(value, list):
        return [_pruned(inner) for inner in value if inner is not None]
    return value


@cache
def _adapters(kind: Kind) -> tuple[TypeAdapter[Envelope[Any]], TypeAdapter[Any]]:
    wire = SHAPES[kind][0]
    return TypeAdapter(Envelope[wire]), TypeAdapter(wire)  # type: ignore[valid-type]


@cache
def _envelope() -> TypeAdapter[Envelope[Any]]:
    return TypeAdapter(Envelope[dict[str, Any]])


@cache
def _identity() -> TypeAdapter[Record]:
    return TypeAdapter(Record)
