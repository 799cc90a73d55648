"""`/join…`, as it is documented."""

from ops.described.parts import SIGNED_IN, Json, in_path, refusals, shape, text, told

_TEACHER = text("The teacher's name, empty when they have given none; of a district class as its roster has it")
_SEEN = shape(**{"class": shape(name=text(), teacher=_TEACHER)})
_CLASS = shape(id=text(), name=text(), teacher=_TEACHER)
_NO_CODE = "No code that lets in: unknown, disabled, expired or rotated, which is not said (`code_not_found`)"
_TOO_MANY = "Too many wrong codes (`too_many_attempts`); `Retry-After` says in how many seconds to come again"
_ARCHIVED = "The class is archived (`class_archived`)"


def _joined(description: str, *outcomes: str) -> Json:
    return told(description, shape(outcome=text("What came of it", enum=list(outcomes)), **{"class": _CLASS}))


OPERATIONS: dict[str, dict[str, Json]] = {
    "/join/{code}": {
        "get": {
            "operationId": "previewJoin",
            "summary": "Look at the class of a code",
            "description": "What somebody sees who has a code, before they join. Codes have eight letters and digits; "
            "upper and lower case are one, spaces and hyphens are ignored.",
            "security": SIGNED_IN,
            "parameters": [in_path("code", "As it was written down")],
            "responses": {
                "200": told("The class", _SEEN),
                **refusals(
                    _404=_NO_CODE, _409=_ARCHIVED, _422="The request is not valid (`invalid_input`)", _429=_TOO_MANY
                ),
            },
        }
    },
    "/join": {
        "post": {
            "operationId": "join",
            "summary": "Join a class by its code",
            "description": "Makes the caller a member of an independent class, or has them wait for their guardian or "
            "the teacher. The code of a district class adds nobody: it links who is on the roster to their record. The "
            "same again changes nothing and says so.",
            "security": SIGNED_IN,
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": {**shape(code=text("As it was written down")), "additionalProperties": False}
                    }
                },
            },
            "responses": {
                "200": _joined("Already in, or linked to their roster record", "already_member", "activated"),
                "201": _joined("In", "joined"),
                "202": _joined("In as soon as others agree", "waiting_for_guardian", "waiting_for_teacher"),
                **refusals(
                    _403="The caller teaches the class (`own_class`); has to name a parent or guardian first "
                    "(`guardian_required`), or theirs said no (`guardian_refused`); of a district class: is not on "
                    "its roster (`not_on_roster`, `class_is_rostered`)",
                    _404=_NO_CODE,
                    _409=f"There is no room (`class_full`, `teacher_full`). {_ARCHIVED}. Of a district class: what "
                    "activation refuses with, such as `no_section` or `confirm_first`",
                    _413="More than 1 MB (`payload_too_large`)",
                    _415="The body is not JSON (`unsupported_media_type`)",
                    _422="The body is not an object with `code`, a text, alone (`invalid_input`)",
                    _429=_TOO_MANY,
                ),
            },
        }
    },
}
