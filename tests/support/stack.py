"""The deployed local stack, as its operators reach it: through AWS's interfaces, with names from `.local/stack.json`."""

import json
import os
import time
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3

from homeroom.roster import wiring
from homeroom.roster.runs import Run
from homeroom.runtime import aws
from homeroom.runtime.settings import settings

STACK = Path(__file__).resolve().parents[2] / ".local" / "stack.json"
VARIABLES = {
    "DISTRICTS_TABLE": ("tables", "DistrictsTable"),
    "CLASSES_TABLE": ("tables", "ClassesTable"),
    "USERS_TABLE": ("tables", "UsersTable"),
    "ROSTER_BUCKET": ("buckets", "RosterBucket"),
    "ROSTER_STATE_MACHINE_ARN": ("state_machines", "RosterStateMachine"),
}
ENDED = ("SUCCEEDED", "FAILED", "ABORTED", "TIMED_OUT")


@dataclass
class Stack:
    """A stack that is up; `names` is stack.json."""

    names: dict[str, Any]

    @classmethod
    def found(cls) -> "Stack | None":
        """The stack that `.local/stack.json` names, with this process's settings pointed at it; None when none is up."""
        if not STACK.exists():
            return None
        names = json.loads(STACK.read_text(encoding="utf-8"))
        os.environ.update(
            AWS_ENDPOINT_URL=names["aws_endpoint"], AWS_DEFAULT_REGION=names["region"],
            AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test",  # noqa: S106  the emulator takes any
            CLEVER_SECRET_ARN=names["clever_secret_id"], CLEVER_API_URL=names["clever_url"],
            CLEVER_AUTH_URL=names["clever_url"], POWERTOOLS_METRICS_NAMESPACE="Homeroom",
            POWERTOOLS_SERVICE_NAME="homeroom", USER_POOL_CLIENT_ID=names["user_pool_client_id"],
        )  # fmt: skip
        os.environ.update({variable: names[group][name] for variable, (group, name) in VARIABLES.items()})
        settings.cache_clear()
        aws.forget_clients()
        return cls(names)

    def execute(self, district: str, seconds: float = 600, **given: str) -> tuple[str, Run | None]:
        """Start the state machine for a district, wait for its end, and give its status and the district's last run."""
        client = aws.stepfunctions()
        arn = client.start_execution(
            stateMachineArn=self.names["state_machines"]["RosterStateMachine"],
            input=json.dumps({"district": district, "trigger": "night"} | given),
        )["executionArn"]
        until = time.monotonic() + seconds
        while (status := client.describe_execution(executionArn=arn)["status"]) not in ENDED:
            if time.monotonic() > until:
                raise TimeoutError(arn)
            time.sleep(0.2)
        return status, next(iter(wiring.run_store().newest_first(district)), None)

    def items(self, table: str) -> dict[str, Any]:
        """Every item of a table by its key, as DynamoDB has it."""
        client = boto3.client("dynamodb")
        pages = client.get_paginator("scan").paginate(TableName=self.names["tables"][table])
        return {f"{item['pk']['S']}|{item['sk']['S']}": item for page in pages for item in page["Items"]}

    def control(self, order: dict[str, Any]) -> Any:
        """Tell the Clever that the stack reads from to change."""
        request = urllib.request.Request(  # noqa: S310  loopback
            f"{self.names['clever_url']}/_control", data=json.dumps(order).encode(),
            headers={"content-type": "application/json"},
        )  # fmt: skip
        with urllib.request.urlopen(request) as answer:  # noqa: S310  loopback
            return json.load(answer)

    def live_district(self, district: str, **chosen: Any) -> None:
        """Register a district, find it authorised, let it go live, with these settings. Repeatable."""
        now, service = datetime.now(UTC), wiring.registration()
        service.register(district, name="Demo", time_zone="America/New_York", actor="test", now=now)
        wiring.discovery().discover(wiring.tokens().all(), now)
        service.go_live(district, actor="test", now=now, on=None)
        if chosen:
            service.change_settings(district, chosen, actor="test", now=now)
