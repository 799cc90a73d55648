"""What the functions call besides their tables' items, made on moto: tables, bucket, queue, secrets, pool, machines."""

import json

import boto3
from moto.core import DEFAULT_ACCOUNT_ID

from homeroom.runtime import aws
from tests.support import people
from tests.support.iam import Stack
from tests.support.tables import SCHEMA

WEBHOOK_SECRET = "whsec_" + "A" * 32
TABLES = {
    "DistrictsTable": "districts", "ClassesTable": "classes", "UsersTable": "users", "OutboxTable": "outbox",
    "TransientTable": "transient",
}  # fmt: skip
MACHINES = ("RosterStateMachine", "RosterHoldStateMachine")


def made(stack: Stack) -> dict[str, str]:
    """Make all of it; the names of what is there, by logical id. State machines are named by their ARN."""
    for logical, name in TABLES.items():
        properties = stack.properties(logical)
        aws.dynamodb().create_table(TableName=name, **{key: properties[key] for key in SCHEMA if key in properties})
    bucket = stack.name("RosterBucket").lower()
    aws.s3().create_bucket(Bucket=bucket)
    boto3.client("sesv2").create_email_identity(EmailIdentity=stack.value({"Ref": "MailFrom"}))
    kept = json.dumps({"secrets": [WEBHOOK_SECRET]})
    secret = aws.secrets().create_secret(Name="webhook", SecretString=kept)["ARN"]
    return {
        **TABLES,
        "RosterBucket": bucket,
        "WebhookSecret": secret.partition(":secret:")[2],
        "NoticesQueue": aws.sqs().create_queue(QueueName="notices")["QueueUrl"].rpartition("/")[2],
        "UserPool": aws.cognito().create_user_pool(PoolName="people", AliasAttributes=["email"])["UserPool"]["Id"],
        "UserPoolClient": people.CLIENT,
        **{name: _machine(name) for name in MACHINES},
    }


def _machine(name: str) -> str:
    definition = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
    role = f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:role/unused"
    return aws.stepfunctions().create_state_machine(name=name, definition=definition, roleArn=role)["stateMachineArn"]
