"""`/activations`, and what GET /me does of it: A-01, A-03, A-04, A-05, A-10, J-03, J-04, X-01, X-03."""

from dataclasses import replace

import pytest

from homeroom.accounts.account import LinkEnd
from homeroom.accounts.linking import Cut, Relinking, Stamp
from homeroom.classes.ids import ClassId
from homeroom.classes.model import Seat
from homeroom.classes.store.independent import CodeItem, SeatItem, seat_item
from homeroom.roster import linking
from homeroom.roster.activation.service import Activations
from homeroom.roster.activation.service.carried import MOST
from homeroom.roster.store.aliases import AliasStore
from homeroom.runtime import aws
from homeroom.runtime.dynamo import bind
from homeroom.runtime.transact import transact
from tests.support import taught
from tests.support.people import Person
from tests.support.rostered import Rostered

ADDRESS = "ada@d1.example"
ADA = Person.named("ada", address=ADDRESS)
HOME = Person.named("ada", address="ada@home.example")
CLEVER = Person.named("ada", address=ADDRESS, provider="Clever", subject="ada", more={"custom:clever_district": "d1"})
BOSS = Person.named("boss", address="")
CODE = "ABCDEFGH"
KLASS = ClassId("district", "d1", "sec1")


@pytest.fixture(autouse=True)
def roster(fresh):
    """Ada, a student in a class with a code."""
    fresh.become("AccountsFunction")
    made = Rostered()
    made.person("ada", birth_date="2014-05-01")
    made.klass("sec1", "ada", teacher="t1")
    bind("classes", CodeItem, SeatItem)
    CodeItem(f"CODE#{CODE}", "CODE", klass=KLASS.text, state="active", made=fresh.now).save()
    return made


def post(api, body=None, who=ADA, path="/activations"):
    return api.call("POST", path, {} if body is None else body, as_=who)


def confirm(api, body, who=ADA):
    return post(api, body, who, "/activations/confirm")


def busy(who=ADA):
    """Give an account activity of its own."""
    seat_item(ClassId("independent", "somebody", "k1"), Seat(who.account, "active")).save()


def linked():
    found = linking.links().get(LinkEnd("d1", "ada"))
    return found.account if found else None


def token(api, to=ADDRESS):
    """What the one mail that goes out says."""
    (mail,) = api.deliver()
    assert mail.to == to
    return mail.links()[0].partition("#token=")[2]


def test_the_event_of_an_activation(sent):
    assert sent("activate", ADA).body["linked"][0]["person"] == "ada"
    assert sent("activate_by_code", HOME).status == 202
    assert sent("confirm_activation", ADA).body["linked"][0]["person"] == "ada"


def test_a_new_account_is_linked_at_its_first_request_a_01_a_04(fresh):
    body = fresh.call("GET", "/me", as_=ADA).body
    assert (body["kind"], body["roles"], body["birth_date"], body["proposals"]) == (
        "district",
        ["student"],
        "2014-05-01",
        [],
    )
    assert body["districts"] == [{"id": "d1", "name": "District d1", "roles": ["student"]}]
    assert linked() == ADA.account


def test_a_first_request_that_changes_something_links_before_it_a_04_a_07(fresh):
    refused = fresh.call("PATCH", "/me", {"birth_date": "1990-01-01"}, as_=ADA)
    assert (refused.status, refused.body["code"]) == (403, "roster_decides")
    found = fresh.call("GET", "/me", as_=ADA).body
    assert (found["kind"], found["birth_date"], found["birth_date_by"]) == ("district", "2014-05-01", "roster")


def test_one_with_activity_is_asked_and_links_by_its_owners_word_a_04(fresh):
    busy()
    body = fresh.call("GET", "/me", as_=ADA).body
    assert (body["kind"], linked()) == ("grassroots", None)
    (asked,) = body["proposals"]
    assert (asked["district"], asked["person"], asked["name"]) == ("d1", "ada", "Ada Lee")
    assert any("from now on" in line for line in asked["will_see"])
    assert post(fresh).body["to_confirm"] == [asked]
    assert linked() is None
    done = confirm(fresh, {"district": "d1", "person": "ada"})
    assert (done.status, done.body["linked"][0]["person"], linked()) == (200, "ada", ADA.account)
    assert fresh.call("GET", "/me", as_=ADA).body["proposals"] == []


