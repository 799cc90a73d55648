"""A class goes to another teacher, where the setting is on (B-02, COT-11, C-06, X-01, X-03)."""

import pytest

from homeroom.accounts.store.profiles import ProfileItem, TeachingItem
from homeroom.classes.rules.invitations import A_TEACHER_A_DAY, AN_ADDRESS_A_DAY
from homeroom.classes.store.independent import IndependentItem, pk_of
from homeroom.runtime import aws
from homeroom.runtime.dynamo import bind
from homeroom.runtime.proofs import hashed
from tests.support.invited import (
    CLASS,
    ID,
    OWNER,
    account,
    change,
    invitation,
    klass,
    outcomes,
    queued,
    seated,
    teacher,
)
from tests.support.people import Person
from tests.support.served import served
from tests.support.taught import linked, rostered

RITA, ZOE = Person.named("rita"), Person.named("zoe")
PATH = f"/classes/{CLASS}"


@pytest.fixture(scope="module")
def on():
    with served(ClassTransfer="on", IndependentCoTeaching="on") as made:
        yield made


@pytest.fixture
def api(on):
    """A class of the owner's with zoe in it; rita is to have it."""
    on.wipe()
    klass(students=1)
    seated(ZOE)
    account(ZOE)
    counters(OWNER, classes=1, places=1)
    return on


def counters(someone, **numbers):
    bind("users", TeachingItem)
    TeachingItem(f"U#{someone.account}", "TEACHING", **numbers).save()


def counted(someone):
    item = next(iter(TeachingItem.query(f"U#{someone.account}", TeachingItem.sk == "TEACHING")), None)
    return (int(item.classes or 0), int(item.places or 0)) if item else (0, 0)


def offered(api, to=RITA, **more):
    found = api.call("POST", f"{PATH}/transfer", {"address": to.address, **more}, as_=OWNER)
    assert found.status == 201, found.body
    return f"/transfers/{found.body['id']}/accept"


def ready(api, to=RITA, **more):
    """An offer whose students have had their time."""
    accept = offered(api, to, **more)
    api.wait(days=3)
    return accept


def seats(students, **of_zoe):
    """So many places taken, of which zoe's may be one."""
    IndependentItem.get(pk_of(ID), "CLASS").update([IndependentItem.students.set(students)])
    seated(ZOE, **of_zoe)


def roles(api):
    items = [one for one in api.items("ClassesTable") if one["sk"]["S"].startswith("T#")]
    return {one["account"]["S"]: one["role"]["S"] for one in items}


def test_b02_cot_11_a_class_goes_to_another_teacher_who_accepts_with_its_students(api):
    accept = ready(api)
    assert api.call("GET", PATH, as_=OWNER).body["role"] == "owner"  # nothing has changed yet
    found = api.call("POST", accept, as_=RITA)
    assert (found.status, found.body["id"], found.body["role"], found.body["students"]) == (200, CLASS, "owner", 1)
    assert api.call("GET", PATH, as_=OWNER).status == 404
    assert [one["account"] for one in api.call("GET", f"{PATH}/students", as_=RITA).body["items"]] == [ZOE.account]
    assert (counted(OWNER), counted(RITA)) == ((0, 0), (1, 1))
    assert roles(api) == {RITA.account: "owner"}
    rows = [one["action"]["S"] for one in api.items("ClassesTable") if "action" in one]
    assert sorted(rows) == ["class.transfer", "class.transfer_offer"]


def test_b02_the_old_owner_can_stay_as_a_co_teacher(api):
    assert api.call("POST", ready(api, stay_as_co_teacher=True), as_=RITA).body["teachers"] == 2
    assert roles(api) == {RITA.account: "owner", OWNER.account: "co_teacher"}
    assert api.call("GET", PATH, as_=OWNER).body["role"] == "co_teacher"


def test_b02_a_co_teacher_becomes_the_owner(api):
    teacher(RITA)
    bind("classes", IndependentItem)
    IndependentItem(pk_of(ID), "CLASS").update([IndependentItem.co_teachers.set(1)])
    assert api.call("POST", ready(api), as_=RITA).status == 200
    assert roles(api) == {RITA.account: "owner"}
    assert IndependentItem.get(pk_of(ID), "CLASS").co_teachers == 0


