"""What an account may change of itself: A-06, A-07."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from homeroom.accounts.account import Account, LinkEnd
from homeroom.accounts.rules import parse_birth_date
from homeroom.accounts.rules.accounts import allowed, is_child, local_date
from homeroom.accounts.rules.edits import BirthDateFixed, Edit, RosterDecides, edited
from homeroom.runtime.errors import HomeroomError, InvalidInput
from homeroom.runtime.zones import zone_names

NOW = datetime(2026, 9, 15, 7, tzinfo=UTC)
NEW = Account("a1", created=NOW)
LINKED = frozenset({LinkEnd("d1", "p1")})
CHILD, TEEN = "2016-05-04", "2010-05-04"

days = st.dates(date(1900, 1, 1), date(2030, 12, 31))
births = st.one_of(
    days.map(date.isoformat),
    days.map(lambda day: f"{day:%Y-%m}"),
    days.map(lambda day: f"{day.month}/{day.day}/{day.year}"),
    st.sampled_from(
        ["2012-02-29", "2013-02-29", "2013-13", "1850-01-01", "soon", "2012-02-30", " 2012-02-29", "", "२०१२-०२-२९"]
    ),
)
zones = st.sampled_from(["", "UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Chicago"])
moments = st.datetimes(datetime(2013, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
accounts = st.builds(
    Account, id=st.just("a1"), created=st.just(NOW), birth_date=births, birth_by=st.sampled_from(["self", "roster"]),
    zone=zones, district_zone=zones, links=st.sampled_from([frozenset(), LINKED]),
)  # fmt: skip
edits = st.builds(Edit, zone=st.none() | zones.filter(bool), birth_date=st.none() | births)


def after(account: Account, edit: Edit, now: datetime) -> Account:
    try:
        return edited(account, edit, now)
    except HomeroomError:
        return account


@given(account=accounts, edit=edits, now=moments)
def test_no_own_edit_turns_under_13_into_13_a_07(account: Account, edit: Edit, now: datetime) -> None:
    assume(account.birth_date)
    assert is_child(after(account, edit, now), now) or not is_child(account, now)


@given(account=accounts, edit=edits, now=moments, later=st.timedeltas(timedelta(0), timedelta(days=5000)))
def test_no_own_birth_date_makes_who_is_under_13_older_later_on_a_07(
    account: Account, edit: Edit, now: datetime, later: timedelta
) -> None:
    """Neither today nor on any day to come: a date of almost thirteen years ago would be thirteen tomorrow."""
    assume(account.birth_date and is_child(account, now))
    changed = after(account, replace(edit, zone=None), now)
    assert is_child(changed, now + later) or not is_child(account, now + later)


@given(account=accounts, edit=edits, now=moments)
def test_while_linked_the_birth_date_stays_a_07(account: Account, edit: Edit, now: datetime) -> None:
    linked = replace(account, links=LINKED)
    changed = after(linked, edit, now)
    assert (changed.birth_date, changed.birth_by) == (linked.birth_date, linked.birth_by)


@given(edit=edits, now=moments)
def test_whatever_is_kept_can_be_believed_a_07(edit: Edit, now: datetime) -> None:
    kept = after(NEW, edit, now)
    birth = parse_birth_date(kept.birth_date)
    assert kept.birth_date == "" or (birth and birth.iso() == kept.birth_date and allowed(kept, now).problem is None)


@given(account=accounts, edit=edits, now=moments)
def test_the_same_edit_again_changes_nothing_x_03(account: Account, edit: Edit, now: datetime) -> None:
    once = after(account, edit, now)
    assert after(once, edit, now) == once


def test_a_birth_date_can_be_stated_where_there_is_none_a_07() -> None:
    assert edited(NEW, Edit(birth_date="2012-02-29"), NOW) == replace(NEW, birth_date="2012-02-29", birth_by="self")
    assert allowed(edited(NEW, Edit(birth_date=TEEN), NOW), NOW).cs_projects == "full"


@pytest.mark.parametrize(
    ("on_file", "stated"),
    [
        (CHILD, TEEN),
        (CHILD, "2016-05-03"),
        ("2016-05", "2016-05-31"),  # the month counts to its end
        ("2013-09-16", "2013-09-15"),  # a day before their birthday
        ("2030-01-01", CHILD),  # what nobody can believe is not theirs to mend
        ("1850-01-01", TEEN),
        ("never", TEEN),
    ],
)
def test_who_counts_as_under_13_makes_themselves_no_older_a_07(on_file: str, stated: str) -> None:
    with pytest.raises(BirthDateFixed) as refused:
        edited(replace(NEW, birth_date=on_file, birth_by="roster"), Edit(birth_date=stated), NOW)
    assert refused.value.field == "birth_date"


@pytest.mark.parametrize(
    ("on_file", "stated"), [(CHILD, "2017-01"), (TEEN, "1980-01-01"), (TEEN, CHILD), ("5/4/2016", "2016-05-05")]
)
def test_a_correction_that_makes_nobody_13_is_taken_a_07(on_file: str, stated: str) -> None:
    changed = edited(replace(NEW, birth_date=on_file, birth_by="roster"), Edit(birth_date=stated), NOW)
    assert (changed.birth_date, changed.birth_by) == (stated, "self")


def test_the_same_day_said_again_stays_as_the_roster_gave_it_a_07() -> None:
    linked = replace(NEW, birth_date="5/4/2010", birth_by="roster", links=LINKED)
    assert edited(linked, Edit(birth_date=TEEN), NOW) == linked


def test_a_linked_account_has_a_name_of_its_own_and_no_birth_date_a_07() -> None:
    linked = replace(NEW, links=LINKED)
    assert edited(linked, Edit(name="Ms. Lopez", role="teacher"), NOW).name == "Ms. Lopez"
    with pytest.raises(RosterDecides) as refused:
        edited(linked, Edit(birth_date=TEEN), NOW)
    assert refused.value.field == "birth_date"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "2012-02-30",
        "2026-09-16",
        "1905-12-31",
        "3/4/2012",
        "2012",
        "2012-2-3",
        "2012-02-29T00:00:00Z",
        "\uff12012-02-29",
    ],
)
def test_a_birth_date_that_is_none_is_refused_by_its_field_a_07(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        edited(NEW, Edit(birth_date=text), NOW)
    assert refused.value.field == "birth_date"


def test_the_future_begins_where_the_account_is_a_07() -> None:
    today = local_date(replace(NEW, zone="Pacific/Kiritimati"), NOW.replace(hour=23))
    assert today == date(2026, 9, 16)
    assert edited(NEW, Edit(birth_date="2026-09-16", zone="Pacific/Kiritimati"), NOW.replace(hour=23)).birth_date
    with pytest.raises(InvalidInput):
        edited(NEW, Edit(birth_date="2026-09-16"), NOW.replace(hour=23))


def test_a_time_zone_brings_no_birthday_forward_a_07() -> None:
    eve = replace(NEW, birth_date="2013-09-16", birth_by="self", zone="UTC")
    with pytest.raises(BirthDateFixed):
        edited(eve, Edit(zone="Pacific/Kiritimati"), NOW.replace(hour=23))
    assert edited(eve, Edit(zone="Pacific/Kiritimati"), NOW.replace(hour=1)).zone == "Pacific/Kiritimati"


@pytest.mark.parametrize("zone", ["", "Chicago", "../UTC", "localtime", "America/Chicago\x00", "utc"])
def test_a_time_zone_that_is_none_is_refused(zone: str) -> None:
    assert zone not in zone_names()
    with pytest.raises(InvalidInput) as refused:
        edited(NEW, Edit(zone=zone), NOW)
    assert refused.value.field == "time_zone"


@pytest.mark.parametrize(
    ("born", "hours", "permitted"),
    [
        ("2013-02-28", (2026, 2, 28, 0), "full"),
        ("2012-02-29", (2025, 2, 28, 23), "limited"),  # 29 February: 13 on 1 March
        ("2012-02-29", (2025, 3, 1, 0), "full"),
        ("2013-09", (2026, 9, 30, 23), "limited"),  # a month: until its end
        ("2013-09", (2026, 10, 1, 0), "full"),
    ],
)
def test_the_thirteenth_birthday_a_06_a_07(born: str, hours: tuple[int, int, int, int], permitted: str) -> None:
    now = datetime(*hours, tzinfo=UTC)
    account = replace(NEW, birth_date=born)
    assert allowed(account, now)[:2] == (permitted, permitted)


def test_the_districts_time_zone_counts_while_linked_then_the_accounts_own_a_07() -> None:
    morning = datetime(2026, 9, 15, 7, tzinfo=UTC)  # still the 14th in Pago Pago
    born = replace(NEW, birth_date="2013-09-15", district_zone="Pacific/Pago_Pago", zone="Asia/Tokyo")
    assert is_child(replace(born, links=LINKED), morning)
    assert not is_child(born, morning)
    assert not is_child(replace(born, zone=""), morning)
