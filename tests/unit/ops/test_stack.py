"""Where the operators' commands find the stack, and what they say when they do not."""

import json
from datetime import UTC, datetime

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from homeroom.runtime.errors import InvalidInput, NotFound
from ops import stack


def test_a_local_stack_points_every_client_at_the_emulator(described, tmp_path):
    content = json.loads(described.read_text()) | {"aws_endpoint": "http://127.0.0.1:4566"}
    path = tmp_path / "local.json"
    path.write_text(json.dumps(content))
    found = stack.local(path)
    assert found.environment["DISTRICTS_TABLE"] == "DistrictsTable"
    assert found.environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert found.environment["AWS_ACCESS_KEY_ID"] == "local"


def test_no_description_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotFound, match="make up"):
        stack.find(None, None)


@pytest.mark.parametrize("text", ["", "[]", '{"tables": 3}', '{"tables": {"DistrictsTable": null}}'])
def test_a_description_that_lacks_something_names_it(tmp_path, text):
    path = tmp_path / "stack.json"
    path.write_text(text)
    with pytest.raises(InvalidInput) as refused:
        stack.local(path)
    assert refused.value.field == "--stack"


@pytest.fixture
def cloudformation():
    """A client and its next answer."""
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    client = boto3.client("cloudformation", "us-east-1", **keys)
    with Stubber(client) as stubber:
        yield client, stubber


def described_as(outputs):
    return {
        "Stacks": [
            {
                "StackName": "homeroom",
                "CreationTime": datetime(2026, 9, 1, tzinfo=UTC),
                "StackStatus": "CREATE_COMPLETE",
                "Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in outputs.items()],
            }
        ]
    }


def test_a_deployed_stack_is_found_by_its_outputs(cloudformation):
    client, stubber = cloudformation
    outputs = {output: f"the {output}" for _, output in stack.SOURCES.values()}
    stubber.add_response("describe_stacks", described_as(outputs), {"StackName": "homeroom"})
    found = stack.deployed("homeroom", client)
    assert found.environment["DISTRICTS_TABLE"] == "the DistrictsTableName"
    assert found.user_pool == "the UserPoolId"
    assert "AWS_ENDPOINT_URL" not in found.environment


def test_a_deployed_stack_without_an_output_names_it(cloudformation):
    client, stubber = cloudformation
    stubber.add_response("describe_stacks", described_as({"UserPoolId": "x"}))
    with pytest.raises(InvalidInput, match="DistrictsTableName"):
        stack.deployed("homeroom", client)


def test_a_stack_that_is_not_there_is_not_found_and_other_errors_stay(cloudformation):
    client, stubber = cloudformation
    stubber.add_client_error("describe_stacks", "ValidationError")
    with pytest.raises(NotFound):
        stack.deployed("homeroom", client)
    stubber.add_client_error("describe_stacks", "AccessDenied")
    with pytest.raises(ClientError):
        stack.deployed("homeroom", client)


def test_every_output_that_is_looked_for_is_in_the_template():
    from tests.support import template

    assert {output for _, output in stack.SOURCES.values()} <= set(template.load()["Outputs"])
