"""Single people, their aliases and their links: A-03, A-05, A-08, A-09, A-10, P-08, P-12, X-03, X-04."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.district_admin.routes import deps
from homeroom.accounts.account import LinkEnd
from homeroom.accounts.store import UserAuditItem
from homeroom.classes.ids import ClassId
from homeroom.classes.model import Seat
from homeroom.classes.store.independent import SeatItem, seat_item
from homeroom.roster import linking
from homeroom.runtime.dynamo import bind
from tests.support.rostered import Rostered

from .conftest import ACCOUNT, ADMIN, DISTRICT, LINKED, PERSON, Send, event
from .test_access import as_account

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
ADA = "58da8a5bba83aa7e7f4b9f21"
NEW = "58da8a5bba83aa7e7f4b9f22"


def asked(case: str, person: str = PERSON, body: Any = None, **query: str) -> dict[str, Any]:
    """The event of that case, about somebody else, or with another body or query."""
    sent = event(case)
    sent["path"] = sent["path"].replace(PERSON, person).replace(LINKED, person)
    if body is not None:
        sent |= {"body": json.dumps(body), "isBase64Encoded": False}
    return sent | {"queryStringParameters": query or None, "multiValueQueryStringParameters": None}


def by_the_school(sent: dict[str, Any], *schools: str) -> dict[str, Any]:
    deps.accounts().grant_admin("bounded", DISTRICT, "operator", NOW, "grant-2", schools=schools or ("s9",))
    return sent | {"requestContext": as_account("person", "bounded")["requestContext"]}


@pytest.fixture
def roster(district: str) -> Rostered:
    found = Rostered(DISTRICT)
    found.klass("sec1", ADA)
    found.person(ADA, first="Ada", last="Lee", address="ada@d.example", schools=("s9",), birth_date="2014-05-01")
    return found


def rows(account: str) -> list[tuple[str, str]]:
    found = UserAuditItem.query(f"U#{account}", UserAuditItem.sk.startswith("AUDIT#"), consistent_read=True)
    return [(row.action, row.actor) for row in found]


def told(district: str) -> list[str]:
    return [one.action for one in deps.districts()._store.audit(district) if one.action.startswith("person.")]


def test_a_person_is_shown_with_what_is_known_of_them(send: Send, roster: Rostered) -> None:
    status, body, _ = send(asked("person", ADA))
    assert status == 200
    assert body == {
        "person": ADA, "state": "live", "name": "Ada Lee", "roles": ["student"], "schools": ["s9"], "admin": "",
        "admin_schools": [], "address": "ada@d.example", "aliases": [], "link": None, "obstacle": None, "conflicts": [],
        "classes": [{"id": f"d_{DISTRICT}_sec1", "name": "", "role": "student", "state": "active"}],
    }  # fmt: skip


def test_why_somebody_cannot_activate_a_03_a_05(send: Send, roster: Rostered) -> None:
    roster.person("out")
    roster.person("gone", archived=1)
    roster.person("silent", address="")
    roster.person("t7", "teacher", address="ada@d.example")
    codes = {who: send(asked("person", who))[1]["obstacle"]["code"] for who in ("out", "gone", "silent", ADA, LINKED)}
    assert codes == {
        "out": "no_section", "gone": "not_on_roster", "silent": "no_address", ADA: "address_blocked",
        LINKED: "activated",
    }  # fmt: skip


@pytest.mark.parametrize("case", ["person", "change_person", "link_person", "unlink_person"])
@pytest.mark.parametrize("person", ["0" * 24, "x" * 3000, "%C3%A9"])
def test_who_is_not_on_the_roster_is_not_found(send: Send, district: str, case: str, person: str) -> None:
    status, problem, _ = send(asked(case, person))
    assert (status, problem["code"]) == (404, "person_not_found")


@pytest.mark.parametrize(("school", "status"), [("s9", 200), ("s2", 403)])
def test_a_schools_admin_reaches_who_is_at_their_school_p_08(
    send: Send, roster: Rostered, school: str, status: int
) -> None:
    assert send(by_the_school(asked("person", ADA), school))[0] == status
    assert send(by_the_school(asked("person", "0" * 24), school))[1]["code"] == "out_of_scope"


def test_a_schools_admin_sees_no_class_of_another_school_s_03_p_08(send: Send, roster: Rostered) -> None:
    """The person is at both."""
    roster.person("both", schools=("s9", "s2"))
    roster.klass("here", "both", school="s9", name="Algebra")
    roster.klass("there", "both", school="s2", name="Counselling")
    wanted = asked("person", "both")
    assert [one["name"] for one in send(by_the_school(wanted, "s9"))[1]["classes"]] == ["Algebra"]
    assert [one["name"] for one in send(wanted)[1]["classes"]] == ["Algebra", "Counselling"]


@pytest.mark.parametrize("case", ["change_person", "link_person", "unlink_person"])
@pytest.mark.parametrize("power", [{"admin": "district"}, {"admin": "schools", "admin_schools": ("s9", "s2")}])
def test_a_schools_admin_hands_nobody_more_than_they_have_p_08(
    send: Send, roster: Rostered, case: str, power: dict[str, Any]
) -> None:
    """An alias or a link would let its holder administer more than the administrator who gave it."""
    roster.person("boss", "staff", schools=("s9",), **power)
    status, problem, _ = send(by_the_school(asked(case, "boss")))
    assert (status, problem["code"]) == (403, "out_of_scope")


def test_a_schools_admin_takes_no_link_from_beyond_their_schools_p_08(send: Send, roster: Rostered) -> None:
    """To say that somebody's record takes the place of another cuts the other's link."""
    roster.person("t7", "teacher", address="t7@d.example", schools=("s2",))
    send(asked("link_person", "t7", {"account": ACCOUNT}))
    roster.person("t8", "teacher", address="t8@d.example", schools=("s9",))
    for there in ("t7", "0" * 24):
        moved = asked("link_person", "t8", {"account": ACCOUNT, "instead_of": there})
        assert send(by_the_school(moved, "s9"))[1]["code"] == "out_of_scope"
    found = linking.links().get(LinkEnd(DISTRICT, "t7"))
    assert found
    assert found.account == ACCOUNT


@pytest.mark.parametrize("more", [{"schools": ("s2",)}, {"schools": ("s9",), "admin": "district"}])
def test_no_record_comes_along_that_is_beyond_the_administrators_schools_p_08_a_08(
    send: Send, roster: Rostered, more: dict[str, Any]
) -> None:
    """Employee records under one address are linked together."""
    roster.person("t7", "teacher", address="t7@d.example", schools=("s9",))
    roster.person("t7-too", "staff", address="t7@d.example", **more)
    wanted = asked("link_person", "t7", {"account": ACCOUNT})
    assert send(by_the_school(wanted, "s9"))[1]["code"] == "out_of_scope"
    assert linking.links().get(LinkEnd(DISTRICT, "t7")) is None
    assert [one["person"] for one in send(wanted)[1]["linked"]] == ["t7", "t7-too"]


def test_an_administrator_makes_no_student_of_themselves_a_08(send: Send, roster: Rostered) -> None:
    linking.profiles().begin(ADMIN, "", NOW)
    status, problem, _ = send(asked("link_person", ADA, {"account": ADMIN}))
    assert (status, problem["code"]) == (409, "linked_here")


def test_a_record_takes_not_its_own_place_a_09(send: Send, roster: Rostered) -> None:
    send(asked("link_person", ADA, {"account": ACCOUNT}))
    status, problem, _ = send(asked("link_person", ADA, {"account": ACCOUNT, "instead_of": ADA}))
    assert (status, problem["field"]) == (422, "instead_of")
    assert linking.links().get(LinkEnd(DISTRICT, ADA))


def test_an_alias_is_added_and_taken_back_a_05_x_04(send: Send, roster: Rostered) -> None:
    status, body, _ = send(asked("change_person", ADA, {"aliases": [" Ada@Home.example ", "ada@home.example"]}))
    assert (status, body["aliases"]) == (200, ["ada@home.example"])
    assert send(asked("change_person", ADA, {"aliases": ["ada@home.example"]}))[1]["aliases"] == ["ada@home.example"]
    assert told(DISTRICT) == ["person.aliases"]
    assert [claim.end.person for claim in linking.facts().claims(["ada@home.example"])] == [ADA]
    assert send(asked("change_person", ADA, {"aliases": []}))[1]["aliases"] == []
    assert linking.facts().claims(["ada@home.example"]) == []


def test_a_sync_overwrites_no_alias_a_05(send: Send, roster: Rostered) -> None:
    send(asked("change_person", ADA, {"aliases": ["ada@home.example"]}))
    roster.run = 9
    roster.person(ADA, address="new@d.example", schools=("s9",))
    assert send(asked("person", ADA))[1]["aliases"] == ["ada@home.example"]


def test_an_address_that_another_person_has_is_refused_a_05(send: Send, roster: Rostered) -> None:
    send(asked("change_person", ADA, {"aliases": ["ada@home.example"]}))
    for address in ("t1@district.example", "ada@home.example"):
        roster.person("t1", "teacher", address="t1@district.example", schools=("s9",))
        status, problem, _ = send(asked("change_person", LINKED, {"aliases": [address]}))
        assert (status, problem["code"], problem["field"]) == (409, "address_blocked", "aliases")


@pytest.mark.parametrize(
    "given",
    [
        ["no address"],
        [f"{number}@x.example" for number in range(11)],
        "x@y.example",
        [1],
        [f"{chr(0x10400 + 40) * 240}@x.example"],  # 240 letters, but longer than a key
    ],
)
def test_aliases_that_are_none_are_refused(send: Send, roster: Rostered, given: Any) -> None:
    assert send(asked("change_person", ADA, {"aliases": given}))[0] == 422


def test_a_preview_says_what_linking_would_do_and_does_nothing_a_10(send: Send, roster: Rostered) -> None:
    status, body, _ = send(asked("link_person", ADA, {"account": ACCOUNT, "preview": True}))
    assert (status, body["done"], body["linked"], body["cut"]) == (200, False, [{"person": ADA, "name": "Ada Lee"}], [])
    assert any("progress from now on" in line for line in body["will_see"])
    assert linking.links().get(LinkEnd(DISTRICT, ADA)) is None


def test_an_administrator_links_an_account_once_a_10_x_03_x_04(send: Send, roster: Rostered) -> None:
    answers = [send(asked("link_person", ADA, {"account": ACCOUNT})) for _ in range(2)]
    assert [(status, body["done"], len(body["linked"])) for status, body, _ in answers] == [
        (200, True, 1),
        (200, True, 0),
    ]
    assert send(asked("person", ADA))[1]["link"] == {
        "account": ACCOUNT, "by": "admin", "since": send(asked("person", ADA))[1]["link"]["since"],
    }  # fmt: skip
    assert rows(ACCOUNT) == [("link.make", ADMIN)]
    assert told(DISTRICT) == ["person.link"]


def test_an_account_is_found_by_its_address_a_10(send: Send, roster: Rostered) -> None:
    linking.profiles().begin("ada", "ada@d.example", NOW)
    assert send(asked("link_person", ADA, {"address": "ADA@d.example"}))[1]["account"] == "ada"
    roster.person("t7", "teacher", address="t7@d.example", schools=("s9",))
    status, problem, _ = send(asked("link_person", "t7", {"address": "t7@d.example"}))
    assert (status, problem["code"]) == (404, "account_not_found")


def test_no_district_learns_whether_somebody_elses_address_has_an_account_x_06(send: Send, roster: Rostered) -> None:
    linking.profiles().begin("elsewhere", "kim@home.example", NOW)
    for address in ("kim@home.example", "nobody@home.example"):
        for preview in (True, False):
            sent = asked("link_person", ADA, {"address": address, "preview": preview})
            status, problem, _ = send(sent)
            assert (status, problem["code"]) == (409, "owner_must_confirm")
    assert send(asked("change_person", ADA, {"aliases": ["kim@home.example"]}))[0] == 200
    assert send(asked("link_person", ADA, {"address": "kim@home.example"}))[1]["account"] == "elsewhere"


@pytest.mark.parametrize("body", [{}, {"account": "a", "address": "b@c.example"}, {"account": 1}, {"x": "y"}])
def test_one_account_is_named(send: Send, roster: Rostered, body: Any) -> None:
    assert send(asked("link_person", ADA, body))[0] == 422


def test_an_account_with_activity_is_its_owners_to_link_a_04(send: Send, roster: Rostered) -> None:
    """Else an administrator could see whatever somebody did elsewhere."""
    bind("classes", SeatItem)
    seat_item(ClassId("independent", "somebody", "k1"), Seat(ACCOUNT, "active")).save()
    status, problem, _ = send(asked("link_person", ADA, {"account": ACCOUNT}))
    assert (status, problem["code"]) == (409, "owner_must_confirm")


def test_a_record_that_is_linked_is_not_given_to_another_a_10(send: Send, roster: Rostered) -> None:
    status, problem, _ = send(asked("link_person", LINKED, {"account": ACCOUNT}))
    assert (status, problem["code"]) == (409, "already_linked")


def test_a_student_never_merges_with_anybody_a_08(send: Send, roster: Rostered) -> None:
    status, problem, _ = send(asked("link_person", ADA, {"account": "owner"}))
    assert (status, problem["code"]) == (409, "linked_here")


def test_a_student_without_a_class_is_not_linked_a_03(send: Send, roster: Rostered) -> None:
    roster.person("out", schools=("s9",))
    assert send(asked("link_person", "out", {"account": ACCOUNT}))[1]["code"] == "no_section"


def test_the_link_moves_to_the_same_persons_new_record_once_a_09_x_03(send: Send, roster: Rostered) -> None:
    send(asked("link_person", ADA, {"account": ACCOUNT}))
    roster.person(ADA, archived=1, address="ada@d.example", schools=("s9",))
    roster.person(NEW, address="ada@d.example", schools=("s9",))
    wanted = {"account": ACCOUNT, "instead_of": ADA}
    preview = send(asked("link_person", NEW, wanted | {"preview": True}))[1]
    assert [one["person"] for one in preview["linked"] + preview["cut"]] == [NEW, ADA]
    assert send(asked("link_person", NEW, wanted))[1]["done"]
    account = linking.profiles().get(ACCOUNT)
    assert account
    assert account.links == {LinkEnd(DISTRICT, NEW)}
    assert [one.end.person for one in linking.links().past(ACCOUNT)] == [ADA]
    status, again, _ = send(asked("link_person", NEW, wanted))
    assert (status, again.get("done"), again.get("linked"), again.get("cut")) == (200, True, [], [])
    assert len(rows(ACCOUNT)) == 3


def test_what_is_to_be_replaced_must_be_linked_a_09(send: Send, roster: Rostered) -> None:
    status, problem, _ = send(asked("link_person", ADA, {"account": ACCOUNT, "instead_of": LINKED}))
    assert (status, problem["code"]) == (404, "link_not_found")


def test_linking_is_undone_and_the_account_keeps_its_own_a_10_p_12(send: Send, roster: Rostered) -> None:
    send(asked("link_person", ADA, {"account": ACCOUNT}))
    preview = send(asked("unlink_person", ADA, preview="true"))[1]
    assert (preview["done"], preview["cut"]) == (False, [{"person": ADA, "name": "Ada Lee"}])
    assert send(asked("person", ADA))[1]["link"]
    assert send(asked("unlink_person", ADA))[1]["done"]
    account = linking.profiles().get(ACCOUNT)
    assert account
    assert (account.links, account.birth_date, account.name) == (set(), "", "Ada Lee")
    (past,) = linking.links().past(ACCOUNT)
    assert timedelta() <= past.until - past.since < timedelta(minutes=5)
    assert rows(ACCOUNT) == [("link.make", ADMIN), ("link.cut", ADMIN)]
    assert told(DISTRICT) == ["person.link", "person.unlink"]
    status, problem, _ = send(asked("unlink_person", ADA))
    assert (status, problem["code"]) == (404, "link_not_found")


def test_conflicts_are_shown_until_somebody_has_looked_a_10(send: Send, roster: Rostered) -> None:
    linking.facts().note_clash(LinkEnd(DISTRICT, LINKED), "other", NOW)
    assert send(asked("person", LINKED))[1]["conflicts"] == [{"account": "other", "at": "2026-11-22T01:00:00Z"}]
    send(asked("unlink_person", LINKED))
    assert send(asked("person", LINKED))[1]["conflicts"] == []


def test_conflicts_are_findings_until_somebody_has_looked_a_10_s_06(send: Send, roster: Rostered) -> None:
    """Before any run has looked, too."""
    linking.facts().note_clash(LinkEnd(DISTRICT, LINKED), "other", NOW)
    linking.facts().note_clash(LinkEnd(DISTRICT, PERSON), "other", NOW)
    (found,) = send(asked("findings"))[1]["items"]
    assert (found["code"], found["severity"], found["id"], found["school"]) == (
        "link_conflict",
        "blocking",
        LINKED,
        "s9",
    )
    assert "Account other" in found["what"]
    assert send(asked("findings", code="link_conflict", school="s2"))[1]["items"] == []
    assert send(asked("findings", code="birth_date_missing"))[1]["items"] == []
    send(asked("unlink_person", LINKED))
    assert send(asked("findings"))[1]["items"] == []


def test_an_alias_blocks_an_activation_mail_as_an_address_does_a_05(send: Send, roster: Rostered) -> None:
    """A student's alias is somebody else's address."""
    roster.person("t8", "teacher", address="t8@d.example", schools=("s9",))
    send(asked("change_person", ADA, {"aliases": ["t9@d.example"]}))
    roster.person("t8", "teacher", address="t9@d.example", schools=("s9",))
    assert send(asked("activation_mail", "t8"))[1]["reason"] == "address_blocked"


def test_an_alias_that_turns_out_to_be_a_students_address_is_a_finding_a_05(send: Send, roster: Rostered) -> None:
    """Nobody else had it when it was given; a night brought somebody who has."""
    send(asked("change_person", ADA, {"aliases": ["shared@home.example"]}))
    roster.person("late", address="shared@home.example", schools=("s2",))
    found = send(asked("findings", code="address_duplicate"))[1]["items"]
    assert [(one["id"], one["school"]) for one in found] == [(ADA, "s9"), ("late", "s2")]
    assert send(asked("findings", code="address_duplicate", school="s2"))[1]["items"] == found[1:]
    send(asked("change_person", ADA, {"aliases": []}))
    assert send(asked("findings", code="address_duplicate"))[1]["items"] == []


def test_as_many_records_of_an_employee_are_linked_as_fit_the_rest_by_the_same_again_a_08_x_03(
    send: Send, roster: Rostered
) -> None:
    """A school where all teachers have the office's address."""
    for number in range(40):
        roster.person(f"t{number:02}", "teacher", address="office@d.example", schools=("s9",))
    status, body, _ = send(asked("link_person", "t39", {"account": ACCOUNT}))
    assert (status, len(body["linked"])) == (200, 25)
    assert linking.links().get(LinkEnd(DISTRICT, "t39"))
    assert len(send(asked("link_person", "t39", {"account": ACCOUNT}))[1]["linked"]) == 15
    assert send(asked("link_person", "t39", {"account": ACCOUNT}))[1]["linked"] == []
    found = linking.profiles().get(ACCOUNT)
    assert found
    assert len(found.links) == 40


def test_an_alias_that_employees_share_or_that_is_ones_own_address_is_no_finding_a_08(
    send: Send, roster: Rostered
) -> None:
    roster.person("t1", "teacher", address="t1@district.example", schools=("s9",))
    send(asked("change_person", "t1", {"aliases": ["office@district.example"]}))
    roster.person("t2", "teacher", address="office@district.example", schools=("s9",))
    send(asked("change_person", ADA, {"aliases": ["ada@d.example"]}))
    assert send(asked("findings", code="address_duplicate"))[1]["items"] == []
