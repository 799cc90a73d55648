"""What EventBridge does at night and an admin by day, done at once on the local stack."""

import json
import time
from typing import Any

import boto3
from botocore.config import Config

from homeroom.roster.runs import FINISHED, Run
from homeroom.runtime import aws
from homeroom.runtime.settings import settings
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


def run_tonight(stack: Stack, district: str) -> Run:
    """Let the dispatcher start what is due, as it does every 15 minutes, and wait for the district's run (S-05)."""
    invoke(stack, "RosterDispatchFunction", {})
    machine = settings().need("roster_state_machine_arn")
    executions = aws.stepfunctions().list_executions(stateMachineArn=machine)["executions"]
    ours = [execution for execution in executions if execution["name"].startswith(f"{district}-")]
    if not ours:
        raise Refused("The dispatcher started no execution for the district.")
    stack.ended(max(ours, key=lambda execution: execution["startDate"])["executionArn"], SECONDS)
    return stack.last_run(district)


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
