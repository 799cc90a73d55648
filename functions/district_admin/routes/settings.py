"""`/districts/{district}`: the district, its settings, and its going live (D-01, D-02)."""

from datetime import date, datetime
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from homeroom.roster.districts import District, DistrictState
from homeroom.roster.settings import DistrictSettings
from homeroom.runtime import http
from homeroom.runtime.errors import InvalidInput

from . import deps
from .shapes import SECURITY, DistrictId, Shape, answers

router = http.router()


class DistrictBody(Shape):
    """A district as its administrators see it."""

    id: str
    name: str
    state: DistrictState = Field(
        description="`onboarding`: runs are plans only, until it is `live`. `disconnected`: Clever no longer lists its "
        "token, or refuses it; nothing is synced or removed until it works again"
    )
    settings: DistrictSettings
    settings_version: int = Field(description="Counts the changes of the settings, from 1; each run names its own")
    go_live_on: date | None = Field(description="The local date on which it goes live, if one is set")
    registered_at: datetime
    live_at: datetime | None

    @classmethod
    def of(cls, district: District) -> "DistrictBody":
        """What of a district is shown."""
        return cls(**{name: getattr(district, name) for name in cls.model_fields})


class SettingsChange(Shape):
    """Settings to change: objects merge, lists replace, null brings a default back, what is absent stays."""

    settings: dict[str, Any] = Field(examples=[{"grace_days": 14, "exclude": {"grades": ["PreKindergarten"]}}])


def _day(value: object) -> date | None:
    try:
        return None if value is None else date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise PydanticCustomError("date_parsing", "a date as YYYY-MM-DD") from None


class GoLive(Shape):
    """When to go live: at once, or at the start of a local date."""

    on: Annotated[date | None, BeforeValidator(_day)] = Field(None, examples=["2026-08-15"])


@router.get(
    "/districts/<district>",
    summary="The district and its settings",
    operation_id="getDistrict",
    responses=answers("The district"),
    security=SECURITY,
)
def show(district: DistrictId) -> DistrictBody:
    """State, settings in force and their version."""
    deps.administrator(router.current_event, district)
    return DistrictBody.of(deps.districts().get(district))


@router.patch(
    "/districts/<district>",
    summary="Change settings",
    operation_id="changeSettings",
    responses=answers(
        "The district with its new settings",
        413,
        415,
        _409="Somebody else changed them in the meantime (`settings_changed`)",
    ),
    security=SECURITY,
)
def change(district: DistrictId, body: Annotated[SettingsChange, Body()]) -> DistrictBody:
    """Changes what is named and answers with everything. A change that changes nothing makes no new version."""
    admin = deps.administrator(router.current_event, district)
    cause = deps.cause(router.current_event)
    try:
        changed = deps.districts().change_settings(district, body.settings, admin.account, deps.now(), cause=cause)
    except InvalidInput as error:
        raise InvalidInput(error.detail, field=f"settings.{error.field or ''}".rstrip(".")) from error
    return DistrictBody.of(changed)


@router.post(
    "/districts/<district>/go-live",
    summary="Go live",
    operation_id="goLive",
    responses=answers(
        "The district, live or with its date",
        413,
        415,
        _409="Not in a state to go live, such as `district_not_authorised`",
    ),
    security=SECURITY,
)
def go_live(district: DistrictId, body: Annotated[GoLive | None, Body()] = None) -> DistrictBody:
    """Ends onboarding, now or at the start of a local date: from then on runs apply what they plan."""
    admin = deps.administrator(router.current_event, district)
    on = body.on if body else None
    cause = deps.cause(router.current_event)
    return DistrictBody.of(deps.districts().go_live(district, admin.account, deps.now(), on, cause=cause))
