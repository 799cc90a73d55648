"""A stack as far as the operators' commands need one: tables, user pool and secret on moto, and its description."""

import io
import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from unittest import mock

import boto3
import pytest
from moto import mock_aws

from homeroom.roster.runs import Run
from homeroom.runtime import aws, telemetry
from homeroom.runtime.pages import Page
from homeroom.runtime.settings import settings
from ops.cli import main
from ops.context import Context
from tests.support import template
from tests.support.tables import SCHEMA

START = datetime(2026, 9, 1, 7, 0, tzinfo=UTC)
TABLES = ("DistrictsTable", "ClassesTable", "UsersTable", "OutboxTable")
QUEUES = ("NoticesQueue", "NoticesDeadLetters")


@pytest.fixture(scope="session", autouse=True)
def lasting_log() -> None:
    """Make the process's logger before a test's own capture, whose stream it would keep after the test has ended."""
    telemetry.logger()


@pytest.fixture
def cloud() -> Iterator[None]:
    """AWS by moto, in an environment that is put back afterwards."""
    local = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}
    with mock.patch.dict(os.environ, local), mock_aws():
        aws.forget_clients()
        yield
    aws.forget_clients()
    settings.cache_clear()


@pytest.fixture
def resources(cloud: None) -> dict[str, str]:
    """Physical names, by the variable that functions know them by."""
    pool = boto3.client("cognito-idp").create_user_pool(
        PoolName="homeroom",
        AliasAttributes=["email"],
        AutoVerifiedAttributes=["email"],
        Policies=_template()["UserPool"]["Properties"]["Policies"],
    )
    secret = boto3.client("secretsmanager").create_secret(Name="clever", SecretString="{}")
    return {
        **{name: _table(name) for name in TABLES},
        "UserPoolId": pool["UserPool"]["Id"],
        "CleverSecretArn": secret["ARN"],
        "WebhookSecretArn": boto3.client("secretsmanager").create_secret(Name="webhook", SecretString="{}")["ARN"],
        **{name: boto3.client("sqs").create_queue(QueueName=name)["QueueUrl"] for name in QUEUES},
    }


@pytest.fixture
def described(resources: dict[str, str], tmp_path) -> Any:
    """The stack's description, as `make up` writes it, but for the endpoint: moto answers for AWS itself."""
    path = tmp_path / "stack.json"
    content = {
        "region": "us-east-1",
        "stack_name": "homeroom-test",
        "user_pool_id": resources["UserPoolId"],
        "webhook_secret_id": resources["WebhookSecretArn"],
        "queues": {name: resources[name] for name in QUEUES},
        "clever_secret_id": resources["CleverSecretArn"],
        "tables": {name: resources[name] for name in TABLES},
        "buckets": {"RosterBucket": "homeroom-roster"},
        "state_machines": {"RosterStateMachine": "arn:aws:states:us-east-1:123456789012:stateMachine:sync"},
    }
    path.write_text(json.dumps(content))
    return path


class RunsInMemory:
    """Runs that come to the outcome asked for after one look."""

    def __init__(self) -> None:
        self.outcome: dict[str, Any] = {"state": "succeeded"}
        self.kept: list[Run] = []
        self.changes: list[dict[str, Any]] = []
        self.counted: dict[str, dict[str, dict[str, int]]] = {}

    def start(self, district: str, actor: str, now: datetime) -> Run:
        run = Run(
            district=district, run=len(self.kept) + 1, state="running", trigger="manual", actor=actor, started_at=START
        )
        self.kept.append(run)
        return run

    def get(self, district: str, run: int) -> Run:
        ended = {"finished_at": START + timedelta(minutes=1)} | self.outcome
        self.kept[run - 1] = self.kept[run - 1].model_copy(update=ended)
        return self.kept[run - 1]

    def page(self, district: str, limit: int, cursor: str | None, state: str | None = None) -> Page[Run]:
        return Page(
            [run for run in reversed(self.kept) if run.district == district and state in {None, run.state}][:limit]
        )

    def plan(self, district: str, run: int, *, kind, school, limit: int, cursor: str | None) -> Page[dict[str, Any]]:
        at = int(cursor or 0)
        end = min(at + 2, at + limit)
        return Page(self.changes[at:end], str(end) if end < len(self.changes) else None)

    def counts(self, district: str, run: int) -> dict[str, dict[str, dict[str, int]]]:
        return self.counted


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> RunsInMemory:
    """Stands in for the runs of the deployed stack."""
    kept = RunsInMemory()
    monkeypatch.setattr(Context, "runs", lambda _: kept)
    monkeypatch.setattr("ops.commands.runs.LOOK_EVERY_SECONDS", 0)
    return kept


@pytest.fixture
def ops(
    described: Any, runs: RunsInMemory, capsys, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    """Runs a command; gives its exit code, standard output and standard error."""

    def run(*arguments: str, text: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(text))
        code = main(["--stack", str(described), *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def _table(logical_id: str) -> str:
    properties = _template()[logical_id]["Properties"]
    wanted = {key: properties[key] for key in SCHEMA if key in properties}
    boto3.client("dynamodb").create_table(TableName=logical_id, **wanted)
    return logical_id


@cache
def _template() -> dict[str, Any]:
    resources: dict[str, Any] = template.load()["Resources"]
    return resources