def test_x03_each_request_again_changes_nothing(api):
    accept = offered(api)
    assert ready(api) == accept
    assert len(queued(api)) == 2
    first = api.call("POST", accept, as_=RITA).body
    assert api.call("POST", accept, as_=RITA).body == first
    assert (counted(OWNER), counted(RITA)) == ((0, 0), (1, 1))


def test_b02_students_have_three_days_to_leave_before_it_can_be_accepted(api):
    offer = api.call("POST", f"{PATH}/transfer", {"address": RITA.address}, as_=OWNER).body
    assert (offer["accept_from"], offer["expires_at"]) == ("2026-09-18T15:00:00Z", "2026-09-29T15:00:00Z")
    accept = f"/transfers/{offer['id']}/accept"
    for wait in ({}, {"days": 2, "hours": 23, "minutes": 59, "seconds": 59}):
        api.wait(**wait)
        found = api.call("POST", accept, as_=RITA)
        assert (found.status, found.code, found.body["accept_from"]) == (409, "transfer_not_yet", offer["accept_from"])
        assert "from 18 September 2026, 15:00 UTC on" in found.body["detail"]
    assert (roles(api), counted(RITA)) == ({OWNER.account: "owner"}, (0, 0))
    api.wait(seconds=1)
    assert api.call("POST", accept, as_=RITA).status == 200


def test_b02_the_moment_is_the_same_wherever_it_is_said(api):
    """The next full minute, since letters say no seconds."""
    api.wait(seconds=1, microseconds=1)
    offer = api.call("POST", f"{PATH}/transfer", {"address": RITA.address}, as_=OWNER).body
    refused = api.call("POST", f"/transfers/{offer['id']}/accept", as_=RITA).body
    (seen,) = api.call("GET", "/me/classes", as_=ZOE).body["items"]
    assert {offer["accept_from"], refused["accept_from"], seen["offered_from"]} == {"2026-09-18T15:01:00Z"}
    assert "18 September 2026, 15:01 UTC" in refused["detail"]


def test_b02_only_who_owns_the_address_hears_when_it_can_be_accepted(api):
    """X-01."""
    assert "accept_from" not in api.call("POST", offered(api), as_=ZOE).body


def test_b02_the_same_offer_again_neither_shortens_nor_restarts_the_time(api):
    accept = offered(api)
    api.wait(days=2)
    again = api.call("POST", f"{PATH}/transfer", {"address": RITA.address}, as_=OWNER).body
    assert (f"/transfers/{again['id']}/accept", again["accept_from"]) == (accept, "2026-09-18T15:00:00Z")
    assert api.call("POST", accept, as_=RITA).code == "transfer_not_yet"
    api.wait(days=1)
    assert offered(api) == accept
    assert api.call("POST", accept, as_=RITA).status == 200


def test_b02_another_offer_begins_the_time_anew(api):
    """To somebody else, on other terms, or to the first again after somebody else; and one that has lapsed."""
    for to, more in ((RITA, {}), (Person.named("other"), {}), (RITA, {}), (RITA, {"stay_as_co_teacher": True})):
        accept = ready(api, to, **more)
    api.wait(days=11)
    accept = offered(api, stay_as_co_teacher=True)
    assert api.call("POST", accept, as_=RITA).code == "transfer_not_yet"
    api.wait(days=3)
    accept = offered(api, Person.named("other"))
    assert api.call("POST", accept, as_=Person.named("other")).code == "transfer_not_yet"


def test_b02_a_class_without_students_can_be_accepted_at_once(api):
    seats(0, state="left")
    offer = api.call("POST", f"{PATH}/transfer", {"address": RITA.address}, as_=OWNER).body
    assert offer["accept_from"] == offer["offered_at"] == "2026-09-15T15:00:00Z"
    assert api.call("POST", f"/transfers/{offer['id']}/accept", as_=RITA).status == 200


