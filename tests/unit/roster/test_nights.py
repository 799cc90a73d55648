"""S-05, S-17: when nights begin, are skipped, and are missed."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from homeroom.roster.rules import nights
from homeroom.roster.settings import WEEK, DistrictSettings, changed
from homeroom.runtime.zones import zone_names

TICK = timedelta(minutes=15)
NEW_YORK = changed(DistrictSettings(), {"time_zone": "America/New_York", "sync_time": "02:30"})


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def started(rules: DistrictSettings, begin: datetime, end: datetime, last: date | None) -> list[tuple[date, datetime]]:
    """What the dispatcher starts when it looks every 15 minutes."""
    found: list[tuple[date, datetime]] = []
    now = begin
    while now < end:
        if night := nights.due(rules, "live", now, last):
            found.append((night, now))
            last = night
        now += TICK
    return found


def local_dates(zone: ZoneInfo, begin: datetime, end: datetime) -> list[date]:
    """Every local date that occurs, in order."""
    seen: dict[date, None] = {}
    now = begin
    while now < end:
        seen[now.astimezone(zone).date()] = None
        now += TICK
    return sorted(seen)


@given(
    zone=st.sampled_from(sorted(zone_names())),
    first=st.dates(date(1995, 1, 1), date(2036, 1, 1)),
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    chosen=st.sets(st.sampled_from(WEEK), min_size=1),
)
@example("Pacific/Apia", date(2011, 12, 27), 2, 0, set(WEEK))
@example("Pacific/Apia", date(2011, 12, 27), 0, 0, set(WEEK))
@example("America/New_York", date(2026, 3, 5), 2, 30, set(WEEK))
@example("America/New_York", date(2026, 10, 29), 1, 30, set(WEEK))
@example("America/Nuuk", date(2024, 3, 28), 23, 30, set(WEEK))
@example("America/Sao_Paulo", date(2018, 11, 2), 0, 0, set(WEEK))
@example("America/St_Johns", date(2010, 11, 4), 0, 0, set(WEEK))
@example("Australia/Lord_Howe", date(2026, 4, 2), 1, 45, set(WEEK))
@settings(max_examples=60, deadline=None)
def test_exactly_one_night_per_local_date_on_chosen_weekdays(zone, first, hour, minute, chosen):
    """S-05: whatever the zone and its daylight saving, each chosen local date has one night."""
    rules = changed(
        DistrictSettings(), {"time_zone": zone, "sync_time": f"{hour:02}:{minute:02}", "nights": sorted(chosen)}
    )
    begin = datetime.combine(first, time.min, UTC)
    end = begin + timedelta(days=9)
    dates = local_dates(rules.zone, begin, end)
    assume(len(dates) > 4)
    inner = [day for day in dates[1:-2] if WEEK[day.weekday()] in chosen]

    found = started(rules, begin, end, dates[0])

    # The last two dates may be cut off by the end of the time looked at.
    assert [night for night, _ in found if night in dates[1:-2]] == inner
    assert len({night for night, _ in found}) == len(found)
    for night, at in found:
        assert timedelta() <= at - nights.begins(rules, night) < TICK


def test_a_sync_time_left_out_by_daylight_saving_still_runs_once():
    """S-05: 02:30 does not exist on 8 March 2026 in New York."""
    found = started(NEW_YORK, utc("2026-03-08T00:00"), utc("2026-03-09T04:00"), date(2026, 3, 7))
    assert found == [(date(2026, 3, 8), utc("2026-03-08T07:30"))]


def test_a_sync_time_given_twice_by_daylight_saving_runs_once_at_the_first():
    """S-05: 01:30 exists twice on 1 November 2026 in New York."""
    rules = changed(NEW_YORK, {"sync_time": "01:30"})
    found = started(rules, utc("2026-11-01T04:00"), utc("2026-11-02T04:00"), date(2026, 10, 31))
    assert found == [(date(2026, 11, 1), utc("2026-11-01T05:30"))]


def test_a_missed_night_is_caught_up_within_a_day():
    """S-05: the dispatcher was down until the afternoon."""
    assert nights.due(NEW_YORK, "live", utc("2026-05-06T20:00"), date(2026, 5, 5)) == date(2026, 5, 6)


def test_moving_the_sync_time_later_the_same_day_starts_no_second_night():
    """S-05"""
    rules = changed(NEW_YORK, {"sync_time": "20:00"})
    assert nights.due(rules, "live", utc("2026-05-07T00:30"), date(2026, 5, 6)) is None


@pytest.mark.parametrize("state", ["invited", "disconnected", "ended"])
def test_a_district_that_is_not_active_has_no_night_and_is_never_overdue(state):
    """D-01, S-05"""
    now = utc("2026-05-06T20:00")
    assert nights.due(NEW_YORK, state, now, None) is None
    assert not nights.overdue(NEW_YORK, state, now, now - timedelta(days=9))


@pytest.mark.parametrize(
    ("day", "source_state", "reason"),
    [
        (date(2026, 6, 30), "running", None),
        (date(2026, 7, 1), "running", "pause_window"),
        (date(2026, 7, 31), "", "pause_window"),
        (date(2026, 8, 1), "running", None),
        (date(2026, 8, 1), "paused", "paused_at_source"),
        (date(2026, 7, 15), "paused", "pause_window"),
    ],
)
def test_a_night_is_skipped_in_a_window_and_when_clever_is_paused(day, source_state, reason):
    """S-17"""
    rules = changed(NEW_YORK, {"pause_windows": [{"from": "2026-07-01", "to": "2026-07-31"}]})
    assert nights.skip_reason(rules, source_state, day) == reason


def test_a_paused_night_is_still_due_so_that_it_is_recorded():
    """S-17"""
    rules = changed(NEW_YORK, {"pause_windows": [{"from": "2026-07-01", "to": "2026-07-31"}]})
    assert nights.due(rules, "live", utc("2026-07-02T12:00"), date(2026, 7, 1)) == date(2026, 7, 2)


def test_overdue_after_36_hours_without_a_finished_run():
    """S-05: 36 hours exactly, and not a minute sooner."""
    finished = utc("2026-05-06T07:00")
    assert not nights.overdue(NEW_YORK, "onboarding", finished + timedelta(hours=35, minutes=59), finished)
    assert nights.overdue(NEW_YORK, "onboarding", finished + timedelta(hours=36), finished)


def test_a_school_week_is_not_overdue_over_the_weekend():
    """S-05: nights Monday to Friday leave a longer gap."""
    rules = changed(NEW_YORK, {"nights": ["mon", "tue", "wed", "thu", "fri"]})
    friday = utc("2026-05-08T07:00")
    monday = utc("2026-05-11T06:30")
    assert not nights.overdue(rules, "live", monday + timedelta(hours=11, minutes=59), friday)
    assert nights.overdue(rules, "live", monday + timedelta(hours=12), friday)


def test_a_pause_is_not_waited_for_and_its_end_is():
    """S-17"""
    rules = changed(NEW_YORK, {"pause_windows": [{"from": "2026-06-20", "to": "2026-08-10"}]})
    finished = utc("2026-06-19T07:00")
    assert not nights.overdue(rules, "live", utc("2026-08-11T03:00"), finished)
    assert nights.overdue(rules, "live", utc("2026-08-11T18:30"), finished)
