"""`/districts/{district}/people/{person}`: single people of the roster, why somebody is missing (D-04, A-05, A-10)."""

from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Body, Header, Path
from pydantic import Field

from homeroom.roster.people import PersonState
from homeroom.runtime import http

from . import deps
from .shapes import SECURITY, DistrictId, Shape, answers

if TYPE_CHECKING:
    from homeroom.roster.activation.model import PersonView
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


class LinkBody(Shape):
    """The account that a person has activated."""

    account: str
    since: datetime | None
    by: str = Field(description="How: `address`, `clever`, `mail`, `teacher`, `admin`; empty when it was not noted")


class PersonClass(Shape):
    """A class that a person is in, by the roster."""

    id: str
    name: str
    role: str = Field(description="`primary`, `co_teacher` or `student`")
    state: str


class ObstacleBody(Shape):
    """What stands between a person and their activation, or that they have activated (`activated`)."""

    code: str = Field(examples=["no_section"])
    told: str = Field(description="The same as a sentence, for a person")


class ConflictBody(Shape):
    """An account that showed it is this person, and was turned away: another is linked (A-10)."""

    account: str
    at: datetime


class PersonBody(Shape):
    """A person of the roster: what the roster says of them, and whether and how they can activate an account."""

    person: str
    state: PersonState = Field(description="`leaving`: off the roster, and their grace still runs")
    name: str
    roles: list[str]
    schools: list[str]
    admin: Literal["", "district", "schools"] = Field(description="What of the district they administer")
    admin_schools: list[str]
    address: str = Field(description="By the roster, normalised; empty when there is none that can be used")
    aliases: list[str]
    classes: list[PersonClass] = Field(description="Those at the administrator's schools")
    link: LinkBody | None
    obstacle: ObstacleBody | None = Field(description="Null when they can activate by an address")
    conflicts: list[ConflictBody]

    @classmethod
    def of(cls, view: "PersonView") -> "PersonBody":
        """What of a person an administrator of theirs is shown."""
        record, link = view.record, view.link
        classes = [PersonClass(id=one.id.text, name=one.name, role=one.role, state=one.state) for one in view.classes]
        obstacle = ObstacleBody(code=view.obstacle.code, told=view.obstacle.told) if view.obstacle else None
        return cls(
            person=record.end.person, state=record.state, name=record.name, roles=sorted(record.roles),
            schools=sorted(record.schools), admin=record.admin, admin_schools=sorted(record.admin_schools),
            address=record.address, aliases=list(view.aliases), classes=classes, obstacle=obstacle,
            link=LinkBody(account=link.account, since=link.since, by=link.by) if link else None,
            conflicts=[ConflictBody(account=account, at=at) for account, at in view.conflicts],
        )  # fmt: skip


class PersonChange(Shape):
    """What an administrator changes of a person; all else is the roster's."""

    aliases: list[Annotated[str, Field(max_length=320)]] = Field(
        max_length=10, description="Further addresses that activate the record, instead of those it has", examples=[[]]
    )


@router.get(
    "/districts/<district>/people/<person>",
    summary="A person, and why somebody is missing",
    operation_id="getPerson",
    responses=answers("The person"),
    security=SECURITY,
)
def person(district: DistrictId, person: PersonId) -> PersonBody:
    """Roster record, classes, addresses, link, and what stands in the way of activating."""
    scope = deps.scope(router.current_event, district)
    return PersonBody.of(deps.people_admin().show(scope, person))


@router.patch(
    "/districts/<district>/people/<person>",
    summary="Give a person further addresses",
    operation_id="changePerson",
    responses=answers(
        "The person with these aliases", 413, 415, _409="Another person of the district has one (`address_blocked`)"
    ),
    security=SECURITY,
)
def change(district: DistrictId, person: PersonId, body: Annotated[PersonChange, Body()]) -> PersonBody:
    """Aliases activate the same record, and no sync changes them."""
    scope = deps.scope(router.current_event, district)
    stamp = deps.stamp(router.current_event, scope)
    return PersonBody.of(deps.people_admin().set_aliases(scope, person, body.aliases, stamp))


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
