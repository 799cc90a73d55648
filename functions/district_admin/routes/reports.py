"""`/districts/{district}/readiness|findings|summary`: how the district's data and its sync stand (P-09, S-05, S-06)."""

from datetime import datetime
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field

from homeroom.runtime import http

from . import deps
from .runs import run_number
from .shapes import SECURITY, Cursor, DistrictId, Format, Limit, School, Shape, refusals
from .tables import csv_page, documented, json_page

router = http.router()
COLUMNS = ("severity", "code", "kind", "id", "label", "school", "what", "because", "mend")


class FindingBody(Shape):
    """One thing in the district's data that a person should mend (S-06)."""

    code: str
    severity: Literal["blocking", "warning", "info"]
    kind: str = Field(description="What the record is, such as `person` or `section`")
    id: str = Field(description="The record's Clever id")
    school: str
    label: str = Field(description="What its owners know it by: a SIS id or a section's name")
    what: str = Field(description="What is wrong")
    because: str = Field(description="What happens because of it")
    mend: str = Field(description="How to mend it")


class FindingPage(Shape):
    """Findings, worst first."""

    items: list[FindingBody]
    next: str | None


@router.get(
    "/districts/<district>/findings",
    summary="What to mend in the district's data",
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
    page = deps.runs().findings(district, number, code=code, school=school, limit=limit, cursor=cursor)
    if form == "csv":
        return csv_page(page, COLUMNS, "findings")
    return json_page(FindingPage(items=[FindingBody(**finding) for finding in page.items], next=page.next))


class ChecklistItem(Shape):
    """A line of the set-up guide's checklist."""

    item: str = Field(examples=["teacher_addresses"])
    status: Literal["ok", "warning", "blocking"]
    total: int = Field(description="Records looked at")
    problems: int = Field(description="Records that speak against it")
    findings: dict[str, int] = Field(description="Those by code, or `code:role`; each can be listed under /findings")


class ReadinessBody(Shape):
    """The checklist, worst first, and what it is based on (P-09, P-10)."""

    run: str | None = Field(description="The run that it is based on; null before the first")
    reached: datetime | None = Field(description="The moment through which its data reaches")
    items: list[ChecklistItem]


@router.get(
    "/districts/<district>/readiness", summary="Is the district ready?", responses=refusals(), security=SECURITY
)
def readiness(district: DistrictId) -> ReadinessBody:
    """The set-up guide as a checklist, run on the district's real data."""
    deps.administrator(router.current_event, district)
    return ReadinessBody(**deps.runs().readiness(district))


@router.get("/districts/<district>/summary", summary="How the sync stands", responses=refusals(), security=SECURITY)
def summary(district: DistrictId) -> dict[str, Any]:
    """State, last run, next sync, counts, and whether nights are paused, held or failing."""
    deps.administrator(router.current_event, district)
    return deps.runs().summary(district)
