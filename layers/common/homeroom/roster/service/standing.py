"""How a district's sync stands, for those who ask whether its data is fresh (S-05, P-10)."""

import itertools
from datetime import datetime, timedelta
from typing import Any

from homeroom.roster.districts import District
from homeroom.roster.rules import nights
from homeroom.roster.runs import KNOWN_PLANS, Run
from homeroom.roster.settings import WEEK
from homeroom.roster.store.runs import RunStore
from homeroom.roster.syncs import Sync

# A night for each day of the week, and the first of them again.
A_WEEK = 8
# Why a run was skipped: its plan would have been the one that waits, or that was rejected.


def standing(district: District, runs: RunStore, now: datetime) -> dict[str, Any]:
    """How the last run went, when the next night begins, and the roster in force: what it counts, how far it reaches.

    A run that was skipped since its plan is known already stands as that plan does: held or rejected, and why. The run
    of a plan that waits for a decision is `waiting_run`, however later ones went. Nothing is in force (`counts` empty,
    `data_reaches` None) before the first run that applied its plan.
    """
    sync = runs.sync(district.id)
    promoted = sync.promoted.run
    latest = runs.newest_first(district.id)
    last = next(latest, None)
    seen = itertools.chain([last] if last else [], latest)
    # However long nights have been held: what is in force reaches as far as it did. An undo read nothing.
    fresh = next((run for run in seen if run.state == "succeeded" and not run.undoes), None)
    telling = _telling(last, sync, runs)
    return {
        "district": district.id,
        "state": district.state,
        "status": telling.state if telling else "never_run",
        "reasons": list(telling.reasons) if telling else [],
        "waiting_run": str(sync.waiting.run) if sync.waiting and not sync.waiting.rejected else None,
        "last_run": str(last.run) if last else None,
        "last_started_at": last.started_at if last else None,
        "data_reaches": fresh.reached if fresh else None,
        "next_night": next_night(district, now),
        "counts": runs.get(district.id, promoted).counts if promoted else {},
    }


def _telling(last: Run | None, sync: Sync, runs: RunStore) -> Run | None:
    """The run that says why the data are as old as they are (S-05)."""
    if last is None or sync.waiting is None or KNOWN_PLANS.isdisjoint(last.reasons):
        return last
    return runs.get(last.district, sync.waiting.run)


def next_night(district: District, now: datetime) -> datetime | None:
    """When the next night begins (UTC), pauses included; None for a district that is not synced. S-05."""
    if not district.active:
        return None
    days = (district.today(now) + timedelta(days=offset) for offset in range(A_WEEK))
    begins = (nights.begins(district.settings, day) for day in days if WEEK[day.weekday()] in district.settings.nights)
    return next((moment for moment in begins if moment > now), None)