def test_what_was_done_in_a_district_is_activity_when_the_link_is_cut_a_04_a_11(fresh):
    """Another district, or the same again, gets to see the account by its owner's word alone."""
    taught.administrator(BOSS, district="d1")
    post(fresh)
    fresh.wait(minutes=1)
    assert fresh.call("DELETE", "/districts/d1/people/ada/link", as_=BOSS).status == 200
    fresh.wait(minutes=1)
    assert [one["person"] for one in post(fresh).body["to_confirm"]] == ["ada"]
    refused = fresh.call("POST", "/districts/d1/people/ada/link", {"account": ADA.account}, as_=BOSS)
    assert (refused.body["code"], linked()) == ("owner_must_confirm", None)
    assert confirm(fresh, {"district": "d1", "person": "ada"}).status == 200
    assert linked() == ADA.account


def test_the_same_again_changes_nothing_x_03(fresh):
    assert post(fresh).body == post(fresh).body
    assert post(fresh).status == 200


@pytest.mark.parametrize(
    "who",
    [
        Person.named("ada", address=ADDRESS, verified=False),
        Person.named("ada", address=ADDRESS, verified=None),
        Person.named("ada", address="ada@d2.example"),
        Person.named("ada", address=""),
        replace(CLEVER, subject="somebody"),
        replace(CLEVER, more={"custom:clever_district": "d2"}),
        replace(CLEVER, more={}),
        Person.named("ada", address="", provider="Google", subject="ada", more={"custom:clever_district": "d1"}),
    ],
    ids=["unverified", "nobody_says", "another", "none", "other_clever_id", "other_district", "no_district", "google"],
)
def test_nobodys_address_links_nobody_a_04(fresh, who):
    """Unverified, without a word on it, or stated by Clever."""
    fresh.call("GET", "/me", as_=who)
    refused = post(fresh, who=who)
    assert (refused.status, refused.body["code"]) == (403, "not_on_roster")
    assert confirm(fresh, {"district": "d1", "person": "ada"}, who).status == 403
    assert linked() is None


def test_an_address_that_changed_and_is_not_verified_again_links_nobody_a_04(fresh):
    fresh.call("GET", "/me", as_=HOME)
    refused = post(fresh, who=replace(ADA, verified=False))
    assert (refused.status, linked()) == (403, None)


def test_an_address_that_is_another_accounts_links_nobody_a_01(fresh):
    fresh.call("GET", "/me", as_=Person.named("first", address=ADDRESS))
    busy(ADA)
    assert post(fresh).status == 403
    assert fresh.call("GET", "/me", as_=ADA).body["proposals"] == []


def test_a_first_sign_in_by_clever_is_noted_as_such_a_04_x_04(fresh):
    fresh.call("GET", "/me", as_=CLEVER)
    found = linking.links().get(LinkEnd("d1", "ada"))
    assert (found.account, found.by) == (CLEVER.account, "clever")


def test_a_sign_in_by_clever_is_known_by_its_id_a_04(fresh):
    body = fresh.call("GET", "/me", as_=CLEVER).body
    assert (body["kind"], body["address"], linked()) == ("district", None, CLEVER.account)


def test_why_somebody_is_not_linked_a_03_a_05_a_10(fresh, roster):
    roster.person("out")
    out = post(fresh, who=Person.named("out", address="out@d1.example"))
    assert (out.status, out.body["code"]) == (409, "no_section")
    post(fresh)
    other = Person.named("other", address="other@x.example")
    roster.person("t7", "teacher", address="two@d1.example")
    roster.person("s7", address="two@d1.example")
    two = post(fresh, who=Person.named("two", address="two@d1.example"))
    assert (two.status, two.body["code"]) == (409, "address_blocked")
    assert post(fresh, who=other).body["code"] == "not_on_roster"


