"""Engines that every store has to behave the same on: moto always, another DynamoDB where one is named."""

import os
import uuid
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import boto3
import pytest
from moto import mock_aws

from homeroom.runtime import aws
from tests.support.serial import one_at_a_time
from tests.support.tables import schema

ENDPOINT = "HOMEROOM_DYNAMODB_ENDPOINT"


@pytest.fixture(params=["moto", pytest.param("endpoint", marks=pytest.mark.another_dynamodb)])
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Point every client at one engine, for one test."""
    endpoint = os.environ.get(ENDPOINT)
    if request.param == "endpoint" and not endpoint:
        pytest.skip(f"{ENDPOINT} names no other DynamoDB")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    aws.forget_clients()
    if request.param == "moto":
        monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
        with mock_aws(), one_at_a_time():
            yield "moto"
    else:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", str(endpoint))
        yield "endpoint"
    aws.forget_clients()


@pytest.fixture
def make_table(backend: str) -> Iterator[Callable[[str], str]]:
    """Makes an empty table, as template.yaml has it under a logical id, and gives its name; it goes with the test."""
    client = boto3.client("dynamodb")
    made: list[str] = []

    def make(logical_id: str) -> str:
        made.append(f"homeroom-test-{uuid.uuid4().hex[:12]}")
        client.create_table(**_schema(logical_id) | {"TableName": made[-1]})
        return made[-1]

    yield make
    for name in made:
        client.delete_table(TableName=name)


@pytest.fixture
def districts_table(make_table: Callable[[str], str]) -> str:
    """The name of an empty districts table."""
    return make_table("DistrictsTable")


@cache
def _schema(logical_id: str) -> dict[str, Any]:
    # Parsing the template takes longer than most tests here.
    return schema(logical_id, "unnamed")
