"""`/classes/{class}/teachers`: who teaches a class, and co-teachers where they are allowed (C-04, C-05, B-01)."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from homeroom.classes.ids import ClassId
from homeroom.classes.store.independent import pk_of
from tests.support.invited import (
    CLASS,
    ID,
    OWNER,
    accept,
    account,
    change,
    decline,
    invitation,
    klass,
    received,
    seated,
    stored,
    teacher,
    tokens,
    use,
)
from tests.support.people import Person
from tests.support.serial import one_at_a_time
from tests.support.served import served
from tests.support.taught import linked, rostered

ADA, BEN, MAYA, STRANGER = (Person.named(name) for name in ("ada", "ben", "maya", "stranger"))
PATH = f"/classes/{CLASS}/teachers"


@pytest.fixture(scope="module")
def api():
    with served(IndependentCoTeaching="on") as made:
        yield made


@pytest.fixture(autouse=True)
def empty(api):
    api.wipe()
    klass()
    account(ADA, name="Ada Lane")


def ask(api, person=ADA, *, as_=OWNER, **more):
    return api.call("POST", PATH, {"address": person.address}, as_=as_, **more)


def asked(api, person=ADA) -> str:
    found = ask(api, person)
    assert found.status == 202, found.body
    return found.body["invitation"]


def teaching(api, as_=OWNER) -> list:
    found = api.call("GET", PATH, as_=as_)
    assert found.status == 200, found.body
    return [(one["name"], one["role"], one["state"]) for one in found.body["items"]]


def answered(found) -> tuple[int, str]:
    return found.status, found.code


def test_b01_a_co_teacher_is_invited_accepts_and_teaches_the_class(api):
    one = asked(api)
    assert [(each["invitation"], each["address"]) for each in api.call("GET", PATH, as_=OWNER).body["invited"]] == [
        (one, ADA.address)
    ]
    assert [(each["id"], each["kind"]) for each in received(api, ADA)] == [(one, "co_teacher")]
    found = use(api, tokens(api)[ADA.address], ADA)
    assert found.body == {"outcome": "teaching", "class": {"id": CLASS, "name": "Algebra"}}
    assert teaching(api) == [("Maya Lopez", "owner", "activated"), ("Ada Lane", "co_teacher", "activated")]
    assert teaching(api, ADA) == teaching(api)
    assert api.call("GET", PATH, as_=OWNER).body["invited"] == []
    (row,) = stored(api, action="class.teach")
    assert json.loads(row["after"]["S"]) == {"class": CLASS, "role": "co_teacher", "source": "invitation"}


def test_b01_the_letter_asks_to_teach(api):
    asked(api)
    (mail,) = api.deliver()
    assert mail.subject == "Maya Lopez invites you to teach Algebra in Homeroom"
    assert "give them assignments" in mail.text


def test_b01_accepted_again_nothing_changes(api):
    one = asked(api)
    accept(api, one, ADA)
    before = api.items("ClassesTable")
    found = accept(api, one, ADA)
    assert (found.status, found.body["outcome"]) == (200, "already_teaching")
    assert api.items("ClassesTable") == before


def test_b01_a_co_teacher_invites_students_and_no_teachers(api):
    teacher(ADA)
    assert invitation(api, "new@people.example", as_=ADA)
    assert answered(ask(api, BEN, as_=ADA)) == (403, "owner_only")
    assert answered(api.call("DELETE", f"{PATH}/{BEN.account}", as_=ADA)) == (403, "owner_only")


def test_inv08_a_teachers_invitation_is_none_of_a_co_teacher_s_business(api):
    """Sending again or withdrawing what only the owner may is refused as if it was not there."""
    teacher(BEN)
    one = asked(api)
    for method, path in (("POST", f"/classes/{CLASS}/invitations/{one}/resend"),
                         ("DELETE", f"/classes/{CLASS}/invitations/{one}")):  # fmt: skip
        assert answered(api.call(method, path, as_=BEN)) == (404, "invitation_not_found")
    assert api.call("GET", PATH, as_=BEN).body["invited"] == []
    assert api.call("POST", f"/classes/{CLASS}/invitations/{one}/resend", as_=OWNER).status == 202
    assert api.call("DELETE", f"/classes/{CLASS}/invitations/{one}", as_=OWNER).status == 204
    assert answered(accept(api, one, ADA)) == (409, "invitation_withdrawn")


def test_i03_a_teachers_invitation_lets_nobody_else_in(api):
    one = asked(api)
    token = tokens(api)[ADA.address]
    for other in (BEN, OWNER, STRANGER):
        assert answered(accept(api, one, other)) == (404, "invitation_not_found")
        assert answered(use(api, token, other)) == (403, "not_the_invitee")
    assert len(teaching(api)) == 1


def test_cot09_nine_are_the_most_with_those_who_are_invited(api):
    for number in range(8):
        asked(api, Person.named(f"t{number}"))
    ninth = asked(api, BEN)
    assert answered(ask(api)) == (409, "too_many_teachers")
    assert asked(api, BEN) == ninth
    api.call("DELETE", f"/classes/{CLASS}/invitations/{ninth}", as_=OWNER)
    assert ask(api).status == 202


def test_cot09_however_many_were_invited_nine_get_in(api):
    """Invited at once, more than nine may be pending: then the acceptance is refused, and nothing changes."""
    people = [Person.named(f"t{number}") for number in range(10)]
    for one in people[:9]:
        account(one)
        accept(api, asked(api, one), one)
    change("classes", (pk_of(ID), "CLASS"), co_teachers=8)
    last = asked(api)
    change("classes", (pk_of(ID), "CLASS"), co_teachers=9)
    before = api.items("ClassesTable")
    assert answered(accept(api, last, ADA)) == (409, "too_many_teachers")
    assert api.items("ClassesTable") == before


def test_cot09_two_accepting_the_last_place_one_gets_it(api):
    account(BEN)
    ids = [asked(api, one) for one in (ADA, BEN)]
    change("classes", (pk_of(ID), "CLASS"), co_teachers=8)
    begin = threading.Barrier(2)

    def take(pair):
        begin.wait()
        return accept(api, *pair)

    with one_at_a_time(), ThreadPoolExecutor(2) as pool:
        found = list(pool.map(take, zip(ids, (ADA, BEN), strict=True)))
    assert sorted(map(answered, found)) == [(200, ""), (409, "too_many_teachers")]
    assert len(teaching(api)) == 2


def test_cot08_whoever_was_removed_can_be_invited_again(api):
    accept(api, asked(api), ADA)
    for _ in range(2):
        assert api.call("DELETE", f"{PATH}/{ADA.account}", as_=OWNER).status == 204
    assert len(teaching(api)) == 1
    assert answered(api.call("GET", PATH, as_=ADA)) == (404, "class_not_found")
    assert accept(api, asked(api), ADA).body["outcome"] == "teaching"
    assert [one["co_teachers"] for one in stored(api, name="Algebra")] == [{"N": "1"}]
    assert len(stored(api, action="class.teach_no_more")) == 1


def test_cot08_whoever_declined_can_be_invited_again_after_seven_days(api):
    one = asked(api)
    assert decline(api, one, ADA).status == 204
    assert answered(ask(api)) == (409, "invitation_declined")
    api.wait(days=7)
    assert accept(api, asked(api), ADA).body["outcome"] == "teaching"


def test_b01_a_co_teacher_can_leave_by_themselves(api):
    accept(api, asked(api), ADA)
    assert api.call("DELETE", f"{PATH}/{ADA.account}", as_=ADA).status == 204
    assert len(teaching(api)) == 1
    assert answered(api.call("DELETE", f"{PATH}/{ADA.account}", as_=ADA)) == (404, "class_not_found")


@pytest.mark.parametrize("who", [OWNER.account, "nobody", "a" * 2000, "%C3%A9"])
def test_b01_only_co_teachers_are_removed(api, who):
    teacher(ADA)
    found = api.call("DELETE", f"{PATH}/{who}", as_=OWNER)
    assert answered(found) == (409, "owner_stays") if who == OWNER.account else found.status == 204
    assert len(teaching(api)) == 2


def test_j07_a_student_of_the_class_is_no_co_teacher_of_it(api):
    one = asked(api)
    seated(ADA)
    assert answered(accept(api, one, ADA)) == (409, "student_of_class")
    assert answered(ask(api)) == (409, "already_member")
    assert len(teaching(api)) == 1


def test_i07_joining_as_a_student_settles_no_teachers_invitation(api):
    one = asked(api)
    assert accept(api, invitation(api, ADA.address), ADA).body["outcome"] == "joined"
    assert [each["invitation"] for each in api.call("GET", PATH, as_=OWNER).body["invited"]] == [one]


def test_j07_the_owner_is_no_co_teacher(api):
    one = asked(api)
    change("classes", (pk_of(ID), "CLASS"), owner=ADA.account)
    assert answered(accept(api, one, ADA)) == (403, "own_class")
    assert answered(ask(api, OWNER, as_=ADA)) == (409, "already_member")


@pytest.mark.parametrize("address", ["", "a@b", "a@b.example c@d.example", "\u202ea@b.example", "\U0001f600@b.example"])
def test_b01_no_address_is_refused_by_name(api, address):
    found = api.call("POST", PATH, {"address": address}, as_=OWNER)
    assert (answered(found), found.body["field"]) == ((422, "invalid_input"), "address")


def test_x01_others_see_and_change_nothing(api):
    seated(ADA)
    for who, told in ((STRANGER, (404, "class_not_found")), (ADA, (403, "teachers_only"))):
        for found in (api.call("GET", PATH, as_=who), ask(api, BEN, as_=who),
                      api.call("DELETE", f"{PATH}/{BEN.account}", as_=who)):  # fmt: skip
            assert answered(found) == told


def test_c09_an_archived_class_has_teachers_and_gets_none(api):
    one = asked(api)
    change("classes", (pk_of(ID), "CLASS"), state="archived")
    assert len(teaching(api)) == 1
    assert answered(ask(api)) == (409, "class_archived")
    assert answered(accept(api, one, ADA)) == (409, "class_archived")


def test_s16_the_roster_names_the_teachers_of_a_district_class(api):
    found = rostered(teachers={"t1": "primary", "t2": "co_teacher"})
    linked(MAYA, "t1")
    path = f"/classes/{found}/teachers"
    items = api.call("GET", path, as_=MAYA).body["items"]
    assert [(one["name"], one["role"], one["state"], one["account"]) for one in items] == [
        ("T1 Roster", "primary", "activated", MAYA.account), ("T2 Roster", "co_teacher", "not_activated", None),
    ]  # fmt: skip
    for method, more, body in (("POST", "", {"address": ADA.address}), ("DELETE", f"/{ADA.account}", None),
                               ("DELETE", f"/{MAYA.account}", None)):  # fmt: skip
        told = api.call(method, path + more, body, as_=MAYA)
        assert answered(told) == (403, "class_is_rostered")


def test_x03_the_same_request_again_mails_nothing_more(api):
    for _ in range(3):
        assert ask(api, headers={"Idempotency-Key": "k"}).status == 202
    assert len(api.items("OutboxTable")) == 1


def test_i04_the_same_limits_hold_as_for_students(api):
    assert [ask(api).status for _ in range(4)] == [202, 202, 202, 429]


def test_b01_other_classes_of_the_owner_stay_their_own(api):
    accept(api, asked(api), ADA)
    other = klass(ClassId("independent", OWNER.account, "other"))
    assert answered(api.call("GET", f"/classes/{other}/teachers", as_=ADA)) == (404, "class_not_found")