def test_b02_a_student_who_joins_after_the_offer_sees_it_and_may_leave_first(api):
    seats(0, state="left")
    accept = offered(api)
    api.wait(hours=1)
    seats(1)
    (seen,) = api.call("GET", "/me/classes", as_=ZOE).body["items"]
    assert seen["offered_from"] == "2026-09-18T15:00:00Z"
    assert api.call("POST", accept, as_=RITA).code == "transfer_not_yet"
    assert api.call("DELETE", f"/me/classes/{CLASS}", as_=ZOE).status == 204
    assert api.call("POST", accept, as_=RITA).body["students"] == 0


def test_b02_a_student_who_joins_while_it_is_accepted_stops_it(api, monkeypatch):
    """The class was read as empty; by the time it is to be written it is not."""
    seats(0, state="left")
    account(RITA)  # or the first write would be hers
    accept, client = offered(api), aws.dynamodb()
    write = client.transact_write_items

    def overtaken(**request):
        monkeypatch.undo()
        seats(1)
        return write(**request)

    monkeypatch.setattr(client, "transact_write_items", overtaken)
    assert api.call("POST", accept, as_=RITA).code == "transfer_not_yet"
    assert (roles(api), counted(RITA)) == ({OWNER.account: "owner"}, (0, 0))


def test_b02_an_offer_to_somebody_else_takes_the_place_of_the_first(api):
    first, other = offered(api), Person.named("other")
    second = ready(api, other)
    assert api.call("POST", first, as_=RITA).code == "transfer_not_found"
    assert api.call("POST", second, as_=other).status == 200


def test_i06_offers_are_mails_of_the_day_too(api):
    """One goes to an address that may be anybody's, and one to each student: else any class would mail without end."""
    offered(api)
    change("transient", (f"N#invites:{OWNER.account}:2026-09-15", "N"), counted=A_TEACHER_A_DAY - 1)
    found = api.call("POST", f"{PATH}/transfer", {"address": "other@people.example"}, as_=OWNER)
    assert (found.status, found.code, found.headers["retry-after"]) == (429, "too_many_invitations", str(9 * 3600))
    assert len(queued(api)) == 2
    offered(api)  # the same offer mails nobody again
    api.wait(days=1)
    offered(api, Person.named("other"))


def test_i06_an_offer_that_is_refused_for_the_day_takes_nothing_of_it(api):
    """Neither the invitations that the owner has left, nor the mails that others may send to that address."""
    other = "ada@people.example"
    invitation(api, other)
    change("transient", (f"N#invites:{OWNER.account}:2026-09-15", "N"), counted=A_TEACHER_A_DAY - 2)
    change("transient", (f"N#invited:{hashed(other)}:2026-09-15", "N"), counted=AN_ADDRESS_A_DAY)
    for students, address, times in ((3, RITA.address, AN_ADDRESS_A_DAY + 1), (1, other, 1)):
        seats(students)
        for _ in range(times):
            found = api.call("POST", f"{PATH}/transfer", {"address": address}, as_=OWNER)
            assert (found.status, found.code) == (429, "too_many_invitations")
    assert outcomes(api, RITA.address, "ben@people.example", "cy@people.example") == ["invited"] * 2 + ["over_quota"]


