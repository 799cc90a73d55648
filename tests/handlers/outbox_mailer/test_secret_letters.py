"""Letters with a secret, each by an event as the stream brings it (A-05, I-01, I-03, J-09)."""

import json
from pathlib import Path

import pytest

from homeroom.classes.ids import ClassId
from tests.support.invited import account, invitation, klass, use
from tests.support.people import Person
from tests.support.served import FRONT_END, Served, served

EVENTS = Path(__file__).parents[3] / "events"
TEACHER = Person("9d4c1f3e-6a0b-4c55-9c3a-0a7f5b6f2d11", "teacher@district.example")
SAM = Person("2f6b7c1d-9e3a-4f58-8d21-7c0e5a4b3d92", "sam@student.example")
ID = ClassId("independent", TEACHER.account, "0f1e2d3c4b5a69788796a5b4c3d2e1f0")


@pytest.fixture(scope="module")
def on():
    with served() as made:
        yield made


@pytest.fixture
def api(on: Served) -> Served:
    on.wipe()
    klass(ID, TEACHER)
    account(SAM, birth_date="2020-01-01")
    return on


def invited(api: Served) -> None:
    invitation(api, SAM.address, as_=TEACHER, klass=ID.text)


def claimed(api: Served) -> None:
    assert api.call("POST", "/me/aliases", {"address": "sam@home.example"}, as_=SAM).status == 202


def guarded(api: Served) -> None:
    assert api.call("POST", "/me/guardian", {"address": "parent@home.example"}, as_=SAM).status == 202


CASES = {
    "invitation": (invited, "invitations"), "verify": (claimed, "activate"), "guardian": (guarded, "guardian"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_event_is_the_message_as_the_outbox_writes_it(api, case):
    CASES[case][0](api)
    (written,) = api.items("OutboxTable")
    (record,) = json.loads((EVENTS / f"outbox_mailer__{case}.json").read_text())["Records"]
    assert record["dynamodb"]["NewImage"] == written
    assert "@" not in str(written)


@pytest.mark.parametrize("case", CASES)
def test_i06_the_event_mails_one_secret_once(api, case):
    CASES[case][0](api)
    handler = api.handler("OutboxMailerFunction")
    event = json.loads((EVENTS / f"outbox_mailer__{case}.json").read_text())
    assert [handler(event, None) for _ in range(2)] == [{"batchItemFailures": []}] * 2
    (message,) = api.items("OutboxTable")
    assert (message["state"], message["attempts"]) == ({"S": "sent"}, {"N": "1"})
    assert api.deliver() == []


@pytest.mark.parametrize("case", CASES)
def test_i03_the_secret_is_in_the_mail_and_nowhere_else(api, case, capsys):
    act, page = CASES[case]
    act(api)
    (mail,) = api.deliver()
    (link,) = mail.links()
    assert link.startswith(f"{FRONT_END}/{page}#token=")
    secret = link.rpartition(".")[2]
    assert len(secret) == 43
    kept = [api.items(table) for table in ("ClassesTable", "UsersTable", "TransientTable", "OutboxTable")]
    assert secret not in str(kept) + capsys.readouterr().out


def test_i03_after_a_mail_that_is_sent_again_only_the_newest_link_works(api):
    """The letter of a day before that goes late takes nothing from the one of today."""
    account(SAM)
    invited(api)
    first = api.deliver()[0].links()[0].partition("token=")[2]
    api.wait(days=1)
    invited(api)
    second = api.deliver()[0].links()[0].partition("token=")[2]
    assert use(api, first, SAM).code == "invitation_not_found"
    assert use(api, second, SAM).body["outcome"] == "joined"
