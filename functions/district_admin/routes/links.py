"""`/districts/{district}/people/{person}/link`: an administrator links an account, or takes it back (A-09, A-10)."""

from typing import TYPE_CHECKING, Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import Field, model_validator

from homeroom.runtime import http

from . import deps
from .people import PersonId
from .shapes import SECURITY, DistrictId, Shape, answers

if TYPE_CHECKING:
    from homeroom.roster.activation.model import LinkChange

router = http.router()


class Linking(Shape):
    """Which account is linked: by its id, or by an address of the record's, or an alias, that it has verified."""

    account: str = Field("", max_length=200)
    address: str = Field("", max_length=320)
    instead_of: str = Field(
        "", max_length=200, description="The person's earlier record, whose link is cut in the same step (A-09)"
    )
    preview: bool = Field(default=False, description="Only say what it would do")

    @model_validator(mode="after")
    def _one_of_them(self) -> "Linking":
        if bool(self.account) == bool(self.address):
            raise ValueError("name an account or an address")
        return self


class LinkedPerson(Shape):
    """A record that is linked, or whose link is cut."""

    person: str
    name: str


class LinkChangeBody(Shape):
    """What was done to links, or what would be."""

    account: str
    done: bool = Field(description="False of a preview")
    linked: list[LinkedPerson] = Field(description="Records that come to the account; an employee's others too (A-08)")
    cut: list[LinkedPerson] = Field(description="Records that leave it; what was done stays with the account")
    will_see: list[str] = Field(description="What the district sees from then on, in sentences")

    @classmethod
    def of(cls, change: "LinkChange") -> "LinkChangeBody":
        """What of a change is shown: all of it."""
        linked, cut = (
            [LinkedPerson(person=one.end.person, name=one.name) for one in some] for some in (change.made, change.cut)
        )
        return cls(account=change.account, done=change.done, linked=linked, cut=cut, will_see=list(change.will_see))


Preview = Annotated[bool, Query(description="Only say what it would do")]


@router.post(
    "/districts/<district>/people/<person>/link",
    summary="Link an account to a person",
    operation_id="linkPerson",
    responses=answers(
        "What was done, or with `preview` would be; the same again changes nothing",
        413,
        415,
        _409="Another account is linked (`already_linked`), the account is somebody else there (`linked_here`), a "
        "student is in no class (`no_section`), or the account's owner has to agree (`owner_must_confirm`; also of an "
        "address that is not the record's)",
    ),
    security=SECURITY,
)
def link(district: DistrictId, person: PersonId, body: Annotated[Linking, Body()]) -> LinkChangeBody:
    """For who cannot activate by themselves, and for somebody whose record has come back under a new id."""
    from homeroom.roster.activation.service.admin_links import account_of, owner_of  # noqa: PLC0415

    scope = deps.scope(router.current_event, district)
    stamp = deps.stamp(router.current_event, scope)
    whom = account_of(body.account) if body.account else owner_of(body.address)
    admin = deps.link_admin()
    change = admin.link(scope, person, whom, stamp, instead_of=body.instead_of, preview=body.preview)
    return LinkChangeBody.of(change)


@router.delete(
    "/districts/<district>/people/<person>/link",
    summary="Cut a person's link",
    operation_id="unlinkPerson",
    responses=answers("What was cut, or with `preview` would be"),
    security=SECURITY,
)
def unlink(district: DistrictId, person: PersonId, *, preview: Preview = False) -> LinkChangeBody:
    """The account keeps all that was done on it, and leaves the district's classes."""
    scope = deps.scope(router.current_event, district)
    stamp = deps.stamp(router.current_event, scope)
    return LinkChangeBody.of(deps.link_admin().unlink(scope, person, stamp, preview=preview))
