"""What the runner asks of the emulator itself: is the stack there, what is in it, and the steps after a deployment."""

import json
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from sandbox.stack import environment
from sandbox.stack.sam import BUCKET, STACK

STAGE = "v1"
_GOOD = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}


class Account:
    """The emulator's one AWS account, seen through boto3."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint

    def client(self, service: str) -> Any:
        """A client of one service, with short time-outs: the emulator is next door."""
        return boto3.client(
            service,  # type: ignore[call-overload]  # boto3-stubs know only literal names
            endpoint_url=self._endpoint,
            region_name=environment.REGION,
            aws_access_key_id=environment.CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=environment.CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            config=Config(connect_timeout=5, read_timeout=60, s3={"addressing_style": "path"}),
        )

    def status(self) -> str:
        """The stack's status, or "" when there is none."""
        try:
            answer = self.client("cloudformation").describe_stacks(StackName=STACK)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationError":
                raise
            return ""
        status: str = answer["Stacks"][0]["StackStatus"]
        return status

    def deployed(self) -> bool:
        """Whether the stack is there and whole."""
        return self.status() in _GOOD

    def broken(self) -> bool:
        """Whether a deployment that was cut off or failed has left a stack that cannot be updated."""
        return self.status() not in {"", "DELETE_COMPLETE", *_GOOD}

    def failures(self) -> list[str]:
        """Why the last deployment failed: one line a resource, first failure first. Empty when no stack is there."""
        if not self.status():
            return []
        pages = self.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=STACK)
        events = [event for page in pages for event in page["StackEvents"]]
        failed = [event for event in events if event["ResourceStatus"].endswith("_FAILED")]
        return [f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}" for event in reversed(failed)]

    def outputs(self) -> dict[str, str]:
        """The stack's outputs by name."""
        stack = self.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}

    def resources(self) -> list[tuple[str, str, str]]:
        """Every resource as (type, logical id, physical id)."""
        pages = self.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=STACK)
        rows = [row for page in pages for row in page["StackResourceSummaries"]]
        return [(row["ResourceType"], row["LogicalResourceId"], row.get("PhysicalResourceId", "")) for row in rows]

    def make_bucket(self) -> None:
        """The bucket that the SAM CLI uploads to. Making it again changes nothing."""
        self.client("s3").create_bucket(Bucket=BUCKET)

    def template(self) -> dict[str, Any]:
        """The deployed template, as SAM expanded it."""
        answer = self.client("cloudformation").get_template(StackName=STACK, TemplateStage="Processed")
        body = answer["TemplateBody"]
        return json.loads(body) if isinstance(body, str) else dict(body)

    def secret(self, name: str) -> dict[str, Any]:
        """A secret's JSON; nothing when it has no value yet."""
        client = self.client("secretsmanager")
        try:
            return dict(json.loads(client.get_secret_value(SecretId=name)["SecretString"]))
        except client.exceptions.ResourceNotFoundException:
            return {}

    def put_secret(self, name: str, value: Mapping[str, Any]) -> None:
        """Stores a secret's JSON. Nothing happens when it is the same already."""
        if self.secret(name) != value:
            self.client("secretsmanager").put_secret_value(SecretId=name, SecretString=json.dumps(value))
