"""Activation on moto's tables."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from homeroom.accounts.store.links import LinkStore
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.roster.activation.service import Activations
from homeroom.roster.activation.store import FactStore
from homeroom.runtime import aws
from tests.support.rostered import Rostered
from tests.support.serial import one_at_a_time
from tests.support.tables import schema

TABLES = {
    "DistrictsTable": "districts", "ClassesTable": "classes", "UsersTable": "users", "TransientTable": "transient",
    "OutboxTable": "outbox",
}  # fmt: skip


@pytest.fixture(scope="session")
def schemas() -> list[dict[str, Any]]:
    """The template's tables, read once."""
    return [schema(logical_id, name) for logical_id, name in TABLES.items()]


@pytest.fixture
def tables(schemas: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    aws.forget_clients()
    with mock_aws(), one_at_a_time():
        client = boto3.client("dynamodb")
        for definition in schemas:
            client.create_table(**definition)
        yield client
    aws.forget_clients()


@pytest.fixture
def roster(tables: Any) -> Rostered:
    return Rostered()


@pytest.fixture
def profiles(tables: Any) -> ProfileStore:
    return ProfileStore("users", aws.dynamodb())


@pytest.fixture
def links(tables: Any) -> LinkStore:
    return LinkStore("users", "districts", aws.dynamodb())


@pytest.fixture
def facts(tables: Any, profiles: ProfileStore) -> FactStore:
    return FactStore("districts", "classes", aws.dynamodb(), profiles)


@pytest.fixture
def activations(facts: FactStore, links: LinkStore, profiles: ProfileStore) -> Activations:
    return Activations(facts, links, profiles)
