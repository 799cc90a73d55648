"""What students, guardians and the receiver are told of a class that is to change hands (B-02, X-05)."""

import pytest

from homeroom.accounts.store.profiles import ProfileItem
from tests.support.invited import CLASS, OWNER, account, klass, queued, seated
from tests.support.people import Person
from tests.support.served import START, served

RITA = Person.named("rita")
PATH = f"/classes/{CLASS}"


@pytest.fixture(scope="module")
def on():
    with served(ClassTransfer="on") as made:
        yield made


@pytest.fixture(scope="module")
def zoe(on):
    return on.sign_up("zoe")


@pytest.fixture
def api(on, zoe):
    """A class with zoe, a child, and who left; it is offered to rita."""
    on.wipe()
    klass(students=2)
    account(zoe)
    seated(zoe)
    account(Person.named("child"), birth_date="2020-01-01")
    seated(Person.named("child"))
    account(Person.named("gone"))
    seated(Person.named("gone"), state="left")
    return on


def offered(api, to=RITA):
    found = api.call("POST", f"{PATH}/transfer", {"address": to.address}, as_=OWNER)
    assert found.status == 201, found.body
    return found.body["id"]


def delivered(api):
    """Everything, also what the first messages became."""
    return [*api.deliver(), *api.deliver()]


def reasons(api):
    return sorted(one["reason"]["S"] for one in queued(api) if one["state"]["S"] == "dropped")


def guarded(state):
    fields = ProfileItem.guardian, ProfileItem.guardian_state, ProfileItem.guardian_asked
    values = ("mum@people.example", state, START)
    ProfileItem(f"U#{Person.named('child').account}", "PROFILE").update(
        [field.set(value) for field, value in zip(fields, values, strict=True)]
    )


def test_b02_each_student_is_told_beforehand_and_the_receiver_gets_the_link(api, zoe):
    transfer = offered(api)
    mails = {one.to: one for one in delivered(api)}
    assert set(mails) == {zoe.address, RITA.address}
    assert mails[zoe.address].links() == ["https://app.homeroom.example/classes"]
    assert "You may leave the class before" in mails[zoe.address].text
    assert "can accept from 18 September 2026, 15:00 UTC on" in mails[zoe.address].text
    assert "may leave first: you can accept from 18 September 2026, 15:00 UTC on" in mails[RITA.address].text
    assert mails[RITA.address].links() == [f"https://app.homeroom.example/transfers/{transfer}"]
    for mail in mails.values():
        assert "Maya Lopez" in mail.text
        assert "Algebra" in mail.subject
        assert "ignore this mail" in mail.text.lower()
    assert RITA.address not in mails[zoe.address].text
    assert reasons(api) == ["no_guardian"]


def test_b02_letters_about_children_go_to_the_guardian_who_said_yes(api):
    guarded("approved")
    offered(api)
    found = next(one for one in delivered(api) if one.to == "mum@people.example")
    assert "named you as guardian" in found.text
    assert "can accept from 18 September 2026, 15:00 UTC on" in found.text
    assert "child" not in found.html.replace("A child", "").replace("The child", "").replace("any child", "")


@pytest.mark.parametrize("state", ["asked", "refused"])
def test_b02_a_guardian_who_has_not_said_yes_is_not_told(api, state):
    guarded(state)
    offered(api)
    assert "mum@people.example" not in {one.to for one in delivered(api)}


def test_b02_the_receiver_of_a_class_without_students_is_told_that_they_need_not_wait(api):
    klass(students=0)
    offered(api)
    (mail,) = [one for one in api.deliver() if one.to == RITA.address]
    assert "you can accept at once. Once a student joins, you can from 18 September 2026, 15:00 UTC on" in mail.text


def test_b02_x03_an_offer_that_was_replaced_or_accepted_tells_nobody_any_more(api):
    offered(api)
    second = offered(api, Person.named("other"))
    api.wait(days=3)
    assert api.call("POST", f"/transfers/{second}/accept", as_=Person.named("other")).status == 200
    assert delivered(api) == []
    assert reasons(api) == ["transfer_gone"] * 4


def test_b02_who_has_left_since_is_told_nothing(api, zoe):
    offered(api)
    first = api.deliver()
    seated(zoe, state="left")
    assert [one.to for one in [*first, *api.deliver()]] == [RITA.address]
    assert reasons(api) == ["left", "no_guardian"]


def test_i06_each_mail_goes_out_once(api):
    offered(api)
    offered(api)
    assert len(delivered(api)) == 2
    assert delivered(api) == []
