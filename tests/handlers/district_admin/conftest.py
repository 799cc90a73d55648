"""The handler on moto's tables: a registered district, its administrator, and runs kept in memory."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions.district_admin.app import handler
from functions.district_admin.routes import deps
from homeroom.accounts.account import LinkEnd
from homeroom.accounts.linking import Relinking, Stamp, Tie
from homeroom.roster import linking
from homeroom.roster.entries import PersonEntry
from homeroom.roster.store.items import PersonItem, person_item
from homeroom.runtime import aws, telemetry
from homeroom.runtime.dynamo import bind
from homeroom.runtime.settings import settings
from tests.support.tables import schema

from .fakes import FakeDecisions, FakeRuns

EVENTS = Path(__file__).parents[3] / "events"
DISTRICT = "58da8a43cc70ab00017a1a87"
OTHER_DISTRICT = "58da8a43cc70ab00017a1a88"
ADMIN = "9d4c1f3e-6a0b-4c55-9c3a-0a7f5b6f2d11"
PERSON = "58da8a5bba83aa7e7f4b9f11"
LINKED = "58da8a5bba83aa7e7f4b9f12"
ACCOUNT = "7b0a2c9e-11f4-4c2e-8a55-3b1f7c9d2e01"
NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:roster"
ORIGIN = "https://app.homeroom.example"

Send = Callable[..., tuple[int, Any, dict[str, str]]]


def event(name: str, **changes: Any) -> dict[str, Any]:
    """The event of that case, with top-level members replaced."""
    return json.loads((EVENTS / f"district_admin__{name}.json").read_text()) | changes


TABLES = {"DistrictsTable": "districts", "ClassesTable": "classes", "UsersTable": "users", "OutboxTable": "outbox"}


@pytest.fixture(scope="module")
def moto() -> Iterator[Any]:
    """A DynamoDB client in moto's world, with credentials that are nobody's."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield boto3.client("dynamodb")
        aws.forget_clients()


@pytest.fixture(scope="session")
def schemas() -> list[dict[str, Any]]:
    """The template's tables, read once."""
    return [schema(logical_id, name) for logical_id, name in TABLES.items()]


@pytest.fixture
def tables(moto: Any, schemas: list[dict[str, Any]]) -> Iterator[None]:
    """The template's tables, empty."""
    for definition in schemas:
        moto.create_table(**definition)
    yield
    for name in TABLES.values():
        moto.delete_table(TableName=name)


@pytest.fixture(autouse=True)
def environment(tables: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in {
        "DISTRICTS_TABLE": "districts",
        "CLASSES_TABLE": "classes",
        "USERS_TABLE": "users",
        "OUTBOX_TABLE": "outbox",
        "ROSTER_BUCKET": "roster",
        "ROSTER_STATE_MACHINE_ARN": MACHINE,
        "ALLOWED_ORIGINS": ORIGIN,
        "USER_POOL_CLIENT_ID": "4exampleclient0000000000",
        "POWERTOOLS_SERVICE_NAME": "homeroom",
        "POWERTOOLS_METRICS_NAMESPACE": "Homeroom",
    }.items():
        monkeypatch.setenv(name, value)
    forget()
    yield
    forget()


def forget() -> None:
    for cached in (
        settings,
        deps.accounts,
        deps.districts,
        deps.runs,
        deps.records,
        deps.decisions,
        deps.activation_mails,
        deps.people_admin,
        deps.link_admin,
        telemetry.logger,
        telemetry.metrics,
    ):
        cached.cache_clear()


@pytest.fixture
def runs(environment: None, monkeypatch: pytest.MonkeyPatch) -> FakeRuns:
    fake = FakeRuns(DISTRICT)
    for name in ("runs", "records"):
        monkeypatch.setattr(deps, name, lru_cache(lambda: fake))
    monkeypatch.setattr(deps, "decisions", lru_cache(lambda: FakeDecisions(fake)))
    return fake


@pytest.fixture
def district(environment: None) -> str:
    """A district that is onboarding, with ADMIN its administrator and two teachers at the school s9: PERSON, and LINKED
    who has activated. ACCOUNT is an account without anything.
    """
    deps.districts().register(DISTRICT, name="Grand Bend", time_zone="America/New_York", actor="operator", now=NOW)
    authorise(DISTRICT)
    bind("districts", PersonItem)
    teacher = PersonEntry(id=PERSON, roles=("teacher",), address="t1@district.example", schools=("s9",))
    person_item(DISTRICT, teacher, 1).save()
    person_item(DISTRICT, PersonEntry(id=LINKED, roles=("teacher",), schools=("s9",)), 1).save()
    owner = linking.profiles().begin("owner", "", NOW)
    linking.profiles().begin(ACCOUNT, "", NOW)
    tied = Relinking(ties=(Tie(LinkEnd(DISTRICT, LINKED), 1),))
    assert linking.links().write(owner, tied, Stamp("owner", NOW, "test")) == "written"
    deps.accounts().grant_admin(ADMIN, DISTRICT, "operator", NOW, "grant-1")
    return DISTRICT


def authorise(district: str) -> None:
    """As the discovery of its token would."""
    boto3.client("dynamodb").update_item(
        TableName="districts",
        Key={"pk": {"S": f"D#{district}"}, "sk": {"S": "DISTRICT"}},
        UpdateExpression="SET #state = :onboarding",
        ExpressionAttributeNames={"#state": "state"},
        ExpressionAttributeValues={":onboarding": {"S": "onboarding"}},
    )


@pytest.fixture
def send(environment: None) -> Send:
    """Sends an event: status, body (JSON as Python, else text), headers by lower-case name."""

    def sent(event: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
        answer = handler(event, None)  # type: ignore[arg-type]
        headers = {name.lower(): ",".join(values) for name, values in answer["multiValueHeaders"].items()}
        is_json = answer["body"] and "json" in headers.get("content-type", "")
        return answer["statusCode"], json.loads(answer["body"]) if is_json else answer["body"], headers

    return sent
