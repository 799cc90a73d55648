"""What a birth date permits: A-06, A-07."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.accounts.rules import BirthDate, birth_problem, is_under_13, parse_birth_date, permissions, today_in

TODAY = date(2026, 11, 22)
DAYS = st.dates(date(1930, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("2/11/2007", (2007, 2, 11)),
        ("02/11/2007", (2007, 2, 11)),
        ("2007-02-11", (2007, 2, 11)),
        (" 2/29/2012 ", (2012, 2, 29)),
        ("2/2007", (2007, 2, 0)),
        ("2007-02", (2007, 2, 0)),
    ],
)
def test_birth_dates_come_as_clever_and_as_iso_write_them_a_07(text: str, born: tuple[int, int, int]) -> None:
    assert parse_birth_date(text) == born


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "x", "2007", "13/1/2007", "2/30/2007", "2/29/2011", "0/1/2007", "1/0/2007", "0/2007", "2007-00"),
        *("2007-2-1", "2007-02-00", "1/1/0000", "12/31/9999", "1/1/07", "1/1/20070", "2007/02/11", "11.2.2007"),
        *("\u0662/\u0661\u0661/\u0662\u0660\u0660\u0667", "2007-02-11T00:00:00Z", "2/11/2007/1"),
    ],
)
def test_an_absent_or_impossible_date_is_none_and_counts_as_under_13_a_07(text: str) -> None:
    assert parse_birth_date(text) is None
    assert is_under_13(text, TODAY)
    assert permissions(text, TODAY).discussion_posts == "limited"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "birth_date_missing"),
        ("  ", "birth_date_missing"),
        ("2/30/2012", "birth_date_impossible"),
        ("11/23/2026", "birth_date_impossible"),
        ("12/2026", "birth_date_impossible"),
        ("1/1/1900", "birth_date_impossible"),
        ("11/22/2026", None),
        ("11/2026", None),
        ("2/11/2007", None),
    ],
)
def test_what_cannot_be_believed_is_a_finding_a_07(text: str, problem: str | None) -> None:
    assert birth_problem(text, TODAY) == problem
    assert permissions(text, TODAY).problem == problem


def test_a_placeholder_of_the_last_century_is_not_believed_a_07() -> None:
    assert is_under_13("1/1/1900", TODAY)


@pytest.mark.parametrize(
    ("text", "last_under"),
    [
        ("11/23/2013", date(2026, 11, 22)),
        ("2/29/2012", date(2025, 2, 28)),
        ("2/2012", date(2025, 2, 28)),
        ("11/2013", date(2026, 11, 30)),
        ("12/2012", date(2025, 12, 31)),
    ],
)
def test_under_13_ends_on_the_birthday_or_after_the_month_a_06_a_07(text: str, last_under: date) -> None:
    assert permissions(text, last_under)[:2] == ("limited", "limited")
    assert permissions(text, last_under + timedelta(days=1))[:2] == ("full", "full")


@given(born=DAYS)
def test_both_spellings_mean_the_same_day_a_07(born: date) -> None:
    assert parse_birth_date(f"{born.month}/{born.day}/{born.year}") == parse_birth_date(born.isoformat())
    assert parse_birth_date(born.isoformat()) == BirthDate(born.year, born.month, born.day)


@given(born=DAYS)
def test_a_birth_date_reads_its_own_iso_form_a_07(born: date) -> None:
    for birth in (BirthDate(born.year, born.month, born.day), BirthDate(born.year, born.month, 0)):
        assert parse_birth_date(birth.iso()) == birth


@given(born=DAYS, today=DAYS)
def test_thirteen_is_the_calendars_thirteen_a_06(born: date, today: date) -> None:
    """Against the plain reckoning by years, and the birthday gone by or not; people of 120 years apart."""
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    assert is_under_13(born.isoformat(), today) == (years < 13 or today.year - born.year > 120)


@given(born=DAYS, today=DAYS)
def test_knowing_less_never_permits_more_a_07(born: date, today: date) -> None:
    if not is_under_13(f"{born.year:04}-{born.month:02}", today):
        assert not is_under_13(born.isoformat(), today)


@given(text=st.text(max_size=12), today=DAYS)
def test_any_text_has_an_answer_a_07(text: str, today: date) -> None:
    said = permissions(text, today)
    assert said.discussion_posts == said.cs_projects
    assert said.problem is None or said.discussion_posts == "limited"


def test_the_day_is_the_one_of_the_zone_a_06() -> None:
    moment = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    assert today_in(ZoneInfo("America/Chicago"), moment) == date(2026, 11, 21)
    assert today_in(ZoneInfo("Pacific/Auckland"), moment) == date(2026, 11, 22)
    assert is_under_13("11/22/2013", today_in(ZoneInfo("America/Chicago"), moment))
    assert not is_under_13("11/22/2013", today_in(UTC, moment))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError):
        today_in(UTC, datetime(2026, 11, 22))  # noqa: DTZ001  what is refused
