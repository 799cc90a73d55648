"""W-04, W-05: how notices are counted, when to look again, and what of a batch goes back to the queue."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from homeroom.roster.notices import NEVER, STARTING, Notices
from homeroom.roster.service.deliveries import deliver

NOW = datetime(2026, 9, 15, 7, tzinfo=UTC)
A, B = "a" * 24, "b" * 24


def test_nothing_is_due_before_the_first_notice():
    assert not Notices(A).outstanding
    assert not Notices(A).due(NOW)


def test_w04_a_notice_is_due_until_a_run_that_began_after_it_has_ended_well():
    one = Notices(A, wanted=1)
    assert one.due(NOW)
    assert one.after(0).due(NOW)
    assert not one.after(1).outstanding


def test_w04_while_an_execution_starts_nothing_is_due():
    starting = Notices(A, wanted=3).starting(NOW)
    assert (starting.asked, starting.next_try) == (3, NOW + STARTING)
    assert not starting.due(NOW + STARTING - timedelta(microseconds=1))
    # Killed before it began: looked at again.
    assert starting.due(NOW + STARTING)


def test_w04_a_run_that_served_ends_the_waiting_for_the_execution_that_it_was():
    after = Notices(A, wanted=4, asked=3, next_try=NOW + STARTING).after(3)
    assert (after.served, after.next_try) == (3, NEVER)
    assert after.due(NOW)


def test_w04_an_execution_for_later_notices_is_still_awaited():
    after = Notices(A, wanted=4, asked=4, next_try=NOW + STARTING).after(3)
    assert (after.served, after.next_try) == (3, NOW + STARTING)


def test_w04_served_never_counts_backwards():
    assert Notices(A, wanted=5, served=4).after(2).served == 4


def test_w05_waits_double_up_to_six_hours_and_end_with_the_first_success():
    notices, waits = Notices(A, wanted=1), []
    for _ in range(8):
        notices = notices.after_failure(NOW)
        waits.append((notices.next_try - NOW) / timedelta(minutes=1))
    assert waits == [15, 30, 60, 120, 240, 360, 360, 360]
    assert (notices.after(1).tries, notices.after(1).next_try) == (0, NEVER)
    assert Notices(A, wanted=1, tries=10_000).after_failure(NOW).next_try == NOW + timedelta(hours=6)


def message(number, body):
    return {"messageId": f"m{number}", "body": body if isinstance(body, str) else json.dumps(body)}


def said(district):
    return {"district": district, "at": NOW.isoformat()}


def delivered(*bodies, broken=()):
    accepted = []

    def accept(district):
        if district in broken:
            raise ConnectionError(district)
        accepted.append(district)

    kept = deliver([message(number, body) for number, body in enumerate(bodies)], accept, NOW)
    return accepted, kept


def test_w04_many_messages_of_a_batch_count_once_for_each_district():
    assert delivered(said(A), said(B), said(A), said(A)) == ([A, B], [])


@pytest.mark.parametrize(
    "body",
    ["", "{", "null", "[]", "5", {}, {"district": A}, {"at": NOW.isoformat()}, {"district": 5, "at": NOW.isoformat()},
     {"district": A, "at": "soon"}, {"district": A, "at": 5}, {"district": A, "at": "2026-09-15T07:00:00"},
     {"district": [A], "at": NOW.isoformat()}, "[" * 100_000],
)  # fmt: skip
def test_w05_a_message_that_cannot_be_read_goes_back_alone(body):
    """Five times, and then to the dead letters; the others of its batch are dealt with."""
    assert delivered(said(A), body, said(B)) == ([A, B], ["m1"])


def test_w05_a_district_that_fails_keeps_all_its_messages_and_no_others():
    assert delivered(said(A), said(B), said(A), broken=[A]) == ([B], ["m0", "m2"])


def test_x05_the_log_names_districts_and_kinds_of_error_alone(caplog):
    def accept(_):
        raise ValueError("Zelda Steve")

    deliver([message(1, said(A)), message(2, '{"district": "Zelda Steve"}')], accept, NOW)
    unread, failed = (vars(line) for line in caplog.records)
    assert (unread["message_id"], unread["error"]) == ("m2", "unreadable")
    assert (failed["district"], failed["error"]) == (A, "ValueError")
    assert "Zelda" not in str([unread, failed])
