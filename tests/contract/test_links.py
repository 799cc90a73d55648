"""Links, as any engine keeps them: both ends, the history and the audit row, or nothing (A-04, A-10, X-03, X-04)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from homeroom.accounts.account import Account, Birth, LinkEnd
from homeroom.accounts.linking import Cut, Link, Outcome, PastLink, Relinking, Stamp, Tie
from homeroom.accounts.store import UserAuditItem
from homeroom.accounts.store.links import LinkStore
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.roster.entries import PersonEntry
from homeroom.roster.store.items import PersonItem, person_item
from homeroom.runtime import aws
from homeroom.runtime.dynamo import bind

NOW = datetime(2026, 9, 15, 15, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
ADA, BO = LinkEnd("d1", "ada"), LinkEnd("d1", "bo")
STAMP = Stamp("a1", NOW, "request:r1")


@pytest.fixture
def users(make_table: Callable[[str], str]) -> str:
    return make_table("UsersTable")


@pytest.fixture
def profiles(users: str) -> ProfileStore:
    return ProfileStore(users, aws.dynamodb())


@pytest.fixture
def links(users: str, districts_table: str) -> LinkStore:
    bind(districts_table, PersonItem)
    for end in (ADA, BO):
        person_item(end.district, PersonEntry(id=end.person, roles=("student",)), 1).save()
    return LinkStore(users, districts_table, aws.dynamodb())


def rows(account: str) -> list[UserAuditItem]:
    return list(UserAuditItem.query(f"U#{account}", UserAuditItem.sk.startswith("AUDIT#"), consistent_read=True))


def make(links: LinkStore, account: Account, *ends: LinkEnd, run: int = 1, **more: Any) -> Outcome:
    return links.write(account, Relinking(ties=tuple(Tie(end, run) for end in ends), **more), STAMP)


def test_both_ends_and_the_audit_row_come_together_x_04(profiles: ProfileStore, links: LinkStore) -> None:
    account = profiles.begin("a1", "ada@d.example", NOW)
    assert make(links, account, ADA, by="clever") == "written"
    assert links.get(ADA) == Link("a1", NOW, "clever", Birth())
    assert profiles.get("a1") == replace(account, links=frozenset({ADA}))
    (row,) = rows("a1")
    assert (row.action, row.actor, row.subject, row.cause) == ("link.make", "a1", "person:d1:ada", "request:r1")


def test_the_birth_date_the_zone_and_a_missing_name_are_copied_a_07(profiles: ProfileStore, links: LinkStore) -> None:
    make(links, profiles.begin("a1", "", NOW), ADA, birth_date="2014-05", zone="America/New_York", name="Ada L")
    found = profiles.get("a1")
    assert found
    assert (found.birth_date, found.birth_by, found.name) == ("2014-05", "roster", "Ada L")
    assert found.district_zone == "America/New_York"
    make(links, found, BO, name="Somebody Else")
    assert profiles.get("a1") == replace(found, links=frozenset({ADA, BO}))


def test_a_record_has_one_link_and_the_loser_none_a_04(profiles: ProfileStore, links: LinkStore) -> None:
    make(links, profiles.begin("a1", "", NOW), ADA)
    other = profiles.begin("a2", "", NOW)
    assert make(links, other, ADA) == "taken"
    assert profiles.get("a2") == other
    assert not rows("a2")
    assert links.get(ADA) == Link("a1", NOW, "address", Birth())


def test_several_records_are_linked_together_or_not_at_all_a_08(profiles: ProfileStore, links: LinkStore) -> None:
    make(links, profiles.begin("a1", "", NOW), BO)
    assert make(links, profiles.begin("a2", "", NOW), ADA, BO) == "taken"
    assert links.get(ADA) is None


def test_what_a_run_has_written_since_is_read_again_first(profiles: ProfileStore, links: LinkStore) -> None:
    person_item("d1", PersonEntry(id="ada", roles=("student",), archived=2), 2).save()
    account = profiles.begin("a1", "", NOW)
    assert make(links, account, ADA, run=1) == "changed"
    assert (links.get(ADA), profiles.get("a1")) == (None, account)


def test_who_is_on_no_roster_cannot_be_linked(profiles: ProfileStore, links: LinkStore) -> None:
    assert make(links, profiles.begin("a1", "", NOW), LinkEnd("d1", "nobody")) == "changed"


def test_an_account_that_is_not_there_gets_no_link(profiles: ProfileStore, links: LinkStore) -> None:
    assert make(links, Account("ghost", NOW), ADA) == "changed"
    assert profiles.get("ghost") is None


def test_links_that_changed_in_between_are_read_again_first(profiles: ProfileStore, links: LinkStore) -> None:
    """Else two requests at once could give an account two student records of one district."""
    account = profiles.begin("a1", "", NOW)
    make(links, account, ADA)
    assert make(links, account, BO) == "changed"
    assert links.get(BO) is None


def test_cutting_keeps_since_when_and_until_when_p_12_a_10(profiles: ProfileStore, links: LinkStore) -> None:
    account = profiles.begin("a1", "", NOW)
    make(links, account, ADA, birth_date="2014-05-01")
    tied = profiles.get("a1") or account
    admin = Stamp("admin", LATER, "request:r2")
    assert links.write(tied, Relinking(cuts=(Cut(ADA, NOW),), birth_date="2014-05-02"), admin) == "written"
    assert links.get(ADA) is None
    assert profiles.get("a1") == replace(account, birth_date="2014-05-02", birth_by="roster")
    assert links.past("a1") == [PastLink(ADA, NOW, LATER)]
    assert [row.action for row in rows("a1")] == ["link.make", "link.cut"]


def test_cutting_again_changes_nothing_x_03(profiles: ProfileStore, links: LinkStore) -> None:
    account = profiles.begin("a1", "", NOW)
    make(links, account, ADA)
    tied = profiles.get("a1") or account
    cut = Relinking(cuts=(Cut(ADA, NOW),))
    assert [links.write(tied, cut, Stamp("a1", LATER, "c")) for _ in range(2)] == ["written", "taken"]
    assert len(links.past("a1")) == 1


def test_a_link_moves_to_another_record_in_one_step_a_09(profiles: ProfileStore, links: LinkStore) -> None:
    account = profiles.begin("a1", "", NOW)
    make(links, account, ADA)
    tied = profiles.get("a1") or account
    moved = Relinking(ties=(Tie(BO, 1),), cuts=(Cut(ADA, NOW),), by="admin")
    assert links.write(tied, moved, Stamp("admin", LATER, "c")) == "written"
    assert (links.get(ADA), links.get(BO)) == (None, Link("a1", LATER, "admin"))
    assert profiles.get("a1") == replace(account, links=frozenset({BO}))


def test_two_accounts_at_once_get_one_link_a_04(profiles: ProfileStore, links: LinkStore) -> None:
    accounts = [profiles.begin(f"a{number}", "", NOW) for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(lambda account: make(links, account, ADA), accounts))
    assert sorted(outcomes) == ["taken"] * 5 + ["written"]
    linked = {account.id for account in profiles.many(one.id for one in accounts).values() if account.links}
    link = links.get(ADA)
    assert link
    assert linked == {link.account}


@pytest.mark.parametrize("district", ["x" * 1100, "é" * 40, ""])
def test_what_is_no_districts_id_gives_nobody_anything_x_01(links: LinkStore, district: str) -> None:
    """DynamoDB refuses a key of more than 1,024 bytes."""
    assert links.administering("a1", district) == (frozenset(), False)
