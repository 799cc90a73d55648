"""The districts' store, and what stands on it, on every engine (D-01, D-02, D-03, D-06, S-05, X-03, X-04)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from homeroom.roster.clever.errors import ApplicationRefused, DistrictNotAuthorised
from homeroom.roster.districts import (
    AlreadyRegistered,
    Disconnected,
    DistrictChanged,
    DistrictNotFound,
    NotAuthorised,
    SettingsChanged,
)
from homeroom.roster.service.announcements import disconnection
from homeroom.roster.service.discovery import DiscoveryService, NobodyListed, probe
from homeroom.roster.service.nights import NightService, NightsNotStarted
from homeroom.roster.service.registration import DistrictService, Stamp
from homeroom.roster.settings import changed
from homeroom.roster.source import SourceFault, SourceRefused
from homeroom.roster.store.districts import DistrictStore, _item
from homeroom.runtime import aws
from homeroom.runtime.errors import InvalidInput
from homeroom.runtime.outbox import Outbox
from tests.support.machine import FakeSource
from tests.support.rows import small

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


@pytest.fixture
def outbox(make_table) -> Outbox:
    return Outbox(make_table("OutboxTable"), aws.dynamodb())


@pytest.fixture
def announce(outbox):
    """As `wiring` has it."""
    return lambda district, now: outbox.put_action(disconnection(district, now))


def mailed(outbox, *districts):
    """The mails that districts as they were connected are disconnected, which there are."""
    return outbox.among(disconnection(district, NOW).id for district in districts)


def register(service, district=A, name="Grand Bend", time_zone="America/Chicago", now=NOW):
    return service.register(district, name=name, time_zone=time_zone, actor="operator", now=now)


def yes(_district):
    return True


def no(_district):
    return False


def discover(store, *districts, now=NOW, probe=yes, announce=None):
    return DiscoveryService(store, probe, announce).discover([Token(district) for district in districts], now)


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


def gone_live(service, store, district=A):
    register(service, district)
    discover(store, district)
    return service.go_live(district, "account-1", NOW)


@pytest.mark.parametrize("live", [False, True])
def test_d03_a_district_that_is_no_longer_listed_is_disconnected_once_and_loses_nothing(
    service, store, outbox, announce, live
):
    """X-04: one audit row, whoever looks how often."""
    register(service)
    discover(store, A)
    before = service.go_live(A, "account-1", NOW) if live else service.get(A)
    for hours in (1, 2):
        discover(store, now=NOW + hours * HOUR, announce=announce)
    after = service.get(A)
    assert after == before.model_copy(update={"state": "disconnected", "revision": before.revision + 1})
    assert [message.created for message in mailed(outbox, before).values()] == [NOW + HOUR]
    row = store.audit(A)[-1]
    assert (row.action, row.actor, row.cause) == ("district.disconnected", "system:discovery", "token_not_listed")
    assert (row.before, row.after) == ({"state": before.state}, {"state": "disconnected"})
    assert [row.action for row in store.audit(A)].count("district.disconnected") == 1


def test_d03_a_district_is_disconnected_and_told_so_together_or_not_at_all(service, store, outbox, announce):
    """Whoever dies on the way leaves it to the next look, and nobody unaware: I-06, X-03."""
    before = gone_live(service, store)

    def dying(*_):
        raise ConnectionError

    with pytest.raises(ConnectionError):
        discover(store, announce=dying)
    assert (service.get(A), mailed(outbox, before)) == (before, {})
    assert discover(store, now=NOW + HOUR, announce=announce).disconnected == [A]
    assert [message.created for message in mailed(outbox, before).values()] == [NOW + HOUR]


def test_d03_a_mail_that_is_there_already_keeps_nobody_connected(service, store, outbox, announce):
    before = gone_live(service, store)
    outbox.enqueue(disconnection(before, NOW))
    assert discover(store, now=NOW + HOUR, announce=announce).disconnected == [A]
    assert service.get(A).state == "disconnected"
    assert [row.action for row in store.audit(A)].count("district.disconnected") == 1
    assert [message.created for message in mailed(outbox, before).values()] == [NOW]


def test_d03_who_was_never_let_in_or_has_ended_is_not_disconnected(service, store):
    ended = gone_live(service, store)
    store.replace(
        ended, new := ended.model_copy(update={"state": "ended"}), Stamp("x", "x", NOW, "").difference(ended, new)
    )
    register(service, B)
    assert discover(store, C).disconnected == []
    assert [district.state for district in store.registered()] == ["ended", "invited"]


@pytest.mark.parametrize("live", [False, True])
def test_d03_a_district_that_is_listed_again_and_lets_us_in_has_the_state_that_it_had(service, store, live):
    register(service)
    discover(store, A)
    if live:
        service.go_live(A, "account-1", NOW)
    before = service.get(A)
    discover(store)
    assert discover(store, A, now=NOW + HOUR).reconnected == [A]
    after = service.get(A)
    assert (after.state, after.live_at, after.settings) == (before.state, before.live_at, before.settings)
    assert (after.authorised_at, after.revision) == (NOW + HOUR, before.revision + 2)
    row = store.audit(A)[-1]
    assert (row.action, row.actor, row.cause) == ("district.reconnected", "system:discovery", "token_listed")
    assert discover(store, A, now=NOW + 2 * HOUR).reconnected == []


def unclear(_district):
    raise SourceFault


@pytest.mark.parametrize(("probe", "unsettled"), [(no, []), (unclear, [A])])
def test_d03_a_token_that_is_listed_again_and_does_not_work_changes_nothing(service, store, probe, unsettled):
    """Refused, or no clear answer: either way the next look asks again."""
    gone_live(service, store)
    discover(store)
    before = service.get(A)
    found = discover(store, A, now=NOW + HOUR, probe=probe)
    assert (found.reconnected, found.unsettled, found.unknown) == ([], unsettled, [])
    assert service.get(A) == before


def test_d03_one_districts_unclear_answer_stops_no_other(service, store):
    for district in (A, B):
        register(service, district)
    discover(store, A, B)
    for district in (A, B):
        service.disconnected(district, NOW, "run:1")
    found = discover(store, A, B, C, probe=lambda district: unclear(district) if district == A else True)
    assert (found.unsettled, found.reconnected, found.unknown) == ([A], [B], [C])


def test_d06_whoever_takes_their_time_to_answer_holds_up_nothing_else(service, store):
    """D-03: the function may be ended while it waits for an answer; the rest has been dealt with by then."""

    class Ended(BaseException):
        pass

    def never(_district):
        raise Ended

    register(service)
    register(service, B)
    discover(store, A)
    service.disconnected(A, NOW, "run:1")
    with pytest.raises(Ended):
        discover(store, A, B, C, probe=never)
    assert service.get(B).state == "onboarding"
    assert [unknown.id for unknown in store.unknown()] == [C]


def test_d03_only_a_disconnected_district_is_asked_for(service, store):
    gone_live(service, store)
    register(service, B)
    assert discover(store, A, B, probe=unclear).authorised == [B]


def test_d03_an_empty_list_is_a_fault_where_several_districts_were_let_in(service, store):
    """A list of nobody is rather somebody else's list, or none, than everybody's leave on one day."""
    for district in (A, B):
        register(service, district)
    discover(store, A, B)
    before = store.registered()
    with pytest.raises(NobodyListed):
        discover(store)
    assert store.registered() == before
    assert discover(store, B).disconnected == [A]
    assert discover(store).disconnected == [B]


def test_d03_a_refused_token_disconnects_the_district_once(service, store, outbox, announce):
    """By whichever run was refused."""
    before = gone_live(service, store)
    service = DistrictService(store, announce)
    after = service.disconnected(A, NOW + HOUR, "run:7")
    assert (
        after == service.get(A) == before.model_copy(update={"state": "disconnected", "revision": before.revision + 1})
    )
    assert service.disconnected(A, NOW + 2 * HOUR, "run:7") == after
    rows = [row for row in store.audit(A) if row.action == "district.disconnected"]
    assert [(row.actor, row.cause, row.at) for row in rows] == [("system:sync", "run:7", NOW + HOUR)]
    assert [message.created for message in mailed(outbox, before).values()] == [NOW + HOUR]


def test_d03_a_district_that_is_not_synced_cannot_be_disconnected(service, store, outbox, announce):
    service = DistrictService(store, announce)
    before = register(service)
    assert service.disconnected(A, NOW, "run:7") == before
    assert mailed(outbox, before) == {}
    with pytest.raises(DistrictNotFound):
        service.disconnected(B, NOW, "run:7")


def test_d03_a_disconnected_district_does_not_go_live_and_keeps_its_date(service, store):
    register(service)
    discover(store, A)
    service.go_live(A, "account-1", NOW, date(2026, 9, 15))
    discover(store)
    with pytest.raises(Disconnected):
        service.go_live(A, "account-1", NOW)
    later = datetime(2026, 9, 20, tzinfo=UTC)
    assert discover(store, now=later).went_live == []
    found = discover(store, A, now=later)
    assert (found.reconnected, found.went_live, service.get(A).state) == ([A], [A], "live")


def test_d03_settings_changed_while_it_was_disconnected_are_in_force_afterwards(service, store):
    gone_live(service, store)
    discover(store)
    service.change_settings(A, {"grace_days": 3}, "account-1", NOW)
    discover(store, A)
    assert (service.get(A).state, service.get(A).settings.grace_days) == ("live", 3)


@pytest.mark.parametrize("fault", [SourceRefused(), DistrictNotAuthorised()])
def test_d03_a_probe_reads_the_districts_own_record(fault):
    whole = small(2, 1)
    assert probe(lambda _: FakeSource(whole))(A) is True
    assert probe(lambda _: FakeSource(whole, fault, fails_at="districts"))(A) is False
    with pytest.raises(ApplicationRefused):
        probe(lambda _: FakeSource(whole, ApplicationRefused(), fails_at="districts"))(A)


def test_a_token_list_that_breaks_off_changes_nothing(service, store):
    """S-07"""

    def broken():
        yield Token(A)
        raise ConnectionError

    register(service)
    with pytest.raises(ConnectionError):
        DiscoveryService(store, yes).discover(broken(), NOW)
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


def test_d03_no_night_starts_or_is_missed_while_a_district_is_disconnected(service, store):
    """S-05: and after it, time counts from its return."""
    register(service)
    discover(store, A)
    executions = RecordedExecutions()
    nights = NightService(store, executions, lambda _: NOW)
    discover(store)
    done = nights.dispatch(NOW + 72 * HOUR)
    assert (done.started, done.overdue, executions.names) == ([], [], [])
    discover(store, A, now=NOW + 72 * HOUR)
    done = nights.dispatch(NOW + 73 * HOUR)
    assert (done.started, done.overdue) == ([A], [])
    assert nights.dispatch(NOW + 108 * HOUR).overdue == [A]


def test_every_district_is_listed_though_there_are_more_than_a_batch(service, store):
    """D-06: a batch reads 100 at most."""
    first = register(service, f"{0:024x}")
    ids = [f"{n:024x}" for n in range(101)]
    for district in ids[1:]:
        _item(first.model_copy(update={"id": district})).save()
    assert [district.id for district in store.registered()] == ids
