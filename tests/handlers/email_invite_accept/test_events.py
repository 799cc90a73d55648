"""Each route of the invited, and of those who invite, once, by an event as API Gateway hands it over (I-01 to I-07)."""

import base64
import json
from pathlib import Path

import pytest

from homeroom.classes.ids import ClassId
from homeroom.classes.store.invitation_store import InvitationStore
from homeroom.runtime import aws
from homeroom.runtime.proofs import read_proof
from tests.support.invited import account, klass
from tests.support.people import Person
from tests.support.proxy import taken
from tests.support.served import served

EVENTS = Path(__file__).parents[3] / "events"
TEACHER = Person("9d4c1f3e-6a0b-4c55-9c3a-0a7f5b6f2d11", "teacher@district.example")
STUDENT = Person("2f6b7c1d-9e3a-4f58-8d21-7c0e5a4b3d92", "sam@student.example")
ID = ClassId("independent", TEACHER.account, "0f1e2d3c4b5a69788796a5b4c3d2e1f0")
FUNCTIONS = {"email_invite_accept": "EmailInviteAcceptFunction", "classes": "ClassesFunction"}
CASES = [
    "email_invite_accept__received", "email_invite_accept__accept", "email_invite_accept__decline",
    "email_invite_accept__accept_token", "classes__invite", "classes__invitations", "classes__withdraw",
    "classes__resend", "classes__teachers", "classes__invite_teacher", "classes__remove_teacher",
]  # fmt: skip


@pytest.fixture(scope="module")
def on():
    with served(IndependentCoTeaching="on") as made:
        yield made


@pytest.fixture
def api(on):
    """A class of the teacher's, and a student's account."""
    on.wipe()
    klass(ID, TEACHER)
    account(STUDENT)
    return on


def event(case):
    return json.loads((EVENTS / f"{case}.json").read_text())


def sent(api, case):
    return taken(api.handler(FUNCTIONS[case.partition("__")[0]])(event(case), None))


@pytest.mark.parametrize("case", CASES)
def test_every_event_is_of_a_route_of_the_template(api, case):
    function = FUNCTIONS[case.partition("__")[0]]
    found = {(route.method, route.path) for route in api.gateway.routes if route.function == function}
    assert (event(case)["httpMethod"], event(case)["resource"]) in found


def test_i02_invited_seen_and_accepted(api):
    outcomes = [one["outcome"] for one in sent(api, "classes__invite").body["items"]]
    assert outcomes == ["invited", "invalid"]
    (shown,) = sent(api, "email_invite_accept__received").body["items"]
    assert shown["id"] == event("email_invite_accept__accept")["pathParameters"]["invitation"]
    assert sent(api, "email_invite_accept__accept").body["outcome"] == "joined"
    assert sent(api, "classes__invitations").body["items"][0]["state"] == "accepted"


def test_i03_accepted_by_the_token(api):
    sent(api, "classes__invite")
    token = json.loads(base64.b64decode(event("email_invite_accept__accept_token")["body"]))["token"]
    store = InvitationStore("classes", aws.dynamodb())
    proof = read_proof(token)
    assert store.prove(store.get(proof.subject), proof.digest)
    assert sent(api, "email_invite_accept__accept_token").body["outcome"] == "joined"


def test_i04_declined_sent_again_and_withdrawn(api):
    sent(api, "classes__invite")
    assert sent(api, "classes__resend").status == 202
    assert sent(api, "classes__withdraw").status == 204
    assert sent(api, "email_invite_accept__decline").code == "invitation_withdrawn"


def test_b01_invited_to_teach_shown_and_removed(api):
    assert sent(api, "classes__invite_teacher").status == 202
    (shown,) = sent(api, "classes__teachers").body["invited"]
    assert shown["address"] == "co@district.example"
    assert sent(api, "classes__remove_teacher").status == 204
