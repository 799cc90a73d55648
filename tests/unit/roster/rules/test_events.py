"""S-19, W-03: how far events reach, and what they make us read again."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from homeroom.roster.model import CourseRow, DistrictRow, UserRow
from homeroom.roster.rules.events import MOST_RECORDS, UNKNOWN, Touched, cursor_time, named, too_old, touched
from homeroom.roster.source import SourceEvent
from tests.support import rows

NOW = datetime(2026, 9, 15, 7, 0, tzinfo=UTC)


def cursor(made):
    return f"{int(made.timestamp()):08x}{7:016x}"


def event(n, kind="users", record=None, what="updated"):
    type_ = f"{kind}.{what}" if kind else "resources.created"
    return SourceEvent(f"{n:024x}", type_, kind, record or f"r{n}", "d")


def test_s19_a_cursor_tells_its_own_age():
    assert cursor_time("64206e4531f12f05cc490fa5") == datetime(2023, 3, 26, 16, 9, 41, tzinfo=UTC)
    assert cursor_time("64206E4531F12F05CC490FA5") == cursor_time("64206e4531f12f05cc490fa5")


@pytest.mark.parametrize("text", ["", "c0", "64206e45", "64206e4531f12f05cc490fa", "64206e4531f12f05cc490fa5a"])
def test_s19_a_cursor_that_tells_no_age_has_none_and_counts_as_too_old(text):
    assert cursor_time(text) is None
    assert too_old(text, NOW)


@pytest.mark.parametrize("text", ["zz206e4531f12f05cc490fa5", "64206e4531f12f05cc490fa5\n", "+4206e4531f12f05cc490fa5"])
def test_s19_what_is_no_object_id_is_no_cursor(text):
    assert cursor_time(text) is None


@pytest.mark.parametrize(
    ("age", "old"),
    [
        (timedelta(0), False),
        (timedelta(days=27), False),
        (timedelta(days=28), False),
        (timedelta(days=28, seconds=1), True),
        (timedelta(days=29), True),
        (timedelta(days=43), True),
        (-timedelta(minutes=5), False),
    ],
)
def test_s19_a_cursor_older_than_28_days_is_too_old(age, old):
    assert too_old(cursor(NOW - age), NOW) is old
    assert too_old(cursor(NOW - age), NOW.astimezone(timezone(timedelta(hours=-5)))) is old


def test_s19_each_record_is_touched_once_and_events_are_counted_by_type():
    events = [event(1, record="a"), event(2, "sections", "a", "created"), event(3, record="a"), event(4, None)]
    assert touched(events) == Touched(
        records=(("sections", "a"), ("users", "a")),
        last=f"{4:024x}",
        types={"users.updated": 2, "sections.created": 1, UNKNOWN: 1},
    )


def test_s19_no_event_touches_nothing():
    assert touched([]) == Touched((), "", {}, too_many=False)


def test_s19_a_repeated_event_counts_once_and_a_late_one_does_not_move_the_cursor_back():
    events = [event(1), event(3), event(2), event(3), event(1)]
    assert touched(events) == touched([event(1), event(2), event(3)])
    assert touched(events).last == f"{3:024x}"


def test_s19_so_many_records_are_followed_and_no_more():
    many = [event(n) for n in range(MOST_RECORDS)]
    assert not touched(many).too_many
    assert not touched([*many, *many]).too_many
    assert touched([*many, event(MOST_RECORDS)]).too_many


def test_s19_a_feed_that_is_too_long_is_not_read_to_its_end():
    feed = iter([event(n) for n in range(2 * MOST_RECORDS)])
    assert touched(feed).too_many
    assert len(list(feed)) == MOST_RECORDS - 1


def test_s19_a_section_names_its_people_school_course_and_term():
    section = rows.section("c1", teacher="t1", teachers=("t1", "t2"), students=("s1",))
    assert set(named(section)) == {
        ("users", "t1"), ("users", "t2"), ("users", "s1"), ("schools", rows.SCHOOL), ("courses", rows.COURSE),
        ("terms", rows.TERM),
    }  # fmt: skip
    assert not set(named(rows.section("c1", teacher="", teachers=(), students=(), school="", course="", term="")))


def test_s19_a_user_names_the_schools_of_every_role():
    both = rows.student("p", school="a", schools=("b",)).model_copy(
        update={"staff": rows.staff("p", schools=("c",)).staff}
    )
    assert set(named(both)) == {("schools", "a"), ("schools", "b"), ("schools", "c")}
    assert set(named(rows.teacher("p", school="", schools=()))) == set()


@pytest.mark.parametrize("row", [rows.school(), rows.term(), CourseRow(id="c"), DistrictRow(id="d"), UserRow(id="u")])
def test_s19_other_rows_name_nothing(row):
    assert not list(named(row))
