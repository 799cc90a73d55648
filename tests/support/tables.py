"""Tables for tests, made from template.yaml, so that a test's schema is the deployed one.

    create_tables(boto3.client("dynamodb"), {"DistrictsTable": "districts", "ClassesTable": "classes"})

`schema` alone serves DynamoDB Local and every other engine that takes CreateTable.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tests.support.template import load

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE = "AWS::DynamoDB::Table"
SCHEMA = ("AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes")


def table_ids() -> list[str]:
    """The logical ids of all tables."""
    return [name for name, resource in load()["Resources"].items() if resource["Type"] == TABLE]


def schema(logical_id: str, name: str) -> dict[str, Any]:
    """CreateTable's arguments for one table. Raises KeyError for an id that is no table's."""
    resource = load()["Resources"][logical_id]
    if resource["Type"] != TABLE:
        raise KeyError(logical_id)
    properties = resource["Properties"]
    return {"TableName": name} | {key: properties[key] for key in SCHEMA if key in properties}


def create_tables(client: "DynamoDBClient", names: Mapping[str, str]) -> None:
    """Make a table for each logical id in `names`, called by the name given, and wait for it."""
    for logical_id, name in names.items():
        client.create_table(**schema(logical_id, name))
        client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 20})
