"""`/activations`: how an account comes to its roster records (A-03, A-04, A-05)."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Literal

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import Field, model_validator

from homeroom.accounts.account import LinkEnd
from homeroom.runtime import http
from homeroom.runtime.shapes import SECURITY, Shape, answers

from . import deps

if TYPE_CHECKING:
    from homeroom.roster.activation.model import Activated, Shown

router = http.router()

_LONGEST = 600
_ASKED = "A mail is on its way, or a teacher is asked, if the district's roster has the address"


class Activation(Shape):
    """Empty: by the caller's own addresses, or their sign-in by Clever. Else by the code of a district class."""

    code: str = Field("", max_length=100, description="A code of a class of the district")
    email: str = Field("", max_length=320, description="The address that the district's roster has")
    by: Literal["mail", "teacher"] = Field(
        "mail",
        description="`mail`: a link goes to that address; `teacher`: where no mail arrives, a teacher of the class "
        "confirms",
    )
    agreed: bool = Field(default=False, description="Of `teacher`: what the district will see has been agreed to")

    @model_validator(mode="after")
    def _both_or_none(self) -> "Activation":
        if bool(self.code) != bool(self.email):
            raise ValueError("a code and an email belong together")
        return self


class Confirmation(Shape):
    """The token of a mailed link, or a record that `to_confirm` has named."""

    token: str = Field("", max_length=_LONGEST)
    agreed: bool = Field(default=False, description="Of a token: what the district will see has been agreed to")
    district: str = Field("", max_length=200)
    person: str = Field("", max_length=200)

    @model_validator(mode="after")
    def _one_of_them(self) -> "Confirmation":
        if bool(self.token) == bool(self.district) or bool(self.district) != bool(self.person):
            raise ValueError("send a token, or a district and a person")
        return self


class RecordBody(Shape):
    """A roster record of the caller's."""

    district: str
    district_name: str
    person: str
    name: str = Field(description="As the roster has it")
    roles: list[str]


class ProposalBody(RecordBody):
    """A record that is the caller's once they agree."""

    will_see: list[str] = Field(description="What the district sees from then on, in sentences")


class RefusalBody(Shape):
    """A district that has the caller's address, and why nothing comes of it."""

    district: str
    district_name: str
    code: str = Field(examples=["no_section"])
    detail: str


class ActivationsBody(Shape):
    """What came of it. All empty after asking by a code, whether or not the roster has the address."""

    linked: list[RecordBody]
    to_confirm: list[ProposalBody]
    refused: list[RefusalBody]

    @classmethod
    def of(cls, found: "Activated") -> "ActivationsBody":
        """What of an attempt its owner is shown: all of it."""
        from homeroom.roster.activation.service import refusal  # noqa: PLC0415

        problems = [(one.place, refusal(one)) for one in found.refused]
        refused = [
            RefusalBody(district=place.id, district_name=place.name, code=problem.code, detail=problem.detail)
            for place, problem in problems
        ]
        linked = [RecordBody.model_validate(one) for shown in found.linked for one in _records(shown)]
        return cls(linked=linked, to_confirm=[proposal(one) for one in found.to_confirm], refused=refused)


def proposal(shown: "Shown") -> ProposalBody:
    """What an owner is asked: whether this is them, and what the district will see."""
    from homeroom.roster.activation.rules import will_see  # noqa: PLC0415

    first = next(iter(_records(shown)))
    return ProposalBody.model_validate(first | {"will_see": will_see(shown.place.name, shown.decision.records)})


def _records(shown: "Shown") -> list[dict[str, object]]:
    return [
        {
            "district": shown.place.id, "district_name": shown.place.name, "person": one.end.person, "name": one.name,
            "roles": sorted(one.roles),
        }
        for one in shown.decision.records
    ]  # fmt: skip


@router.post(
    "/activations",
    summary="Activate my roster record",
    operation_id="activate",
    responses=answers(
        "What is linked, what waits for a word of the owner's, what is refused; the same again changes nothing",
        413,
        415,
        _403="No roster has an address of the caller's (`not_on_roster`)",
        _404="The code leads to no class (`code_not_found`)",
        _409="A student is in no class (`no_section`), the address is several people's (`address_blocked`), another "
        "account is linked (`already_linked`), this one is or was somebody else there (`linked_here`), or the caller "
        "has to agree first (`confirm_first`)",
        _429="Too many wrong codes (`too_many_attempts`) or mails (`too_many_mails`); `Retry-After` says how long to "
        "wait",
    )
    | {HTTPStatus.ACCEPTED.value: {"description": _ASKED}},
    security=SECURITY,
)
def activate(body: Annotated[Activation | None, Body()] = None) -> Response[ActivationsBody]:
    """Links a new account by itself; one with activity of its own is shown first what the district will see."""
    event = router.current_event
    if body and body.code:
        deps.ask_by_code(event, body.code, body.email, body.by, agreed=body.agreed)
        nothing = ActivationsBody(linked=[], to_confirm=[], refused=[])
        return Response(HTTPStatus.ACCEPTED, content_type="application/json", body=nothing)
    account = deps.account(event)
    found = deps.activations().activate(account, deps.caller(event), deps.stamp(event))
    return Response(HTTPStatus.OK, content_type="application/json", body=ActivationsBody.of(found))


@router.post(
    "/activations/confirm",
    summary="Confirm an activation or an address",
    operation_id="confirmActivation",
    responses=answers(
        "What is linked; with `to_confirm`, nothing yet: send the token again with `agreed`",
        413,
        415,
        _403="It is no record of the caller's (`not_on_roster`)",
        _404="The token is not valid, or no longer (`proof_invalid`)",
        _409="As of POST /activations; or another account has proved the address (`address_taken`), or one is too many "
        "(`too_many_addresses`)",
    ),
    security=SECURITY,
)
def confirm(body: Annotated[Confirmation, Body()]) -> ActivationsBody:
    """By the token of a mail, or by agreeing to what POST /activations has shown."""
    event = router.current_event
    account, mine = deps.account(event), deps.activations()
    if body.token:
        found = mine.prove(account, body.token, deps.stamp(event), agreed=body.agreed)
    else:
        found = mine.agree(account, deps.caller(event), LinkEnd(body.district, body.person), deps.stamp(event))
    return ActivationsBody.of(found)
