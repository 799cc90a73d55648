"""`/classes/{class}/code`: what the owner does with a class's code (J-06)."""

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from pydantic import AwareDatetime, Field

from homeroom.classes.model import CodeState
from homeroom.runtime import http

from . import deps
from .shapes import SECURITY, ClassRef, Key, Shape, answers

if TYPE_CHECKING:
    from homeroom.classes.service.codes import Shown

router = http.router()


class ChangeCode(Shape):
    """What is to be changed of a code: at least one of these."""

    action: Literal["rotate", "disable", "enable"] | None = Field(
        None, description="`rotate`: another code, and the old one lets nobody in again. `disable`: until `enable`"
    )
    expires: AwareDatetime | None = Field(
        None, description="Until when it lets in, at most five years ahead; null for good. Left out, it stays as it is"
    )
    approval: bool | None = Field(None, description="Whether joins wait for a teacher's yes; of independent classes")


class CodeBody(Shape):
    """The code in force."""

    code: str
    state: CodeState
    expires_at: datetime | None = Field(description="Until when it lets in; null: for good")
    approval: bool = Field(description="Whether joins wait for a teacher's yes")

    @classmethod
    def of(cls, shown: "Shown") -> "CodeBody":
        """All of it."""
        code = shown.code
        return cls(code=code.code, state=code.state, expires_at=code.expires, approval=shown.approval)


@router.post(
    "/classes/<class>/code",
    summary="Change a class's code",
    operation_id="changeCode",
    responses=answers(
        "The code as it is now", 413, 415, _404="No such class", _409="The class is archived (`class_archived`)"
    ),
    security=SECURITY,
)
def change(klass: ClassRef, body: ChangeCode, key: Key = "") -> CodeBody:
    """Rotates, closes and opens the code, says until when it lets in, and whether joins wait for a teacher's yes.

    Of a district class its primary teacher does; that code adds nobody, and lets who is on the roster activate.
    """
    from homeroom.classes.rules.code_changes import CodeChange  # noqa: PLC0415

    teacher, found = deps.account(router.current_event), deps.klass(klass)
    ends = "expires" in body.model_fields_set
    wanted = CodeChange(body.action or "", ends=ends, expires=body.expires, approval=body.approval)
    stamp = deps.stamp(router.current_event, teacher)
    return CodeBody.of(deps.codes().change(teacher, found, wanted, key, stamp))
