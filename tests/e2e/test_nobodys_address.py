"""An address that is nobody's by proof opens nothing: real people of the user pool, a roster record, an invitation."""

import pytest

from sandbox.demo.places import CoTaught, co_taught
from sandbox.rig.api import Api
from sandbox.rig.mailbox import Mailbox
from sandbox.rig.people import Address, forget, newcomer
from sandbox.rig.stack import Stack

pytestmark = [pytest.mark.e2e, pytest.mark.local_stack]

GROWN = "2008-01-31"


@pytest.fixture(scope="module")
def place(stack: Stack, district: str) -> CoTaught:
    """A class of the district's roster; its student has never signed in."""
    assert stack.execute(district)[1].state == "succeeded"
    found = co_taught(stack, district)
    forget(stack, found.student)
    return found


@pytest.fixture(scope="module")
def invited(stack: Stack, place: CoTaught) -> tuple[str, str]:
    """The invitation of that student's address to a class of somebody else's, by its id and by its token."""
    mailbox, teacher = Mailbox(stack), newcomer(stack, "teacher-of-nobody@people.example")
    klass = teacher.call("POST", "/classes", {"name": "Robotics"}).body["id"]
    sent = teacher.call("POST", f"/classes/{klass}/invitations", {"addresses": [place.student]}).body["items"]
    return sent[0]["invitation"], mailbox.tokens(place.student)[-1]


@pytest.mark.parametrize("state", ["unverified", "changed"])
def test_a01_an_address_without_proof_links_to_no_record_and_accepts_nothing(
    stack: Stack, place: CoTaught, invited: tuple[str, str], state: Address
) -> None:
    """A-01, A-04, I-03: unverified, or changed since another was verified."""
    api = newcomer(stack, place.student, state)
    try:
        _nothing_is_theirs(api, *invited)
        assert not any(key.endswith("|LINK") for key in stack.items("DistrictsTable"))
    finally:
        forget(stack, place.student)


def _nothing_is_theirs(api: Api, invitation: str, token: str) -> None:
    assert api.call("PATCH", "/me", {"birth_date": GROWN}).status == 200
    me = api.call("GET", "/me").body
    assert (me["kind"], me["districts"], me["address"], me["proposals"]) == ("grassroots", [], None, [])
    refused = api.call("POST", "/activations", {})
    assert (refused.status, refused.body["code"]) == (403, "not_on_roster")
    assert api.call("GET", "/invitations").body["items"] == []
    assert api.call("POST", f"/invitations/{invitation}/accept").status == 404
    assert api.call("POST", f"/invitations/{invitation}/decline").status == 404
    told = api.call("POST", "/invitations/accept", {"token": token})
    assert (told.status, told.body["code"]) == (403, "not_the_invitee")


def test_i03_the_one_who_owns_it_finds_all_of_it(stack: Stack, place: CoTaught, invited: tuple[str, str]) -> None:
    """A-02, A-04, I-02: the same address, verified, is linked at first sight and accepts with the same token."""
    api = newcomer(stack, place.student)
    assert api.call("GET", "/me").body["kind"] == "district"
    assert [item["id"] for item in api.call("GET", "/invitations").body["items"]] == [invited[0]]
    assert api.call("POST", "/invitations/accept", {"token": invited[1]}).status in {200, 201}
    assert {item["kind"] for item in api.call("GET", "/me/classes").body["items"]} == {"district", "independent"}
