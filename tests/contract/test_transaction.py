"""X-03: every reason of a refused transaction is looked at before one is acted upon; who is busy is asked later."""

import heapq
import random

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from homeroom.runtime import together
from homeroom.runtime import transact as transaction
from homeroom.runtime.dynamo import TableMeta, TableModel, bind
from homeroom.runtime.together import Want, read_together
from homeroom.runtime.transact import PATIENCE, StoreBusy, remove, transact, waits

ACTIONS = [remove("a-table", "D#1", "AUDIT")]


@pytest.fixture
def answers(monkeypatch):
    """A client whose answers are given one by one, and no waiting in between."""
    import boto3

    for module in (transaction, together):
        monkeypatch.setattr(module, "sleep", lambda _: None)
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


def test_a_lasting_conflict_is_a_fault(answers, monkeypatch):
    client, stubber = answers
    monkeypatch.setattr(transaction, "waits", lambda: [0.0] * 5)
    for _ in range(6):
        cancel(stubber, "TransactionConflict")
    with pytest.raises(StoreBusy):
        transact(client, ACTIONS)
    stubber.assert_no_pending_responses()


def test_a_table_that_is_too_busy_for_any_transaction_is_tried_again(answers):
    client, stubber = answers
    stubber.add_client_error("transact_write_items", "ThrottlingException", http_status_code=400)
    stubber.add_response("transact_write_items", {})
    assert transact(client, ACTIONS) == frozenset()


@pytest.mark.parametrize("seed", range(20))
def test_j08_a_whole_class_at_once_comes_through_one_after_the_other(seed, monkeypatch):
    """Fifty on one item, of whom whoever comes while another writes is cancelled: within the API's 29 seconds, and
    without asking all the time.
    """
    drawn, takes = random.Random(seed), 0.05
    monkeypatch.setattr(transaction.random, "uniform", drawn.uniform)
    left = [waits() for _ in range(50)]
    coming = [(drawn.uniform(0, 0.3), who) for who in range(50)]
    heapq.heapify(coming)
    free, asked, last = 0.0, 0, 0.0
    while coming:
        now, who = heapq.heappop(coming)
        asked += 1
        if now < free:
            heapq.heappush(coming, (now + takes + next(left[who]), who))
        else:
            free = last = now + takes
    assert last < 25
    assert asked < 50 * 10


def test_nobody_waits_longer_than_they_can():
    assert PATIENCE - 5 < sum(waits()) <= PATIENCE


class Thing(TableModel):
    """An item of no more than its keys."""

    class Meta(TableMeta):
        pass


@pytest.fixture
def thing():
    bind("a-table", Thing)
    return Want(Thing, "D#1", "ONE")


def test_what_a_busy_table_did_not_give_is_asked_for_later(answers, thing, monkeypatch):
    client, stubber = answers
    waited = []
    monkeypatch.setattr(together, "sleep", waited.append)
    asked = {"a-table": {"Keys": [transaction.key("D#1", "ONE")], "ConsistentRead": True}}
    stubber.add_client_error("batch_get_item", "ProvisionedThroughputExceededException", http_status_code=400)
    with pytest.raises(StoreBusy):
        read_together(client, [thing])
    stubber.add_response("batch_get_item", {"Responses": {}, "UnprocessedKeys": asked}, {"RequestItems": asked})
    given = {"Responses": {"a-table": [transaction.key("D#1", "ONE")]}}
    stubber.add_response("batch_get_item", given, {"RequestItems": asked})
    assert read_together(client, [thing]).get(*thing).sk == "ONE"
    assert len(waited) == 1


def test_a_table_that_gives_nothing_is_a_fault(answers, thing, monkeypatch):
    client, stubber = answers
    monkeypatch.setattr(together, "waits", lambda: [0.0] * 3)
    asked = {"a-table": {"Keys": [transaction.key("D#1", "ONE")]}}
    for _ in range(3):
        stubber.add_response("batch_get_item", {"Responses": {}, "UnprocessedKeys": asked})
    with pytest.raises(StoreBusy):
        read_together(client, [thing])


def test_a_mistake_of_ours_is_not_tried_again(answers):
    client, stubber = answers
    cancel(stubber, "ValidationError", "TransactionConflict")
    with pytest.raises(ClientError):
        transact(client, ACTIONS)
    stubber.assert_no_pending_responses()
