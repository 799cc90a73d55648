"""The invited accept and decline, each only their own (I-02 to I-07, C-06, J-07, J-09, X-01, X-03, X-04)."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from botocore.client import BaseClient

from homeroom.classes.ids import ClassId
from homeroom.classes.store.acceptances import AcceptanceStore
from homeroom.classes.store.independent import pk_of
from homeroom.classes.store.invitation_store import InvitationStore
from homeroom.runtime import aws
from tests.support.invited import (
    CLASS,
    ID,
    OWNER,
    accept,
    account,
    change,
    counted,
    decline,
    invitation,
    invite,
    klass,
    received,
    seated,
    sent,
    stored,
    teacher,
    tokens,
    use,
)
from tests.support.people import Person
from tests.support.serial import one_at_a_time
from tests.support.served import served

ADA, BEN, CAL = Person.named("ada"), Person.named("ben"), Person.named("cal")
CLASS_KEY = (pk_of(ID), "CLASS")
NOT_FOUND = (404, "invitation_not_found")


@pytest.fixture(scope="module")
def api():
    with served() as made:
        yield made


@pytest.fixture(autouse=True)
def empty(api):
    api.wipe()
    klass()
    account(ADA)


def everything(api) -> list:
    return [api.items(table) for table in ("ClassesTable", "UsersTable", "OutboxTable", "TransientTable")]


@contextmanager
def asked() -> Iterator[list[str]]:
    """What DynamoDB is asked for, call by call."""
    send, calls = BaseClient._make_api_call, []

    def counting(client, operation, arguments):
        calls.append(operation)
        return send(client, operation, arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", counting)
        yield calls


def answered(found) -> tuple[int, str]:
    return found.status, found.code


@pytest.mark.parametrize("way", ["id", "token"])
def test_i02_accepting_is_one_read_and_one_transaction(api, way):
    one = invitation(api, ADA.address)
    token = tokens(api)[ADA.address]
    with asked() as calls:
        found = accept(api, one, ADA) if way == "id" else use(api, token, ADA)
    assert (found.status, found.body) == (200, {"outcome": "joined", "class": {"id": CLASS, "name": "Algebra"}})
    assert calls == ["BatchGetItem", "TransactWriteItems"]
    assert counted(api) == (1, 1, 1)


def test_i02_whoever_accepts_is_coached_and_the_audit_log_says_so_x_04(api):
    accept(api, invitation(api, ADA.address), ADA)
    assert api.call("GET", f"/classes/{CLASS}/invitations", as_=ADA).code == "teachers_only"
    (row,) = stored(api, action="class.join")
    assert row["subject"] == {"S": f"account:{ADA.account}"}
    assert json.loads(row["after"]["S"])["class"] == CLASS
    assert "people.example" not in str(row)


def test_i02_the_invited_see_what_they_are_invited_to_and_nobody_else_does(api):
    account(BEN)
    one = invitation(api, ADA.address)
    invitation(api, CAL.address)
    (shown,) = received(api, ADA)
    assert shown == {
        "id": one, "kind": "student", "class": {"id": CLASS, "name": "Algebra"}, "teacher": "Maya Lopez",
        "sent_at": "2026-09-15T15:00:00Z", "expires_at": "2026-10-15T15:00:00Z",
    }  # fmt: skip
    assert received(api, BEN) == []


def test_i02_a_new_account_that_verifies_the_address_later_sees_it(api):
    one = invitation(api, CAL.address)
    unverified = Person.named("cal", verified=False)
    assert received(api, unverified) == []
    assert answered(accept(api, one, unverified)) == NOT_FOUND
    assert [shown["id"] for shown in received(api, CAL)] == [one]


def test_inv09_an_address_verified_by_mail_is_the_account_s_too(api):
    """Whoever changes the address of their login still finds what was sent to the other, once it is theirs again."""
    one = invitation(api, "old@people.example")
    assert received(api, ADA) == []
    update = {"Key": {"pk": {"S": f"U#{ADA.account}"}, "sk": {"S": "PROFILE"}}}
    aws.dynamodb().update_item(
        TableName="users", UpdateExpression="SET addresses = :a",
        ExpressionAttributeValues={":a": {"SS": ["old@people.example"]}}, **update,
    )  # fmt: skip
    assert [shown["id"] for shown in received(api, ADA)] == [one]
    assert accept(api, one, ADA).body["outcome"] == "joined"


def test_i02_the_list_has_pages(api):
    ids = []
    for number in range(5):
        owner = Person.named(f"teacher{number}")
        ids.append(
            invitation(api, ADA.address, as_=owner, klass=klass(ClassId("independent", owner.account, "c"), owner))
        )
    first = api.call("GET", "/invitations?limit=3", as_=ADA).body
    rest = api.call("GET", f"/invitations?limit=3&cursor={first['next']}", as_=ADA).body
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (3, 2, None)
    assert {one["id"] for one in first["items"] + rest["items"]} == set(ids)
    assert api.call("GET", "/invitations?limit=0", as_=ADA).body["field"] == "limit"
    assert api.call("GET", "/invitations?cursor=x", as_=ADA).body["field"] == "cursor"
    assert api.call("GET", f"/invitations?cursor={first['next']}", as_=BEN).body["field"] == "cursor"


def test_i03_every_invitation_of_others_is_closed_by_id_and_by_token(api):
    """Each pending invitation with each account: only the one that owns the address gets in."""
    people = [ADA, BEN, CAL, OWNER, Person.named("dee", verified=False), Person("e" * 36)]
    for one in people[1:3]:
        account(one)
    ids = {one.address: invitation(api, one.address) for one in people[:3]}
    mailed = tokens(api)
    for one in (ADA, BEN, CAL, OWNER):  # they have a record from here on
        received(api, one)
    received(api, people[4]), received(api, people[5])
    before = everything(api)
    for address, id_ in ids.items():
        for other in (person for person in people if person.address != address):
            assert answered(accept(api, id_, other)) == NOT_FOUND
            assert answered(decline(api, id_, other)) == NOT_FOUND
            assert answered(use(api, mailed[address], other)) == (403, "not_the_invitee")
            crossed = id_ + "." + mailed[ADA.address if address != ADA.address else BEN.address].split(".")[1]
            assert answered(use(api, crossed, other)) == NOT_FOUND
            assert answered(use(api, crossed, next(p for p in people if p.address == address))) == NOT_FOUND
    assert everything(api) == before
    for one in (ADA, BEN, CAL):
        assert use(api, mailed[one.address], one).body["outcome"] == "joined"


@pytest.mark.parametrize("token", ["", "x", "a.b", "a" * 700, "nothing." + "a" * 43, "\u00e9." + "a" * 43])
def test_i03_what_is_no_token_is_not_found(api, token):
    assert answered(use(api, token, ADA)) == NOT_FOUND


@pytest.mark.parametrize(
    "body", [None, b"", b"{", b"[]", {}, {"token": 1}, {"token": None}, {"token": "x", "and": 1}, [1]]
)
def test_i03_a_body_without_a_token_is_refused(api, body):
    found = api.call("POST", "/invitations/accept", body, as_=ADA)
    assert answered(found) == (422, "invalid_input")


@pytest.mark.parametrize("one", ["nothing", "%20", "%F0%9F%98%80", "%ED%A0%80", "a" * 900, "ZF94X3kKc3R1ZGVudAo"])
@pytest.mark.parametrize("what", ["accept", "decline"])
def test_i03_what_is_no_invitation_s_id_is_not_found(api, one, what):
    assert answered(api.call("POST", f"/invitations/{one}/{what}", as_=ADA)) == NOT_FOUND


@pytest.mark.parametrize(("method", "path"), [
    ("GET", "/invitations"), ("POST", "/invitations/x/accept"), ("POST", "/invitations/x/decline"),
    ("POST", "/invitations/accept"),
])  # fmt: skip
def test_x01_nobody_answers_without_signing_in(api, method, path):
    assert api.call(method, path, {"token": "x"} if method == "POST" else None).status == 401


def test_i03_a_token_is_good_once_and_the_same_again_says_so(api):
    invitation(api, ADA.address)
    token = tokens(api)[ADA.address]
    assert use(api, token, ADA).body["outcome"] == "joined"
    before = everything(api)
    for _ in range(2):
        found = use(api, token, ADA)
        assert (found.status, found.body["outcome"]) == (200, "already_member")
    account(BEN)
    assert answered(use(api, token, BEN)) == NOT_FOUND
    assert everything(api)[0] == before[0]
    assert counted(api) == (1, 1, 1)


def test_i03_a_token_is_not_good_after_leaving(api):
    one = invitation(api, ADA.address)
    token = tokens(api)[ADA.address]
    use(api, token, ADA)
    change("classes", (pk_of(ID), f"S#{ADA.account}"), state="left")
    for found in (use(api, token, ADA), accept(api, one, ADA)):
        assert answered(found) == (409, "invitation_used")
    assert stored(api, sk=f"S#{ADA.account}")[0]["state"] == {"S": "left"}


def test_i03_the_link_of_an_earlier_mail_works_no_more(api):
    invitation(api, ADA.address)
    old = tokens(api)[ADA.address]
    invitation(api, ADA.address)
    new = tokens(api)[ADA.address]
    assert answered(use(api, old, ADA)) == NOT_FOUND
    assert use(api, new, ADA).body["outcome"] == "joined"


CHANGES = {
    "archived": lambda: change("classes", CLASS_KEY, state="archived"),
    "full": lambda: change("classes", CLASS_KEY, students=100),
    "teacher_full": lambda: change("users", (f"U#{OWNER.account}", "TEACHING"), places=1000),
    "owner": lambda: change("classes", CLASS_KEY, owner=ADA.account),
    "child": lambda: change("users", (f"U#{ADA.account}", "PROFILE"), birth_date="2020-01-01"),
}


def close(api, one, state):
    if state == "withdrawn":
        assert withdraw(api, one).status == 204
    elif state == "expired":
        api.wait(days=30)
    elif state == "declined":
        assert decline(api, one, ADA).status == 204
    else:
        CHANGES[state]()


CLOSED = {
    "withdrawn": (409, "invitation_withdrawn"), "expired": (409, "invitation_expired"),
    "declined": (409, "invitation_declined"), "archived": (409, "class_archived"), "full": (409, "class_full"),
    "teacher_full": (409, "teacher_full"), "owner": (403, "own_class"), "child": (403, "guardian_required"),
}  # fmt: skip


@pytest.mark.parametrize("state", CLOSED)
@pytest.mark.parametrize("way", ["id", "token"])
def test_i05_each_reason_has_its_own_answer_and_leaves_nothing_half_done(api, way, state):
    """INV-10: what became of the class between the invitation and the answer is said by a code of its own."""
    one = invitation(api, ADA.address)
    token = tokens(api)[ADA.address]
    close(api, one, state)
    before = everything(api)
    found = accept(api, one, ADA) if way == "id" else use(api, token, ADA)
    assert answered(found) == CLOSED[state]
    assert everything(api) == before


def test_i05_a_member_is_told_so_and_the_invitation_is_settled(api):
    one = invitation(api, ADA.address)
    seated(ADA)
    found = accept(api, one, ADA)
    assert (found.status, found.body["outcome"]) == (200, "already_member")
    assert sent(api)[one]["state"] == "settled"
    assert received(api, ADA) == []
    assert counted(api)[:2] == (0, 0)


def test_i04_declining_can_be_repeated(api):
    one = invitation(api, ADA.address)
    assert [decline(api, one, ADA).status for _ in range(2)] == [204, 204]
    assert received(api, ADA) == []
    assert sent(api)[one]["account"] == ADA.account


@pytest.mark.parametrize("state", ["withdrawn", "used"])
def test_i05_what_is_over_is_not_declined(api, state):
    one = invitation(api, ADA.address)
    close(api, one, state) if state == "withdrawn" else accept(api, one, ADA)
    assert answered(decline(api, one, ADA)) == (409, f"invitation_{state}")


def test_code07_whoever_left_comes_back_to_the_same_place(api):
    seated(ADA, state="left")
    found = accept(api, invitation(api, ADA.address), ADA)
    assert found.body["outcome"] == "joined"
    assert counted(api) == (1, 1, 1)


def test_j07_a_co_teacher_is_no_student_of_the_class(api):
    one = invitation(api, ADA.address)
    teacher(ADA)
    assert answered(accept(api, one, ADA)) == (403, "own_class")
    assert counted(api) == (0, 0, 0)


def named_guardian(state: str = "asked") -> None:
    change("users", (f"U#{ADA.account}", "PROFILE"), birth_date="2020-01-01", guardian="p@people.example",
           guardian_state=state, guardian_asked="2026-09-15T15:00:00.000000+0000")  # fmt: skip


def test_j09_a_child_waits_for_the_guardian_and_takes_no_place(api):
    one = invitation(api, ADA.address)
    named_guardian()
    for _ in range(2):
        found = accept(api, one, ADA)
        assert (found.status, found.body["outcome"]) == (202, "waiting_for_guardian")
    assert counted(api) == (0, 0, 0)
    (seat,) = stored(api, role="student")
    assert (seat["state"], seat["waits_for"], seat["source"]) == (
        {"S": "waiting"},
        {"S": "guardian"},
        {"S": "invitation"},
    )
    assert sent(api)[one]["state"] == "accepted"


def test_j09_a_child_who_waits_by_code_already_goes_on_waiting(api):
    one = invitation(api, ADA.address)
    named_guardian()
    seated(ADA, state="waiting", waits_for="guardian", started=None)
    assert accept(api, one, ADA).body["outcome"] == "waiting_for_guardian"
    assert sent(api)[one]["state"] == "accepted"


@pytest.mark.parametrize(("state", "told"), [("approved", "joined"), ("refused", "guardian_refused")])
def test_j09_what_the_guardian_said_counts(api, state, told):
    one = invitation(api, ADA.address)
    named_guardian(state)
    found = accept(api, one, ADA)
    assert found.body.get("outcome", found.code) == told


def test_j06_being_invited_is_the_teacher_s_yes(api):
    one = invitation(api, ADA.address)
    seated(ADA, state="waiting", waits_for="teacher", started=None)
    assert accept(api, one, ADA).body["outcome"] == "joined"
    assert counted(api) == (1, 1, 1)


def test_i07_other_addresses_of_the_same_account_are_settled(api):
    first, second = invitation(api, ADA.address), invitation(api, "other@people.example")
    aws.dynamodb().update_item(
        TableName="users", Key={"pk": {"S": f"U#{ADA.account}"}, "sk": {"S": "PROFILE"}},
        UpdateExpression="SET addresses = :a", ExpressionAttributeValues={":a": {"SS": ["other@people.example"]}},
    )  # fmt: skip
    assert len(received(api, ADA)) == 2
    accept(api, first, ADA)
    assert sent(api)[second]["state"] == "settled"
    assert received(api, ADA) == []


def at_once(*calls) -> list:
    begin = threading.Barrier(len(calls))

    def one(call):
        begin.wait()
        return call()

    with one_at_a_time(), ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


def test_j08_two_accepting_the_last_place_one_gets_it(api):
    account(BEN)
    first, second = invitation(api, ADA.address), invitation(api, BEN.address)
    change("classes", CLASS_KEY, students=99)
    found = at_once(lambda: accept(api, first, ADA), lambda: accept(api, second, BEN))
    assert sorted(answered(one) for one in found) == [(200, ""), (409, "class_full")]
    assert counted(api)[0] == 100
    assert sum(one["state"] == "accepted" for one in sent(api).values()) == 1


def test_x03_the_same_acceptance_twice_at_once_takes_one_place(api):
    one = invitation(api, ADA.address)
    found = at_once(*[lambda: accept(api, one, ADA)] * 4)
    assert sorted(each.body["outcome"] for each in found) == ["already_member"] * 3 + ["joined"]
    assert counted(api) == (1, 1, 1)


@contextmanager
def meanwhile(owner, name, happens) -> Iterator[None]:
    """What happens once between reading and writing, whatever was read."""
    real, todo = getattr(owner, name), [happens]

    def late(*given, **more):
        if todo:
            todo.pop()()
        return real(*given, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, late)
        yield


def withdraw(api, one):
    return api.call("DELETE", f"/classes/{CLASS}/invitations/{one}", as_=OWNER)


def test_i05_who_accepts_while_it_is_withdrawn_is_told_so(api):
    one = invitation(api, ADA.address)
    with meanwhile(AcceptanceStore, "let_in", lambda: withdraw(api, one)):
        assert answered(accept(api, one, ADA)) == (409, "invitation_withdrawn")
    assert counted(api) == (0, 0, 0)


def test_i05_who_withdraws_while_it_is_accepted_is_told_so(api):
    one = invitation(api, ADA.address)
    with meanwhile(InvitationStore, "close", lambda: accept(api, one, ADA)):
        assert answered(withdraw(api, one)) == (409, "invitation_used")
    assert counted(api) == (1, 1, 1)
    assert sent(api)[one]["state"] == "accepted"


@pytest.mark.parametrize("state", ["archived", "full", "teacher_full", "owner"])
def test_i05_what_changes_while_it_is_accepted_counts(api, state):
    one = invitation(api, ADA.address)
    with meanwhile(AcceptanceStore, "let_in", lambda: close(api, one, state)):
        assert answered(accept(api, one, ADA)) == CLOSED[state]
    assert stored(api, role="student") == []
    assert stored(api, kind="student")[0]["state"] == {"S": "open"}


def test_i04_accepting_against_declining_one_wins(api):
    one = invitation(api, ADA.address)
    taken, no = at_once(lambda: accept(api, one, ADA), lambda: decline(api, one, ADA))
    assert (taken.status, no.status) in {(200, 409), (409, 204)}
    assert counted(api)[2] == (1 if taken.status == 200 else 0)


def test_i01_whoever_joined_is_not_mailed_any_more(api):
    for state, reason in (("accepted", ADA), ("member", BEN)):
        account(reason)
        one = invitation(api, reason.address)
        accept(api, one, reason) if state == "accepted" else seated(reason)
    withdrawn = invitation(api, CAL.address)
    close(api, withdrawn, "withdrawn")
    assert tokens(api) == {}
    assert {one["reason"]["S"] for one in api.items("OutboxTable")} == {"accepted", "already_member", "withdrawn"}


def test_i04_of_two_sends_before_the_mailer_comes_the_later_is_mailed(api):
    first = [invite(api, ADA.address) for _ in range(2)]
    assert first[0] == first[1]
    assert len(api.deliver()) == 1
    assert sorted(one["state"]["S"] for one in api.items("OutboxTable")) == ["dropped", "sent"]


@pytest.mark.parametrize(("state", "reason"), [("archived", "class_archived"), ("expired", "expired")])
def test_i01_what_can_no_longer_be_accepted_is_not_mailed(api, state, reason):
    one = invitation(api, ADA.address)
    close(api, one, state)
    assert api.deliver() == []
    (message,) = api.items("OutboxTable")
    assert (message["state"], message["reason"]) == ({"S": "dropped"}, {"S": reason})


def test_i01_the_letter_says_who_what_and_until_when(api):
    change("classes", CLASS_KEY, name="Algebra <1>\nBcc: x@y.example")
    invitation(api, ADA.address)
    (mail,) = api.deliver()
    assert mail.subject == "Maya Lopez invites you to join Algebra <1> Bcc: x@y.example in Homeroom"
    for said in ("Maya Lopez", "by 15 October 2026", "Not you"):
        assert said in mail.text
        assert said in mail.html
    assert "Algebra &lt;1&gt;" in mail.html
    assert mail.links()[0].startswith("https://app.homeroom.example/invitations#token=")
    assert ADA.address not in mail.text + mail.html


def test_i01_a_teacher_without_a_name_is_a_teacher(api):
    change("users", (f"U#{OWNER.account}", "PROFILE"), name=" ")
    invitation(api, ADA.address)
    assert api.deliver()[0].subject.startswith("A teacher invites you")
