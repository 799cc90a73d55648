"""The mailer with a real event of each case: who is mailed what, who is not, and once each (D-03, D-04, I-06, S-08)."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from functions.outbox_mailer import app
from homeroom.roster import mailing, wiring
from homeroom.roster.holds import Hold
from homeroom.roster.runs import Run
from homeroom.roster.service.announcements import activation, disconnection, hold
from homeroom.roster.store.items import claim_item, person_item
from homeroom.roster.syncs import Promoted, Sync
from homeroom.runtime import aws
from homeroom.runtime.messages import Message
from tests.handlers.outbox_mailer.conftest import EVENTS, event
from tests.support.machine import BUCKET, START
from tests.support.mails import FRONT_END, admin, sent, student, teacher
from tests.support.rows import DISTRICT

PERSON = "58da8a5bba83aa7e7f4b9f11"
ADDRESS = f"{PERSON}@district.example"
ALL_WELL = {"batchItemFailures": []}
PREFIX = f"districts/{DISTRICT}/runs/00000001"


def send(records, context=None):
    return json.loads(json.dumps(app.handler(records, context)))


def queued(office, message):
    """The message in the outbox, as the change would have put it there."""
    assert wiring.outbox().enqueue(message)
    return message.id


@pytest.fixture
def invited(office):
    """A teacher whose activation mail is queued."""
    office.people(teacher(PERSON))
    return queued(office, activation(DISTRICT, PERSON, office.stage.now, run=1))


def test_a_teacher_is_told_to_activate_d_04(office, invited):
    assert send(event("activation")) == ALL_WELL
    assert sent() == [(ADDRESS, "Activate your Homeroom account for Grand Bend")]
    assert office.posted(invited).state == "sent"


def test_a_message_that_comes_again_is_not_sent_again_i_06(office, invited):
    for _ in range(3):
        assert send(event("activation")) == ALL_WELL
    assert len(sent()) == 1


def test_an_operator_can_have_it_sent_again(office, invited):
    post = mailing.post()
    post.settle(post.claim(office.posted(invited), office.stage.now), "failed", "MessageRejected")
    assert send(event("activation")) == ALL_WELL
    assert sent() == []
    post.again(office.posted(invited), office.stage.now)
    assert send(event("again")) == ALL_WELL
    assert len(sent()) == 1


def test_the_event_is_the_message_as_the_outbox_writes_it(office, invited):
    """Else the events would prove nothing of the stream."""
    (record,) = event("activation")["Records"]
    (written,) = office.stream()["Records"]
    image = written["dynamodb"]["NewImage"]
    assert image["created"]["S"] == record["dynamodb"]["NewImage"]["created"]["S"]
    assert set(image) == set(record["dynamodb"]["NewImage"])


DROPPED = {
    "person_gone": lambda office: None,
    "not_on_roster": lambda office: office.people(teacher(PERSON, archived=2, left="2026-09-14", over=True)),
    "not_staff": lambda office: office.people(teacher(PERSON, roles=("student",))),
    "no_address": lambda office: office.people(teacher(PERSON, address="")),
    "linked": lambda office: (office.people(teacher(PERSON)), office.link(PERSON)),
    "address_blocked": lambda office: office.people(
        teacher(PERSON), student("s1", address=ADDRESS), teacher("5", address=ADDRESS)
    ),
    "told_under_other_record": lambda office: office.people(teacher(PERSON), teacher("5", address=ADDRESS)),
    "mails_off": lambda office: (office.people(teacher(PERSON)), office.stage.set(mails=False)),
    "district_gone": lambda office: (office.people(teacher(PERSON)), office.stage.set("ended")),
}


@pytest.mark.parametrize("reason", DROPPED)
def test_nobody_is_mailed_what_no_longer_holds_d_04(office, reason):
    """Looked up when the mail is about to go, whatever was so when it was queued."""
    message = queued(office, activation(DISTRICT, PERSON, office.stage.now))
    DROPPED[reason](office)
    assert send(event("activation")) == ALL_WELL
    assert (office.posted(message).state, office.posted(message).reason) == ("dropped", reason)
    assert sent() == []


def test_who_is_leaving_is_not_asked_to_come_in_s_14(office):
    message = queued(office, activation(DISTRICT, PERSON, office.stage.now))
    office.people(teacher(PERSON, archived=2, left="2026-09-14"))
    send(event("activation"))
    assert office.posted(message).reason == "not_on_roster"


def test_a_student_who_has_left_blocks_no_address_a_05(office):
    """Nor one of another address now, nor one of another district: their claims may still be there."""
    message = queued(office, activation(DISTRICT, PERSON, office.stage.now))
    left = student("s1", address=ADDRESS, archived=2, left="2026-09-14")
    office.people(teacher(PERSON), left, student("s2", address=ADDRESS))
    office.people(student("s2", address="s2@district.example"))
    elsewhere = student("s3", address=ADDRESS)
    person_item(f"{DISTRICT[:-1]}f", elsewhere, 1).save()
    claim_item(f"{DISTRICT[:-1]}f", elsewhere, 1).save()
    send(event("activation"))
    assert (office.posted(message).state, [to for to, _ in sent()]) == ("sent", [ADDRESS])


@pytest.mark.parametrize("blocking", ["s0", "s249"])
def test_a_student_blocks_however_many_have_the_address_a_05(office, blocking):
    """More than DynamoDB gives at a time, all but one of whom have left."""
    message = queued(office, activation(DISTRICT, PERSON, office.stage.now))
    office.people(teacher(PERSON))
    for number in range(250):
        gone = {} if f"s{number}" == blocking else {"archived": 2, "left": "2026-09-14", "over": True}
        office.people(student(f"s{number}", address=ADDRESS, **gone))
    send(event("activation"))
    assert office.posted(message).reason == "address_blocked"


def test_one_employee_with_several_records_is_told_once_a_08(office):
    """By the least of the ids that are mailed: who only uses the portal is not, nor who has left."""
    staff = {"roles": ("staff",), "address": ADDRESS}
    office.people(
        teacher("t1", address=ADDRESS),
        teacher("f1", **staff, admin="schools"),
        teacher("e1", **staff),
        teacher("d1", address=ADDRESS, archived=2, left="2026-09-14"),
    )
    for one in ("t1", "f1", "e1", "d1"):
        queued(office, activation(DISTRICT, one, office.stage.now))
    assert send(office.stream()) == ALL_WELL
    assert [to for to, _ in sent()] == [ADDRESS]
    ends = {one: office.posted(f"activation:{DISTRICT}:{one}") for one in ("t1", "f1", "e1", "d1")}
    assert {one: end.reason or end.state for one, end in ends.items()} == {
        "t1": "told_under_other_record", "f1": "sent", "e1": "not_staff", "d1": "not_on_roster",
    }  # fmt: skip


def test_a_mail_that_somebody_asked_for_goes_to_the_record_it_was_asked_for_d_04(office):
    office.people(teacher("t1", address=ADDRESS), teacher("t2", address=ADDRESS))
    message = activation(DISTRICT, "t2", office.stage.now).model_copy(update={"id": "asked", "actor": "somebody"})
    queued(office, message)
    send(office.stream())
    assert (office.posted("asked").state, len(sent())) == ("sent", 1)


def test_who_comes_back_after_a_mail_was_dropped_is_told_d_04(office):
    """They left before it went out."""
    office.people(teacher(PERSON, archived=2, left="2026-09-14"))
    message = queued(office, activation(DISTRICT, PERSON, office.stage.now))
    send(office.stream())
    assert office.posted(message).state == "dropped"
    office.stage.wait(days=3)
    office.people(teacher(PERSON))
    queued(office, activation(DISTRICT, PERSON, office.stage.now))
    send(office.stream())
    assert (office.posted(message).state, [to for to, _ in sent()]) == ("sent", [ADDRESS])


@pytest.fixture
def administered(office):
    """Two by the roster; by a grant one of those two, another, one of a school, and one of an unverified address."""
    office.people(admin("a1"), admin("a2", first=""), teacher("t1"))
    for name, address in (("one", "A1@District.example"), ("two", "head@district.example"), ("three", "p@d.example")):
        account = office.login(name, address)
        office.grant(account, schools=["s1"] if name == "three" else None)
    office.grant(office.login("four", "claimed@d.example", verified=False))
    office.report(PREFIX, "a1", "a2", "t1", "nobody")
    return office


TOLD = ["a1@district.example", "a2@district.example", "head@district.example"]


def held_run(office, state="held"):
    holds = (Hold(guard="removals", kind="student", before=900, removed=300, limit=90, sample=("s1",)),)
    run = Run(
        district=DISTRICT, run=1, state=state, trigger="night", actor="schedule", started_at=office.stage.now,
        based_on=1, holds=holds,
    )  # fmt: skip
    wiring.run_store().record(run, wiring.run_store().sync(DISTRICT))


def test_a_held_run_is_told_to_everybody_who_administers_the_whole_district_s_08(administered):
    """Whoever is on the roster and has a grant under the same address is told once."""
    held_run(administered)
    root = queued(administered, hold(DISTRICT, 1, administered.stage.now))
    assert send(event("held")) == ALL_WELL
    assert (sent(), administered.posted(root).state) == ([], "sent")
    assert send(administered.stream()) == ALL_WELL
    assert sorted(to for to, _ in sent()) == TOLD
    assert {subject for _, subject in sent()} == {"Roster changes of Grand Bend wait for your decision"}


def test_an_administrator_with_two_records_is_told_once_a_08(office):
    office.people(admin("a1"), admin("a2", address="a1@district.example"))
    office.report(PREFIX, "a1", "a2")
    held_run(office)
    queued(office, hold(DISTRICT, 1, office.stage.now))
    for _ in range(2):
        send(office.stream())
    assert [to for to, _ in sent()] == ["a1@district.example"]


def test_a_report_that_is_no_longer_kept_keeps_nobody_from_being_told_s_08(administered):
    """Who administers by a grant is; and the mail behind it goes out."""
    held_run(administered)
    aws.s3().delete_object(Bucket=BUCKET, Key=f"{PREFIX}/report.json")
    root = queued(administered, hold(DISTRICT, 1, administered.stage.now))
    queued(administered, activation(DISTRICT, "t1", administered.stage.now))
    for _ in range(2):
        assert send(administered.stream()) == ALL_WELL
    assert administered.posted(root).state == "sent"
    assert sorted(to for to, _ in sent()) == ["A1@District.example", "head@district.example", "t1@district.example"]


def test_it_is_told_once_however_often_the_stream_brings_it_i_06(administered):
    held_run(administered)
    queued(administered, hold(DISTRICT, 1, administered.stage.now))
    for _ in range(2):
        send(event("held"))
        send(administered.stream())
        administered.brought.clear()
        send(administered.stream())
    assert len(sent()) == 3


def test_mails_off_keeps_no_administrator_from_hearing_of_a_held_run_s_08(administered):
    administered.stage.set(mails=False)
    held_run(administered)
    queued(administered, hold(DISTRICT, 1, administered.stage.now))
    send(administered.stream())
    send(administered.stream())
    assert len(sent()) == 3


@pytest.mark.parametrize("state", ["running", "superseded", "rejected"])
def test_a_plan_that_waits_no_more_is_not_told_of_s_10(administered, state):
    held_run(administered, state)
    root = queued(administered, hold(DISTRICT, 1, administered.stage.now))
    send(event("held"))
    assert (administered.posted(root).state, administered.posted(root).reason) == ("dropped", "settled")


def test_who_loses_the_district_in_between_is_not_told_x_01(administered):
    """An administrator who has left the roster, and a grant that has ended."""
    held_run(administered)
    queued(administered, hold(DISTRICT, 1, administered.stage.now))
    send(event("held"))
    waiting = administered.stream()
    administered.people(admin("a1", archived=2, left="2026-09-14", admin=""))
    administered.end_grants()
    assert send(waiting) == ALL_WELL
    assert [to for to, _ in sent()] == ["a2@district.example"]


def test_a_disconnected_district_is_told_to_its_administrators_d_03(administered):
    administered.stage.set("disconnected")
    promoted = Promoted(run=1, prefix=PREFIX)
    run = Run(district=DISTRICT, run=1, state="succeeded", trigger="night", actor="schedule", started_at=START)
    wiring.run_store().record(run, Sync(), promoted=promoted)
    queued(administered, disconnection(wiring.registration().get(DISTRICT), administered.stage.now))
    assert send(event("disconnected")) == ALL_WELL
    assert send(administered.stream()) == ALL_WELL
    assert sorted(to for to, _ in sent()) == TOLD
    assert {subject for _, subject in sent()} == {"Grand Bend is no longer connected to Clever"}


def test_a_district_that_never_had_a_roster_has_administrators_by_grant_d_03(administered):
    administered.stage.set("disconnected")
    queued(administered, disconnection(wiring.registration().get(DISTRICT), administered.stage.now))
    send(event("disconnected"))
    send(administered.stream())
    assert sorted(to for to, _ in sent()) == ["A1@District.example", "head@district.example"]


def test_a_district_that_is_connected_again_is_not_alarmed_d_03(administered):
    root = queued(administered, disconnection(wiring.registration().get(DISTRICT), administered.stage.now))
    send(event("disconnected"))
    assert administered.posted(root).reason == "settled"


def test_one_bad_message_stops_no_other_i_06(office):
    """A kind that this release does not know, from one before or after it."""
    office.people(*(teacher(f"t{number}") for number in range(3)))
    queued(office, Message(id="strange", kind="unheard-of", district=DISTRICT, created=office.stage.now))
    for number in range(3):
        queued(office, activation(DISTRICT, f"t{number}", office.stage.now))
    assert send(office.stream()) == ALL_WELL
    assert len(sent()) == 3
    assert (office.posted("strange").state, office.posted("strange").reason) == ("failed", "KeyError")


def test_nothing_is_begun_that_the_functions_time_may_cut_off_i_06(office, invited):
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: 5_000)
    answer = send(event("activation"), context)
    place = event("activation")["Records"][0]["dynamodb"]["SequenceNumber"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": place}]}
    assert (sent(), office.posted(invited).state) == ([], "new")


def test_what_is_logged_and_measured_names_nobody_x_05(office, invited, capsys):
    send(event("activation"))
    told = capsys.readouterr()
    said = told.out + told.err
    assert "MailsSent" in said
    assert invited in said
    for secret in ("Maya", "Lopez", ADDRESS, "@district.example", "Grand Bend"):
        assert secret not in said


def test_a_message_holds_ids_only_x_05(administered):
    held_run(administered)
    queued(administered, hold(DISTRICT, 1, administered.stage.now))
    queued(administered, activation(DISTRICT, "t1", administered.stage.now))
    send(administered.stream())
    kept = json.dumps([item for (table, *_), item in administered.stage.items().items() if table == "outbox"])
    assert "M#held" in kept
    for secret in ("Maya", "Lopez", "district.example", "Grand Bend"):
        assert secret not in kept


def test_the_link_leads_to_the_front_end(office, invited):
    from moto.core import DEFAULT_ACCOUNT_ID
    from moto.ses import ses_backends

    send(event("activation"))
    (mail,) = ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sent_messages
    assert f'href="{FRONT_END}"' in mail.body
    assert mail.source == "Homeroom <homeroom@homeroom.example>"


def test_every_event_is_used():
    text = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert [path.stem for path in EVENTS.glob("outbox_mailer__*.json") if f'"{path.stem[15:]}"' not in text] == []