@pytest.mark.parametrize(
    "body",
    [
        {"code": CODE}, {"email": ADDRESS}, {"code": CODE, "email": ADDRESS, "by": "fax"}, {"code": 7}, [], "x",
        {"code": CODE, "email": "no address"}, {"code": "x" * 101, "email": ADDRESS},
    ],
)  # fmt: skip
def test_what_is_no_activation_is_refused(fresh, body):
    assert post(fresh, body).status == 422


@pytest.mark.parametrize(
    "body", [{}, {"token": "t", "district": "d", "person": "p"}, {"district": "d1"}, {"person": "p"}]
)
def test_one_thing_is_confirmed(fresh, body):
    assert confirm(fresh, body).status == 422


def by_code(address=ADDRESS, by="mail", code=CODE, **more):
    return {"code": code, "email": address, "by": by, **more}


def test_a_typed_address_alone_never_links_a_04(fresh):
    for by in ("mail", "teacher"):
        assert post(fresh, by_code(by=by), HOME).status == 202
    assert linked() is None


@pytest.mark.parametrize("by", ["mail", "teacher"])
def test_nobody_learns_whether_an_address_is_on_the_roster_a_04(fresh, by):
    found = [post(fresh, by_code(address, by), HOME) for address in (ADDRESS, "nobody@d1.example")]
    assert found[0].status == 202
    assert (found[0].status, found[0].body) == (found[1].status, found[1].body)


def test_the_mail_goes_to_who_is_on_the_roster_and_links_who_asked_a_04(fresh):
    post(fresh, by_code("nobody@d1.example"), HOME)
    assert fresh.deliver() == []
    post(fresh, by_code(" ADA@d1.example "), HOME)
    secret = token(fresh)
    stolen = confirm(fresh, {"token": secret}, Person.named("thief"))
    assert (stolen.status, stolen.body["code"], linked()) == (404, "proof_invalid", None)
    done = confirm(fresh, {"token": secret}, HOME)
    assert (done.status, done.body["linked"][0]["person"], linked()) == (200, "ada", HOME.account)
    again = confirm(fresh, {"token": secret}, HOME)
    assert (again.status, again.body["code"]) == (404, "proof_invalid")


def test_who_has_activity_agrees_before_the_mails_link_counts_a_04(fresh):
    busy(HOME)
    post(fresh, by_code(), HOME)
    secret = token(fresh)
    asked = confirm(fresh, {"token": secret}, HOME)
    assert (asked.status, asked.body["linked"], asked.body["to_confirm"][0]["person"]) == (200, [], "ada")
    assert linked() is None
    assert confirm(fresh, {"token": secret, "agreed": True}, HOME).status == 200
    assert linked() == HOME.account


def test_a_link_that_comes_too_late_is_worth_nothing_a_04(fresh):
    post(fresh, by_code(), HOME)
    secret = token(fresh)
    fresh.wait(days=30, seconds=1)
    assert confirm(fresh, {"token": secret}, HOME).body["code"] == "proof_invalid"
    assert linked() is None


def test_wrong_codes_are_one_answer_and_limited_j_03_j_04(fresh):
    answers = [post(fresh, by_code(code=f"ABCDEFG{letter}"), HOME) for letter in "ABCDEFGJKMN"]
    assert {(found.status, found.body["code"]) for found in answers[:10]} == {(404, "code_not_found")}
    assert (answers[10].status, answers[10].body["code"]) == (429, "too_many_attempts")
    assert post(fresh, by_code(), HOME).status == 429


def test_five_mails_an_hour_are_the_most_for_one_account(fresh):
    """Whatever the addresses: else the limit would tell them apart."""
    found = [post(fresh, by_code(f"n{number}@d1.example"), HOME) for number in range(6)]
    assert [one.status for one in found] == [202] * 5 + [429]


