"""When a district's night begins, when it is skipped, and when a district has waited too long (S-05, S-17)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from homeroom.roster.districts import ACTIVE, DistrictState
from homeroom.roster.settings import WEEK, DistrictSettings

DAY = timedelta(days=1)
OVERDUE_AFTER = timedelta(hours=36)
# A night that has begun may still be running, or tried again: it is missed when half a day has gone by.
NIGHT_MAY_TAKE = timedelta(hours=12)
LOOK_BACK = timedelta(days=400)


def due(settings: DistrictSettings, state: DistrictState, now: datetime, last_started: date | None) -> date | None:
    """The local date of the night to start now, or None.

    `now` is aware; `last_started` is the latest night started before, if any. A night begins at the
    district's local sync time: once where daylight saving leaves that time out (as much later as the
    gap is long) or gives it twice (at the first). A night missed by less than a day is caught up. A
    paused night is due as well, so that it is recorded as skipped (S-17). Carries out S-05.
    """
    if state not in ACTIVE:
        return None
    night = _latest_date_begun(settings, now)
    if not _chosen(settings, night) or (last_started is not None and night <= last_started):
        return None
    return night


def skip_reason(settings: DistrictSettings, source_state: str, today: date) -> str | None:
    """Why the night of that local date does not run (`pause_window`, `paused_at_source`), or None: it runs.

    `source_state` is the `state` of Clever's district record. Carries out S-17.
    """
    if any(window.holds(today) for window in settings.pause_windows):
        return "pause_window"
    return "paused_at_source" if source_state == "paused" else None


def night_of(settings: DistrictSettings, now: datetime) -> date:
    """The local date of the night that a run begun now belongs to: with a sync time just before midnight, yesterday's.

    A date on which no night is due (the setting `nights`) counts as itself.
    """
    night = _latest_date_begun(settings, now)
    return night if _chosen(settings, night) else now.astimezone(settings.zone).date()


def overdue(settings: DistrictSettings, state: DistrictState, now: datetime, last_finished: datetime) -> bool:
    """Whether no run finished for 36 hours although a night should have.

    `last_finished` is when the last run ended that did not fail (a skipped one counts), or, where there
    was none yet, when the district authorised the application. Nights that the settings leave out or
    pause are not waited for. Carries out S-05.
    """
    if state not in ACTIVE or now - last_finished < OVERDUE_AFTER:
        return False
    return any(
        begun <= now - NIGHT_MAY_TAKE and _chosen(settings, night) and skip_reason(settings, "", night) is None
        for night, begun in _nights_since(settings, last_finished, now)
    )


def begins(settings: DistrictSettings, night: date) -> datetime:
    """The moment (UTC) at which that local date's night begins."""
    return _moment(settings, night, settings.sync_at)


def _latest_date_begun(settings: DistrictSettings, now: datetime) -> date:
    night = now.astimezone(settings.zone).date()
    # Twice at most: a gap that swallows midnight carries yesterday's late sync time into today.
    while begins(settings, night) > now:
        night -= DAY
    return night


def _nights_since(settings: DistrictSettings, since: datetime, now: datetime) -> Iterator[tuple[date, datetime]]:
    """Every local date whose night began after `since`, latest first; dates long past are not worth a look."""
    night = _latest_date_begun(settings, now)
    earliest = max(since, now - LOOK_BACK)
    while (begun := begins(settings, night)) > earliest:
        yield night, begun
        night -= DAY


def _chosen(settings: DistrictSettings, night: date) -> bool:
    # Samoa had no 30 December 2011: where a whole date is left out, its midnight falls on the next.
    exists = _moment(settings, night, time.min).astimezone(settings.zone).date() == night
    return exists and WEEK[night.weekday()] in settings.nights


def _moment(settings: DistrictSettings, day: date, at: time) -> datetime:
    # fold=0: of two equal local times the first; one in a gap is read by the offset before the gap.
    return datetime.combine(day, at, settings.zone).astimezone(UTC)
