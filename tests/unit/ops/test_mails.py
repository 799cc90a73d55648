"""`ops mails`: what is stuck, and sending it again (I-06)."""

from datetime import UTC, datetime, timedelta

import pytest

from homeroom.mail.store import Post
from homeroom.runtime import aws
from homeroom.runtime.messages import Message
from homeroom.runtime.outbox import Outbox

NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=1)


@pytest.fixture
def post(resources):
    """Of five messages one has gone out, one is on its way, and three are stuck."""
    outbox = Outbox(resources["OutboxTable"], aws.dynamodb())
    ages = {"sent": LONG_AGO, "young": NOW, "old": LONG_AGO, "failed": LONG_AGO + timedelta(hours=1), "unsure": NOW}
    for name, created in ages.items():
        outbox.enqueue(Message(id=name, kind="activation", district="d1", person="p1", created=created))
    made = Post(resources["OutboxTable"])
    for name, reason in (("sent", ""), ("failed", "MessageRejected"), ("unsure", "no_answer")):
        made.settle(made.claim(made.need(name), NOW), name, reason)
    return made


def states(post):
    return {name: post.need(name).state for name in ("sent", "young", "old", "failed", "unsure")}


def test_what_is_stuck_is_listed_oldest_first(ops, post):
    code, out, _ = ops("mails")
    assert code == 0
    rows = [line.split("\t") for line in out.splitlines()]
    assert [row[:4] for row in rows] == [
        ["message", "state", "reason", "attempts"],
        ["old", "new", "-", "0"],
        ["failed", "failed", "MessageRejected", "1"],
        ["unsure", "unsure", "no_answer", "1"],
    ]


def test_one_is_sent_again_by_its_id(ops, post):
    assert ops("mails", "--resend", "unsure")[0] == 0
    assert states(post)["unsure"] == "new"


@pytest.mark.parametrize(("message", "code"), [("sent", 4), ("young", 4), ("nobody", 3)])
def test_what_is_not_stuck_is_left_alone(ops, post, message, code):
    before = states(post)
    assert ops("mails", "--resend", message)[0] == code
    assert states(post) == before


def test_all_that_surely_have_not_gone_out_are_sent_again(ops, post):
    assert ops("mails", "--resend-all")[:2] == (0, "2 go out again.\n")
    assert states(post) == {"sent": "sent", "young": "new", "old": "new", "failed": "new", "unsure": "unsure"}


def test_the_unsure_ones_take_a_word_of_their_own(ops, post):
    assert ops("mails", "--unsure")[0] == 2
    assert states(post)["unsure"] == "unsure"
    assert ops("mails", "--resend-all", "--unsure")[:2] == (0, "3 go out again.\n")
    assert states(post)["unsure"] == "new"
