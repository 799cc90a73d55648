"""The outbox, on every engine: a message is written once, and each step towards its end is a condition (X-03, I-06)."""

from datetime import UTC, datetime, timedelta

import boto3
import pytest

from homeroom.mail.model import DEAD_AFTER, GIVEN_UP_AFTER, NoSuchMessage, NotStuck, Posted
from homeroom.mail.service import send_again
from homeroom.mail.store import Post
from homeroom.runtime.messages import Message
from homeroom.runtime.outbox import KEPT, Outbox, OutboxItem
from homeroom.runtime.transact import transact

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
LATE = NOW + GIVEN_UP_AFTER + timedelta(seconds=1)


def message(number: int | str = 1, **fields) -> Message:
    usual = {"kind": "activation", "district": "d1", "person": f"p{number}", "created": NOW}
    return Message(**{"id": f"activation:d1:p{number}", **usual, **fields})


@pytest.fixture
def table(make_table):
    return make_table("OutboxTable")


@pytest.fixture
def outbox(table):
    return Outbox(table, boto3.client("dynamodb"))


@pytest.fixture
def post(table):
    return Post(table)


def test_a_message_is_written_once_however_often_it_is_asked_for_x_03(outbox, post):
    assert [outbox.enqueue(message()) for _ in range(3)] == [True, False, False]
    assert post.need("activation:d1:p1") == Posted(message(), "new")


def test_many_messages_say_how_many_were_new(outbox, post):
    outbox.enqueue(message(7))
    assert outbox.enqueue_all(message(number) for number in range(40)) == 39
    assert outbox.enqueue_all(message(number) for number in range(40)) == 0
    assert outbox.enqueue_all([]) == 0
    assert post.need("activation:d1:p39").state == "new"


def test_all_of_a_message_comes_back(outbox, post):
    whole = message(account="a1", run=12, actor="a9", asked="key")
    outbox.enqueue(whole)
    assert post.need(whole.id).message == whole
    assert outbox.among([whole.id, "activation:d1:nobody"]) == {whole.id: whole}
    assert outbox.among([]) == {}


def test_a_message_goes_with_its_change_or_not_at_all(outbox, post, table):
    """DESIGN: a change and its message are one transaction."""
    client = boto3.client("dynamodb")
    change = {"Put": {"TableName": table, "Item": {"pk": {"S": "C#1"}, "sk": {"S": "CHANGE"}},
                      "ConditionExpression": "attribute_not_exists(pk)"}}  # fmt: skip
    assert transact(client, [change, outbox.put_action(message())]) == frozenset()
    assert transact(client, [change, outbox.put_action(message(2))]) == {0}
    assert post.get("activation:d1:p2") is None


def test_a_message_that_expired_and_is_still_there_does_not_stand_in_the_way(outbox, post):
    """DynamoDB removes what has expired days later."""
    outbox.enqueue(message())
    post.settle(post.claim(post.need("activation:d1:p1"), NOW), "sent")
    after = message(created=NOW + KEPT + timedelta(seconds=1))
    assert outbox.enqueue(message(created=NOW + KEPT - timedelta(seconds=1))) is False
    assert outbox.enqueue(after) is True
    assert post.need("activation:d1:p1") == Posted(after, "new")


def test_only_one_of_two_mailers_takes_a_message_i_06(outbox, post):
    outbox.enqueue(message())
    read = post.need("activation:d1:p1")
    taken = post.claim(read, NOW)
    assert (taken.state, taken.attempts, taken.claimed) == ("sending", 1, NOW)
    assert post.claim(read, NOW + timedelta(seconds=1)) is None


