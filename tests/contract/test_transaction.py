"""X-03: every reason of a refused transaction is looked at before one is acted upon."""

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from homeroom.runtime import transact as transaction
from homeroom.runtime.transact import StoreBusy, remove, transact

ACTIONS = [remove("a-table", "D#1", "AUDIT")]


@pytest.fixture
def answers(monkeypatch):
    """A client whose answers are given one by one, and no waiting in between."""
    import boto3
    from tenacity import wait_none

    monkeypatch.setattr("tenacity.wait_random_exponential", lambda **_: wait_none())
    client = boto3.client("dynamodb", "us-east-1", aws_access_key_id="testing", aws_secret_access_key="testing")
    with Stubber(client) as stubber:
        yield client, stubber


def cancel(stubber, *codes):
    stubber.add_client_error(
        "transact_write_items",
        "TransactionCanceledException",
        modeled_fields={"CancellationReasons": [{"Code": code} for code in codes]},
    )


def test_written_at_once(answers):
    client, stubber = answers
    stubber.add_response("transact_write_items", {})
    assert transact(client, ACTIONS) == frozenset()


def test_a_conflict_with_another_writer_is_tried_again(answers):
    client, stubber = answers
    cancel(stubber, "None", "TransactionConflict")
    cancel(stubber, "ThrottlingError", "None")
    stubber.add_client_error("transact_write_items", "TransactionInProgressException")
    stubber.add_response("transact_write_items", {})
    assert transact(client, ACTIONS) == frozenset()
    stubber.assert_no_pending_responses()


def test_a_failed_condition_is_told_by_its_position_whatever_else_there_was(answers):
    client, stubber = answers
    cancel(stubber, "TransactionConflict", "ConditionalCheckFailed", "None")
    assert transact(client, ACTIONS) == {1}


def test_a_lasting_conflict_is_a_fault(answers):
    client, stubber = answers
    for _ in range(transaction.ATTEMPTS):
        cancel(stubber, "TransactionConflict")
    with pytest.raises(StoreBusy):
        transact(client, ACTIONS)


def test_a_mistake_of_ours_is_not_tried_again(answers):
    client, stubber = answers
    cancel(stubber, "ValidationError", "TransactionConflict")
    with pytest.raises(ClientError):
        transact(client, ACTIONS)
    stubber.assert_no_pending_responses()
