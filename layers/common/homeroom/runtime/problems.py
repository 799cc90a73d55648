"""Errors as callers see them: RFC 9457 problem documents, made here and nowhere else (X-02).

A refusal of ours speaks for itself. Of anything else only "something went wrong" leaves: no exception's text does.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from homeroom.runtime.errors import HomeroomError, InvalidInput

MEDIA_TYPE = "application/problem+json"
LONGEST_FIELD = 100
_OWN_KEYS = frozenset({"type", "title", "status", "detail", "code", "field", "request_id"})

# What pydantic calls the fault, and how a person is told what to send instead. `{}` takes a limit of the schema.
_SENTENCES = {
    "missing": "{field} is required.",
    "extra_forbidden": "{field} is not known here.",
    "json_invalid": "The body is not JSON.",
    "greater_than_equal": "{field} must be {ge} or more.",
    "less_than_equal": "{field} must be {le} or less.",
    "string_too_short": "{field} must have {min_length} characters or more.",
    "string_too_long": "{field} must have {max_length} characters or fewer.",
    "literal_error": "{field} must be {expected}.",
    "enum": "{field} must be {expected}.",
    "int_type": "{field} must be a whole number.",
    "int_parsing": "{field} must be a whole number.",
    "int_from_float": "{field} must be a whole number.",
    "string_type": "{field} must be a text.",
    "bool_type": "{field} must be true or false.",
    "bool_parsing": "{field} must be true or false.",
    "dict_type": "{field} must be an object.",
    "model_attributes_type": "{field} must be an object.",
    "list_type": "{field} must be a list.",
    "date_from_datetime_parsing": "{field} must be a date as YYYY-MM-DD.",
    "date_parsing": "{field} must be a date as YYYY-MM-DD.",
    "date_type": "{field} must be a date as YYYY-MM-DD.",
    "date_from_datetime_inexact": "{field} must be a date as YYYY-MM-DD.",
}


def document(error: HomeroomError, request_id: str) -> dict[str, Any]:
    """The problem document of a refusal, with its extra members (such as `run`) beside the standard ones."""
    problem: dict[str, Any] = {
        "type": f"urn:homeroom:problem:{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
        "request_id": request_id,
    }
    if error.field is not None:
        problem["field"] = error.field
    return problem | {key: value for key, value in error.extra.items() if key not in _OWN_KEYS}


def headers(error: HomeroomError) -> dict[str, str]:
    """What HTTP asks of some refusals: how to sign in (401), when to come again (`retry_after`, in seconds)."""
    asked = {"WWW-Authenticate": error.challenge} if error.status == 401 else {}  # noqa: PLR2004  HTTP's own number
    return asked | ({"Retry-After": error.extra["retry_after"]} if "retry_after" in error.extra else {})


def invalid(errors: Sequence[Mapping[str, Any]]) -> InvalidInput:
    """The refusal that a validation's faults, as pydantic lists them, stand for: the first of them, by its field."""
    first = errors[0]
    place, *path = first["loc"]
    if first["type"] == "json_invalid":
        path = []
    field = ".".join(str(step) for step in path)[:LONGEST_FIELD] or str(place)
    words = {"field": field, **first.get("ctx", {})}
    return InvalidInput(_SENTENCES.get(first["type"], "{field} is not valid.").format_map(words), field=field)
