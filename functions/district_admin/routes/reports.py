"""`/districts/{district}/readiness|findings|summary`: how the district's data and its sync stand (P-09, S-05, S-06)."""

from typing import Annotated

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from homeroom.runtime import http

from . import deps
from .bodies import FindingBody, FindingPage, ReadinessBody, SummaryBody
from .runs import run_number
from .shapes import SECURITY, Cursor, DistrictId, Format, Limit, School, answers, refusals
from .tables import csv_page, documented, json_page

router = http.router()
COLUMNS = ("severity", "code", "kind", "id", "label", "school", "what", "because", "mend")


@router.get(
    "/districts/<district>/findings",
    summary="What to mend in the district's data",
    operation_id="listFindings",
    responses=documented(FindingPage) | refusals(),
    security=SECURITY,
)
def findings(
    *,
    district: DistrictId,
    code: Annotated[str | None, Query(description="Only findings of this code")] = None,
    school: School = None,
    run: Annotated[str | None, Query(description="Of this run instead of the last one")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    form: Format = "json",
) -> Response[str]:
    """Record by record: what is wrong, what happens because of it, and how to mend it."""
    deps.administrator(router.current_event, district, school)
    number = None if run is None else run_number(run)
    page = deps.records().findings(district, number, code=code, school=school, limit=limit, cursor=cursor)
    if form == "csv":
        return csv_page(page, COLUMNS, "findings")
    return json_page(FindingPage(items=[FindingBody(**finding) for finding in page.items], next=page.next))


@router.get(
    "/districts/<district>/readiness",
    summary="Is the district ready?",
    operation_id="getReadiness",
    responses=answers("The checklist; no items before the first run"),
    security=SECURITY,
)
def readiness(district: DistrictId) -> ReadinessBody:
    """The set-up guide as a checklist, run on the district's real data."""
    deps.administrator(router.current_event, district)
    return ReadinessBody(**deps.records().readiness(district))


@router.get(
    "/districts/<district>/summary",
    summary="How the sync stands",
    operation_id="getSummary",
    responses=answers("The summary"),
    security=SECURITY,
)
def summary(district: DistrictId) -> SummaryBody:
    """State, last run, next night, counts, and whether the last night was held, skipped or failed."""
    deps.administrator(router.current_event, district)
    return SummaryBody(**deps.records().summary(district, deps.now()))
