"""What an account gets back when an administrator undoes its link: A-07, A-09, A-10."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from homeroom.accounts.account import Account, Birth, LinkEnd
from homeroom.accounts.linking import Cut, Relinking, Stamp, Tie
from homeroom.accounts.rules.edits import Edit, edited
from homeroom.accounts.store.edits import EditStore
from homeroom.roster import linking
from tests.support.rostered import Rostered

from .conftest import ACCOUNT, DISTRICT, Send
from .test_people import ADA, NEW, asked

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
GROWN, CHILD, OTHER = "1990-05-01", "2019-05-01", "2012-03-04"
FAR = "far"


@pytest.fixture
def roster(district: str) -> Rostered:
    """ADA, who is grown up by the roster."""
    found = Rostered(DISTRICT)
    found.klass("sec1", ADA)
    found.person(ADA, schools=("s9",), birth_date=GROWN)
    return found


def account() -> Account:
    found = linking.profiles().get(ACCOUNT)
    assert found
    return found


def stated(date: str) -> None:
    """The account says itself when it was born."""
    before = account()
    after = edited(before, Edit(birth_date=date), NOW)
    assert EditStore(linking.profiles()).change(before, after, None)


def link(send: Send, person: str = ADA, **more: str) -> None:
    status, body, _ = send(asked("link_person", person, {"account": ACCOUNT, **more}))
    assert (status, body.get("done")) == (200, True)


def cut(send: Send, person: str = ADA) -> None:
    status, body, _ = send(asked("unlink_person", person))
    assert (status, body.get("done")) == (200, True)


def elsewhere(send: Send, **fields: Any) -> LinkEnd:
    """The account is linked to a student of another district as well."""
    end = LinkEnd("d2", FAR)
    Rostered("d2").person(FAR, **fields)
    change = Relinking(ties=(Tie(end, 1),), birth_date=fields.get("birth_date", ""))
    assert linking.links().write(account(), change, Stamp(ACCOUNT, datetime.now(UTC), "test")) == "written"
    return end


@pytest.mark.parametrize("own", [CHILD, GROWN, "2016-02"])
def test_the_birth_date_from_before_a_wrong_link_comes_back_a_07_a_10(send: Send, roster: Rostered, own: str) -> None:
    """Else a child would be 13 for good, or somebody of 15 a child."""
    roster.person(ADA, schools=("s9",), birth_date=OTHER)
    stated(own)
    link(send)
    assert account().birth == Birth(OTHER, "roster")
    cut(send)
    assert account().birth == Birth(own, "self")


def test_who_had_none_before_a_wrong_link_has_none_and_may_state_one_a_07_a_10(send: Send, roster: Rostered) -> None:
    link(send)
    cut(send)
    assert account().birth == Birth()
    stated(CHILD)
    assert account().birth == Birth(CHILD, "self")


def test_what_the_roster_has_said_before_comes_back_as_the_rosters_a_07_a_10(send: Send, roster: Rostered) -> None:
    """A record that was left otherwise than by an administrator's word: the date outlives it."""
    end = elsewhere(send, birth_date=CHILD)
    found = linking.links().get(end)
    assert found
    assert found.since
    change = Relinking(cuts=(Cut(end, found.since, found.before),), birth_date=CHILD)
    assert linking.links().write(account(), change, Stamp("conversion", NOW, "test")) == "written"
    assert account().birth == Birth(CHILD, "roster")
    link_as_known(roster)
    cut(send)
    assert account().birth == Birth(CHILD, "roster")


def link_as_known(roster: Rostered) -> None:
    """Linked, as the owner would have agreed to: an account with a past is theirs to link."""
    change = Relinking(ties=(Tie(LinkEnd(DISTRICT, ADA), 1),), birth_date=GROWN)
    assert linking.links().write(account(), change, Stamp(ACCOUNT, NOW, "test")) == "written"


def test_a_link_that_has_noted_nothing_is_cut_as_ever_a_07(send: Send, roster: Rostered) -> None:
    """Of links from before this was kept, the roster's last word stays."""
    link(send)
    boto3.client("dynamodb").update_item(
        TableName="districts", Key={"pk": {"S": f"D#{DISTRICT}#P#{ADA}"}, "sk": {"S": "LINK"}},
        UpdateExpression="REMOVE birth_date, birth_by",
    )  # fmt: skip
    cut(send)
    assert account().birth == Birth(GROWN, "roster")


@pytest.mark.parametrize("own", ["", CHILD])
def test_a_link_that_moved_gives_back_what_was_before_the_first_a_09_a_10(
    send: Send, roster: Rostered, own: str
) -> None:
    if own:
        stated(own)
    link(send)
    roster.person(ADA, archived=1, schools=("s9",))
    roster.person(NEW, schools=("s9",), birth_date=OTHER)
    link(send, NEW, instead_of=ADA)
    assert account().birth == Birth(OTHER, "roster")
    cut(send, NEW)
    assert account().birth == Birth(own, "self" if own else "")


def test_what_another_districts_record_says_counts_on_a_07_a_11(send: Send, roster: Rostered) -> None:
    link(send)
    elsewhere(send, birth_date=OTHER)
    cut(send)
    assert account().birth == Birth(OTHER, "roster")


def test_another_districts_record_that_says_nothing_keeps_no_wrong_date_a_07_a_11(send: Send, roster: Rostered) -> None:
    stated(CHILD)
    link(send)
    elsewhere(send)
    cut(send)
    assert account().birth == Birth(CHILD, "self")


def test_an_undone_links_date_comes_back_by_no_later_link_a_07_a_11(send: Send, roster: Rostered) -> None:
    """The later link found the wrong date, which has been taken back since."""
    stated(CHILD)
    link(send)
    end = elsewhere(send, birth_date=OTHER)
    kept = linking.links().get(end)
    assert kept
    assert kept.before == Birth(GROWN, "roster")
    cut(send)
    after = linking.links().get(end)
    assert after == kept._replace(before=Birth(CHILD, "self"))


def test_a_date_of_which_the_link_knows_nothing_is_left_alone_a_07_a_10(send: Send, district: str) -> None:
    """A teacher's record says none: what the account has said of itself has not come by it."""
    Rostered(DISTRICT).person("t7", "teacher", address="t7@d.example", schools=("s9",))
    stated(GROWN)
    link(send, "t7")
    cut(send, "t7")
    assert account().birth == Birth(GROWN, "self")


def test_a_birth_date_that_was_stated_meanwhile_is_what_the_link_keeps_a_07(send: Send, roster: Rostered) -> None:
    """Between the reading of an account and its linking: all is read anew."""
    read = account()
    stated(CHILD)
    change = Relinking(ties=(Tie(LinkEnd(DISTRICT, ADA), 1),), birth_date=GROWN)
    stamp = Stamp(ACCOUNT, NOW, "test")
    assert linking.links().write(read, change, stamp) == "changed"
    assert linking.links().write(replace(read, birth_date=CHILD, birth_by="self"), change, stamp) == "written"
    found = linking.links().get(LinkEnd(DISTRICT, ADA))
    assert found
    assert found.before == Birth(CHILD, "self")
