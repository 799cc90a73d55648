"""Whom a run has brought is told once each, however many there are, and whatever is repeated (A-05, D-04, I-06)."""

import gzip
import json
from datetime import timedelta

import pytest

from functions.outbox_mailer import app
from homeroom.mail.service import send_again
from homeroom.roster import mailing, wiring
from homeroom.roster.changes import Change
from homeroom.roster.service.announcements import joined
from homeroom.roster.store import layout
from homeroom.roster.store.files import run_prefix
from homeroom.runtime import aws
from homeroom.runtime.outbox import KEPT
from tests.support.machine import BUCKET
from tests.support.mails import record, sent, student, teacher
from tests.support.rows import DISTRICT


class Runs:
    """Runs whose plans bring people; each plan in chunks."""

    def __init__(self, office):
        self.office, self.number = office, 0

    def bring(self, *chunks, op="create"):
        """Have a run bring people, and everything of it written; its message."""
        begun = wiring.run_store().begin(
            DISTRICT, execution=f"one-{self.number}", now=self.office.stage.now, trigger="night", actor="schedule"
        )
        self.number, prefix = begun.run, run_prefix(DISTRICT, begun.run)
        index = [layout.Chunk(key=f"{prefix}/{layout.chunk(0)}", kind="school", lines=0)]
        for number, entries in enumerate(chunks, start=1):
            self.office.people(*entries)
            changes = [Change(kind="person", op=op, id=one.id, after=one.model_dump(mode="json")) for one in entries]
            lines = "\n".join(change.model_dump_json(exclude_defaults=True) for change in changes)
            index.append(layout.Chunk(key=f"{prefix}/{layout.chunk(number)}", kind="person", lines=len(entries)))
            put(index[-1].key, gzip.compress(lines.encode()))
        put(f"{prefix}/{layout.INDEX}", json.dumps([chunk.model_dump() for chunk in index]).encode())
        message = joined(DISTRICT, begun.run, self.office.stage.now)
        wiring.outbox().enqueue(message)
        sync = wiring.run_store().sync(DISTRICT)
        wiring.run_store().record(begun.model_copy(update={"state": "succeeded"}), sync, holder=0, execution="")
        return message

    def deliver(self):
        """The stream, until it has nothing more; how many batches there were."""
        for batches in range(10):
            brought = self.office.stream()
            if not brought["Records"]:
                return batches
            assert app.handler(brought, None) == {"batchItemFailures": []}
        raise AssertionError("it does not end")


def put(key, body):
    aws.s3().put_object(Bucket=BUCKET, Key=key, Body=body)


@pytest.fixture
def runs(office):
    return Runs(office)


def told():
    return sorted(to.partition("@")[0] for to, _ in sent())


def test_a_plan_of_one_chunk_is_spread_at_once_d_04(office, runs):
    message = runs.bring([teacher("t1"), student("s1"), teacher("t2")])
    assert runs.deliver() == 2
    assert told() == ["t1", "t2"]
    assert office.posted(message.id).state == "sent"
    assert office.posted(f"activation:{DISTRICT}:t1").message.run == message.run


def test_each_chunk_of_a_plan_is_spread_by_a_message_of_its_own_i_06(office, runs):
    message = runs.bring([teacher("t1")], [student("s1")], [teacher("t2"), teacher("t3")])
    app.handler(office.stream(), None)
    parts = [office.posted(f"{message.id}:{number}") for number in range(3)]
    assert [part.state for part in parts] == ["new"] * 3
    runs.deliver()
    assert told() == ["t1", "t2", "t3"]


def test_whatever_the_stream_brings_again_is_told_once_i_06(office, runs):
    runs.bring([teacher("t1")], [teacher("t2")])
    runs.deliver()
    everything = aws.dynamodb().scan(TableName="outbox")["Items"]
    again = [{**item, "state": {"S": "new"}} for item in everything if "joined" in item["pk"]["S"]]
    for item in again:
        # As if the mailer had died before it noted that it was done.
        aws.dynamodb().put_item(TableName="outbox", Item=item)
    brought = {"Records": [record(item, number) for number, item in enumerate(again)]}
    assert app.handler(brought, None) == {"batchItemFailures": []}
    runs.deliver()
    assert told() == ["t1", "t2"]


def test_a_student_of_a_later_chunk_blocks_an_address_a_05(runs):
    runs.bring(
        [teacher("t1"), teacher("t2", address="same@district.example")],
        [student("s1", address="same@district.example")],
    )
    runs.deliver()
    assert told() == ["t1"]


def test_who_returns_within_the_month_had_their_mail_d_04(office, runs):
    runs.bring([teacher("t1")])
    runs.deliver()
    office.stage.wait(days=20)
    runs.bring([teacher("t1")], op="restore")
    runs.deliver()
    assert told() == ["t1"]


def test_who_returns_after_it_is_told_again_d_04(office, runs):
    """Long after, an old mail is of no use; who has activated since is not mailed (see the mailer)."""
    runs.bring([teacher("t1")])
    runs.deliver()
    office.stage.now += KEPT + timedelta(seconds=1)
    runs.bring([teacher("t1")], op="restore")
    runs.deliver()
    assert told() == ["t1", "t1"]


def test_who_turns_mails_off_in_between_has_nobody_told_d_04(office, runs):
    message = runs.bring([teacher("t1")])
    office.stage.set(mails=False)
    runs.deliver()
    assert (told(), office.posted(message.id).reason) == ([], "mails_off")


@pytest.mark.parametrize("what", [layout.INDEX, layout.chunk(1)])
def test_a_plan_that_cannot_be_read_loses_nobodys_mail_unseen_i_06(office, runs, what):
    """D-04: plans are kept longer than messages. It is listed for an operator, and goes out once it can be read."""
    message = runs.bring([teacher("t1")])
    place = f"{run_prefix(DISTRICT, message.run)}/{what}"
    kept = aws.s3().get_object(Bucket=BUCKET, Key=place)["Body"].read()
    aws.s3().delete_object(Bucket=BUCKET, Key=place)
    runs.deliver()
    posted = office.posted(message.id)
    assert (told(), posted.state, posted.reason) == ([], "failed", "NoSuchKey")
    put(place, kept)
    office.stage.wait(minutes=1)
    assert send_again(mailing.post(), office.stage.now) == [message.id]
    runs.deliver()
    assert told() == ["t1"]


@pytest.mark.slow
def test_two_thousand_at_once_are_a_matter_of_seconds_i_06(office, runs):
    """A chunk holds no more, and a message is begun only with the time for it."""
    message = runs.bring([teacher(f"t{number}") for number in range(2000)])
    assert app.handler(office.stream(), None) == {"batchItemFailures": []}
    assert office.posted(message.id).state == "sent"
    assert len(office.stream()["Records"]) == 2000
