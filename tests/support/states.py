"""Step Functions as far as the services use it: executions by name, and tokens that somebody waits with."""

import json
from typing import Any

from botocore.exceptions import ClientError


class AlreadyExists(Exception):
    """An execution of that name has ended, or was given something else."""


class FakeStates:
    """`started` are the inputs by machine and name, `ended` the names of those that ended, `waiting` the tokens that
    are waited with, `answers` what they were woken with. `fault` is raised instead of an answer.
    """

    class exceptions:  # noqa: N801  as boto3 names it
        ExecutionAlreadyExists = AlreadyExists

    def __init__(self) -> None:
        self.started: dict[tuple[str, str], dict[str, Any]] = {}
        self.ended: set[str] = set()
        self.waiting: set[str] = set()
        self.answers: dict[str, dict[str, Any]] = {}
        self.fault: Exception | None = None

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> dict[str, str]:  # noqa: A002, N803
        self._fail()
        key = (stateMachineArn, name)
        assert len(name) <= 80, name
        if name in self.ended or self.started.get(key, json.loads(input)) != json.loads(input):
            raise AlreadyExists
        self.started[key] = json.loads(input)
        return {"executionArn": f"{stateMachineArn}:{name}"}

    def send_task_success(self, *, taskToken: str, output: str) -> None:  # noqa: N803
        self._fail()
        if taskToken not in self.waiting:
            raise ClientError({"Error": {"Code": "TaskTimedOut"}}, "SendTaskSuccess")
        self.waiting.remove(taskToken)
        self.answers[taskToken] = json.loads(output)

    def of(self, machine: str) -> list[dict[str, Any]]:
        """What was started on a machine."""
        return [given for (arn, _), given in self.started.items() if arn == machine]

    def _fail(self) -> None:
        if self.fault:
            raise self.fault
