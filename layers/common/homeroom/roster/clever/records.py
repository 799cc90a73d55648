"""Reads one page of one kind, or one record: all at once when all is well, record by record when something is not."""

from functools import cache
from typing import Any

from pydantic_core import SchemaValidator, ValidationError

from homeroom.roster.clever.errors import SourceMalformed
from homeroom.roster.clever.pages import Page, parse_json
from homeroom.roster.clever.wire import Item, envelope_validator, id_validator, item_validator, page_validator
from homeroom.roster.model import AnyRow, Kind, Rejected, UserRow

FOREIGN = "foreign_district"
# An id, and what it stands for: nothing for a user whom Homeroom does not roster.
Read = tuple[str, AnyRow | Rejected | None]


class RecordReader:
    """Reads pages and records of `kind` for `district`.

    Carries out S-18 (allow-list) and W-03 (no other district's objects).
    """

    def __init__(self, kind: Kind, district: str) -> None:
        self._kind = kind
        self._district = district
        self._page, self._item = _validators(kind)

    def __call__(self, body: bytes) -> Page[Read]:
        """The page's records in the order given; a record of the wrong shape becomes Rejected.

        Raises SourceNotJson, or SourceMalformed when it is no page or a record has no usable id.
        """
        try:
            page = self._page.validate_json(body)
        except ValidationError:
            return self._one_by_one(body)
        return Page([self._judge(item) for item in page["data"]], page["links"])

    def one(self, body: bytes) -> Read:
        """The record that an answer holds alone, `{"data": {record}}`, read exactly as on a page.

        Raises SourceNotJson, or SourceMalformed when there is no record or it has no usable id.
        """
        parse_json(body, self._kind)
        # Whole by now, it is an element of a page: what a list makes of it and what we make of it cannot differ.
        (found,) = self(b'{"data":[' + body + b'],"links":[]}').items
        return found

    def _judge(self, item: Item) -> Read:
        row = item["row"]
        # A district's own record names no district: that it is ours, the caller checks.
        if item["district"] and item["district"] != self._district:
            return row.id, Rejected(id=row.id, reason=FOREIGN, field="district")
        if isinstance(row, UserRow):
            return row.id, _rostered(row, item["student_email"])
        return row.id, row

    def _one_by_one(self, body: bytes) -> Page[Read]:
        page = read_envelope(body, self._kind)
        return Page([self._read_alone(record) for record in page.items], page.links)

    def _read_alone(self, record: dict[str, Any]) -> Read:
        try:
            return self._judge(self._item.validate_python({"data": record}))
        except ValidationError as error:
            where = error.errors(include_url=False, include_context=False, include_input=False)[0]["loc"]
        field = ".".join(part for part in where[1:] if isinstance(part, str))
        return record["id"], Rejected(id=record["id"], reason="wrong_shape", field=field)


def _rostered(row: UserRow, student_email: str) -> UserRow | None:
    if row.student is None and row.teacher is None and row.staff is None and row.district_admin is None:
        return None
    return row.model_copy(update={"email": student_email}) if student_email and not row.email else row


def usable_id(value: object) -> str:
    """The id that `value` is, "" when it can be none of Clever's."""
    _, identity = _loose()
    try:
        found: str = identity.validate_python(value)
    except ValidationError:
        return ""
    return found


def read_envelope(body: bytes, kind: str) -> Page[dict[str, Any]]:
    """A page of whatever records, each an object with a usable id; what is absent in them is left out.

    Raises SourceNotJson or SourceMalformed.
    """
    raw = parse_json(body, kind)
    envelope, identity = _loose()
    try:
        page = envelope.validate_python(raw)
        records = [
            _pruned(item["data"]) | {"id": identity.validate_python(item["data"].get("id"))} for item in page["data"]
        ]
    except (ValidationError, RecursionError):
        pass
    else:
        return Page(records, page["links"])
    # Raised out here, so that no validation error with a piece of the page travels along.
    raise SourceMalformed(kind=kind, http_status="200")


def _pruned(value: Any) -> Any:
    """Without what is absent, in all of Clever's spellings: missing, null, and "" where an object or list should be."""
    if isinstance(value, dict):
        return {key: _pruned(inner) for key, inner in value.items() if inner is not None and inner != ""}
    if isinstance(value, list):
        return [_pruned(inner) for inner in value if inner is not None]
    return value


@cache
def _validators(kind: Kind) -> tuple[SchemaValidator, SchemaValidator]:
    return page_validator(kind), item_validator(kind)


@cache
def _loose() -> tuple[SchemaValidator, SchemaValidator]:
    return envelope_validator(), id_validator()
