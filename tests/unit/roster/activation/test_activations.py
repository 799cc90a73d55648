"""Activation on tables: A-01, A-03, A-04, A-05, A-07, A-08, A-11, X-03, X-04, S-13."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from homeroom.accounts.account import Account, LinkEnd
from homeroom.accounts.linking import Stamp
from homeroom.accounts.store.links import LinkStore
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.classes.ids import ClassId
from homeroom.classes.model import Seat
from homeroom.classes.store.independent import SeatItem, seat_item
from homeroom.roster.activation.model import Activated, Evidence, Shown
from homeroom.roster.activation.refusals import AlreadyLinked, NoSection, NotOnRoster
from homeroom.roster.activation.service import Activations, refusal
from homeroom.roster.activation.store import FactStore
from homeroom.roster.store.aliases import AliasStore
from homeroom.runtime import aws
from homeroom.runtime.dynamo import bind
from homeroom.runtime.transact import StoreBusy, transact
from tests.support.rostered import Rostered

NOW = datetime(2026, 9, 15, 15, 0, tzinfo=UTC)
ADA = LinkEnd("d1", "ada")


@pytest.fixture
def ada(roster: Rostered) -> str:
    """A student in a class; their address."""
    roster.klass("sec1", "ada", teacher="t1")
    return roster.person("ada", birth_date="2014-05-01")


def own(*addresses: str) -> Evidence:
    return Evidence(frozenset(addresses))


def activate(activations: Activations, account: Account, evidence: Evidence) -> Activated:
    return activations.activate(account, evidence, NOW, cause="request:r1")


def ends(shown: tuple[Shown, ...]) -> list[LinkEnd]:
    return [record.end for one in shown for record in one.decision.records]


def seated(account: str) -> None:
    bind("classes", SeatItem)
    seat_item(ClassId("independent", "somebody", "k1"), Seat(account, "active")).save()


def test_an_equal_verified_address_links_a_new_account_a_01_a_04(
    activations: Activations, profiles: ProfileStore, links: LinkStore, ada: str
) -> None:
    found = activate(activations, profiles.begin("a1", ada, NOW), own(ada))
    assert ends(found.linked) == [ADA]
    link = links.get(ADA)
    assert link
    assert (link.account, link.by) == ("a1", "address")
    kept = profiles.get("a1")
    assert kept == found.account
    assert kept
    assert (kept.birth_date, kept.birth_by, kept.name) == ("2014-05-01", "roster", "Ada Lee")
    assert kept.district_zone == "America/New_York"


def test_the_same_again_answers_the_same_x_03(activations: Activations, profiles: ProfileStore, ada: str) -> None:
    first = activate(activations, profiles.begin("a1", ada, NOW), own(ada))
    again = activate(activations, first.account, own(ada))
    assert (ends(again.linked), again.account) == (ends(first.linked), first.account)


def test_who_has_a_seat_is_asked_first_and_shown_the_district_a_04(
    activations: Activations, profiles: ProfileStore, links: LinkStore, ada: str
) -> None:
    seated("a1")
    account = profiles.begin("a1", ada, NOW)
    found = activate(activations, account, own(ada))
    assert (found.linked, ends(found.to_confirm), links.get(ADA)) == ((), [ADA], None)
    assert found.to_confirm[0].place.name == "District d1"
    done = activations.confirm(account, own(ada), ADA, Stamp("a1", NOW, "request:r2"))
    assert ends(done.linked) == [ADA]
    assert activations.confirm(done.account, own(ada), ADA, Stamp("a1", NOW, "r")).account == done.account


def test_a_record_is_confirmed_only_by_who_has_shown_it_to_be_theirs_a_04(
    activations: Activations, profiles: ProfileStore, links: LinkStore, ada: str
) -> None:
    account = profiles.begin("a1", "zoe@d1.example", NOW)
    with pytest.raises(NotOnRoster):
        activations.confirm(account, own("zoe@d1.example"), ADA, Stamp("a1", NOW, "r"))
    assert links.get(ADA) is None


def test_a_student_without_a_class_is_told_so_a_03(
    activations: Activations, profiles: ProfileStore, roster: Rostered
) -> None:
    address = roster.person("bo")
    account = profiles.begin("a1", address, NOW)
    found = activate(activations, account, own(address))
    assert isinstance(refusal(found.refused[0]), NoSection)
    with pytest.raises(NoSection):
        activations.confirm(account, own(address), LinkEnd("d1", "bo"), Stamp("a1", NOW, "r"))


@pytest.mark.parametrize("state", ["ended", "archived"])
def test_a_class_that_is_over_is_none_a_03(
    activations: Activations, profiles: ProfileStore, roster: Rostered, state: str
) -> None:
    address = roster.person("bo")
    roster.klass("old", "bo", **({"archived": 1} if state == "archived" else {"state": state}))
    assert activate(activations, profiles.begin("a1", address, NOW), own(address)).linked == ()


def test_the_index_grants_nothing_a_03(activations: Activations, profiles: ProfileStore, roster: Rostered) -> None:
    """It still lists a membership that has just gone."""
    address = roster.person("bo")
    klass = roster.klass("sec1", "bo")
    client = aws.dynamodb()
    key = {"pk": {"S": f"C#D#{klass.of}#{klass.own}"}, "sk": {"S": "CLASS"}}
    client.delete_item(TableName="classes", Key=key)
    assert activate(activations, profiles.begin("a1", address, NOW), own(address)).linked == ()


def test_two_records_with_a_student_among_them_block_the_address_there_alone_a_05(
    activations: Activations, profiles: ProfileStore, roster: Rostered, ada: str
) -> None:
    roster.person("t9", "teacher", address=ada)
    elsewhere = Rostered("d2")
    elsewhere.person("far", "teacher", address=ada)
    found = activate(activations, profiles.begin("a1", ada, NOW), own(ada))
    assert ends(found.linked) == [LinkEnd("d2", "far")]
    assert refusal(found.refused[0]).code == "address_blocked"


def test_an_alias_activates_the_record_a_05(
    activations: Activations, profiles: ProfileStore, links: LinkStore, ada: str
) -> None:
    transact(aws.dynamodb(), AliasStore("districts").add("d1", "ada", "home@x.example", "admin", NOW))
    found = activate(activations, profiles.begin("a1", "home@x.example", NOW), own("home@x.example"))
    assert ends(found.linked) == [ADA]


def test_all_records_of_an_employee_are_linked_to_one_account_a_08(
    activations: Activations, profiles: ProfileStore, links: LinkStore, roster: Rostered
) -> None:
    address = roster.person("t1", "teacher")
    roster.person("s1", "staff", address=address, admin="schools", admin_schools=("s1",))
    found = activate(activations, profiles.begin("a1", address, NOW), own(address))
    assert set(ends(found.linked)) == {LinkEnd("d1", "s1"), LinkEnd("d1", "t1")}
    assert all((link := links.get(end)) and link.account == "a1" for end in found.account.links)


def test_records_of_several_districts_each_have_their_link_a_11(
    activations: Activations, profiles: ProfileStore, roster: Rostered, ada: str
) -> None:
    elsewhere = Rostered("d2")
    elsewhere.person("ada2", address=ada)
    elsewhere.klass("x", "ada2")
    found = activate(activations, profiles.begin("a1", ada, NOW), own(ada))
    assert found.account.links == {ADA, LinkEnd("d2", "ada2")}


def test_however_many_districts_have_a_new_account_all_are_linked_at_once_a_04_a_11(
    activations: Activations, profiles: ProfileStore, roster: Rostered
) -> None:
    """Each link is a transaction of its own, and none of them has failed."""
    for number in range(1, 9):
        Rostered(f"d{number}").person("it", "teacher", address="it@all.example")
    found = activate(activations, profiles.begin("a1", "it@all.example", NOW), own("it@all.example"))
    assert [len(some) for some in (found.linked, found.to_confirm, found.refused)] == [8, 0, 0]


def test_clever_is_matched_on_district_and_id_and_never_on_an_address_a_04(
    activations: Activations, profiles: ProfileStore, links: LinkStore, ada: str
) -> None:
    stranger = activate(activations, profiles.begin("a1", "", NOW), Evidence(clever=LinkEnd("d1", "nobody")))
    assert (stranger.linked, stranger.refused) == ((), ())
    other = activate(activations, profiles.begin("a2", "", NOW), Evidence(clever=LinkEnd("d2", "ada")))
    assert other.linked == ()
    found = activate(activations, profiles.begin("a3", "", NOW), Evidence(clever=ADA))
    assert ends(found.linked) == [ADA]


@pytest.mark.parametrize("person", ["", "x" * 3000, "é", "ada#LINK"])
def test_what_is_no_id_names_nobody(activations: Activations, profiles: ProfileStore, ada: str, person: str) -> None:
    found = activate(activations, profiles.begin("a1", "", NOW), Evidence(clever=LinkEnd("d1", person)))
    assert (found.linked, found.refused) == ((), ())


def test_a_district_whose_programme_has_ended_activates_nobody(
    activations: Activations, profiles: ProfileStore, ada: str
) -> None:
    aws.dynamodb().update_item(
        TableName="districts", Key={"pk": {"S": "D#d1"}, "sk": {"S": "DISTRICT"}},
        UpdateExpression="SET #state = :ended", ExpressionAttributeNames={"#state": "state"},
        ExpressionAttributeValues={":ended": {"S": "ended"}},
    )  # fmt: skip
    assert activate(activations, profiles.begin("a1", ada, NOW), own(ada)).linked == ()


def test_who_comes_second_is_refused_and_the_conflict_is_kept_a_10(
    activations: Activations, profiles: ProfileStore, facts: FactStore, ada: str
) -> None:
    activate(activations, profiles.begin("a1", ada, NOW), own(ada))
    second = profiles.begin("a2", "", NOW)
    for _ in range(2):
        found = activate(activations, second, own(ada))
    assert isinstance(refusal(found.refused[0]), AlreadyLinked)
    assert facts.clashes("d1") == facts.clashes("d1", "ada") == [("ada", "a2", NOW)]
    facts.settle_clashes("d1", "ada")
    assert facts.clashes("d1") == []


def test_two_people_at_once_get_one_link_and_the_other_their_own_code_a_04(
    activations: Activations, profiles: ProfileStore, links: LinkStore, ada: str
) -> None:
    accounts = [profiles.begin(f"a{number}", "", NOW) for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda account: activate(activations, account, own(ada)), accounts))
    assert sorted(len(one.linked) for one in found) == [0] * 5 + [1]
    assert {refusal(one.refused[0]).code for one in found if not one.linked} == {"already_linked"}
    link = links.get(ADA)
    assert link
    kept = profiles.many(account.id for account in accounts)
    assert [one.id for one in kept.values() if one.links] == [link.account]


def test_one_account_asking_twice_at_once_gets_one_student_of_two_a_08(
    activations: Activations, profiles: ProfileStore, roster: Rostered, ada: str
) -> None:
    bo = roster.person("bo")
    roster.klass("sec2", "bo")
    account = profiles.begin("a1", ada, NOW)

    def confirm(person: str) -> str:
        try:
            activations.confirm(account, own(ada, bo), LinkEnd("d1", person), Stamp("a1", NOW, "r"))
        except Exception as error:  # noqa: BLE001  its code is what counts
            return getattr(error, "code", repr(error))
        return "linked"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(confirm, ["ada", "bo"])) == ["linked", "linked_here"]
    kept = profiles.get("a1")
    assert kept
    assert len(kept.links) == 1


def test_a_record_that_a_run_writes_meanwhile_is_looked_at_again(
    activations: Activations, profiles: ProfileStore, links: LinkStore, roster: Rostered, ada: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    write = LinkStore.write

    def late(self: LinkStore, *asked: Any) -> Any:
        roster.run = 2
        roster.person("ada", archived=2)
        return write(self, *asked)

    monkeypatch.setattr(LinkStore, "write", late)
    found = activate(activations, profiles.begin("a1", ada, NOW), own(ada))
    assert (found.linked, refusal(found.refused[0]).code) == ((), "not_on_roster")
    assert links.get(ADA) is None


@pytest.mark.parametrize("times", [1, 20])
def test_other_writers_are_waited_for_and_nothing_is_half_done(
    activations: Activations, profiles: ProfileStore, links: LinkStore, ada: str, monkeypatch: pytest.MonkeyPatch,
    times: int,
) -> None:  # fmt: skip
    client, left = aws.dynamodb(), [times]
    send = client.transact_write_items

    def busy(**request: Any) -> Any:
        if left[0]:
            left[0] -= 1
            reasons = [{"Code": "TransactionConflict"}]
            told = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
            raise client.exceptions.TransactionCanceledException(told, "TransactWriteItems")
        return send(**request)

    account = profiles.begin("a1", ada, NOW)
    monkeypatch.setattr(client, "transact_write_items", busy)
    if times > 6:
        with pytest.raises(StoreBusy):
            activate(activations, account, own(ada))
        assert (links.get(ADA), profiles.get("a1")) == (None, account)
    else:
        assert ends(activate(activations, account, own(ada)).linked) == [ADA]


def test_looking_writes_nothing_a_10(
    activations: Activations, profiles: ProfileStore, links: LinkStore, ada: str
) -> None:
    account = profiles.begin("a1", ada, NOW)
    assert ends(activations.look(account, own(ada)).to_confirm) == [ADA]
    assert (links.get(ADA), profiles.get("a1")) == (None, account)
