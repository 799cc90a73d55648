"""What was so when somebody asked, and is so no more when they are answered (J-06, J-07, J-09, B-01, B-02)."""

import pytest

from homeroom.accounts.store.profiles import ProfileItem, ProfileStore
from homeroom.classes.ids import ClassId
from homeroom.classes.service.release import Release
from homeroom.classes.store.seats import SeatStore
from homeroom.classes.store.standings import StandingStore
from homeroom.runtime import aws
from tests.support.invited import OWNER, accept, account, change, counted, invitation, stored, teacher
from tests.support.people import Person
from tests.support.served import served

ZOE, KID = Person.named("zoe"), Person.named("kid")
LATER = "2026-12-31T12:00:00Z"


@pytest.fixture(scope="module")
def on():
    with served(ClassTransfer="on", IndependentCoTeaching="on") as made:
        yield made


@pytest.fixture
def api(on):
    """A class of the owner's, whose joins wait for them."""
    on.wipe()
    account(OWNER)
    account(ZOE)
    account(KID, birth_date="2018-01-31", guardian="mum@people.example", guardian_state="asked")
    on.klass = on.call("POST", "/classes", {"name": "Algebra"}, as_=OWNER).body
    on.path = f"/classes/{on.klass['id']}"
    assert on.call("POST", f"{on.path}/code", {"approval": True}, as_=OWNER).status == 200
    return on


def waits(api, who=ZOE):
    found = api.call("POST", "/join", {"code": api.klass["code"]}, as_=who)
    assert found.status == 202, found.body


def offered(api, **more):
    found = api.call("POST", f"{api.path}/transfer", {"address": ZOE.address, **more}, as_=OWNER)
    assert found.status == 201, found.body
    return f"/transfers/{found.body['id']}/accept"


def asked_to_teach(api, who):
    found = api.call("POST", f"{api.path}/teachers", {"address": who.address}, as_=OWNER)
    assert found.status == 202, found.body
    return found.body["invitation"]


def agreed(api):
    """What becomes of the child's joins when the guardian has said yes."""
    change("users", (f"U#{KID.account}", "PROFILE"), guardian_state="approved")
    profiles, client = ProfileStore("users", aws.dynamodb()), aws.dynamodb()
    release = Release(profiles, StandingStore("classes", client), SeatStore("classes", profiles, client), client)
    return list(release.of_guardian(KID.account, api.now).values())


def test_j07_who_waits_and_is_handed_the_class_is_not_let_in_as_a_student(api):
    waits(api)
    assert api.call("POST", offered(api), as_=ZOE).status == 200
    found = api.call("POST", f"{api.path}/joins/{ZOE.account}/approve", as_=ZOE)
    assert (found.status, found.code) == (403, "own_class")
    assert counted(api) == (0, 0, 0)
    assert api.call("POST", f"{api.path}/joins/{ZOE.account}/reject", as_=ZOE).status == 200


def test_j07_who_waits_and_becomes_a_co_teacher_is_not_let_in_as_a_student(api):
    waits(api)
    assert accept(api, asked_to_teach(api, ZOE), ZOE).status == 200
    found = api.call("POST", f"{api.path}/joins/{ZOE.account}/approve", as_=OWNER)
    assert (found.status, found.code) == (403, "own_class")
    assert counted(api) == (0, 0, 0)


def test_j07_j09_a_guardians_yes_makes_no_student_of_who_teaches_the_class(api):
    waits(api, KID)
    teacher(KID, ClassId.read(api.klass["id"]))
    assert agreed(api) == ["own_class"]
    assert counted(api) == (0, 0, 0)


def test_j09_who_was_invited_waits_for_the_guardian_alone(api):
    """The teacher has said yes by inviting."""
    found = accept(api, invitation(api, KID.address, klass=api.klass["id"]), KID)
    assert (found.status, found.body["outcome"]) == (202, "waiting_for_guardian")
    assert agreed(api) == ["joined"]
    assert counted(api) == (1, 1, 1)


def test_j06_of_two_changes_at_once_neither_takes_the_other_back(api, monkeypatch):
    client, write, met = aws.dynamodb(), aws.dynamodb().transact_write_items, []

    def overtaken(**request):
        if not met:
            met.append("now")
            api.call("POST", f"{api.path}/code", {"approval": False, "expires": LATER}, as_=OWNER)
        return write(**request)

    monkeypatch.setattr(client, "transact_write_items", overtaken)
    found = api.call("POST", f"{api.path}/code", {"action": "disable"}, as_=OWNER)
    assert (found.body["state"], found.body["approval"], found.body["expires_at"]) == ("disabled", False, LATER)


def test_b02_an_owner_to_whose_address_the_class_was_offered_is_told_that_there_is_nothing_to_accept(api):
    """The address was nobody's when the class was offered, and has been verified as the owner's since."""
    accepting = offered(api)
    ProfileItem(f"U#{OWNER.account}", "PROFILE").update([ProfileItem.addresses.add({ZOE.address})])
    found = api.call("POST", accepting, as_=OWNER)
    assert (found.status, found.code) == (404, "transfer_not_found")
    assert api.call("GET", api.path, as_=OWNER).body["role"] == "owner"


def test_b01_an_owner_who_stays_is_no_tenth_co_teacher(api):
    for number in range(9):
        someone = Person.named(f"co{number}")
        account(someone)
        assert accept(api, asked_to_teach(api, someone), someone).status == 200
    found = api.call("POST", offered(api, stay_as_co_teacher=True), as_=ZOE)
    assert (found.status, found.code) == (409, "too_many_teachers")
    assert len(stored(api, role="co_teacher")) == 9
    assert api.call("POST", offered(api), as_=ZOE).status == 200


def test_j09_b01_a_child_becomes_no_co_teacher(api):
    found = accept(api, asked_to_teach(api, KID), KID)
    assert (found.status, found.code) == (403, "teachers_only")
    assert stored(api, role="co_teacher") == []
