"""Without the setting, independent classes have one teacher, whatever is stored (C-05)."""

import pytest

from homeroom.classes.store.invitations import invitation_id
from homeroom.runtime import aws
from tests.support.invited import CLASS, ID, OWNER, account, invitation, klass, stored, teacher
from tests.support.people import Person
from tests.support.served import served

ADA = Person.named("ada")
PATH = f"/classes/{CLASS}/teachers"


@pytest.fixture(scope="module")
def api():
    with served() as made:
        yield made


@pytest.fixture(autouse=True)
def empty(api):
    api.wipe()
    klass()
    account(ADA)


def test_c05_nobody_is_invited_to_teach(api):
    found = api.call("POST", PATH, {"address": ADA.address}, as_=OWNER)
    assert (found.status, found.code) == (403, "co_teaching_not_available")
    assert api.items("OutboxTable") == stored(api, kind="co_teacher") == []


def test_c05_who_was_a_co_teacher_is_shown_to_nobody_and_sees_nothing(api):
    teacher(ADA)
    assert [one["role"] for one in api.call("GET", PATH, as_=OWNER).body["items"]] == ["owner"]
    assert api.call("GET", PATH, as_=ADA).code == "class_not_found"


def asked_before(api) -> str:
    """Ada's invitation as a student and, since the setting was on, as a co-teacher; the latter's id."""
    invitation(api, ADA.address)
    (item,) = stored(api, kind="student")
    digest = item["sk"]["S"].partition("#")[2]
    aws.dynamodb().put_item(TableName="classes", Item=item | {"sk": {"S": f"IT#{digest}"}, "kind": {"S": "co_teacher"}})
    return invitation_id(ID, "co_teacher", ADA.address)


def test_c05_an_earlier_invitation_lets_nobody_teach(api):
    one = asked_before(api)
    assert [shown["kind"] for shown in api.call("GET", "/invitations", as_=ADA).body["items"]] == ["student"]
    found = api.call("POST", f"/invitations/{one}/accept", as_=ADA)
    assert (found.status, found.code) == (403, "co_teaching_not_available")


def test_c05_who_was_a_co_teacher_is_not_counted_either(api):
    teacher(ADA)
    assert api.call("GET", f"/classes/{CLASS}", as_=OWNER).body["teachers"] == 1


def test_c05_an_earlier_invitation_is_not_sent_again_and_can_be_withdrawn(api):
    one = asked_before(api)
    found = api.call("POST", f"/classes/{CLASS}/invitations/{one}/resend", as_=OWNER)
    assert (found.status, found.code) == (403, "co_teaching_not_available")
    assert len(api.items("OutboxTable")) == 1  # the student's
    assert api.call("DELETE", f"/classes/{CLASS}/invitations/{one}", as_=OWNER).status == 204
