"""The feed: order, retention of 30 days, silent restart, filters."""

import datetime as dt

from sandbox.clever.events import Feed, previous_attributes

NOW = dt.datetime(2026, 11, 18, 12, tzinfo=dt.UTC)


def _feed(*ages: int) -> Feed:
    feed = Feed()
    for age in ages:
        feed.append("users.created", {"id": str(age)}, None, NOW - dt.timedelta(days=age))
    return feed


def test_an_expired_cursor_silently_restarts_at_the_oldest_kept_event() -> None:
    feed = _feed(43, 40, 29, 1)
    expired = f"{int((NOW - dt.timedelta(days=43)).timestamp()):08x}{0:016x}"
    assert [event["data"]["object"]["id"] for event in feed.after(expired, NOW)] == ["29", "1"]
    assert feed.get(expired, NOW) is None
    assert [event["data"]["object"]["id"] for event in feed.before(None, NOW)] == ["1", "29"]


def test_ids_ascend_even_when_the_clock_goes_back() -> None:
    feed = _feed(1, 2)
    ids = [event["id"] for event in feed.after("", NOW)]
    assert ids == sorted(ids)


def test_created_has_no_previous_attributes_and_the_object_is_a_copy() -> None:
    feed, row = Feed(), {"id": "a", "students": ["x"]}
    event = feed.append("sections.created", row, None, NOW)
    row["students"].append("y")
    assert event["data"] == {"object": {"id": "a", "students": ["x"]}}
    assert event["created"] == "2026-11-18T12:00:00.000Z"


def test_previous_attributes_are_nested_old_values_with_whole_arrays() -> None:
    old = {"a": {"b": 1, "c": [1, 2]}, "same": 1}
    assert previous_attributes(old, {"a": {"b": 2, "c": [1]}, "same": 1, "new": 3}) == {
        "a": {"b": 1, "c": [1, 2]},
        "new": "",
    }


def test_the_demo_feed_begins_with_what_30_days_keep(api) -> None:
    ages = [NOW - dt.datetime.fromisoformat(row["created"]) for row in api.walk("/v3.0/events")]
    assert [age.days in {19, 20} or age.days in {9, 10} for age in ages] == [True, True]
    assert api.get("/v3.0/events").rels["self"] == "/v3.0/events?"


def test_record_type_and_school_choose_events(api) -> None:
    section, student = "5f4000000001000000009000", "5f5000000001000000009004"
    cursor = api.newest_event()
    api.control(join={"student": student, "section": section}, grade={"user": student, "grade": "8"}, synced={})

    def kinds(query: str) -> list[str]:
        return [row["type"] for row in api.walk(f"/v3.0/events?starting_after={cursor}&{query}&limit=1")]

    assert kinds("record_type=users") == ["users.updated"]
    assert kinds("record_type=users&record_type=districts") == ["users.updated", "districts.updated"]
    assert kinds("record_type=users,sections") == ["sections.updated", "users.updated"]
    school = api.one("sections", section)["school"]
    assert kinds(f"school={school}") == ["sections.updated", "users.updated"]
    assert kinds(f"school={'0' * 24}") == []
