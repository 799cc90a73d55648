"""S-17: which runs a pause stops, and for which reason."""

from datetime import UTC, datetime

import pytest

from homeroom.roster.districts import District
from homeroom.roster.holds import Decision
from homeroom.roster.runs import Run
from homeroom.roster.service.pauses import why_skipped
from homeroom.roster.settings import DistrictSettings, changed

# 11:00 in Chicago on the last day of the window, and on the day after.
INSIDE, AFTER = datetime(2026, 7, 31, 16, 0, tzinfo=UTC), datetime(2026, 8, 1, 16, 0, tzinfo=UTC)
WINDOW = {"time_zone": "America/Chicago", "pause_windows": [{"from": "2026-07-01", "to": "2026-07-31"}]}


def district(state="live"):
    return District(id="d", name="D", state=state, registered_at=INSIDE, settings=changed(DistrictSettings(), WINDOW))


def run(trigger, at=INSIDE, decision=None):
    return Run(
        district="d", run=1, state="running", trigger=trigger, actor="a", started_at=at,
        decision=decision and Decision(choice=decision, actor="a", at=at),
    )  # fmt: skip


@pytest.mark.parametrize("trigger", ["night", "notice"])
def test_s17_a_window_stops_nights_and_what_a_notice_begins(trigger):
    assert why_skipped(district(), run(trigger)) == "pause_window"
    assert why_skipped(district(), run(trigger), "paused") == "pause_window"
    assert why_skipped(district(), run(trigger, AFTER), "running") is None


@pytest.mark.parametrize("asked", [run("manual"), run("undo"), run("night", decision="approve"),
                                   run("notice", decision="additions")])  # fmt: skip
def test_s17_a_window_does_not_stop_what_an_administrator_asked_for(asked):
    """A window set after a plan was held, for the days on which it was made, does not undo its approval."""
    assert why_skipped(district(), asked) is None


@pytest.mark.parametrize("trigger", ["night", "notice", "manual"])
def test_s17_a_pause_at_clever_stops_whatever_reads_it(trigger):
    assert why_skipped(district(), run(trigger, AFTER), "paused") == "paused_at_source"


@pytest.mark.parametrize("state", ["invited", "disconnected", "ended"])
@pytest.mark.parametrize("trigger", ["night", "notice", "manual", "undo"])
def test_d03_nothing_runs_for_a_district_that_is_not_synced(state, trigger):
    assert why_skipped(district(state), run(trigger, AFTER)) == "district_not_active"
