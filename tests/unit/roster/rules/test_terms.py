"""S-01: which sections are of the current term."""

from datetime import date, timedelta

import pytest

from homeroom.roster.entries import TermEntry
from homeroom.roster.rules.terms import readable_date, section_state, term_entry, term_state
from tests.support.rows import section, term

FALL = TermEntry(id="t", starts="2026-09-08", ends="2026-12-18")
LEAD = 7


@pytest.mark.parametrize(
    ("today", "state"),
    [
        ("2026-08-31", "upcoming"),
        ("2026-09-01", "current"),  # seven days before the start
        ("2026-09-08", "current"),
        ("2026-12-18", "current"),  # the last day belongs to it
        ("2026-12-19", "ended"),
    ],
)
def test_s01_a_term_is_current_from_the_lead_days_before_its_start_to_its_end(today, state):
    assert term_state(FALL, date.fromisoformat(today), LEAD) == state


@pytest.mark.parametrize("lead", [0, 1, 60])
def test_s01_the_lead_days_are_a_setting(lead):
    start = date.fromisoformat(FALL.starts)
    assert term_state(FALL, start - timedelta(days=lead), lead) == "current"
    assert term_state(FALL, start - timedelta(days=lead + 1), lead) == "upcoming"


@pytest.mark.parametrize(
    "entry",
    [None, TermEntry(id="t"), TermEntry(id="t", starts="2026-01-01"), TermEntry(id="t", ends="2027-01-01")],
)
def test_s01_no_term_or_one_without_dates_counts_as_current(entry):
    assert term_state(entry, date(2026, 9, 1), LEAD) == "current"


@pytest.mark.parametrize("named", ["", "nobody-knows"])
def test_s01_a_section_without_or_with_an_unknown_term_is_current(named):
    assert section_state(section("c", term=named), {"t": FALL}, date(2030, 1, 1), LEAD, every_term=False) == "current"


def test_s01_a_section_goes_by_its_own_term():
    ended = section_state(section("c", term="t"), {"t": FALL}, date(2027, 1, 1), LEAD, every_term=False)
    assert ended == "ended"


def test_s01_with_terms_all_every_section_is_current():
    assert section_state(section("c", term="t"), {"t": FALL}, date(2030, 1, 1), LEAD, every_term=True) == "current"


def test_s06_a_term_of_the_year_1_stops_nothing():
    """S-06: some student information systems write their null date so."""
    assert term_state(TermEntry(id="t", starts="0001-01-01"), date(2026, 9, 1), 60) == "current"


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("2026-09-08", "2026-09-08"),
        ("2026-09-08T00:00:00.000Z", "2026-09-08"),
        ("", ""),
        ("9/8/2026", ""),
        ("2026-02-30", ""),
        ("soon", ""),
    ],
)
def test_s06_an_unreadable_date_is_left_out(given, read):
    assert readable_date(given) == read
    assert term_entry(term("t", start=given)).starts == read
