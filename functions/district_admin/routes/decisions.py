"""`/districts/{district}/runs/{run}/approve|reject|undo`: what people decide of runs (S-08, S-10, S-13).

A plan is the whole district's: so is the decision on it, which no admin of single schools makes.
"""

from http import HTTPStatus
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import Field, StringConstraints

from homeroom.roster.holds import LONGEST_REASON
from homeroom.runtime import http

from . import deps
from .bodies import RunBody
from .runs import run_number
from .shapes import SECURITY, DistrictId, RunId, Shape, answers

router = http.router()


class Approval(Shape):
    """How much of a held plan is approved."""

    only: Literal["additions"] | None = Field(
        None, description="Only what is new or comes back; the rest is planned again by the next run"
    )


class Rejection(Shape):
    """Why a held plan is rejected."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_REASON)] = Field(
        description="For the district's administrators: it is shown with the run and kept nowhere else"
    )


@router.post(
    "/districts/<district>/runs/<run>/approve",
    summary="Approve a held plan",
    status_code=HTTPStatus.ACCEPTED,
    operation_id="approvePlan",
    responses=answers(
        "The run, which goes on; the same again changes nothing",
        413,
        415,
        status=HTTPStatus.ACCEPTED,
        _409="It waits for nobody (`run_not_held`); it is out of date (`plan_stale`): a later plan or roster stands, a "
        "day that it reckons with is over, a class that it would remove as never used is used by now, or, for its "
        "additions, the settings have changed; a run is under way (`run_in_progress`; the member `run` says "
        "which), or `district_not_active`",
    ),
    security=SECURITY,
)
def approve(district: DistrictId, run: RunId, body: Annotated[Approval | None, Body()] = None) -> RunBody:
    """Applies that very plan in the background, or with `only` its additions."""
    admin, cause = deps.administrator(router.current_event, district), deps.cause(router.current_event)
    only = body.only if body else None
    return RunBody.of(deps.decisions().approve(district, run_number(run), admin.account, deps.now(), only, cause=cause))


@router.post(
    "/districts/<district>/runs/<run>/reject",
    summary="Reject a held plan",
    status_code=HTTPStatus.ACCEPTED,
    operation_id="rejectPlan",
    responses=answers(
        "The run, whose plan will not be applied; the same again changes nothing",
        413,
        415,
        status=HTTPStatus.ACCEPTED,
        _409="It waits for nobody (`run_not_held`), a later plan stands (`plan_stale`), or a run is under way "
        "(`run_in_progress`; the member `run` says which)",
    ),
    security=SECURITY,
)
def reject(district: DistrictId, run: RunId, body: Annotated[Rejection, Body()]) -> RunBody:
    """Lets the plan go. No night makes the same one again until the district's data says something else."""
    admin, cause = deps.administrator(router.current_event, district), deps.cause(router.current_event)
    return RunBody.of(
        deps.decisions().reject(district, run_number(run), admin.account, deps.now(), body.reason, cause=cause)
    )


@router.post(
    "/districts/<district>/runs/<run>/undo",
    summary="Undo a run",
    status_code=HTTPStatus.ACCEPTED,
    operation_id="undoRun",
    responses=answers(
        "The run that takes it back, which has begun; while it goes on, the same again answers it",
        status=HTTPStatus.ACCEPTED,
        _409="It changed nothing or is no longer kept (`run_not_undoable`), a run is under way (`run_in_progress`; the "
        "member `run` says which), or `district_not_active`",
    ),
    security=SECURITY,
)
def undo(district: DistrictId, run: RunId) -> RunBody:
    """Begins a run that takes back, in the background, what that run changed and nobody changed since."""
    admin, cause = deps.administrator(router.current_event, district), deps.cause(router.current_event)
    return RunBody.of(deps.decisions().undo(district, run_number(run), admin.account, deps.now(), cause=cause))