def test_a_teachers_word_needs_the_owners_first_a_04(fresh):
    busy(HOME)
    refused = post(fresh, by_code(by="teacher"), HOME)
    assert (refused.status, refused.body["code"]) == (409, "confirm_first")
    assert "District d1 sees" in refused.body["detail"]
    assert post(fresh, by_code(by="teacher", agreed=True), HOME).status == 202


def test_a_further_address_that_was_proved_activates_and_stays_with_the_record_a_05(fresh):
    fresh.call("GET", "/me", as_=HOME)
    assert fresh.call("POST", "/me/aliases", {"address": ADDRESS}, as_=HOME).status == 202
    done = confirm(fresh, {"token": token(fresh)}, HOME)
    assert (done.status, linked()) == (200, HOME.account)


def test_a_mailed_link_brings_all_records_of_an_employee_however_many_a_04_a_08(fresh, roster):
    """More than one transaction holds: the link is used up by the first."""
    for one in range(30):
        roster.person(f"t{one:02}", "teacher", address="office@d1.example")
    assert post(fresh, {"code": CODE, "email": "office@d1.example"}, HOME).status == 202
    done = confirm(fresh, {"token": token(fresh, "office@d1.example")}, HOME)
    assert (done.status, len(done.body["linked"])) == (200, 30)


def test_the_record_carries_what_its_linked_person_has_verified_a_05(fresh):
    post(fresh)
    fresh.call("POST", "/me/aliases", {"address": "ada@home.example"}, as_=ADA)
    assert confirm(fresh, {"token": token(fresh, "ada@home.example")}).status == 200
    assert [claim.end for claim in linking.facts().claims(["ada@home.example"])] == [LinkEnd("d1", "ada")]


def test_as_many_records_carry_an_address_as_fit_into_its_transaction_a_05_a_08(fresh, roster):
    """Also when the address is taken from another account's login, which takes two actions more."""
    shared, ben = Person.named("itinerant", address="it@d1.example"), Person.named("ben", address="it@home.example")
    for one in range(25):
        roster.person(f"t{one:02}", "teacher", address=shared.address)
    fresh.call("GET", "/me", as_=ben)
    assert len(post(fresh, who=shared).body["linked"]) == 25
    fresh.call("POST", "/me/aliases", {"address": ben.address}, as_=shared)
    assert confirm(fresh, {"token": token(fresh, ben.address)}, shared).status == 200
    assert fresh.call("GET", "/me", as_=shared).body["aliases"] == [ben.address]
    assert len(linking.facts().claims([ben.address])) == MOST


def test_an_address_and_what_carries_it_are_written_together_x_03_a_05(fresh, monkeypatch):
    """A process that dies on the way leaves all or nothing: the mailed link is good, or everything is done."""
    post(fresh)
    fresh.call("POST", "/me/aliases", {"address": "ada@home.example"}, as_=ADA)
    sent = token(fresh, "ada@home.example")
    with monkeypatch.context() as patch:
        patch.setattr(Activations, "activate", lambda *_, **__: None)
        confirm(fresh, {"token": sent})
    assert linking.profiles().get(ADA.account).addresses == {"ada@home.example"}
    assert [claim.end for claim in linking.facts().claims(["ada@home.example"])] == [LinkEnd("d1", "ada")]
    audited = [item for item in fresh.items("DistrictsTable") if item.get("action", {}).get("S") == "person.alias"]
    assert len(audited) == 1


