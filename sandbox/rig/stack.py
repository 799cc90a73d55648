"""The deployed local stack, as its operators reach it: by AWS's interfaces, with the names in `.local/stack.json`."""

import json
import os
import time
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from homeroom.roster import wiring
from homeroom.roster.runs import Run
from homeroom.runtime import aws
from homeroom.runtime.settings import settings

STACK = Path(__file__).resolve().parents[2] / ".local" / "stack.json"
TABLES = ("DistrictsTable", "ClassesTable", "UsersTable", "OutboxTable")
ENDED = ("SUCCEEDED", "FAILED", "ABORTED", "TIMED_OUT")
# The district's own record, the ledger of runs and the dispatcher's note; everything else is the roster.
BOOKKEEPING = ("|DISTRICT", "|SYNC", "|RUN#", "|NIGHT", "|AUDIT#", "|NOTICE", "|HOLD#")
# Independent classes, and codes of all.
OWN = ("C#U#", "CODE#")

BATCH = 25

Items = dict[str, dict[str, Any]]


@dataclass
class Stack:
    """A stack that is up; `names` is stack.json."""

    names: dict[str, Any]

    @classmethod
    def found(cls) -> "Stack | None":
        """The stack that is up, with this process's settings pointed at it; None when none is."""
        if not STACK.exists():
            return None
        stack = cls(json.loads(STACK.read_text(encoding="utf-8")))
        os.environ.update(stack.environment())
        settings.cache_clear()
        aws.forget_clients()
        return stack

    @classmethod
    def here(cls) -> "Stack":
        """As `found`, for those who have just started it. Raises FileNotFoundError when it is not up."""
        stack = cls.found()
        if stack is None:
            raise FileNotFoundError(STACK)
        return stack

    def environment(self) -> dict[str, str]:
        """The variables that template.yaml gives to a function, and those of the emulator's account."""
        names = self.names
        return {
            "AWS_ENDPOINT_URL": names["aws_endpoint"],
            "AWS_DEFAULT_REGION": names["region"],
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "CLEVER_SECRET_ARN": names["clever_secret_id"],
            "CLEVER_API_URL": names["clever_url"],
            "CLEVER_AUTH_URL": names["clever_url"],
            "POWERTOOLS_METRICS_NAMESPACE": "Homeroom",
            "POWERTOOLS_SERVICE_NAME": "homeroom",
            "USER_POOL_ID": names["user_pool_id"],
            "USER_POOL_CLIENT_ID": names["user_pool_client_id"],
            "DISTRICTS_TABLE": names["tables"]["DistrictsTable"],
            "CLASSES_TABLE": names["tables"]["ClassesTable"],
            "USERS_TABLE": names["tables"]["UsersTable"],
            "OUTBOX_TABLE": names["tables"]["OutboxTable"],
            "TRANSIENT_TABLE": names["tables"]["TransientTable"],
            "ROSTER_BUCKET": names["buckets"]["RosterBucket"],
            "ROSTER_STATE_MACHINE_ARN": names["state_machines"]["RosterStateMachine"],
        }

    def execute(self, district: str, *, seconds: float = 600, **given: str) -> tuple[str, Run]:
        """Run the state machine for a district to its end; its status, and the district's last run.

        Raises TimeoutError.
        """
        arn = self.start(district, **given)
        return self.ended(arn, seconds), self.last_run(district)

    def start(self, district: str, **given: str) -> str:
        """Start an execution as the night does, and give its ARN."""
        order = json.dumps({"district": district, "trigger": "night"} | given)
        machine = settings().need("roster_state_machine_arn")
        return aws.stepfunctions().start_execution(stateMachineArn=machine, input=order)["executionArn"]

    @staticmethod
    def ended(arn: str, seconds: float) -> str:
        """How an execution ended, once it has. Raises TimeoutError."""
        until = time.monotonic() + seconds
        while (status := aws.stepfunctions().describe_execution(executionArn=arn)["status"]) not in ENDED:
            if time.monotonic() > until:
                raise TimeoutError(arn)
            time.sleep(0.2)
        return status

    @staticmethod
    def last_run(district: str) -> Run:
        """The district's last run. Raises StopIteration when it had none."""
        return next(iter(wiring.run_store().newest_first(district)))

    def items(self, table: str) -> Items:
        """Every item of a table by its keys, as DynamoDB has it."""
        pages = aws.dynamodb().get_paginator("scan").paginate(TableName=self.names["tables"][table])
        return {f"{item['pk']['S']}|{item['sk']['S']}": item for page in pages for item in page["Items"]}

    def roster(self) -> Items:
        """Everything stored, but the districts' own records, the ledger of runs, and what teachers made themselves."""
        items = self.items("DistrictsTable") | self.items("ClassesTable")
        rostered = {key: item for key, item in items.items() if not key.startswith(OWN)}
        return {key: item for key, item in rostered.items() if not any(mark in key for mark in BOOKKEEPING)}

    def wipe(self, district: str) -> None:
        """Empty the tables of everything of a district."""
        for table in TABLES:
            items = [item for key, item in self.items(table).items() if district in key]
            requests: list[Any] = [{"DeleteRequest": {"Key": {"pk": i["pk"], "sk": i["sk"]}}} for i in items]
            for start in range(0, len(requests), BATCH):
                batch = {self.names["tables"][table]: requests[start : start + BATCH]}
                aws.dynamodb().batch_write_item(RequestItems=batch)

    def control(self, order: dict[str, Any]) -> Any:
        """Tell the Clever sandbox that the stack reads from to change, and give its answer."""
        url, kind = f"{self.names['clever_url']}/_control", {"content-type": "application/json"}
        request = urllib.request.Request(url, data=json.dumps(order).encode(), headers=kind)  # noqa: S310  loopback
        with urllib.request.urlopen(request) as answer:  # noqa: S310  loopback
            return json.load(answer)

    def live_district(self, district: str, **chosen: Any) -> None:
        """Register a district, find it authorised, let it go live, with these settings. Repeatable."""
        now, service = datetime.now(UTC), wiring.registration()
        service.register(district, name="Harbor", time_zone="America/New_York", actor="operator", now=now)
        wiring.discovery().discover(wiring.tokens().all(), now)
        service.go_live(district, actor="operator", now=now, on=None)
        if chosen:
            service.change_settings(district, chosen, actor="operator", now=now)
