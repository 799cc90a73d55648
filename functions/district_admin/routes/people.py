"""`/districts/{district}/people/{person}`: single people of the roster (D-04)."""

from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

from aws_lambda_powertools.event_handler.openapi.params import Header, Path
from pydantic import Field

from homeroom.runtime import http

from . import deps
from .shapes import SECURITY, DistrictId, Shape, answers

if TYPE_CHECKING:
    from homeroom.runtime.messages import Message

router = http.router()

PersonId = Annotated[str, Path(description="The person's Clever id")]
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=100,
        description="A name of your own for this request: sent again with the same, it queues no second mail",
    ),
]


class QueuedMail(Shape):
    """A mail that is on its way, or will be within seconds."""

    message: str = Field(description="Its id", examples=["activation:58da8a43cc70ab00017a1a87:p1:20261122:1"])
    queued_at: datetime

    @classmethod
    def of(cls, message: "Message") -> "QueuedMail":
        """What of a message is shown."""
        return cls(message=message.id, queued_at=message.created)


@router.post(
    "/districts/<district>/people/<person>/activation-mail",
    summary="Send the activation mail again",
    status_code=HTTPStatus.ACCEPTED,
    operation_id="sendActivationMail",
    responses=answers(
        "The mail is queued",
        status=HTTPStatus.ACCEPTED,
        _409="They get none (`no_activation_mail`; the member `reason` says why: `mails_off`, `not_on_roster`, "
        "`not_staff`, `linked`, `no_address`, `address_blocked`)",
        _429="Three mails to this person today (`too_many_mails`); `Retry-After` says how long to wait",
    ),
    security=SECURITY,
)
def activation_mail(district: DistrictId, person: PersonId, key: Key = "") -> QueuedMail:
    """For a teacher or an administrator on the roster who has not activated an account; at most three a day."""
    scope = deps.scope(router.current_event, district)
    cause = deps.cause(router.current_event)
    mails = deps.activation_mails()
    return QueuedMail.of(mails.send(district, person, scope, deps.now(), asked=key, cause=cause))
