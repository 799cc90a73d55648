"""`/districts/{district}/runs`: the district's runs and what they plan (S-05, S-10)."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from homeroom.roster.changes import ChangeKind
from homeroom.roster.runs import RunState
from homeroom.runtime import http
from homeroom.runtime.errors import NotFound

from . import deps
from .bodies import ChangeBody, PlanPage, RunBody, RunPage
from .shapes import SECURITY, Cursor, DistrictId, Format, Limit, RunId, School, answers, refusals
from .tables import csv_page, documented, json_page

router = http.router()
LONGEST_RUN = 8
COLUMNS = ("kind", "op", "id", "school", "before", "after", "words")

State = Annotated[RunState | None, Query(description="Only runs in this state, such as `held`")]
Kind = Annotated[ChangeKind | None, Query(description="Only changes of this kind")]


@router.post(
    "/districts/<district>/runs",
    summary="Start a run",
    status_code=HTTPStatus.ACCEPTED,
    operation_id="startRun",
    responses=answers(
        "The run that has begun",
        status=HTTPStatus.ACCEPTED,
        _409="A run is under way (`run_in_progress`; the member `run` says which), or `district_not_active`",
    ),
    security=SECURITY,
)
def start(district: DistrictId) -> RunBody:
    """Begins a sync in the background. While the district is onboarding it only plans."""
    admin = deps.administrator(router.current_event, district)
    return RunBody.of(deps.runs().start(district, admin.account, deps.now()))


@router.get(
    "/districts/<district>/runs",
    summary="Runs, newest first",
    operation_id="listRuns",
    responses=answers("A page of runs"),
    security=SECURITY,
)
def listed(district: DistrictId, state: State = None, limit: Limit = 50, cursor: Cursor = None) -> RunPage:
    """A page of the district's runs."""
    deps.administrator(router.current_event, district)
    page = deps.records().page(district, limit, cursor, state)
    return RunPage(items=[RunBody.of(run) for run in page.items], next=page.next)


@router.get(
    "/districts/<district>/runs/<run>",
    summary="One run",
    operation_id="getRun",
    responses=answers("The run"),
    security=SECURITY,
)
def show(district: DistrictId, run: RunId) -> RunBody:
    """How a run went, or goes."""
    deps.administrator(router.current_event, district)
    return RunBody.of(deps.records().get(district, run_number(run)))


@router.get(
    "/districts/<district>/runs/<run>/plan",
    summary="What a run plans",
    operation_id="getPlan",
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
    """The changes of a run's plan, each with before and after and as a sentence; on the first page also how many,
    school by school.
    """
    deps.administrator(router.current_event, district, school)
    number = run_number(run)
    page = deps.records().plan(district, number, kind=kind, school=school, limit=limit, cursor=cursor)
    if form == "csv":
        return csv_page(page, COLUMNS, f"plan_{number}")
    counts = deps.records().counts(district, number, school) if cursor is None else None
    return json_page(PlanPage(items=[ChangeBody(**change) for change in page.items], next=page.next, counts=counts))


def run_number(text: str) -> int:
    """The number behind a run's id. Raises NotFound for what is no id of ours."""
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_RUN):
        raise NotFound("There is no such run.")
    return int(text)
