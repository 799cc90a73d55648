"""The districts' store, and what stands on it, on every engine (D-01, D-02, D-06, S-05, X-03, X-04)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from homeroom.roster.districts import (
    AlreadyRegistered,
    DistrictChanged,
    DistrictNotFound,
    NotAuthorised,
    SettingsChanged,
)
from homeroom.roster.service.discovery import DiscoveryService
from homeroom.roster.service.nights import NightService, NightsNotStarted
from homeroom.roster.service.registration import DistrictService, Stamp
from homeroom.roster.settings import changed
from homeroom.roster.store.districts import DistrictStore, _item
from homeroom.runtime import aws
from homeroom.runtime.errors import InvalidInput

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
A, B, C = "a" * 24, "b" * 24, "c" * 24


@dataclass
class Token:
    """As the token list yields them; reading the token would be a mistake."""

    district: str

    @property
    def token(self) -> str:
        raise AssertionError("discovery read a token")


class RecordedExecutions:
    """Starts what was not started, and refuses for chosen districts."""

    def __init__(self, broken: str = "") -> None:
        self.names: list[str] = []
        self.broken = broken

    def start(self, name: str, district: str) -> bool:
        if district == self.broken:
            raise ConnectionError
        if name in self.names:
            return False
        self.names.append(name)
        return True


@pytest.fixture
def store(districts_table) -> DistrictStore:
    return DistrictStore(districts_table, aws.dynamodb())


@pytest.fixture
def service(store) -> DistrictService:
    return DistrictService(store)


def register(service, district=A, name="Grand Bend", time_zone="America/Chicago", now=NOW):
    return service.register(district, name=name, time_zone=time_zone, actor="operator", now=now)


def discover(store, *districts, now=NOW):
    return DiscoveryService(store).discover([Token(district) for district in districts], now)


def test_a_registered_district_is_invited_and_read_back_as_it_was(service, store):
    """D-06"""
    made = register(service)
    assert (made.state, made.settings.time_zone, made.settings_version) == ("invited", "America/Chicago", 1)
    assert service.get(A) == made
    assert store.registered() == [made]


def test_registering_again_changes_nothing(service, store):
    """X-03: same request, same result, one audit row."""
    first = register(service)
    assert register(service, now=NOW + HOUR) == first
    assert [row.action for row in store.audit(A)] == ["district.registered"]


def test_registering_under_another_name_is_refused(service, store):
    """D-06"""
    first = register(service)
    with pytest.raises(AlreadyRegistered):
        register(service, name="Another")
    assert service.get(A) == first


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("district", {"district": "A" * 24}),
        ("district", {"district": "x#y"}),
        ("name", {"name": "  "}),
        ("name", {"name": "a\nb"}),
        ("time_zone", {"time_zone": "Mars/Olympus"}),
    ],
)
def test_a_malformed_registration_names_the_field(service, store, field, sent):
    """D-06"""
    with pytest.raises(InvalidInput) as refused:
        register(service, **sent)
    assert refused.value.field == field
    assert store.registered() == []


def test_an_unregistered_district_is_not_found(service):
    with pytest.raises(DistrictNotFound):
        service.get(A)
    with pytest.raises(DistrictNotFound):
        service.change_settings(A, {"grace_days": 3}, "sub", NOW)


def test_settings_change_by_version_with_one_audit_row(service, store):
    """D-02, X-04: what changed, from what to what, by whom, when."""
    register(service)
    after = service.change_settings(A, {"grace_days": 3, "exclude": {"grades": ["13"]}}, "account-1", NOW + HOUR)
    assert (after.settings.grace_days, after.settings.exclude.grades, after.settings_version) == (3, ("13",), 2)
    assert service.get(A) == after
    row = store.audit(A)[-1]
    assert (row.actor, row.action, row.at) == ("account-1", "district.settings_changed", NOW + HOUR)
    assert row.before["settings.grace_days"] == 7
    assert row.after["settings.grace_days"] == 3
    assert set(row.after) == {"settings.grace_days", "settings.exclude", "settings_version"}


def test_the_same_settings_again_write_nothing(service, store):
    """X-03"""
    register(service)
    first = service.change_settings(A, {"grace_days": 3}, "account-1", NOW)
    assert service.change_settings(A, {"grace_days": 3}, "account-1", NOW + HOUR) == first
    assert len(store.audit(A)) == 2


def test_refused_settings_change_nothing(service, store):
    """D-02"""
    before = register(service)
    with pytest.raises(InvalidInput) as refused:
        service.change_settings(A, {"grace_days": 3, "guards": {"half_percent": 80}}, "account-1", NOW)
    assert refused.value.field == "guards.half_percent"
    assert service.get(A) == before


def test_a_settings_change_upon_an_older_version_is_refused(service, store):
    """D-02: conditional on the version that was read."""
    old = register(service)
    service.change_settings(A, {"grace_days": 3}, "account-1", NOW)
    new = old.model_copy(update={"settings": changed(old.settings, {"grace_days": 9}), "settings_version": 2})
    with pytest.raises(SettingsChanged):
        store.replace(old, new, Stamp("x", "account-2", NOW, "").difference(old, new))
    assert service.get(A).settings.grace_days == 3
    assert len(store.audit(A)) == 2


def test_another_change_in_between_does_not_lose_either(service, store):
    """D-02: discovery moved the district on while an admin changed a setting."""
    old = register(service)
    discover(store, A)
    with pytest.raises(DistrictChanged):
        store.replace(old, old, Stamp("x", "account-2", NOW, "").difference(old, old))
    after = service.change_settings(A, {"grace_days": 3}, "account-1", NOW)
    assert (after.state, after.settings.grace_days) == ("onboarding", 3)


def test_an_authorised_district_becomes_onboarding_once(service, store):
    """D-01"""
    register(service)
    assert discover(store, A).authorised == [A]
    assert discover(store, A, now=NOW + HOUR).authorised == []
    district = service.get(A)
    assert (district.state, district.authorised_at) == ("onboarding", NOW)
    assert [row.action for row in store.audit(A)] == ["district.registered", "district.authorised"]


def test_an_unregistered_token_is_listed_as_unknown_until_registered(service, store):
    """D-06"""
    assert discover(store, A, B).unknown == [A, B]
    discover(store, A, B, now=NOW + HOUR)
    assert [(u.id, u.first_seen) for u in store.unknown()] == [(A, NOW), (B, NOW)]
    assert store.registered() == []

    register(service)

    assert [u.id for u in store.unknown()] == [B]
    assert discover(store, A).authorised == [A]
    assert store.unknown() == []


def test_a_district_no_longer_listed_stays_as_it_is_and_is_reported(service, store):
    """D-03"""
    register(service)
    discover(store, A)
    before = service.get(A)
    assert discover(store, now=NOW + HOUR).missing == [A]
    assert service.get(A) == before


def test_a_token_list_that_breaks_off_changes_nothing(service, store):
    """S-07"""

    def broken():
        yield Token(A)
        raise ConnectionError

    register(service)
    with pytest.raises(ConnectionError):
        DiscoveryService(store).discover(broken(), NOW)
    assert service.get(A).state == "invited"


def test_go_live_needs_the_districts_authorisation(service, store):
    """D-01"""
    register(service)
    with pytest.raises(NotAuthorised):
        service.go_live(A, "account-1", NOW)
    discover(store, A)
    after = service.go_live(A, "account-1", NOW)
    assert (after.state, after.live_at) == ("live", NOW)
    assert service.go_live(A, "account-1", NOW + HOUR) == after
    assert [row.action for row in store.audit(A)].count("district.go_live") == 1


def test_go_live_on_a_date_of_the_districts_calendar(service, store):
    """D-01: 15 September begins at 05:00 UTC in Chicago."""
    register(service)
    discover(store, A)
    assert service.go_live(A, "account-1", NOW, date(2026, 9, 15)).state == "onboarding"
    assert discover(store, A, now=datetime(2026, 9, 15, 4, 59, tzinfo=UTC)).went_live == []
    assert discover(store, A, now=datetime(2026, 9, 15, 5, 0, tzinfo=UTC)).went_live == [A]
    assert service.get(A).state == "live"


def test_going_live_on_a_date_gone_by_is_refused(service, store):
    """D-01"""
    register(service)
    discover(store, A)
    with pytest.raises(InvalidInput) as refused:
        service.go_live(A, "account-1", NOW, date(2026, 8, 31))
    assert refused.value.field == "on"


def test_nights_start_for_active_districts_once(service, store):
    """S-05: named by district and local date; a second tick, and one after a lost note, start nothing."""
    for district in (A, B):
        register(service, district)
    discover(store, A)
    executions = RecordedExecutions()
    nights = NightService(store, executions, lambda _: NOW)
    assert nights.dispatch(NOW).started == [A]
    assert executions.names == [f"{A}-2026-09-01"]
    assert nights.dispatch(NOW + HOUR).started == []
    store.note_night(A, date(2026, 8, 31))
    assert nights.dispatch(NOW + HOUR).started == []
    assert store.nights([A, B]) == {A: date(2026, 9, 1)}
    assert nights.dispatch(NOW + 24 * HOUR).started == [A]


def test_one_districts_failure_stops_no_other(service, store):
    """S-05"""
    for district in (A, B, C):
        register(service, district)
    discover(store, A, B, C)
    executions = RecordedExecutions(broken=B)
    with pytest.raises(NightsNotStarted):
        NightService(store, executions, lambda _: NOW).dispatch(NOW)
    assert executions.names == [f"{A}-2026-09-01", f"{C}-2026-09-01"]
    assert store.nights([A, B, C]).keys() == {A, C}


def test_a_district_without_a_finished_run_for_36_hours_is_overdue(service, store):
    """S-05: reckoned from its authorisation while it has had no run."""
    register(service)
    discover(store, A)
    nights = NightService(store, RecordedExecutions(), lambda _: None)
    assert nights.dispatch(NOW + 35 * HOUR).overdue == []
    assert nights.dispatch(NOW + 36 * HOUR).overdue == [A]


def test_every_district_is_listed_though_there_are_more_than_a_batch(service, store):
    """D-06: a batch reads 100 at most."""
    first = register(service, f"{0:024x}")
    ids = [f"{n:024x}" for n in range(101)]
    for district in ids[1:]:
        _item(first.model_copy(update={"id": district})).save()
    assert [district.id for district in store.registered()] == ids
