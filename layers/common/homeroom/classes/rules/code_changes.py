"""What an owner does with a class's code (J-06)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from homeroom.classes.ids import ClassId
from homeroom.classes.model import Code, CodeState
from homeroom.runtime.errors import InvalidInput

CodeAction = Literal["", "rotate", "disable", "enable"]
FURTHEST = timedelta(days=5 * 365)
_STATES: dict[CodeAction, CodeState] = {"rotate": "active", "disable": "disabled", "enable": "active"}


@dataclass(frozen=True, slots=True)
class CodeChange:
    """What is to be changed of a code: `expires` only where `ends` is set (None: never), `approval` unless None."""

    action: CodeAction = ""
    ends: bool = False
    expires: datetime | None = None
    approval: bool | None = None


def require(change: CodeChange, klass: ClassId, now: datetime) -> None:
    """Raises InvalidInput for what cannot be done to a class's code. Carries out J-05, J-06."""
    if not change.action and not change.ends and change.approval is None:
        raise InvalidInput("Say what is to be changed: action, expires or approval.", field="action")
    if change.expires is not None and change.expires <= now:
        raise InvalidInput("expires must lie ahead. To close a code at once, disable it.", field="expires")
    if change.expires is not None and change.expires > now + FURTHEST:
        raise InvalidInput("expires lies more than five years ahead. Send null for no end.", field="expires")
    if change.approval is not None and klass.kind == "district":
        raise InvalidInput(
            "The code of a district class adds nobody, so there is nothing to approve.", field="approval"
        )


def changed(code: Code, change: CodeChange, new: str, asked: str) -> Code:
    """The code in force after it: when rotated the code `new`, without the old one's end, else the same. J-06."""
    known = code.known
    if known and change.approval is not None:
        known = known._replace(approval=change.approval)
    expires = change.expires if change.ends else code.expires
    state = _STATES.get(change.action, code.state)
    if change.action == "rotate":
        return Code(new, code.klass, state, change.expires, known, asked)
    return replace(code, state=state, expires=expires, known=known)
