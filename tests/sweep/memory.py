"""What is in moto's tables and bucket, straight from its memory: by the API, looking takes longer than a whole run."""

from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends

from tests.support.machine import BUCKET, Items

ACCOUNT, REGION = "123456789012", "us-east-1"


def items() -> Items:
    """Every item of every table, as DynamoDB has it, by table and key."""
    found: Items = {}
    for name, table in dynamodb_backends[ACCOUNT][REGION].tables.items():
        for item in table.all_items():
            plain = {key: value.to_regular_json() for key, value in item.attrs.items()}
            found[name, plain["pk"]["S"], plain["sk"]["S"]] = plain
    return found


def objects() -> dict[str, bytes]:
    """Every object in the bucket."""
    keys = s3_backends[ACCOUNT]["aws"].buckets[BUCKET].keys
    return {key: keys[key].value for key in list(keys)}
