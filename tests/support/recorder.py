"""Keeps what AWS is asked for, whoever's client asks (boto3's or pynamodb's own), as IAM would be asked to allow it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from email.utils import parseaddr
from typing import Any

import pytest
from botocore.client import BaseClient

from tests.support.iam import ARNS, HERE, REGION, Call

TABLE, BUCKET, QUEUE = ARNS["AWS::DynamoDB::Table"], ARNS["AWS::S3::Bucket"], ARNS["AWS::SQS::Queue"]
KEYS = ("pk", "list_pk")
LEADING = "dynamodb:LeadingKeys"
IN_TRANSACTION = {
    "Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}  # fmt: skip
# S3's actions are not called as its operations are.
S3_ACTIONS = {
    "HeadObject": ["s3:GetObject"], "ListObjectsV2": ["s3:ListBucket"], "CreateMultipartUpload": ["s3:PutObject"],
    "UploadPart": ["s3:PutObject"], "CompleteMultipartUpload": ["s3:PutObject"],
    "CopyObject": ["s3:GetObject", "s3:PutObject"],
}  # fmt: skip
PREFIXES = {"stepfunctions": "states", "sesv2": "ses"}
POOL, IDENTITY = ARNS["AWS::Cognito::UserPool"], f"arn:aws:ses:{HERE}:identity/"
FROM = "ses:FromAddress"

Asked = tuple[str, str, frozenset[str]]


class Recorder:
    """`calls` are what was asked for while somebody was `acting`; what a test asks for itself is nobody's.

    All that is stored is encrypted with the key of that ARN, so that using it takes the use of the key as well.
    """

    def __init__(self, key: str) -> None:
        self.calls: set[Call] = set()
        self._key, self._actor = key, ""

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Record the calls of every client."""
        send = BaseClient._make_api_call

        def recorded(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
            # No thread of its own has an actor: steps share their work out to several.
            if self._actor:
                self._note(self._actor, client.meta.service_model.service_name, operation, parameters)
            return send(client, operation, parameters)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(BaseClient, "_make_api_call", recorded)
            yield

    @contextmanager
    def acting(self, actor: str) -> Iterator[None]:
        """What is asked for in here is asked for by that function or state machine."""
        self._actor = actor
        try:
            yield
        finally:
            self._actor = ""

    def _note(self, actor: str, service: str, operation: str, parameters: Mapping[str, Any]) -> None:
        for action, resource, keys in asked(service, operation, parameters):
            named = FROM if service == "sesv2" else LEADING
            self.calls.add(Call(actor, action, resource, named if keys else "", keys))
            if service in {"dynamodb", "s3", "secretsmanager"}:
                # Writing a new object takes a new key; all else opens what was locked.
                use = "kms:GenerateDataKey" if action == "s3:PutObject" else "kms:Decrypt"
                via = frozenset({f"{service}.{REGION}.amazonaws.com"})
                self.calls.add(Call(actor, use, self._key, "kms:ViaService", via))


def asked(service: str, operation: str, parameters: Mapping[str, Any]) -> Iterator[Asked]:
    """The actions of an operation, each with its resource, and the partition keys or the sender that it names."""
    if service == "dynamodb":
        yield from _of_dynamodb(operation, parameters)
    elif service == "s3":
        resource = BUCKET + "/".join(parameters[name] for name in ("Bucket", "Key") if name in parameters)
        yield from ((action, resource, frozenset()) for action in S3_ACTIONS.get(operation, [f"s3:{operation}"]))
    elif service == "sesv2":
        address = parseaddr(parameters["FromEmailAddress"])[1]
        yield f"ses:{operation}", IDENTITY + address, frozenset({address})
    elif service == "sqs":
        yield f"sqs:{operation}", QUEUE + parameters["QueueUrl"].rpartition("/")[2], frozenset()
    else:
        # A token is opaque; those of the tests name the machine that they are of.
        named = [parameters.get(name) for name in ("stateMachineArn", "SecretId", "taskToken")]
        pool = [POOL + parameters["UserPoolId"]] if "UserPoolId" in parameters else []
        resource = next(filter(None, named + pool), "unknown")
        yield f"{PREFIXES.get(service, service)}:{operation}", resource, frozenset()


def _of_dynamodb(operation: str, parameters: Mapping[str, Any]) -> Iterator[Asked]:
    if "TransactItems" in parameters:
        yield from _of_transaction(parameters["TransactItems"])
        return
    for table, wanted in parameters.get("RequestItems", {}).items():
        items = wanted["Keys"] if operation == "BatchGetItem" else wanted
        yield f"dynamodb:{operation}", TABLE + table, frozenset(map(_partition, items))
    if "TableName" in parameters:
        index = f"/index/{parameters['IndexName']}" if "IndexName" in parameters else ""
        yield f"dynamodb:{operation}", f"{TABLE}{parameters['TableName']}{index}", frozenset(_leading(parameters))


def _of_transaction(items: Iterable[Mapping[str, Mapping[str, Any]]]) -> Iterator[Asked]:
    """IAM knows no transactions: each of their items takes the right to do the same alone.

    Whether their keys are looked at one by one, or those of one action on one table together, as a batch's are, AWS
    does not say: it has to be allowed either way.
    """
    together: dict[tuple[str, str], frozenset[str]] = {}
    for ((kind, item),) in (action.items() for action in items):
        for action, resource, keys in _of_dynamodb(IN_TRANSACTION[kind], item):
            yield action, resource, keys
            together[action, resource] = together.get((action, resource), frozenset()) | keys
    yield from ((action, resource, keys) for (action, resource), keys in together.items())


def _partition(item: Mapping[str, Any]) -> str:
    """The partition of an item, a key, or a batch's request."""
    inner = item.get("PutRequest", item.get("DeleteRequest", item))
    return inner.get("Item", inner.get("Key", inner))["pk"]["S"]


def _leading(parameters: Mapping[str, Any]) -> Iterator[str]:
    """The partition that a call on one table names: none for a scan."""
    if "Item" in parameters or "Key" in parameters:
        yield _partition(parameters)
    names, values = parameters.get("ExpressionAttributeNames", {}), parameters.get("ExpressionAttributeValues", {})
    for name, value in re.findall(r"([#\w]+) = (:\w+)", parameters.get("KeyConditionExpression", "")):
        if names.get(name, name) in KEYS:
            yield values[value]["S"]
