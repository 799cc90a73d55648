"""moto, quicker, answers as DynamoDB does."""

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

KEYS = [("pk", "HASH"), ("sk", "RANGE")]


@pytest.fixture
def client(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        made = boto3.client("dynamodb", "us-east-1")
        for table, keys in {"pairs": KEYS, "singles": KEYS[:1]}.items():
            made.create_table(
                TableName=table,
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
                KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
            )
        yield made


def row(pk, sk="", **values):
    key = {"pk": {"S": pk}} | ({"sk": {"S": sk}} if sk else {})
    return key | values


def scanned(client, table="pairs"):
    return client.scan(TableName=table)["Items"]


def update(table, key, number):
    return {
        "Update": {
            "TableName": table, "Key": key, "UpdateExpression": "SET n = :n, parts.a = :n ADD many :n",
            "ExpressionAttributeValues": {":n": {"N": str(number)}},
        }
    }  # fmt: skip


FORBIDDEN = {
    "ConditionCheck": {
        "TableName": "pairs", "Key": row("nobody", "here"), "ConditionExpression": "attribute_exists(pk)",
    }
}  # fmt: skip
NESTED = {"M": {"a": {"L": [{"S": "x"}, {"NULL": True}, {"SS": ["x", "y"]}]}, "b": {"B": b"\x00\xff"}}}


def test_a_transaction_that_fails_changes_nothing(client):
    for table, sk in (("pairs", "1"), ("singles", "")):
        client.put_item(TableName=table, Item=row("a", sk, n={"N": "1"}, parts={"M": {"a": {"N": "1"}}}))
    client.put_item(TableName="pairs", Item=row("a", "2", n={"N": "2"}))
    before = scanned(client), scanned(client, "singles")
    changes = [
        update("pairs", row("a", "1"), 5),
        update("singles", row("a"), 5),
        {"Delete": {"TableName": "pairs", "Key": row("a", "2")}},
        {"Put": {"TableName": "pairs", "Item": row("a", "3")}},
        {"Put": {"TableName": "pairs", "Item": row("b", "1")}},
        {"Put": {"TableName": "singles", "Item": row("b")}},
    ]
    with pytest.raises(ClientError, match="TransactionCanceled"):
        client.transact_write_items(TransactItems=[*changes, FORBIDDEN])
    assert (scanned(client), scanned(client, "singles")) == before
    client.transact_write_items(TransactItems=changes)
    new = {"n": {"N": "5"}, "parts": {"M": {"a": {"N": "5"}}}, "many": {"N": "5"}}
    assert scanned(client) == [row("a", "1", **new), row("a", "3"), row("b", "1")]
    assert scanned(client, "singles") == [row("a", **new), row("b")]


def test_a_partition_is_read_in_its_order_page_by_page(client):
    for pk, sk in [("b", "2"), ("a", "10"), ("a", "9"), ("a", "1"), ("c", "0")]:
        client.put_item(TableName="pairs", Item=row(pk, sk))
    asked = {
        "TableName": "pairs", "KeyConditionExpression": "pk = :a", "ExpressionAttributeValues": {":a": {"S": "a"}},
    }  # fmt: skip
    assert client.query(**asked)["Items"] == [row("a", "1"), row("a", "10"), row("a", "9")]
    assert client.query(**asked, ScanIndexForward=False)["Items"] == [row("a", "9"), row("a", "10"), row("a", "1")]
    first = client.query(**asked, Limit=2)
    assert first["Items"] == [row("a", "1"), row("a", "10")]
    rest = client.query(**asked, ExclusiveStartKey=first["LastEvaluatedKey"])
    assert rest["Items"] == [row("a", "9")]
    assert client.query(**asked | {"ExpressionAttributeValues": {":a": {"S": "d"}}})["Items"] == []
    assert [one["pk"]["S"] + one["sk"]["S"] for one in scanned(client)] == ["a1", "a10", "a9", "b2", "c0"]


def test_values_of_every_kind_come_back_and_what_was_read_is_ones_own(client):
    values = {"n": {"N": "1.5"}, "yes": {"BOOL": True}, "no": {"NULL": True}, "raw": {"B": b"\x00"}, "deep": NESTED}
    client.put_item(TableName="pairs", Item=row("a", "1", **values, words={"SS": ["a", "b"]}))
    found = client.get_item(TableName="pairs", Key=row("a", "1"))["Item"]
    assert found == row("a", "1", **values, words={"SS": ["a", "b"]})
    client.update_item(
        TableName="pairs", Key=row("a", "1"), UpdateExpression="SET deep.a[0] = :y ADD words :more",
        ExpressionAttributeValues={":y": {"S": "y"}, ":more": {"SS": ["c"]}},
    )  # fmt: skip
    assert found["deep"] == NESTED
    (now,) = scanned(client)
    assert now["deep"]["M"]["a"]["L"][0] == {"S": "y"}
    assert sorted(now["words"]["SS"]) == ["a", "b", "c"]
