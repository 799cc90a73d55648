"""What EventBridge does at night and an admin by day, done at once on the local stack."""

import json
import re
import time
from typing import Any

import boto3
from botocore.config import Config

from homeroom.roster.runs import FINISHED, Run
from homeroom.runtime import aws
from sandbox.rig.api import Api
from sandbox.rig.stack import Stack

SECONDS = 300
PATIENT = Config(read_timeout=SECONDS, retries={"total_max_attempts": 1})


class Refused(Exception):
    """The stack did not do what it was asked to."""


def invoke(stack: Stack, function: str, event: dict[str, Any]) -> Any:
    """Call a function of the stack, by its logical id, and give its answer. Raises Refused when it fails."""
    name = stack.names["functions"][function]
    answer = boto3.client("lambda", config=PATIENT).invoke(FunctionName=name, Payload=json.dumps(event))
    body = json.load(answer["Payload"])
    if answer.get("FunctionError"):
        raise Refused(f"{function}: {body.get('errorType')}")
    return body


def discover(stack: Stack) -> None:
    """Let discovery look at Clever's token list, as it does every hour (D-01)."""
    invoke(stack, "RosterDiscoverFunction", {})


def run_tonight(stack: Stack, district: str) -> Run | None:
    """Let the dispatcher start what is due, as it does every 15 minutes, and wait for the district's run (S-05).

    None when tonight's execution was started before: its name is the night's date, and an existing name means done.
    """
    before = _night(stack, district)
    invoke(stack, "RosterDispatchFunction", {})
    arn = _night(stack, district)
    if arn is None or arn == before:
        return None
    stack.ended(arn, SECONDS)
    return stack.last_run(district)


def _night(stack: Stack, district: str) -> str | None:
    """The execution of the district's latest night, or None."""
    pages = aws.stepfunctions().get_paginator("list_executions")
    listed = pages.paginate(stateMachineArn=stack.names["state_machines"]["RosterStateMachine"])
    nights = [
        (execution["startDate"], execution["executionArn"])
        for page in listed
        for execution in page["executions"]
        if re.fullmatch(rf"{district}-\d{{4}}-\d\d-\d\d", execution["name"])
    ]
    return max(nights)[1] if nights else None


def run_on_demand(api: Api, district: str) -> dict[str, Any]:
    """Start a run over the API, as an admin does, and wait for its end; its record as the API tells it."""
    begun = api.call("POST", f"/districts/{district}/runs")
    if begun.status != 202:  # noqa: PLR2004  Accepted
        raise Refused(f"POST runs: {begun.status} {begun.body.get('code')}")
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        run: dict[str, Any] = api.call("GET", f"/districts/{district}/runs/{begun.body['run']}").body
        if run["state"] in FINISHED:
            return run
        time.sleep(0.3)
    raise TimeoutError(begun.body["run"])