def test_i06_an_address_is_offered_classes_as_often_as_it_is_invited_to_them(api):
    other = Person.named("other")
    for _ in range(AN_ADDRESS_A_DAY // 2):
        offered(api)
        offered(api, other)
    change("transient", (f"N#invited:{hashed(RITA.address)}:2026-09-15", "N"), counted=AN_ADDRESS_A_DAY)
    found = api.call("POST", f"{PATH}/transfer", {"address": RITA.address}, as_=OWNER)
    assert (found.status, found.code) == (429, "too_many_invitations")
    offered(api, other)


def test_x01_only_who_owns_the_address_accepts(api):
    accept = offered(api)
    unverified = Person.named("rita", verified=False)
    for someone in (ZOE, OWNER, Person.named("stranger"), unverified):
        found = api.call("POST", accept, as_=someone)
        assert (found.status, found.code) == (404, "transfer_not_found")
    assert roles(api) == {OWNER.account: "owner"}


def test_x01_only_the_owner_offers(api):
    co = Person.named("co")
    teacher(co)
    body = {"address": RITA.address}
    for someone, status, code in ((co, 403, "owner_only"), (ZOE, 403, "teachers_only"), (RITA, 404, "class_not_found")):
        found = api.call("POST", f"{PATH}/transfer", body, as_=someone)
        assert (found.status, found.code) == (status, code)
    rostered([], {"t1": "primary"})
    linked(OWNER, "t1")
    found = api.call("POST", f"/classes/{rostered()}/transfer", body, as_=OWNER)
    assert found.code == "class_is_rostered"


@pytest.mark.parametrize(
    "address", ["", "no", "a@b", "a b@c.example", "\u202e@x.example", "é@x.example", OWNER.address]
)
def test_x02_an_address_that_no_mail_can_go_to_or_ones_own_is_refused(api, address):
    found = api.call("POST", f"{PATH}/transfer", {"address": address}, as_=OWNER)
    assert (found.status, found.body["field"]) == (422, "address")


@pytest.mark.parametrize("transfer", ["x", "%00", "e30", "dV9hX2I", "%F0%9F%98%80", "dV9hX2IKeA", "a" * 3000])
def test_x02_an_id_of_no_offer_finds_nothing(api, transfer):
    assert api.call("POST", f"/transfers/{transfer}/accept", as_=RITA).status == 404


def test_b02_an_offer_expires(api):
    accept = offered(api)
    api.wait(days=14)
    found = api.call("POST", accept, as_=RITA)
    assert (found.status, found.code) == (409, "transfer_expired")


def test_c09_an_archived_class_is_neither_offered_nor_taken_over(api):
    accept = ready(api)
    api.call("POST", f"{PATH}/archive", as_=OWNER)
    assert api.call("POST", accept, as_=RITA).code == "class_archived"
    assert api.call("POST", f"{PATH}/transfer", {"address": ZOE.address}, as_=OWNER).code == "class_archived"
    api.call("POST", f"{PATH}/restore", as_=OWNER)
    assert api.call("POST", accept, as_=RITA).status == 200


def test_c06_the_receivers_limits_hold(api):
    accept = ready(api)
    for numbers, code in (({"classes": 100}, "too_many_classes"), ({"places": 1000}, "teacher_full")):
        counters(RITA, **numbers)
        found = api.call("POST", accept, as_=RITA)
        assert (found.status, found.code) == (409, code)
    assert counted(OWNER) == (1, 1)
    counters(RITA, classes=99, places=999)
    assert api.call("POST", accept, as_=RITA).status == 200
    assert counted(RITA) == (100, 1000)


def test_j07_b02_a_student_of_the_class_or_a_child_does_not_get_it(api):
    assert api.call("POST", ready(api, ZOE), as_=ZOE).code == "student_of_class"
    account(RITA, birth_date="2020-01-01")
    assert api.call("POST", ready(api), as_=RITA).code == "teachers_only"


def test_b02_its_students_see_the_offer_with_their_classes_until_it_is_over(api):
    def seen():
        items = api.call("GET", "/me/classes", as_=ZOE).body["items"]
        return [(one["offered_from"], one["offered_until"]) for one in items]

    assert seen() == [(None, None)]
    accept = offered(api)
    assert seen() == [("2026-09-18T15:00:00Z", "2026-09-29T15:00:00Z")]
    api.wait(days=14)
    assert seen() == [(None, None)]
    api.wait(days=-11)
    assert api.call("POST", accept, as_=RITA).status == 200
    assert seen() == [(None, None)]


def test_b02_the_outbox_holds_ids_alone(api):
    """X-05: neither the receiver's address nor anybody's name."""
    offered(api)
    messages = queued(api)
    assert sorted(one["kind"]["S"] for one in messages) == ["transfer", "transfer_offer"]
    assert not any("rita" in str(one) or "@" in str(one) or "Algebra" in str(one) for one in messages)


def test_b02_who_left_before_is_not_in_it(api):
    accept = offered(api)
    seated(ZOE, state="left")
    IndependentItem(pk_of(ID), "CLASS").update([IndependentItem.students.set(0)])
    assert api.call("POST", accept, as_=RITA).body["students"] == 0
    assert api.call("GET", f"{PATH}/students", as_=RITA).body["items"] == []
    assert ProfileItem.count(f"U#{ZOE.account}") >= 1
