"""AWS clients with time-outs that fit inside a function's own, made once a process on first use."""

from functools import lru_cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_stepfunctions import SFNClient

CONNECT_SECONDS = 2
READ_SECONDS = 10
ATTEMPTS = 5
POOL = 32

# The defaults (60 s to connect, 60 s to read) outlast every API function.
CONFIG = Config(
    connect_timeout=CONNECT_SECONDS,
    read_timeout=READ_SECONDS,
    max_pool_connections=POOL,
    retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
    s3={"addressing_style": "path"},
)


@lru_cache(maxsize=1)
def dynamodb() -> "DynamoDBClient":
    """The DynamoDB client, for batches and transactions that pynamodb cannot do."""
    return boto3.client("dynamodb", config=CONFIG)


@lru_cache(maxsize=1)
def s3() -> "S3Client":
    """The S3 client."""
    return boto3.client("s3", config=CONFIG)


@lru_cache(maxsize=1)
def secrets() -> "SecretsManagerClient":
    """The Secrets Manager client."""
    return boto3.client("secretsmanager", config=CONFIG)


@lru_cache(maxsize=1)
def stepfunctions() -> "SFNClient":
    """The Step Functions client."""
    return boto3.client("stepfunctions", config=CONFIG)


def forget_clients() -> None:
    """Make every client anew on its next use (tests, and after credentials changed)."""
    for client in (dynamodb, s3, secrets, stepfunctions):
        client.cache_clear()
