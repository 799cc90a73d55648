"""What the invited are told, as JSON: their function has no room for anything that converts."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from homeroom.classes.model import ClassView
    from homeroom.classes.service.accept import Accepted
    from homeroom.classes.service.received import Received
    from homeroom.runtime.pages import Page


def accepted(found: "Accepted") -> dict[str, Any]:
    """What came of an answer, and the class."""
    return {"outcome": found.outcome, "class": _klass(found.view)}


def received(page: "Page[Received]") -> dict[str, Any]:
    """A page of invitations; never an address, nor who else was invited (I-03)."""
    return {"items": [_one(one) for one in page.items], "next": page.next}


def _one(found: "Received") -> dict[str, Any]:
    sent = found.invitation
    return {
        "id": sent.id, "kind": sent.kind, "class": _klass(found.view), "teacher": found.teacher or None,
        "sent_at": _moment(sent.sent), "expires_at": _moment(sent.expires),
    }  # fmt: skip


def _klass(view: "ClassView") -> dict[str, str]:
    return {"id": view.id.text, "name": view.name}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
