"""A child accepts, the guardian agrees, and only then is there a member (J-09, I-02)."""

from typing import Any

import pytest

from homeroom.classes.model import Code
from homeroom.classes.store.acceptances import AcceptanceStore
from homeroom.classes.store.independent import code_item, pk_of
from homeroom.runtime import aws
from tests.support.invited import CLASS, ID, OWNER, accept, account, change, counted, invitation, klass, seated, sent
from tests.support.people import Person
from tests.support.served import START, Served, served

SAM = Person.named("sam")
PARENT = "parent@home.example"


@pytest.fixture(scope="module")
def on():
    with served() as made:
        yield made


@pytest.fixture
def api(on: Served) -> Served:
    on.wipe()
    klass()
    account(SAM, birth_date="2020-01-01")
    return on


def token(api: Served, to: str) -> str:
    return next(mail for mail in api.deliver() if mail.to == to).links()[0].partition("token=")[2]


def test_j09_who_names_a_guardian_waits_and_is_in_after_the_yes(api):
    one = invitation(api, SAM.address)
    assert accept(api, one, SAM).code == "guardian_required"
    assert api.call("POST", "/me/guardian", {"address": PARENT}, as_=SAM).status == 202
    assert (accept(api, one, SAM).status, counted(api)) == (202, (0, 0, 0))
    found = api.call("POST", "/guardian-approvals", {"token": token(api, PARENT), "answer": "yes"})
    assert found.status == 200, found.body
    assert counted(api) == (1, 1, 1)
    # The yes settles all that was sent to their addresses, as a join by code does.
    assert sent(api)[one]["state"] == "settled"
    assert accept(api, one, SAM).body["outcome"] == "already_member"


def test_j09_whose_guardian_agreed_before_is_in_at_once(api):
    api.call("POST", "/me/guardian", {"address": PARENT}, as_=SAM)
    api.call("POST", "/guardian-approvals", {"token": token(api, PARENT), "answer": "yes"})
    assert accept(api, invitation(api, SAM.address), SAM).body["outcome"] == "joined"
    assert counted(api) == (1, 1, 1)


@pytest.mark.parametrize("birth_date", ["2013-09-15", "2001-05"])
def test_a07_who_states_a_birth_date_of_thirteen_years_ago_waits_for_nobody(api, birth_date):
    one = invitation(api, "new@people.example")
    new = Person.named("new")
    assert accept(api, one, new).code == "guardian_required"
    assert api.call("PATCH", "/me", {"birth_date": birth_date}, as_=new).status == 200
    assert accept(api, one, new).body["outcome"] == "joined"


def named(api: Served) -> str:
    """Sam names the guardian; what the guardian is mailed."""
    assert api.call("POST", "/me/guardian", {"address": PARENT}, as_=SAM).status == 202
    return token(api, PARENT)


def say_yes(api: Served, proof: str) -> None:
    assert api.call("POST", "/guardian-approvals", {"token": proof, "answer": "yes"}).status == 200


def coded(**fields: object) -> None:
    """The class as it is to be, and its code."""
    klass(**fields)
    code_item(Code("ABCDEFGH", ID, "active"), START).save()


def join(api: Served) -> str:
    return str(api.call("POST", "/join", {"code": "ABCDEFGH"}, as_=SAM).body["outcome"])


def test_j06_j09_who_waits_by_code_and_accepts_needs_no_second_yes_of_the_teacher(api):
    """The invitation is used, so what it said must not be lost."""
    coded(approval=True)
    proof, one = named(api), invitation(api, SAM.address)
    assert join(api) == "waiting_for_guardian"
    for _ in range(2):
        assert accept(api, one, SAM).body["outcome"] == "waiting_for_guardian"
    assert join(api) == "waiting_for_guardian"
    say_yes(api, proof)
    assert counted(api) == (1, 1, 1)


def test_j06_j09_the_code_takes_no_yes_of_the_teacher_back(api):
    """Whom a full class keeps waiting tries again, by the code for instance."""
    coded(approval=True)
    proof, one = named(api), invitation(api, SAM.address)
    accept(api, one, SAM)
    change("classes", (pk_of(ID), "CLASS"), students=100)
    say_yes(api, proof)
    change("classes", (pk_of(ID), "CLASS"), students=0)
    assert join(api) == "joined"
    assert counted(api) == (1, 1, 1)


def waiting(api: Served) -> tuple[str, str]:
    """Sam has accepted and waits; what the guardian is mailed, and the invitation."""
    proof, one = named(api), invitation(api, SAM.address)
    assert accept(api, one, SAM).body["outcome"] == "waiting_for_guardian"
    return proof, one


def link(api: Served) -> None:
    """A district comes to know Sam, who needs no guardian from then on."""
    aws.dynamodb().update_item(
        TableName="users", Key={"pk": {"S": f"U#{SAM.account}"}, "sk": {"S": "PROFILE"}},
        UpdateExpression="SET links = :links", ExpressionAttributeValues={":links": {"SS": ["d1#p1"]}},
    )  # fmt: skip


def test_j09_i05_who_accepted_and_waits_for_nobody_any_more_is_in_when_they_accept_again(api):
    """There may be no code to join by: the one invitation must not be lost."""
    _, one = waiting(api)
    link(api)
    assert [accept(api, one, SAM).body["outcome"] for _ in "12"] == ["joined", "already_member"]
    assert counted(api) == (1, 1, 1)


def test_j09_i05_whom_a_full_class_kept_waiting_accepts_again_when_there_is_room(api):
    proof, one = waiting(api)
    change("classes", (pk_of(ID), "CLASS"), students=100)
    say_yes(api, proof)
    assert accept(api, one, SAM).code == "class_full"
    change("classes", (pk_of(ID), "CLASS"), students=0)
    assert accept(api, one, SAM).body["outcome"] == "joined"
    assert counted(api) == (1, 1, 1)


def test_j06_i05_who_was_turned_away_while_they_waited_is_not_let_in_by_what_they_have_used(api):
    _, one = waiting(api)
    link(api)
    with pytest.MonkeyPatch.context() as patch:
        real = AcceptanceStore.let_in

        def late(*given: Any) -> Any:
            api.call("POST", f"/classes/{CLASS}/joins/{SAM.account}/reject", as_=OWNER)
            return real(*given)

        patch.setattr(AcceptanceStore, "let_in", late)
        assert accept(api, one, SAM).code == "invitation_used"
    assert (accept(api, one, SAM).code, counted(api)) == ("invitation_used", (0, 0, 0))


@pytest.mark.parametrize("how", ["rejected", "taken back", "by code since"])
def test_i05_an_invitation_that_was_accepted_lets_nobody_in_a_second_time(api, how):
    proof, one = waiting(api)
    if how == "rejected":
        api.call("POST", "/guardian-approvals", {"token": proof, "answer": "no"})
    elif how == "taken back":
        assert api.call("DELETE", f"/me/classes/{CLASS}", as_=SAM).status == 204
    else:
        seated(SAM, state="waiting", waits_for="teacher", started=None)
    change("users", (f"U#{SAM.account}", "PROFILE"), birth_date="2013-09-15")
    assert accept(api, one, SAM).code == "invitation_used"
    assert counted(api)[0] == 0
