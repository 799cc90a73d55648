"""What `.local/stack.json` tells outsiders: where things are and what they are called."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.stack import environment
from sandbox.stack.aws import STAGE
from sandbox.stack.sam import STACK

Resource = tuple[str, str, str]
_GROUPS = {
    "tables": "AWS::DynamoDB::Table",
    "buckets": "AWS::S3::Bucket",
    "queues": "AWS::SQS::Queue",
    "state_machines": "AWS::StepFunctions::StateMachine",
    "functions": "AWS::Lambda::Function",
    "log_groups": "AWS::Logs::LogGroup",
    "secrets": "AWS::SecretsManager::Secret",
}


def describe(
    endpoint: str, resources: Sequence[Resource], outputs: Mapping[str, str], clever_url: str
) -> dict[str, Any]:
    """The file's content. Groups map a logical id to its physical one (a queue's URL, a state machine's ARN).

    A key whose resource the template does not have (yet) is None.
    """
    api = first(resources, "AWS::ApiGateway::RestApi")
    groups = {name: members(resources, kind) for name, kind in _GROUPS.items()}
    return {
        "api_url": f"{endpoint}/restapis/{api}/{STAGE}/_user_request_" if api else None,
        "aws_endpoint": endpoint,
        "region": environment.REGION,
        "stack_name": STACK,
        "user_pool_id": outputs.get("UserPoolId") or first(resources, "AWS::Cognito::UserPool"),
        "user_pool_client_id": outputs.get("UserPoolClientId") or first(resources, "AWS::Cognito::UserPoolClient"),
        "machine_client_id": outputs.get("MachineClientId"),
        "token_url": f"{endpoint}/oauth2/token",
        "webhook_secret_id": secret(resources, "Webhook"),
        "clever_secret_id": secret(resources, "Clever"),
        "clever_url": clever_url,
        **groups,
    }


def first(resources: Sequence[Resource], kind: str) -> str | None:
    """The physical id of the first resource of a type, or None."""
    return next((physical for found, _, physical in resources if found == kind), None)


def members(resources: Sequence[Resource], kind: str) -> dict[str, str]:
    """Logical to physical id of every resource of a type."""
    return {logical: physical for found, logical, physical in resources if found == kind}


def secret(resources: Sequence[Resource], word: str) -> str | None:
    """The secret whose logical id contains the word, or None."""
    secrets = members(resources, "AWS::SecretsManager::Secret")
    return next((physical for logical, physical in secrets.items() if word in logical), None)
