"""How a district's sync stands, for those who ask whether its data is fresh (S-05, P-10)."""

import itertools
from datetime import datetime, timedelta
from typing import Any

from homeroom.roster.districts import District
from homeroom.roster.rules import nights
from homeroom.roster.settings import WEEK
from homeroom.roster.store.runs import RunStore

# A night for each day of the week, and the first of them again.
A_WEEK = 8


def standing(district: District, runs: RunStore, now: datetime) -> dict[str, Any]:
    """How the last run went, when the next night begins, and the roster in force: what it counts, how far it reaches.

    Nothing is in force (`counts` empty, `data_reaches` None) before the first run that applied its plan.
    """
    promoted = runs.sync(district.id).promoted.run
    latest = runs.newest_first(district.id)
    last = next(latest, None)
    seen = itertools.chain([last] if last else [], latest)
    # However long nights have been held: what is in force reaches as far as it did.
    fresh = next((run for run in seen if run.state == "succeeded"), None)
    return {
        "district": district.id,
        "state": district.state,
        "status": last.state if last else "never_run",
        "reasons": list(last.reasons) if last else [],
        "last_run": str(last.run) if last else None,
        "last_started_at": last.started_at if last else None,
        "data_reaches": fresh.reached if fresh else None,
        "next_night": next_night(district, now),
        "counts": runs.get(district.id, promoted).counts if promoted else {},
    }


def next_night(district: District, now: datetime) -> datetime | None:
    """When the next night begins (UTC), pauses included; None for a district that is not synced. S-05."""
    if not district.active:
        return None
    days = (district.today(now) + timedelta(days=offset) for offset in range(A_WEEK))
    begins = (nights.begins(district.settings, day) for day in days if WEEK[day.weekday()] in district.settings.nights)
    return next((moment for moment in begins if moment > now), None)
