"""Who administers by the roster, and what linked accounts are: S-03, S-14, G-02, P-08, A-07."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from homeroom.accounts.account import Account, LinkEnd
from homeroom.accounts.linking import Cut, Relinking, Stamp, Tie
from homeroom.accounts.model import DistrictAccessEnded
from homeroom.accounts.rules.accounts import is_child
from homeroom.accounts.service import AccountService
from homeroom.accounts.store import AccountStore
from homeroom.accounts.store.links import LinkStore
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.roster.activation.service.standing import RosterStanding
from homeroom.roster.activation.store import FactStore
from homeroom.roster.service.registration import DistrictService
from homeroom.roster.store.districts import DistrictStore
from homeroom.runtime import aws
from homeroom.runtime.errors import NotFound
from tests.support.rostered import Rostered

NOW = datetime(2026, 9, 15, 15, 0, tzinfo=UTC)
BOSS = LinkEnd("d1", "boss")
ZONE = "America/New_York"

Put = Callable[..., None]


@pytest.fixture
def standing(facts: FactStore, links: LinkStore) -> RosterStanding:
    return RosterStanding(facts, links, lambda: NOW)


@pytest.fixture
def accounts(tables: Any, standing: RosterStanding) -> AccountService:
    return AccountService(AccountStore("users"), standing)


@pytest.fixture
def put(roster: Rostered) -> Put:
    """Puts the person `boss` as a run leaves them."""

    def person(*roles: str, **fields: Any) -> None:
        roster.person("boss", *(roles or ("staff",)), **fields)
        roster.run += 1

    return person


def link(links: LinkStore, profiles: ProfileStore, account: str = "a1", end: LinkEnd = BOSS, run: int = 1) -> None:
    found = profiles.begin(account, "", NOW)
    made = Relinking(ties=(Tie(end, run),), zone=ZONE)
    assert links.write(found, made, Stamp(account, NOW, "r")) == "written"


def test_a_district_admin_sees_the_whole_district_s_03(
    accounts: AccountService, put: Put, links: LinkStore, profiles: ProfileStore
) -> None:
    put("district_admin", admin="district")
    link(links, profiles)
    scope = accounts.admin_scope("a1", "d1")
    assert (scope.account, scope.district, scope.whole) == ("a1", "d1", True)


def test_staff_see_their_schools_s_03(
    accounts: AccountService, put: Put, links: LinkStore, profiles: ProfileStore
) -> None:
    put(admin="schools", admin_schools=("s1", "s2"))
    link(links, profiles)
    scope = accounts.admin_scope("a1", "d1")
    assert (scope.whole, scope.schools) == (False, {"s1", "s2"})


@pytest.mark.parametrize("roles", [("staff",), ("teacher",), ("student",)])
def test_who_is_no_administrator_learns_of_no_district_s_03_p_08(
    accounts: AccountService, put: Put, links: LinkStore, profiles: ProfileStore, roles: tuple[str, ...]
) -> None:
    """Staff without a school among them."""
    put(*roles)
    link(links, profiles)
    with pytest.raises(NotFound):
        accounts.admin_scope("a1", "d1")


def test_the_roster_gives_nothing_without_a_link_x_01(
    accounts: AccountService, put: Put, links: LinkStore, profiles: ProfileStore
) -> None:
    put("district_admin", admin="district")
    link(links, profiles)
    profiles.begin("a2", "", NOW)
    for account, district in [("a2", "d1"), ("a1", "d2"), ("nobody", "d1")]:
        with pytest.raises(NotFound):
            accounts.admin_scope(account, district)


@pytest.mark.parametrize(
    "then",
    [{"archived": 2}, {"archived": 2, "left": "2026-09-14"}, {"admin": ""}, {"admin": "schools", "admin_schools": ()}],
)
def test_admin_rights_end_with_the_run_that_drops_them_g_02_s_14(
    accounts: AccountService, put: Put, links: LinkStore, profiles: ProfileStore, then: dict[str, Any]
) -> None:
    put("district_admin", admin="district")
    link(links, profiles)
    assert accounts.admin_scope("a1", "d1").whole
    put("staff", **then)
    with pytest.raises(DistrictAccessEnded):
        accounts.admin_scope("a1", "d1")


def test_who_was_an_administrator_is_told_so_after_the_link_is_cut_g_02(
    accounts: AccountService, put: Put, links: LinkStore, profiles: ProfileStore
) -> None:
    put("district_admin", admin="district")
    link(links, profiles)
    accounts.admin_scope("a1", "d1")
    account = profiles.get("a1")
    assert account
    links.write(account, Relinking(cuts=(Cut(BOSS, NOW),)), Stamp("op", NOW + timedelta(days=1), "r"))
    with pytest.raises(DistrictAccessEnded):
        accounts.admin_scope("a1", "d1")


def test_an_ended_grant_beats_the_roster_g_02(
    accounts: AccountService, put: Put, links: LinkStore, profiles: ProfileStore
) -> None:
    put("district_admin", admin="district")
    link(links, profiles)
    accounts.grant_admin("a1", "d1", "op", NOW, "g1")
    accounts.end_admin("a1", "d1", "op", NOW, "g2")
    with pytest.raises(DistrictAccessEnded):
        accounts.admin_scope("a1", "d1")


@pytest.mark.parametrize("by_grant", [None, ["s9"]])
def test_the_strongest_scope_counts_p_08(
    accounts: AccountService, put: Put, links: LinkStore, profiles: ProfileStore, by_grant: list[str] | None
) -> None:
    put(admin="schools", admin_schools=("s1",))
    link(links, profiles)
    accounts.grant_admin("a1", "d1", "op", NOW, "g1", schools=by_grant)
    scope = accounts.admin_scope("a1", "d1")
    assert scope.whole is (by_grant is None)
    assert scope.schools == {"s1", *(by_grant or [])}


def test_a_grant_stands_when_the_roster_gives_nothing_any_more_p_08(
    accounts: AccountService, put: Put, links: LinkStore, profiles: ProfileStore
) -> None:
    put("district_admin", admin="district")
    link(links, profiles)
    accounts.admin_scope("a1", "d1")
    accounts.grant_admin("a1", "d1", "op", NOW, "g1", schools=["s1"])
    put("staff", archived=3)
    assert accounts.admin_scope("a1", "d1").schools == {"s1"}


def test_what_an_account_is_in_its_districts_a_11(
    standing: RosterStanding, roster: Rostered, links: LinkStore, profiles: ProfileStore
) -> None:
    elsewhere = Rostered("d2")
    elsewhere.person("t1", "teacher", "staff", admin="schools", admin_schools=("s4",))
    roster.person("boss", "teacher", archived=1, left="2026-09-14")
    link(links, profiles)
    link(links, profiles, end=LinkEnd("d2", "t1"))
    account = profiles.get("a1")
    assert account
    same, found = standing.of(account)
    assert same == account
    assert [(one.place.id, one.place.name, set(one.roles), one.admin, set(one.schools)) for one in found] == [
        ("d1", "District d1", {"teacher"}, "", set()),
        ("d2", "District d2", {"teacher", "staff"}, "schools", {"s4"}),
    ]


def test_while_linked_the_roster_changes_the_birth_date_a_07(
    standing: RosterStanding, put: Put, links: LinkStore, profiles: ProfileStore
) -> None:
    put("student", birth_date="2014-05-01")
    link(links, profiles)
    account = profiles.get("a1")
    assert account
    found, _ = standing.of(account)
    assert (found.birth_date, found.birth_by) == ("2014-05-01", "roster")
    put("student", birth_date="2013-05-01")
    assert standing.of(found)[0].birth_date == "2013-05-01"
    assert profiles.get("a1") == standing.of(found)[0]
    put("student", birth_date="")
    assert standing.of(profiles.get("a1") or found)[0].birth_date == "2013-05-01"


def known(profiles: ProfileStore) -> Account:
    found = profiles.get("a1")
    assert found
    return found


def in_zone(district: str, zone: str) -> None:
    service = DistrictService(DistrictStore("districts", aws.dynamodb()))
    service.change_settings(district, {"time_zone": zone}, "op", NOW)


def test_a_district_that_corrects_its_time_zone_takes_its_accounts_along_a_06_a_07(
    standing: RosterStanding, put: Put, links: LinkStore, profiles: ProfileStore
) -> None:
    """It is the eve of a birthday: in New York it has come, in Honolulu not yet."""
    put("student", birth_date="2013-09-15")
    link(links, profiles)
    found, _ = standing.of(known(profiles))
    eve = NOW.replace(hour=5)
    assert not is_child(found, eve)
    in_zone("d1", "Pacific/Honolulu")
    found, _ = standing.of(found)
    assert found.district_zone == "Pacific/Honolulu"
    assert is_child(found, eve)
    assert profiles.get("a1") == found


def test_of_several_districts_the_one_linked_last_gives_the_time_zone_a_06_a_11(
    standing: RosterStanding, put: Put, links: LinkStore, profiles: ProfileStore
) -> None:
    """Once that link is cut, the other's counts: not that of a district that it has left."""
    put("student")
    link(links, profiles)
    Rostered("d2").person("far")
    in_zone("d2", "Asia/Tokyo")
    later, far = NOW + timedelta(hours=1), LinkEnd("d2", "far")
    made = Relinking(ties=(Tie(far, 1),), zone="Asia/Tokyo")
    assert links.write(known(profiles), made, Stamp("a1", later, "r")) == "written"
    found, _ = standing.of(known(profiles))
    assert found.district_zone == "Asia/Tokyo"
    assert links.write(found, Relinking(cuts=(Cut(far, later),)), Stamp("a1", later, "r")) == "written"
    assert standing.of(known(profiles))[0].district_zone == ZONE
