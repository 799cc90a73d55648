"""Clever's records as they arrive: the allow-list of fields that are read at all (S-18), and the rows they become.

Whatever is not named here (race, gender, lunch status, disability, language, home address, contacts …) is dropped
while parsing. Clever's JSON becomes rows in one go inside pydantic's core: for the hot loop of the night (460,000
students) that takes about a third less time than a model per record and a constructor per row.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, with_config
from pydantic_core import SchemaValidator
from pydantic_core import core_schema as cs
from typing_extensions import TypedDict

from homeroom.roster.model import (
    CourseRow,
    DistrictRow,
    Kind,
    SchoolRow,
    SectionRow,
    TermRow,
    UserRow,
)

# Clever's ids are 24 hex digits. What else can stand in a key is let through, the separators of our keys are not.
ID_PATTERN = "^[0-9A-Za-z_-]{1,64}$"

# No input in errors: a validation error would otherwise quote names (X-05).
CONFIG = cs.CoreConfig(hide_input_in_errors=True)
Fields = dict[str, cs.TypedDictField]


@with_config(ConfigDict(hide_input_in_errors=True))
class Link(TypedDict):
    """A link of a page, found by `rel`; `uri` is relative to the host."""

    rel: str
    uri: str


def _unique(values: tuple[str, ...]) -> tuple[str, ...]:
    """In the order given, each once, without blanks."""
    distinct = set(values)
    if len(distinct) == len(values) and "" not in distinct:
        return values
    return tuple(value for value in dict.fromkeys(values) if value)


def _or_absent(schema: cs.CoreSchema, absent: object) -> cs.CoreSchema:
    """`schema`, where a missing key and null mean the same: `absent`."""
    null = cs.no_info_after_validator_function(lambda _: absent, cs.none_schema())
    either = cs.union_schema(
        [schema, null], mode="left_to_right", custom_error_type="wrong_shape", custom_error_message="wrong shape"
    )
    return cs.with_default_schema(either, default=absent)


_ID = cs.str_schema(pattern=ID_PATTERN, strip_whitespace=True)
# Clever recommends 255 characters; an item of DynamoDB holds 400 KB, and one that is larger would stop the whole run.
LONGEST_TEXT = 1000
_STRING = cs.str_schema(strip_whitespace=True, max_length=LONGEST_TEXT)
_TEXT = _or_absent(_STRING, "")
_IDS = _or_absent(cs.no_info_after_validator_function(_unique, cs.tuple_variable_schema(_STRING)), ())


def _texts(*names: str) -> Fields:
    return {name: cs.typed_dict_field(_TEXT) for name in names}


def _ids(*names: str) -> Fields:
    return {name: cs.typed_dict_field(_IDS) for name in names}


def _path(*names: str) -> list[list[str | int]]:
    return [[*names]]


def _at(schema: cs.CoreSchema, *path: str) -> cs.TypedDictField:
    return cs.typed_dict_field(schema, validation_alias=_path(*path))


def _object(fields: Fields) -> cs.CoreSchema:
    return cs.typed_dict_schema(fields, config=CONFIG, extra_behavior="ignore")


_OBJECT = _object({})


def _row(model: type[BaseModel], fields: Fields) -> cs.CoreSchema:
    """Clever's record renamed into the row's fields, then made a row."""
    record = _object({"id": cs.typed_dict_field(_ID), **fields})
    return cs.chain_schema([record, TypeAdapter(model).core_schema])


def _role(name: str, fields: Fields) -> Fields:
    """A role: there when its key is there, even with nothing in it."""
    schema = cs.with_default_schema(cs.nullable_schema(_object(fields)), default=None)
    return {name: _at(schema, "roles", name)}


_ROWS: dict[Kind, cs.CoreSchema] = {
    "districts": _row(DistrictRow, _texts("name", "state", "pause_start", "pause_end", "last_sync")),
    "schools": _row(SchoolRow, _texts("name", "sis_id", "low_grade", "high_grade")),
    "terms": _row(TermRow, _texts("name", "start_date", "end_date")),
    "courses": _row(CourseRow, _texts("name", "number")),
    "sections": _row(
        SectionRow,
        {
            **_texts("name", "school", "course", "subject", "grade", "sis_id", "teacher"),
            **_ids("teachers", "students"),
            "term": _at(_TEXT, "term_id"),
        },
    ),
    "users": _row(
        UserRow,
        {
            "first": _at(_TEXT, "name", "first"),
            "last": _at(_TEXT, "name", "last"),
            **_texts("email"),
            **_role("student", {**_texts("sis_id", "school", "grade", "dob"), **_ids("schools")}),
            **_role("teacher", {**_texts("sis_id", "school", "title"), **_ids("schools")}),
            **_role("staff", {"sis_id": _at(_TEXT, "staff_id"), **_texts("title"), **_ids("schools", "roles")}),
            **_role("district_admin", _texts("title")),
        },
    ),
}


class Item(TypedDict):
    """An element of a page: its row, and what is needed of the record beside the row."""

    row: Any
    district: str
    student_email: str


def _beside(schema: cs.CoreSchema, *path: str) -> cs.TypedDictField:
    return cs.typed_dict_field(schema, validation_alias=_path("data", *path))


def _item(kind: Kind) -> cs.CoreSchema:
    fields = {"row": _beside(_ROWS[kind]), "district": _beside(_TEXT, "district")}
    if kind == "users":
        # A path into a list or a string finds nothing: that these are objects is asked for here. A record
        # without `roles` is unreadable; it does not say that somebody left.
        fields["name"] = _beside(_or_absent(_OBJECT, None), "name")
        fields["roles"] = _beside(_OBJECT, "roles")
        # Undocumented, and always there in the recordings.
        fields["student_email"] = _beside(_TEXT, "roles", "student", "email")
    return cs.typed_dict_schema(fields, extra_behavior="ignore")


def _page(item: cs.CoreSchema) -> SchemaValidator:
    links = cs.typed_dict_field(TypeAdapter(list[Link]).core_schema)
    data = cs.typed_dict_field(cs.list_schema(item))
    return SchemaValidator(cs.typed_dict_schema({"data": data, "links": links}, extra_behavior="ignore"), CONFIG)


def item_validator(kind: Kind) -> SchemaValidator:
    """Reads `{"data": {record}}` into an Item."""
    return SchemaValidator(_item(kind), CONFIG)


def page_validator(kind: Kind) -> SchemaValidator:
    """Reads a whole page into `{"data": [Item], "links": [Link]}`."""
    return _page(_item(kind))


def envelope_validator() -> SchemaValidator:
    """Reads a page of any records, of which no more is asked than to be objects."""
    record = cs.dict_schema(cs.str_schema(), cs.any_schema())
    return _page(cs.typed_dict_schema({"data": cs.typed_dict_field(record)}, extra_behavior="ignore"))


def id_validator() -> SchemaValidator:
    """Reads an id."""
    return SchemaValidator(_ID, CONFIG)
