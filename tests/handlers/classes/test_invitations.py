"""A teacher invites students by e-mail: outcomes, quotas, renewals, who may (I-01, I-04, I-06, X-01, X-03, S-16)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from homeroom.classes.ids import ClassId
from homeroom.classes.rules import invitations as rules
from homeroom.classes.store.invitation_store import InvitationStore
from homeroom.runtime.pages import encode_cursor
from tests.support.invited import (
    CLASS,
    OWNER,
    accept,
    account,
    change,
    decline,
    invitation,
    invite,
    klass,
    outcomes,
    queued,
    seated,
    sent,
    stored,
    teacher,
    tokens,
)
from tests.support.people import Person
from tests.support.serial import one_at_a_time
from tests.support.served import START, served

ADA, BEN, STRANGER = Person.named("ada"), Person.named("ben"), Person.named("stranger")
NAMELESS = "invitation_not_found"


@pytest.fixture(scope="module")
def api():
    with served() as made:
        yield made


@pytest.fixture(autouse=True)
def empty(api):
    api.wipe()
    klass()


def test_i01_each_address_gets_its_own_outcome_in_the_order_given(api):
    account(ADA)
    seated(ADA)
    given = ["New@People.example", ADA.address, "a@b.com c@d.com", "", "new@people.example", OWNER.address]
    found = invite(api, *given)
    assert [one["address"] for one in found] == given
    assert [(one["outcome"], one["problem"]) for one in found] == [
        ("invited", None), ("already_member", None), ("invalid", "space_or_control"), ("invalid", "missing"),
        ("invited", None), ("already_member", None),
    ]  # fmt: skip
    assert found[0]["invitation"] == found[4]["invitation"]
    assert len(queued(api)) == 1
    assert list(tokens(api)) == ["new@people.example"]


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("a\u200bb@people.example", "space_or_control"),
        ("\u202eada@people.example", "space_or_control"),
        ("ada\n@people.example", "space_or_control"),
        ("\U0001f600@people.example", "not_mailable"),
        ("e\u0301ada@people.example", "not_mailable"),
        ("a@b", "domain"),
        ("a@@b.example", "at_sign"),
        ("@b.example", "empty_part"),
        ("a" * 1999, "too_long"),
        ("a" * 300 + "@b.example", "too_long"),
        ('"a b"@people.example', "space_or_control"),
    ],
)
def test_i01_what_is_no_address_is_said_to_be_none(api, address, problem):
    assert [(one["outcome"], one["problem"]) for one in invite(api, address)] == [("invalid", problem)]
    assert queued(api) == stored(api, kind="student") == []


@pytest.mark.parametrize("address", ["ada@\u00fcber.example", "ADA@People.example ", "\uff41da@people.example"])
def test_a01_addresses_of_other_letters_are_normalised_and_mailed(api, address):
    assert outcomes(api, address) == ["invited"]
    (to,) = tokens(api)
    assert to.isascii()


@pytest.mark.parametrize("body", [
    {}, {"addresses": []}, {"addresses": ["a@b.example"] * 101}, {"addresses": [1]}, {"addresses": "a@b.example"},
    {"addresses": ["a" * 2001]}, {"addresses": ["\ud800@b.example"]}, {"addresses": ["a@b.example"], "kind": "x"},
    [], None,
])  # fmt: skip
def test_i01_what_is_no_list_of_a_hundred_texts_is_refused(api, body):
    found = api.call("POST", f"/classes/{CLASS}/invitations", body, as_=OWNER)
    assert (found.status, found.code) == (422, "invalid_input")
    assert queued(api) == []


def test_i01_the_hundred_and_first_is_named(api):
    found = api.call("POST", f"/classes/{CLASS}/invitations", {"addresses": ["a@b.example"] * 101}, as_=OWNER)
    assert found.body["field"] == "addresses"


def test_i01_a_hundred_are_invited_at_once(api):
    given = [f"s{number}@people.example" for number in range(100)]
    assert outcomes(api, *given) == ["invited"] * 100
    assert len(queued(api)) == len(stored(api, kind="student", state="open")) == 100
    first = api.call("GET", f"/classes/{CLASS}/invitations?limit=60", as_=OWNER).body
    rest = api.call("GET", f"/classes/{CLASS}/invitations?limit=60&cursor={first['next']}", as_=OWNER).body
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (60, 40, None)
    assert {one["address"] for one in first["items"] + rest["items"]} == set(given)


def test_i04_inviting_again_sends_again_and_renews(api):
    first = invitation(api, ADA.address)
    api.wait(days=29)
    assert invitation(api, ADA.address) == first
    (one,) = sent(api).values()
    assert (one["state"], one["sent_at"], one["expires_at"]) == ("open", "2026-10-14T15:00:00Z", "2026-11-13T15:00:00Z")
    assert len(queued(api)) == 2


def test_i04_one_address_gets_three_mails_a_day_of_a_class(api):
    found = [invite(api, ADA.address)[0] for _ in range(4)]
    assert [one["outcome"] for one in found] == ["invited"] * 3 + ["already_invited"]
    assert "3 times" in found[3]["detail"]
    assert found[3]["invitation"] == found[0]["invitation"]
    assert len(queued(api)) == 3
    api.wait(days=1)
    assert outcomes(api, ADA.address) == ["invited"]


def test_i04_of_parallel_requests_three_mails_go_out(api):
    account(OWNER, name="Maya Lopez")
    begin = threading.Barrier(6)

    def ask(_: int) -> str:
        begin.wait()
        return outcomes(api, ADA.address)[0]

    with one_at_a_time(), ThreadPoolExecutor(6) as pool:
        found = sorted(pool.map(ask, range(6)))
    assert found == ["already_invited"] * 3 + ["invited"] * 3
    assert len(queued(api)) == 3
    assert [one["sends"] for one in stored(api, kind="student")] == [{"N": "3"}]


def test_i07_who_accepts_while_they_are_invited_again_is_a_member(api):
    account(ADA)
    one = invitation(api, ADA.address)
    real, todo = InvitationStore.send, [lambda: accept(api, one, ADA)]

    def late(*given):
        if todo:
            todo.pop()()
        return real(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(InvitationStore, "send", late)
        assert outcomes(api, ADA.address) == ["already_member"]
    assert sent(api)[one]["state"] == "accepted"
    assert len(queued(api)) == 1


def test_i01_who_left_can_be_invited_again(api):
    account(ADA)
    seated(ADA, state="left")
    one = invitation(api, ADA.address)
    accept(api, one, ADA)
    change("classes", (stored(api, name="Algebra")[0]["pk"]["S"], f"S#{ADA.account}"), state="left")
    assert invitation(api, ADA.address) == one
    assert accept(api, one, ADA).body["outcome"] == "joined"


def test_x03_the_same_request_again_mails_nothing_more(api):
    key = {"Idempotency-Key": "of my own\N{SNOWMAN}".encode().decode("latin-1")}
    first = invite(api, ADA.address, "nobody", headers=key)
    assert invite(api, ADA.address, "nobody", headers=key) == first
    assert len(queued(api)) == 1
    assert outcomes(api, ADA.address, headers={"Idempotency-Key": "another"}) == ["invited"]
    assert len(queued(api)) == 2


def test_i06_a_teacher_has_a_quota_a_day_and_is_told_which(api):
    assert outcomes(api, ADA.address) == ["invited"]
    change("transient", (f"N#invites:{OWNER.account}:2026-09-15", "N"), counted=rules.A_TEACHER_A_DAY - 2)
    found = invite(api, *(f"s{number}@people.example" for number in range(5)))
    assert [one["outcome"] for one in found] == ["invited"] * 2 + ["over_quota"] * 3
    assert "500" in found[4]["detail"]
    assert "day" in found[4]["detail"]
    assert len(queued(api)) == 3
    assert outcomes(api, BEN.address) == ["over_quota"]
    api.wait(days=1)
    assert outcomes(api, BEN.address) == ["invited"]


def test_i06_parallel_requests_never_exceed_a_teachers_quota(api):
    assert outcomes(api, ADA.address) == ["invited"]
    change("transient", (f"N#invites:{OWNER.account}:2026-09-15", "N"), counted=rules.A_TEACHER_A_DAY - 10)
    begin = threading.Barrier(4)

    def ask(batch: int) -> list[str]:
        begin.wait()
        return outcomes(api, *(f"b{batch}s{number}@people.example" for number in range(6)))

    with one_at_a_time(), ThreadPoolExecutor(4) as pool:
        found = [one for batch in pool.map(ask, range(4)) for one in batch]
    assert found.count("invited") == 10
    assert len(queued(api)) == 11


def test_i06_an_address_has_a_quota_a_day_from_everybody(api):
    others = [Person.named(f"teacher{number}") for number in range(7)]
    classes = [klass(ClassId("independent", one.account, "c"), one) for one in others]
    found = [outcomes(api, ADA.address, as_=one, klass=id_)[0] for one, id_ in zip(others, classes, strict=True)
             for _ in range(3)]  # fmt: skip
    assert found == ["invited"] * 20 + ["over_quota"]
    assert len(queued(api)) == 20


def test_i04_who_declined_is_left_alone_for_seven_days(api):
    account(ADA)
    one = invitation(api, ADA.address)
    assert decline(api, one, ADA).status == 204
    assert [found["outcome"] for found in invite(api, ADA.address)] == ["declined_recently"]
    api.wait(days=6, hours=23)
    assert outcomes(api, ADA.address) == ["declined_recently"]
    api.wait(hours=1)
    assert outcomes(api, ADA.address) == ["invited"]
    assert accept(api, one, ADA).body["outcome"] == "joined"


def test_inv07_a_used_invitation_has_no_address_and_no_secret_any_more(api):
    account(ADA)
    one = invitation(api, ADA.address)
    tokens(api)
    assert accept(api, one, ADA).status == 200
    (item,) = stored(api, kind="student")
    assert {"address", "digest", "list_pk", "list_sk"}.isdisjoint(item)
    assert ADA.address not in str(api.items("ClassesTable"))
    (shown,) = sent(api).values()
    assert (shown["state"], shown["address"], shown["account"]) == ("accepted", None, ADA.account)


def test_i04_withdrawing_can_be_repeated_and_lets_nobody_in(api):
    account(ADA)
    one = invitation(api, ADA.address)
    token = tokens(api)[ADA.address]
    for _ in range(2):
        assert api.call("DELETE", f"/classes/{CLASS}/invitations/{one}", as_=OWNER).status == 204
    assert sent(api)[one]["state"] == "withdrawn"
    for found in (accept(api, one, ADA), api.call("POST", "/invitations/accept", {"token": token}, as_=ADA)):
        assert (found.status, found.code) == (409, "invitation_withdrawn")
    assert api.call("GET", "/invitations", as_=ADA).body["items"] == []


def test_i04_what_was_answered_is_not_withdrawn(api):
    account(ADA), account(BEN)
    used, declined = invitation(api, ADA.address), invitation(api, BEN.address)
    accept(api, used, ADA), decline(api, declined, BEN)
    for one, code in ((used, "invitation_used"), (declined, "invitation_declined")):
        found = api.call("DELETE", f"/classes/{CLASS}/invitations/{one}", as_=OWNER)
        assert (found.status, found.code) == (409, code)


def resend(api, one, **more):
    return api.call("POST", f"/classes/{CLASS}/invitations/{one}/resend", as_=OWNER, **more)


def test_i04_sending_again_renews_even_what_has_expired(api):
    account(ADA)
    one = invitation(api, ADA.address)
    old = tokens(api)[ADA.address]
    api.wait(days=31)
    assert sent(api)[one]["state"] == "expired"
    assert accept(api, one, ADA).code == "invitation_expired"
    found = resend(api, one)
    assert (found.status, found.body["state"], found.body["expires_at"]) == (202, "open", "2026-11-15T15:00:00Z")
    new = tokens(api)[ADA.address]
    assert api.call("POST", "/invitations/accept", {"token": old}, as_=ADA).code == NAMELESS
    assert api.call("POST", "/invitations/accept", {"token": new}, as_=ADA).body["outcome"] == "joined"


def test_i04_sending_again_has_the_same_limits(api):
    one = invitation(api, ADA.address)
    assert [resend(api, one).status for _ in range(3)] == [202, 202, 429]
    found = resend(api, one)
    assert (found.code, found.headers["retry-after"]) == ("too_many_invitations", str(9 * 3600))
    assert len(queued(api)) == 3


def test_x03_sending_again_with_the_same_key_sends_once(api):
    one = invitation(api, ADA.address)
    assert [resend(api, one, headers={"Idempotency-Key": "k"}).status for _ in range(3)] == [202] * 3
    assert len(queued(api)) == 2


def settle(api, one):
    account(ADA), accept(api, one, ADA)


def withdraw(api, one):
    api.call("DELETE", f"/classes/{CLASS}/invitations/{one}", as_=OWNER)


def refuse(api, one):
    account(ADA), decline(api, one, ADA)


def join(_, __):
    account(ADA), seated(ADA)


@pytest.mark.parametrize(
    ("first", "code"),
    [(settle, "invitation_used"), (withdraw, "invitation_withdrawn"), (refuse, "invitation_declined"),
     (join, "already_member")],
)  # fmt: skip
def test_i04_there_is_nothing_to_send_again_when_it_is_over(api, first, code):
    one = invitation(api, ADA.address)
    first(api, one)
    found = resend(api, one)
    assert (found.status, found.code) == (409, code)
    assert len(queued(api)) == 1


ROUTES = [
    ("POST", "", {"addresses": ["new@people.example"]}), ("GET", "", None), ("DELETE", "/{one}", None),
    ("POST", "/{one}/resend", None),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
def test_x01_only_the_class_s_teachers_see_and_change_its_invitations(api, method, path, body):
    account(ADA)
    seated(ADA)
    one = invitation(api, "s@people.example")
    whole = f"/classes/{CLASS}/invitations{path.format(one=one)}"
    before = api.items("ClassesTable"), api.items("OutboxTable")
    for who, told in ((STRANGER, (404, "class_not_found")), (ADA, (403, "teachers_only"))):
        found = api.call(method, whole, body, as_=who)
        assert (found.status, found.code) == told
    assert api.call(method, whole, body).status == 401
    assert (api.items("ClassesTable"), api.items("OutboxTable")) == before


@pytest.mark.parametrize(("method", "path", "body"), ROUTES[2:])
@pytest.mark.parametrize("named", ["other", "nothing", "long"])
def test_x01_an_invitation_of_another_class_is_not_found(api, method, path, body, named):
    other = klass(ClassId("independent", BEN.account, "other"), BEN)
    theirs = invitation(api, ADA.address, as_=BEN, klass=other)
    one = {"other": theirs, "nothing": "nothing", "long": "a" * 900}[named]
    before = api.items("ClassesTable")
    found = api.call(method, f"/classes/{CLASS}/invitations{path.format(one=one)}", body, as_=OWNER)
    assert (found.status, found.code) == (404, NAMELESS)
    assert api.items("ClassesTable") == before


def test_c09_an_archived_class_invites_nobody_and_shows_whom_it_invited(api):
    one = invitation(api, ADA.address)
    change("classes", (stored(api, name="Algebra")[0]["pk"]["S"], "CLASS"), state="archived")
    for method, path, body in (ROUTES[0], *ROUTES[2:]):
        found = api.call(method, f"/classes/{CLASS}/invitations{path.format(one=one)}", body, as_=OWNER)
        assert (found.status, found.code) == (409, "class_archived")
    assert list(sent(api)) == [one]


def test_b01_without_the_setting_a_co_teacher_is_nobody_and_invites_nobody(api):
    teacher(BEN)
    found = api.call("POST", f"/classes/{CLASS}/invitations", ROUTES[0][2], as_=BEN)
    assert (found.status, found.code) == (404, "class_not_found")


@pytest.mark.parametrize("position", ["x" * 1300, "", "f" * 31])
def test_x02_a_cursor_that_somebody_made_by_our_rule_is_refused(api, position):
    """DynamoDB takes no key of more than 1,024 bytes."""
    invitation(api, ADA.address)
    made = encode_cursor(f"invitations:{CLASS}:student", position)
    found = api.call("GET", f"/classes/{CLASS}/invitations?cursor={made}", as_=OWNER)
    assert (found.status, found.code, found.body["field"]) == (422, "invalid_input", "cursor")


def test_i03_no_answer_shows_a_secret_or_its_hash(api):
    one = invitation(api, ADA.address)
    token = tokens(api)[ADA.address]
    (item,) = stored(api, kind="student")
    shown = api.call("GET", f"/classes/{CLASS}/invitations", as_=OWNER).raw.decode()
    assert one in shown
    assert item["digest"]["S"] not in shown
    assert token.partition(".")[2] not in shown + str(api.items("ClassesTable")) + str(queued(api))


def test_x05_the_outbox_and_the_counters_hold_no_address(api):
    invitation(api, ADA.address)
    assert "people.example" not in str(queued(api)) + str(api.items("TransientTable"))


def test_rules_the_seconds_until_tomorrow():
    assert rules.until_tomorrow(START) == 9 * 3600
    assert rules.until_tomorrow(START + timedelta(hours=8, minutes=59, seconds=59)) == 1
