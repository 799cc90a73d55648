"""One emulated account for one measurement: its own tables and bucket, named in the environment of the tasks."""

import uuid
from dataclasses import dataclass

import boto3

from benchmarks.programs import CLIENT
from sandbox.stack import environment
from tests.support.tables import create_tables


@dataclass(frozen=True, slots=True)
class Place:
    """`env` is what a function's environment would be. The peer's tables have the same shape as ours."""

    env: dict[str, str]


def make(aws_url: str, clever_url: str, dynamodb_url: str = "") -> Place:
    """Empty tables on the engine (the emulator's own when `dynamodb_url` is empty), a bucket in the emulator."""
    mark = uuid.uuid4().hex[:8]
    access = environment.aws(aws_url)
    session = boto3.Session(
        aws_access_key_id=access["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=access["AWS_SECRET_ACCESS_KEY"],
        region_name=environment.REGION,
    )
    engine = session.client("dynamodb", endpoint_url=dynamodb_url or aws_url)
    names = {"districts": f"districts-{mark}", "classes": f"classes-{mark}"}
    for names_of in (names, {kind: f"peer-{name}" for kind, name in names.items()}):
        create_tables(engine, {"DistrictsTable": names_of["districts"], "ClassesTable": names_of["classes"]})
    session.client("s3", endpoint_url=aws_url).create_bucket(Bucket=f"roster-{mark}")
    env = access | {
        "DISTRICTS_TABLE": names["districts"],
        "CLASSES_TABLE": names["classes"],
        "ROSTER_BUCKET": f"roster-{mark}",
        "CLEVER_API_URL": clever_url,
        "CLEVER_AUTH_URL": clever_url,
        "BENCH_CLIENT": ":".join(CLIENT),
        "POWERTOOLS_SERVICE_NAME": "homeroom",
        "POWERTOOLS_METRICS_NAMESPACE": "Homeroom",
        "POWERTOOLS_METRICS_DISABLED": "true",
        "POWERTOOLS_TRACE_DISABLED": "true",
    }
    return Place(env | ({"AWS_ENDPOINT_URL_DYNAMODB": dynamodb_url} if dynamodb_url else {}))
