"""The API of the tests stands on the template's tables, and its tables forget what they are told to forget."""

import os
import time

import pytest
from botocore.exceptions import ClientError

from homeroom.runtime import aws
from homeroom.runtime.settings import settings
from tests.support.people import Person
from tests.support.served import served
from tests.support.surroundings import TABLES
from tests.support.tables import table_ids

ADA = Person.named("ada")


@pytest.fixture(scope="module")
def api():
    with served() as made:
        yield made


@pytest.fixture(autouse=True)
def empty(api):
    api.wipe()


def put(sk: str, *, new: bool = True, **more: str) -> dict:
    item = {"pk": {"S": "p"}, "sk": {"S": sk}, **{name: {"S": text} for name, text in more.items()}}
    condition = {"ConditionExpression": "attribute_not_exists(pk)"} if new else {}
    return {"Put": {"TableName": "classes", "Item": item, **condition}}


def keys(api) -> set:
    return {item["sk"]["S"] for item in api.items("ClassesTable")}


def test_every_table_of_the_template_is_there():
    assert set(TABLES) == set(table_ids())


def test_each_function_is_called_with_its_own_environment(api):
    assert api.call("POST", "/webhooks/clever", {}).status == 401
    assert settings().webhook_secret_arn
    assert api.call("GET", "/districts/d1", as_=ADA).status == 404
    assert "WEBHOOK_SECRET_ARN" not in os.environ
    assert settings().webhook_secret_arn == ""
    assert settings().districts_table == "districts"


def test_time_is_the_tests_own(api):
    before = settings().clock().now()
    api.wait(hours=1)
    assert (settings().clock().now() - before).total_seconds() == 3600


def test_a_refused_transaction_leaves_everything_as_it_was(api):
    """As DynamoDB has it, and in as much time as it takes to look at its own items."""
    client = aws.dynamodb()
    client.transact_write_items(TransactItems=[put("a", name="before"), put("b")])
    update = {
        "TableName": "classes", "Key": {"pk": {"S": "p"}, "sk": {"S": "a"}}, "UpdateExpression": "SET #n = :v",
        "ExpressionAttributeNames": {"#n": "name"}, "ExpressionAttributeValues": {":v": {"S": "after"}},
    }  # fmt: skip
    delete = {"Delete": {"TableName": "classes", "Key": {"pk": {"S": "p"}, "sk": {"S": "b"}}}}
    before = api.items("ClassesTable")
    for refused in (put("a"), {"Put": {**put("a")["Put"], "TableName": "users"}} | {}):
        refused["Put"]["ConditionExpression"] = "attribute_exists(nothing)"
        refused["Put"]["Item"] = refused["Put"]["Item"] | {"sk": {"S": "z"}}
        with pytest.raises(ClientError, match="TransactionCanceled"):
            client.transact_write_items(TransactItems=[{"Update": update}, delete, put("c"), refused])
        assert api.items("ClassesTable") == before
        assert api.items("UsersTable") == []
    client.transact_write_items(TransactItems=[{"Update": update}, delete, put("c")])
    assert keys(api) == {"a", "c"}
    assert next(item for item in api.items("ClassesTable") if item["sk"]["S"] == "a")["name"] == {"S": "after"}


def test_transactions_stay_quick_among_many_items(api):
    client = aws.dynamodb()
    for number in range(0, 1000, 25):
        batch = [{"PutRequest": {"Item": put(f"{number + n:04}")["Put"]["Item"]}} for n in range(25)]
        client.batch_write_item(RequestItems={"classes": batch})
    begun = time.process_time()
    for number in range(20):
        client.transact_write_items(TransactItems=[put(f"x{number}", new=True), put(f"y{number}")])
    assert time.process_time() - begun < 2


def test_wiping_leaves_nothing(api):
    aws.dynamodb().transact_write_items(TransactItems=[put("a")])
    api.wait(days=1)
    api.wipe()
    assert [api.items(table) for table in TABLES] == [[]] * len(TABLES)
    aws.dynamodb().transact_write_items(TransactItems=[put("a")])
    assert keys(api) == {"a"}
