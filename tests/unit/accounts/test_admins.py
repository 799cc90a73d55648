"""Who administers a district: S-03, P-08, G-02, X-01, X-03, X-04. On moto, with the users table's own store."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

from homeroom.accounts.model import DistrictAccessEnded, Grant, OutOfScope, Scope
from homeroom.accounts.service import AccountService
from homeroom.accounts.store import AccountStore, GrantRaced, StoredGrant
from homeroom.runtime.audit import Change
from homeroom.runtime.errors import Fault, NotFound
from tests.support.tables import schema

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def moto() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield boto3.client("dynamodb")


@pytest.fixture(scope="module")
def users() -> dict[str, Any]:
    return schema("UsersTable", "users")


@pytest.fixture
def table(moto: Any, users: dict[str, Any]) -> Iterator[Any]:
    moto.create_table(**users)
    yield moto
    moto.delete_table(TableName="users")


@pytest.fixture
def store(table: Any) -> AccountStore:
    return AccountStore("users")


@pytest.fixture
def accounts(store: AccountStore) -> AccountService:
    return AccountService(store)


def audit(table: Any) -> list[dict[str, str]]:
    items = table.scan(TableName="users", ConsistentRead=True)["Items"]
    rows = [{name: value["S"] for name, value in i.items()} for i in items if i["sk"]["S"].startswith("AUDIT#")]
    return sorted(rows, key=lambda row: row["sk"])


def test_a_granted_admin_has_the_whole_district_s_03(accounts: AccountService) -> None:
    accounts.grant_admin("a1", "d1", "operator", NOW, "r1")
    assert accounts.admin_scope("a1", "d1") == Scope(account="a1", district="d1", whole=True)


def test_a_stranger_and_an_admin_of_elsewhere_find_nothing_x_01(accounts: AccountService) -> None:
    accounts.grant_admin("a1", "d1", "operator", NOW, "r1")
    for account, district in (("a2", "d1"), ("a1", "d2"), ("a1", "x" * 3000), ("a1", "é")):
        with pytest.raises(NotFound):
            accounts.admin_scope(account, district)


def test_ended_access_stays_known_as_ended_and_can_come_back_g_02(accounts: AccountService) -> None:
    accounts.grant_admin("a1", "d1", "operator", NOW, "r1")
    accounts.end_admin("a1", "d1", "operator", LATER, "r2")
    with pytest.raises(DistrictAccessEnded):
        accounts.admin_scope("a1", "d1")
    accounts.grant_admin("a1", "d1", "operator", LATER, "r3")
    assert accounts.admin_scope("a1", "d1").whole


def test_ending_what_never_was_is_nothing(accounts: AccountService, table: Any) -> None:
    assert accounts.end_admin("a1", "d1", "operator", NOW, "r1") is None
    assert audit(table) == []


def test_a_schools_admin_reaches_their_schools_only_s_03_p_08(accounts: AccountService) -> None:
    accounts.grant_admin("a1", "d1", "operator", NOW, "r1", schools=["s1", "s2"])
    scope = accounts.admin_scope("a1", "d1")
    scope.require("s1")
    for school in ("s3", "", None):
        with pytest.raises(OutOfScope):
            scope.require(school)


def test_an_admin_of_no_school_reaches_nothing_s_03(accounts: AccountService) -> None:
    accounts.grant_admin("a1", "d1", "operator", NOW, "r1", schools=[])
    with pytest.raises(OutOfScope):
        accounts.admin_scope("a1", "d1").require("s1")


def test_the_same_again_changes_nothing_x_03(accounts: AccountService, table: Any) -> None:
    for request in ("r1", "r1", "r2"):
        accounts.grant_admin("a1", "d1", "operator", NOW, request)
    for request in ("r3", "r3", "r4"):
        ended = accounts.end_admin("a1", "d1", "operator", LATER, request)
        assert ended is not None
        assert ended.ended_at == LATER
    assert [row["action"] for row in audit(table)] == ["admin.grant", "admin.end"]


def test_every_change_has_its_audit_row_of_ids_only_x_04_x_07(accounts: AccountService, table: Any) -> None:
    accounts.grant_admin("a1", "d1", "operator", NOW, "r1", schools=["s1"])
    accounts.grant_admin("a1", "d1", "a9", LATER, "r2")
    first, second = audit(table)
    assert (first["pk"], first["sk"]) == ("U#a1", "AUDIT#2026-11-22T01:00:00.000Z#r1")
    assert (first["actor"], first["subject"], first["cause"]) == ("operator", "a1@d1", "request:r1")
    assert (first["before"], first["after"]) == ("null", '{"ended":false,"schools":["s1"],"whole":false}')
    assert second["before"] == first["after"]


def test_a_districts_admins_are_the_grants_in_force_s_03(accounts: AccountService, store: AccountStore) -> None:
    """The list only says where to look: what counts is read from the grants themselves."""
    for account in ("a3", "a1", "a2"):
        accounts.grant_admin(
            account, "d1", "operator", NOW, f"r-{account}", schools=["s1"] if account == "a2" else None
        )
    accounts.grant_admin("a4", "d2", "operator", NOW, "r4")
    accounts.end_admin("a3", "d1", "operator", LATER, "r5")
    assert [(one.account, one.whole, one.schools) for one in store.admins("d1")] == [
        ("a1", True, frozenset()),
        ("a2", False, frozenset({"s1"})),
    ]
    accounts.grant_admin("a3", "d1", "operator", LATER, "r6")
    assert [one.account for one in store.admins("d1")] == ["a1", "a2", "a3"]
    assert store.admins("d3") == []


def change(request: str) -> Change:
    return Change(request, NOW, "operator", "admin.grant", "a1@d1", "test", None, None)


def test_a_grant_that_changed_in_between_is_not_overwritten_nor_audited_x_04(store: AccountStore, table: Any) -> None:
    grant = Grant(account="a1", district="d1", granted_at=NOW)
    store.put(grant, change("r1"), seen=0)
    for seen in (0, 2):
        with pytest.raises(GrantRaced):
            store.put(grant, change("r2"), seen=seen)
    assert len(audit(table)) == 1


def test_who_loses_a_race_decides_again_on_what_is_there(accounts: AccountService, store: AccountStore) -> None:
    class Racing:
        """Somebody grants a school between the first read and the write."""

        raced = False

        def grant(self, account: str, district: str) -> StoredGrant | None:
            return store.grant(account, district)

        def put(self, grant: Grant, change: Change, *, seen: int) -> None:
            if not self.raced:
                self.raced = True
                accounts.grant_admin("a1", "d1", "other", NOW, "r0", schools=["s1"])
            store.put(grant, change, seen=seen)

    AccountService(Racing()).grant_admin("a1", "d1", "operator", LATER, "r1")
    assert accounts.admin_scope("a1", "d1").whole


def test_a_race_that_never_ends_is_told(store: AccountStore) -> None:
    class Lost:
        def grant(self, account: str, district: str) -> StoredGrant | None:
            return None

        def put(self, grant: Grant, change: Change, *, seen: int) -> None:
            raise GrantRaced

    with pytest.raises(GrantRaced):
        AccountService(Lost()).grant_admin("a1", "d1", "operator", NOW, "r1")


def test_an_outage_is_no_absence_x_01(store: AccountStore, moto: Any) -> None:
    """A grant that cannot be read is a fault, never a refusal or a yes."""
    with pytest.raises(Fault):
        AccountService(AccountStore("no-such-table")).admin_scope("a1", "d1")