def test_what_an_account_gave_the_record_goes_with_a_link_that_is_undone_a_10_a_05(fresh):
    """Somebody was linked by mistake: by an address of their own they would be back at once."""
    taught.administrator(BOSS, district="d1")
    wrong = Person.named("eve")
    fresh.call("GET", "/me", as_=wrong)
    path = "/districts/d1/people/ada"
    assert fresh.call("PATCH", path, {"aliases": ["ada@kept.example"]}, as_=BOSS).status == 200
    assert fresh.call("POST", f"{path}/link", {"account": wrong.account}, as_=BOSS).status == 200
    fresh.call("POST", "/me/aliases", {"address": "eve@home.example"}, as_=wrong)
    assert confirm(fresh, {"token": token(fresh, "eve@home.example")}, wrong).status == 200
    fresh.wait(minutes=1)
    assert fresh.call("DELETE", f"{path}/link", as_=BOSS).body["done"]
    assert fresh.call("GET", path, as_=BOSS).body["aliases"] == ["ada@kept.example"]
    refused = post(fresh, who=wrong)
    assert (refused.status, refused.body["code"], linked()) == (403, "not_on_roster", None)


def test_what_an_account_gives_the_record_while_its_link_is_being_undone_goes_too_a_10_a_05(fresh, monkeypatch):
    taught.administrator(BOSS, district="d1")
    wrong, by = Person.named("eve"), AliasStore.by
    fresh.call("GET", "/me", as_=wrong)
    path = "/districts/d1/people/ada"
    assert fresh.call("POST", f"{path}/link", {"account": wrong.account}, as_=BOSS).status == 200
    fresh.call("POST", "/me/aliases", {"address": "eve@home.example"}, as_=wrong)
    sent = [token(fresh, "eve@home.example")]
    fresh.wait(minutes=1)

    def late(*given):
        found = by(*given)
        if sent:
            assert confirm(fresh, {"token": sent.pop()}, wrong).status == 200
            fresh.become("DistrictAdminFunction")
        return found

    monkeypatch.setattr(AliasStore, "by", staticmethod(late))
    assert fresh.call("DELETE", f"{path}/link", as_=BOSS).body["done"]
    assert fresh.call("GET", path, as_=BOSS).body["aliases"] == []


def test_a_record_carries_no_address_of_who_is_linked_no_more_a_05(fresh):
    post(fresh)
    fresh.become("AccountsFunction")
    account = linking.profiles().get(ADA.account)
    fresh.wait(minutes=1)
    stamp = Stamp(ADA.account, fresh.now, "request:r1")
    linking.links().write(account, Relinking(cuts=(Cut(LinkEnd("d1", "ada"), fresh.now),)), stamp)
    carried = AliasStore("districts").carry(LinkEnd("d1", "ada"), "ada@home.example", ADA.account, fresh.now)
    assert transact(aws.dynamodb(), carried) == {0}
    assert linking.facts().claims(["ada@home.example"]) == []


def test_where_no_mail_arrives_a_teacher_of_the_class_confirms_a_04(fresh, roster):
    teacher = Person.named("teacher", address="t1@d1.example")
    roster.person("t1", "teacher")
    fresh.call("GET", "/me", as_=teacher)
    post(fresh, by_code(by="teacher"), HOME)
    joins = f"/classes/{KLASS.text}/joins"
    (asked,) = fresh.call("GET", joins, as_=teacher).body["items"]
    assert (asked["account"], asked["student"], asked["waits_for"]) == (HOME.account, "Ada Lee", "teacher")
    for _ in range(2):
        done = fresh.call("POST", f"{joins}/{HOME.account}/approve", as_=teacher)
        assert (done.status, done.body["outcome"]) == (200, "activated")
    assert (linked(), fresh.call("GET", joins, as_=teacher).body["items"]) == (HOME.account, [])
    assert fresh.call("POST", f"{joins}/{HOME.account}/reject", as_=teacher).body["code"] == "join_not_found"


def test_by_the_code_of_their_class_the_rostered_activate_and_are_in_already_j_05(fresh):
    first, again = (fresh.call("POST", "/join", {"code": CODE}, as_=ADA) for _ in range(2))
    assert [first.body["outcome"], again.body["outcome"]] == ["activated", "already_member"]
    refused = fresh.call("POST", "/join", {"code": CODE}, as_=Person.named("stranger"))
    assert (refused.status, refused.body["code"]) == (403, "not_on_roster")
