"""`/invitations…`, as it is documented."""

from ops.described.parts import PAGED, SIGNED_IN, Json, in_path, refusal, refusals, shape, text, told

_CLASS = shape(id=text(), name=text())
_RECEIVED = shape(
    id=text(),
    kind=text("Whether it is to learn in the class, or to teach it", enum=["student", "co_teacher"]),
    **{"class": _CLASS},
    teacher={"type": ["string", "null"], "description": "The name of the class's owner, if they have given one"},
    sent_at=text(format="date-time"),
    expires_at=text(format="date-time"),
)
_PAGE = shape(items={"type": "array", "items": _RECEIVED}, next={"type": ["string", "null"]})
_OUTCOMES = ["joined", "already_member", "teaching", "already_teaching"]
_ACCEPTED = shape(outcome=text("What came of it", enum=_OUTCOMES), **{"class": _CLASS})
_WAITS = shape(outcome=text(enum=["waiting_for_guardian"]), **{"class": _CLASS})
_NAMED = [in_path("invitation", "The invitation's id")]
_NOT_FOUND = "No such invitation, or it is to an address that is not the caller's (`invitation_not_found`)"
_NOT_YET = (
    "A parent or guardian has to agree first and none is named (`guardian_required`), or has not agreed "
    "(`guardian_refused`); the class is the caller's own (`own_class`); classes have one teacher here "
    "(`co_teaching_not_available`); a child is to teach (`teachers_only`)"
)
_OVER = (
    "It lets nobody in, and nothing has changed: `invitation_withdrawn`, `invitation_expired`, `invitation_declined`, "
    "`invitation_used`, `class_archived`, `class_full`, `teacher_full`, `student_of_class`, `too_many_teachers`"
)


def _answers(**refused: str) -> Json:
    return {
        "200": told("The caller is in; if they were already, nothing has changed but that it is settled", _ACCEPTED),
        "202": told("The caller is in as soon as their parent or guardian agrees", _WAITS),
        **refusals(**{"_403": _NOT_YET, "_404": _NOT_FOUND, "_409": _OVER, **refused}),
    }


OPERATIONS: dict[str, dict[str, Json]] = {
    "/invitations": {
        "get": {
            "operationId": "listMyInvitations",
            "summary": "What the caller is invited to",
            "description": "The open invitations to all addresses that are verified to be the caller's.",
            "security": SIGNED_IN,
            "parameters": PAGED,
            "responses": {
                "200": told("A page of them", _PAGE),
                **refusals(_422="`limit` or `cursor` is not valid (`invalid_input`)"),
            },
        }
    },
    "/invitations/{invitation}/accept": {
        "post": {
            "operationId": "acceptInvitation",
            "summary": "Accept an invitation",
            "description": "Makes the caller a member of the class, and so its teachers their coaches. The same again "
            "changes nothing and says so.",
            "security": SIGNED_IN,
            "parameters": _NAMED,
            "responses": {**_answers(), "422": refusal("The request is not valid (`invalid_input`)")},
        }
    },
    "/invitations/{invitation}/decline": {
        "post": {
            "operationId": "declineInvitation",
            "summary": "Decline an invitation",
            "description": "The teacher can ask again after seven days. The same again changes nothing.",
            "security": SIGNED_IN,
            "parameters": _NAMED,
            "responses": {
                "204": {"description": "It is declined"},
                **refusals(
                    _404=_NOT_FOUND,
                    _409="It was used (`invitation_used`) or withdrawn (`invitation_withdrawn`)",
                    _422="The request is not valid (`invalid_input`)",
                ),
            },
        }
    },
    "/invitations/accept": {
        "post": {
            "operationId": "acceptInvitationByToken",
            "summary": "Accept by the mailed link",
            "description": "The token is in the link's fragment. It is good once, for thirty days, until a later mail "
            "has another, and for the account that owns the address it was sent to.",
            "security": SIGNED_IN,
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": shape(token=text("The one in the mailed link"))}},
            },
            "responses": _answers(
                _403=f"The token is right, and the caller does not own the address (`not_the_invitee`). {_NOT_YET}",
                _404="No invitation has this token, or a later mail has another (`invitation_not_found`)",
                _413="More than 1 MB (`payload_too_large`)",
                _415="The body is not JSON (`unsupported_media_type`)",
                _422="The body has no token (`invalid_input`)",
            ),
        }
    },
}  # fmt: skip