def test_our_own_claim_asked_for_again_is_known_for_ours_i_06(outbox, post, monkeypatch):
    """X-03: a client that got no answer asks again, and meets what it wrote. Taken for another's, it would wait for an
    operator as `unsure`, though it has surely not gone out.
    """
    outbox.enqueue(message())
    read, update = post.need("activation:d1:p1"), OutboxItem.update

    def asked_twice(item, *given, **named):
        update(OutboxItem(item.pk, item.sk), *given, **named)
        return update(item, *given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(OutboxItem, "update", asked_twice)
        taken = post.claim(read, NOW)
    assert (taken.state, taken.attempts, taken.claimed) == ("sending", 1, NOW)
    assert post.claim(read, NOW) is None
    assert post.settle(taken, "sent")


def test_what_somebody_else_has_dealt_with_is_not_written_over(outbox, post):
    outbox.enqueue(message())
    first = post.claim(post.need("activation:d1:p1"), NOW)
    assert post.settle(first, "refused", "TooManyRequestsException")
    second = post.claim(post.need("activation:d1:p1"), NOW + timedelta(minutes=1))
    assert second.attempts == 2
    assert not post.settle(first, "sent")
    assert post.settle(second, "sent")
    assert post.need("activation:d1:p1").state == "sent"


def test_a_message_that_is_gone_is_not_made_up(post):
    gone = Posted(message(), "new")
    assert post.claim(gone, NOW) is None
    assert not post.settle(gone, "sent")
    assert post.get(gone.message.id) is None
    with pytest.raises(NoSuchMessage):
        post.need(gone.message.id)


STATES = {
    "new": lambda post, one: None,
    "refused": lambda post, one: post.settle(post.claim(one, NOW), "refused", "TooManyRequestsException"),
    "sending": lambda post, one: post.claim(one, NOW),
    "sent": lambda post, one: post.settle(post.claim(one, NOW), "sent"),
    "dropped": lambda post, one: post.settle(one, "dropped", "linked"),
    "failed": lambda post, one: post.settle(post.claim(one, NOW), "failed", "MessageRejected"),
    "unsure": lambda post, one: post.settle(post.claim(one, NOW), "unsure", "no_answer"),
}


@pytest.fixture
def one_of_each(outbox, post):
    for state, bring in STATES.items():
        outbox.enqueue(message(state))
        bring(post, post.need(f"activation:d1:p{state}"))
        assert post.need(f"activation:d1:p{state}").state == state


@pytest.mark.parametrize("state", STATES)
def test_only_what_was_dropped_is_written_anew_d_04(one_of_each, outbox, post, table, state):
    """It has told nobody, and may be true again; alone or with a change."""
    later = message(state, created=NOW + timedelta(days=3))
    dropped = state == "dropped"
    assert transact(boto3.client("dynamodb"), [outbox.put_action(later)]) == (frozenset() if dropped else {0})
    assert post.need(later.id).state == ("new" if dropped else state)
    assert outbox.enqueue(later) is False


def test_a_dropped_message_is_written_anew_alone_d_04(one_of_each, outbox, post):
    later = message("dropped", created=NOW + timedelta(days=3))
    assert outbox.enqueue(later) is True
    assert post.need(later.id) == Posted(later, "new")


def stuck(post, now):
    return {posted.message.person[1:] for posted in post.stuck(now)}


def test_nothing_is_lost_without_being_listed_i_06(one_of_each, post):
    """What ended badly at once; what the stream has given up, once it has."""
    assert stuck(post, NOW + DEAD_AFTER) == {"failed", "unsure"}
    assert stuck(post, LATE) == {"new", "refused", "sending", "failed", "unsure"}


def test_sending_again_leaves_alone_what_may_have_gone_out_i_06(one_of_each, post):
    assert {one[len("activation:d1:p") :] for one in send_again(post, LATE)} == {"new", "refused", "failed"}
    assert {state for state in STATES if post.need(f"activation:d1:p{state}").state == "new"} == {
        "new", "refused", "failed",
    }  # fmt: skip


def test_sending_again_takes_the_unsure_ones_too_when_told_so(one_of_each, post):
    sent_again = send_again(post, LATE, unsure=True)
    assert {one[len("activation:d1:p") :] for one in sent_again} == {"new", "refused", "sending", "failed", "unsure"}


@pytest.mark.parametrize("state", ["sent", "dropped", "new", "sending"])
def test_what_waits_for_nobody_is_not_sent_again_i_06(one_of_each, post, state):
    with pytest.raises(NotStuck):
        post.again(post.need(f"activation:d1:p{state}"), NOW)
    assert post.need(f"activation:d1:p{state}").state == state


def test_two_operators_send_a_message_again_once(one_of_each, post):
    read = post.need("activation:d1:pfailed")
    post.again(read, LATE)
    with pytest.raises(NotStuck):
        post.again(read, LATE)


def test_a_message_made_new_again_can_be_taken(one_of_each, post):
    post.again(post.need("activation:d1:punsure"), LATE)
    assert post.claim(post.need("activation:d1:punsure"), LATE).attempts == 2
