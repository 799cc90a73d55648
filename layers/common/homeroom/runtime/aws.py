"""AWS clients with time-outs that fit inside a function's own, made once a process on first use."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from botocore.config import Config
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

CONNECT_SECONDS = 2
READ_SECONDS = 10
ATTEMPTS = 5
POOL = 32


class Sends(Protocol):
    """What of SES version 2 we use."""

    def send_email(self, **request: Any) -> Any:
        """One mail. Raises what botocore raises."""


# Imports are inside: a request that is refused at the door pays for no client.
# ruff: noqa: PLC0415


@lru_cache(maxsize=1)
def config() -> "Config":
    """Time-outs, retries and addressing; botocore's own 60 s to connect and to read outlast every API function."""
    from botocore.config import Config

    return Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        max_pool_connections=POOL,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        s3={"addressing_style": "path"},
    )


@lru_cache(maxsize=1)
def dynamodb() -> "DynamoDBClient":
    """The DynamoDB client, for pynamodb's models, and for the batches and transactions that pynamodb cannot do.

    What it is given are items of those models, so that it need not look at every value of theirs before it sends them.
    """
    import boto3
    from botocore.config import Config

    return boto3.client("dynamodb", config=config().merge(Config(parameter_validation=False)))


@lru_cache(maxsize=1)
def s3() -> "S3Client":
    """The S3 client."""
    import boto3

    return boto3.client("s3", config=config())


@lru_cache(maxsize=1)
def secrets() -> "SecretsManagerClient":
    """The Secrets Manager client."""
    import boto3

    return boto3.client("secretsmanager", config=config())


@lru_cache(maxsize=1)
def sqs() -> "SQSClient":
    """The SQS client."""
    import boto3

    return boto3.client("sqs", config=config())


@lru_cache(maxsize=1)
def stepfunctions() -> "SFNClient":
    """The Step Functions client."""
    import boto3

    return boto3.client("stepfunctions", config=config())


@lru_cache(maxsize=1)
def cognito() -> "CognitoIdentityProviderClient":
    """The user pool's client."""
    import boto3

    return boto3.client("cognito-idp", config=config())


@lru_cache(maxsize=1)
def ses() -> Sends:
    """The mail client. It never asks twice by itself: a lost answer may be that of a mail which went out (I-06)."""
    import boto3
    from botocore.config import Config

    once = Config(retries={"mode": "standard", "total_max_attempts": 1})
    client: Sends = boto3.client("sesv2", config=config().merge(once))
    return client


def forget_clients() -> None:
    """Make every client anew on its next use (tests, and after credentials changed)."""
    for client in (dynamodb, s3, secrets, sqs, stepfunctions, cognito, ses):
        client.cache_clear()
