"""Engines that every store has to behave the same on: moto always, another DynamoDB where one is named."""

import os
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from homeroom.runtime import aws

ENDPOINT = "HOMEROOM_DYNAMODB_ENDPOINT"
KEYS = [("pk", "HASH"), ("sk", "RANGE")]
LISTING = [("list_pk", "HASH"), ("list_sk", "RANGE")]


@pytest.fixture(params=["moto", "endpoint"])
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
        with mock_aws():
            yield "moto"
    else:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", str(endpoint))
        yield "endpoint"
    aws.forget_clients()


@pytest.fixture
def make_table(backend: str) -> Iterator[Callable[[], str]]:
    """Make empty tables with keys and listing as template.yaml has them; they go when the test ends."""
    client = boto3.client("dynamodb")
    made: list[str] = []

    def make() -> str:
        name = f"homeroom-test-{uuid.uuid4().hex[:12]}"
        client.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **_shape())
        made.append(name)
        return name

    yield make
    for name in made:
        client.delete_table(TableName=name)


@pytest.fixture
def districts_table(make_table: Callable[[], str]) -> str:
    """The name of an empty districts table."""
    return make_table()


def _shape() -> dict[str, Any]:
    return {
        "AttributeDefinitions": [{"AttributeName": n, "AttributeType": "S"} for n, _ in KEYS + LISTING],
        "KeySchema": [{"AttributeName": n, "KeyType": kind} for n, kind in KEYS],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "listing",
                "KeySchema": [{"AttributeName": n, "KeyType": kind} for n, kind in LISTING],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    }
