"""`/districts/{district}/runs`: the district's runs and what they plan (S-05, S-10)."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field

from homeroom.roster.changes import ChangeKind, ChangeOp
from homeroom.roster.runs import Run, RunState, Trigger
from homeroom.runtime import http
from homeroom.runtime.errors import NotFound

from . import deps
from .shapes import SECURITY, Cursor, DistrictId, Format, Limit, RunId, School, Shape, refusals
from .tables import csv_page, documented, json_page

router = http.router()
LONGEST_RUN = 8
COLUMNS = ("kind", "op", "id", "school", "before", "after")

Kind = Annotated[ChangeKind | None, Query(description="Only changes of this kind")]


class RunBody(Shape):
    """One execution of the sync."""

    run: str = Field(description="Its id within the district", examples=["12"])
    state: RunState
    trigger: Trigger
    actor: str = Field(description="The account that asked for it, or `schedule`")
    started_at: datetime
    finished_at: datetime | None
    reached: datetime | None = Field(description="The moment through which its data reaches")
    settings_version: int
    based_on: str | None = Field(description="The run whose snapshot it was compared with")
    reasons: tuple[str, ...] = Field(description="Why it was held, skipped or failed")
    counts: dict[str, int] = Field(description="Live records after it, by kind")
    changes: dict[str, dict[str, int]] = Field(description="What its plan holds, by kind and operation")
    findings: dict[str, int] = Field(description="What a person should mend, by code")
    written: int = Field(description="Items written")

    @classmethod
    def of(cls, run: Run) -> "RunBody":
        """What of a run is shown."""
        shown = {name: getattr(run, name) for name in cls.model_fields}
        return cls(**shown | {"run": str(run.run), "based_on": str(run.based_on) if run.based_on else None})


class RunPage(Shape):
    """Runs, newest first."""

    items: list[RunBody]
    next: str | None


class ChangeBody(Shape):
    """One change of a plan, with the record before and after it."""

    kind: ChangeKind
    op: ChangeOp = Field(description="`end`: its term is over; that is no removal")
    id: str = Field(description="The record's Clever id; of a membership `<section>/<T# or S#><person>`")
    school: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class PlanPage(Shape):
    """Changes of a plan."""

    items: list[ChangeBody]
    next: str | None


@router.post(
    "/districts/<district>/runs",
    summary="Start a run",
    status_code=HTTPStatus.ACCEPTED,
    responses=refusals(_409="A run is under way (`run_in_progress`; the member `run` says which)"),
    security=SECURITY,
)
def start(district: DistrictId) -> RunBody:
    """Begins a sync in the background. While the district is onboarding it only plans."""
    admin = deps.administrator(router.current_event, district)
    return RunBody.of(deps.runs().start(district, admin.account, deps.now()))


@router.get("/districts/<district>/runs", summary="Runs, newest first", responses=refusals(), security=SECURITY)
def listed(district: DistrictId, limit: Limit = 50, cursor: Cursor = None) -> RunPage:
    """A page of the district's runs."""
    deps.administrator(router.current_event, district)
    page = deps.runs().page(district, limit, cursor)
    return RunPage(items=[RunBody.of(run) for run in page.items], next=page.next)


@router.get("/districts/<district>/runs/<run>", summary="One run", responses=refusals(), security=SECURITY)
def show(district: DistrictId, run: RunId) -> RunBody:
    """How a run went, or goes."""
    deps.administrator(router.current_event, district)
    return RunBody.of(deps.runs().get(district, run_number(run)))


@router.get(
    "/districts/<district>/runs/<run>/plan",
    summary="What a run plans",
    responses=documented(PlanPage) | refusals(),
    security=SECURITY,
)
def plan(
    *,
    district: DistrictId,
    run: RunId,
    kind: Kind = None,
    school: School = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    form: Format = "json",
) -> Response[str]:
    """The changes of a run's plan, each with before and after."""
    deps.administrator(router.current_event, district, school)
    number = run_number(run)
    page = deps.runs().plan(district, number, kind=kind, school=school, limit=limit, cursor=cursor)
    if form == "csv":
        return csv_page(page, COLUMNS, f"plan_{number}")
    return json_page(PlanPage(items=[ChangeBody(**change) for change in page.items], next=page.next))


def run_number(text: str) -> int:
    """The number behind a run's id. Raises NotFound for what is no id of ours."""
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_RUN):
        raise NotFound("There is no such run.")
    return int(text)
