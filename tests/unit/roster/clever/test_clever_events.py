"""S-19, W-03: events are hints that begin where the cursor left off, and one record reads as a list reads it."""

import json
import traceback

import pytest

from homeroom.roster.clever.errors import (
    SourceDistrictMissing,
    SourceFailed,
    SourceForeign,
    SourceMalformed,
    SourceNotJson,
    SourceOutOfOrder,
    SourceUnexpected,
)
from homeroom.roster.model import Rejected
from homeroom.roster.source import EventsLost, SourceEvent, SourceFault, SourceRefused
from tests.unit.roster.clever.scripted import OTHERS, OURS, Reply, hex_id, page
from tests.unit.roster.clever.test_clever_recordings import RECORDINGS, recorded, records
from tests.unit.roster.clever.test_clever_records import STUDENT

CURSOR = hex_id(0)
HTML = Reply(status=404, body=b"<pre>Cannot GET /v3.1/users/x</pre>", content_type="text/html; charset=utf-8")


def event(n, kind="users.updated", record=None, **more):
    found = {"id": hex_id(100 + n), "district": OURS, "email": "z.steve@example.net"} if record is None else record
    return {"id": hex_id(n), "type": kind, "created": "2026-03-02T03:00:00.000Z", "data": {"object": found}, **more}


def feed(*events):
    """An `answer` that has these events and pages them as Clever does, also when the cursor is none of them."""

    def answer(request):
        limit, query = int(request.query["limit"]), request.query
        if before := query.get("ending_before"):
            return page([e for e in events if before == "last" or e["id"] < before][-limit:])
        found = [e for e in events if e["id"] > query["starting_after"]]
        more = f"/v3.1/events?limit={limit}&starting_after={found[limit - 1]['id']}" if len(found) > limit else None
        return page(found[:limit], next_uri=more)

    return answer


def records_of(source, after=CURSOR):
    return [(event.kind, event.record) for event in source.events(after)]


def test_s19_events_are_those_after_the_cursor_oldest_first(server, source):
    server.answer = feed(event(0), event(1), event(2, "sections.created"))
    assert list(source.events(CURSOR)) == [
        SourceEvent(hex_id(1), "users.updated", "users", hex_id(101), OURS),
        SourceEvent(hex_id(2), "sections.created", "sections", hex_id(102), OURS),
    ]
    assert server.requests[0].path == f"/v3.1/events?limit=100&starting_after={CURSOR}"


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_s19_pages_are_followed_by_their_links_and_the_beginning_is_looked_at_once(server, source_with, size):
    server.answer = feed(*map(event, range(7)))
    assert [record for _, record in records_of(source_with(page_size=size))] == [hex_id(100 + n) for n in range(1, 7)]
    assert sum("ending_before" in request.query for request in server.requests) == 1


def test_s19_no_event_since_is_nothing(server, source):
    server.answer = feed(event(0))
    assert records_of(source) == []


def test_s07_an_empty_list_where_there_are_later_events_is_not_no_news(server, source):
    server.queue = [page([])]
    server.answer = feed(event(0), event(1))
    with pytest.raises(EventsLost):
        records_of(source)


@pytest.mark.parametrize("kept", [[], [1], [1, 2]])
def test_s19_no_event_since_where_the_cursors_own_is_gone_is_lost(server, source, kept):
    """As when the district's events were switched off, and what there was forgotten."""
    server.answer = feed(*map(event, kept))
    with pytest.raises(EventsLost):
        records_of(source, after=hex_id(3))


@pytest.mark.parametrize("where", ["inside", "beside", "nowhere"])
def test_w03_previous_attributes_are_not_looked_at_in_either_place(server, source, where):
    """Clever's answers have it beside `object`, its specification beside `data`."""
    told = event(1, previous_attributes={"id": "old", "district": OTHERS}) if where == "beside" else event(1)
    if where == "inside":
        told["data"]["previous_attributes"] = {"id": "old", "district": OTHERS}
    server.answer = feed(event(0), told)
    assert records_of(source) == [("users", hex_id(101))]


@pytest.mark.parametrize("kind", ["districts", "schools", "terms", "courses", "sections", "users"])
@pytest.mark.parametrize("what", ["created", "updated", "deleted"])
def test_s19_every_kind_and_every_change_names_its_record(server, source, kind, what):
    record = OURS if kind == "districts" else hex_id(7)
    server.answer = feed(event(0), event(1, f"{kind}.{what}", {"id": record}))
    assert records_of(source) == [(kind, record)]


@pytest.mark.parametrize("kind", ["resources.created", "contacts.created", "students.updated", "users", "", None, 5])
def test_s19_a_type_that_we_do_not_know_is_no_fault(server, source, kind):
    server.answer = feed(event(0), event(1, kind), event(2))
    kinds = [found for found, _ in records_of(source)]
    assert kinds == [None if kind != "users" else "users", "users"]


@pytest.mark.parametrize(
    "record", [{}, {"id": ""}, {"id": None}, {"id": 5}, {"id": {}}, {"id": "a/../b"}, {"id": "x?y"}, [], "text"]
)
def test_s19_an_event_whose_object_has_no_usable_id_is_unknown_and_no_fault(server, source, record):
    server.answer = feed(event(0), event(1, record=record), event(2))
    assert records_of(source) == [(None, ""), ("users", hex_id(102))]


@pytest.mark.parametrize("body", [None, [], "text", {}, {"object": None}])
def test_s19_an_event_without_an_object_is_unknown_and_no_fault(server, source, body):
    server.answer = feed(event(0), event(1, data=body), event(2))
    assert records_of(source) == [(None, ""), ("users", hex_id(102))]


@pytest.mark.parametrize("kind", ["users.updated", "sections.deleted", "resources.created", "unheard.of"])
def test_w03_an_event_of_another_district_stops_the_reading(server, source, kind):
    server.answer = feed(event(0), event(1), event(2, kind, {"id": hex_id(5), "district": OTHERS}))
    with pytest.raises(SourceForeign):
        records_of(source)


def test_w03_an_event_that_is_another_district_stops_the_reading(server, source):
    server.answer = feed(event(0), event(1, "districts.updated", {"id": OTHERS}))
    with pytest.raises(SourceForeign):
        records_of(source)


def test_s19_an_expired_cursor_that_is_answered_with_later_events_is_lost(server, source):
    """As recorded: 200, and the oldest events kept, all of them later than the cursor."""
    server.answer = feed(event(4), event(5))
    with pytest.raises(EventsLost):
        next(source.events(CURSOR))


def test_s19_a_gap_between_the_cursor_and_the_first_event_is_lost(server, source):
    server.answer = feed(event(0), event(1), event(5), event(6))
    whole = server.answer
    server.answer = lambda request: page([event(5), event(6)]) if "starting_after" in request.query else whole(request)
    with pytest.raises(EventsLost):
        records_of(source)


@pytest.mark.parametrize("first", [1, 2])
def test_s19_a_list_that_begins_at_the_cursor_or_before_it_is_lost(server, source, first):
    server.answer = lambda _: page([event(first), event(3)])
    with pytest.raises(EventsLost):
        records_of(source, after=hex_id(2))


def test_s19_a_cursor_that_expires_between_two_pages_is_lost(server, source):
    server.queue = [
        page([event(3)], next_uri="/v3.1/events?limit=100&starting_after=x"),
        page([event(2)]),
        page([event(1), event(4)]),
    ]
    with pytest.raises(EventsLost):
        records_of(source, after=hex_id(2))


@pytest.mark.parametrize("order", [[2, 1], [1, 1], [1, 3, 2]])
def test_s07_events_that_do_not_ascend_are_a_fault(server, source, order):
    answer = feed(event(0), *map(event, order))
    server.answer = lambda request: page([event(0)]) if "ending_before" in request.query else answer(request)
    with pytest.raises(SourceOutOfOrder):
        records_of(source)


@pytest.mark.parametrize("second", [3, 4])
def test_s07_events_that_do_not_ascend_from_page_to_page_are_a_fault(server, source, second):
    first = page([event(3), event(4)], next_uri="/v3.1/events?limit=100&starting_after=x")
    server.queue = [first, page([event(2)]), page([event(second), event(5)])]
    with pytest.raises(SourceOutOfOrder):
        records_of(source, after=hex_id(2))


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (Reply(status=401), SourceRefused),
        (Reply(status=403), SourceRefused),
        (Reply(status=404, body=b'{"message":"Resource not found"}'), SourceUnexpected),
        (HTML, SourceUnexpected),
        (Reply(body=page([event(3)]).body[:-9]), SourceNotJson),
        (Reply(body=b"<html></html>", content_type="text/html"), SourceNotJson),
        (Reply(body=b'{"data":[]}'), SourceMalformed),
        (page([{"type": "users.updated"}]), SourceMalformed),
    ],
    ids=["401", "403", "404", "HTML 404", "cut short", "HTML", "no page", "no id"],
)
@pytest.mark.parametrize("at", [1, 2])
def test_s07_a_broken_page_of_events_is_a_fault_and_never_no_news(server, source, reply, fault, at):
    first = page([event(1)], next_uri=f"/v3.1/events?limit=100&starting_after={hex_id(1)}")
    server.queue = [first, page([event(0)])] * (at - 1)
    server.answer = lambda _: reply
    with pytest.raises(fault):
        records_of(source)


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason=f"no recordings at {RECORDINGS}")
def test_s19_the_recorded_events_name_their_records(server, source_with):
    told = records("events")
    server.answer = feed(*told)
    found = list(source_with(page_size=30).events(told[0]["id"]))
    assert [event.id for event in found] == [entry["id"] for entry in told[1:]]
    assert [event.record for event in found] == [entry["data"]["object"]["id"] for entry in told[1:]]
    assert {event.kind for event in found} == {"users", "schools"}


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason=f"no recordings at {RECORDINGS}")
def test_s19_the_recorded_answer_to_an_expired_cursor_is_lost(server, source):
    said, oldest = recorded("events_expired_cursor"), records("events")[0]["id"]
    body = Reply(body=json.dumps(said.get("body", said)).encode())
    server.answer = lambda request: page([]) if request.query.get("ending_before") == oldest else body
    with pytest.raises(EventsLost):
        list(source.events("640df9500000000000000000"))


# --- One record ---


def single(record, **more):
    return Reply(body=json.dumps({"data": record, "links": [{"rel": "self", "uri": "/self"}], **more}).encode())


SECTION = {"id": hex_id(1), "district": OURS, "name": " Maths ", "teachers": ["a", "a", ""], "students": ["x", None]}


@pytest.mark.parametrize(
    ("kind", "record"),
    [
        ("users", STUDENT),
        ("users", STUDENT | {"email": None, "name": None}),
        ("users", {"id": hex_id(1), "roles": {"staff": {}, "district_admin": {"title": "Dr"}, "teacher": None}}),
        ("users", STUDENT | {"email": 5}),
        ("users", STUDENT | {"roles": "student"}),
        ("users", STUDENT | {"email": "\ud83d"}),
        ("sections", SECTION),
        ("sections", SECTION | {"students": "abc"}),
        ("schools", {"id": hex_id(1), "district": OURS, "name": "Elm\u00e9", "low_grade": ""}),
        ("terms", {"id": hex_id(1), "start_date": "soon"}),
        ("courses", {"id": hex_id(1), "number": None}),
        ("districts", {"id": OURS, "name": "ISD", "state": "paused", "last_sync": "x"}),
    ],
)
def test_s19_a_record_alone_is_what_a_list_makes_of_it_byte_for_byte(server, source, kind, record):
    server.queue = [page([record]), page([record, {"id": "z", "name": 5}]), single(record)]
    if kind == "districts":
        del server.queue[1]
    in_lists = [next(source.rows(kind)) for _ in range(len(server.queue) - 1)]
    alone = source.record(kind, record["id"])
    assert server.requests[-1].path == f"/v3.1/{kind}/{record['id']}"
    assert {row.model_dump_json() for row in in_lists} == {alone.model_dump_json()}
    assert {type(row) for row in in_lists} == {type(alone)}


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason=f"no recordings at {RECORDINGS}")
@pytest.mark.parametrize("kind", ["users", "sections"])
def test_s19_recorded_records_read_alone_as_in_their_list(server, source, kind):
    told = records(kind)[:60]
    server.queue = [page(told)]
    rows = list(source.rows(kind))
    server.answer = lambda request: single(next(one for one in told if request.path.endswith(one["id"])))
    assert [source.record(kind, row.id) for row in rows] == rows


@pytest.mark.parametrize("reply", [Reply(status=404, body=b'{"message":"Resource not found"}'), HTML])
def test_s19_a_record_that_is_gone_is_none(server, source, reply):
    server.answer = lambda _: reply
    assert source.record("users", hex_id(1)) is None
    assert len(server.requests) == 1


@pytest.mark.parametrize("roles", [{"contact": {}}, {}, {"student": None}])
def test_s18_a_user_without_one_of_the_four_roles_is_none(server, source, roles):
    server.answer = lambda _: single(STUDENT | {"roles": roles})
    assert source.record("users", STUDENT["id"]) is None


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (Reply(status=401), SourceRefused),
        (Reply(status=403), SourceRefused),
        (Reply(status=400), SourceUnexpected),
        (Reply(status=503), SourceFailed),
        (Reply(body=single(STUDENT).body[:-9]), SourceNotJson),
        (Reply(body=single(STUDENT).body + b"," + single(STUDENT).body), SourceNotJson),
        (Reply(body=b""), SourceNotJson),
        (Reply(body=single(STUDENT).body, content_type="text/html"), SourceNotJson),
        (Reply(body=b"[]"), SourceMalformed),
        (Reply(body=b'{"message":"Resource not found"}'), SourceMalformed),
        (page([STUDENT]), SourceMalformed),
        (single({}), SourceMalformed),
        (single(STUDENT | {"id": 5}), SourceMalformed),
        (single(STUDENT | {"id": hex_id(2)}), SourceMalformed),
        (single(STUDENT | {"district": OTHERS}), SourceForeign),
    ],
)
def test_s07_an_answer_that_is_not_the_record_is_a_fault(server, source, reply, fault):
    server.answer = lambda _: reply
    with pytest.raises(SourceFault) as caught:
        source.record("users", STUDENT["id"])
    assert isinstance(caught.value, fault)


def test_s07_a_passing_hiccup_does_not_fail_the_reading_of_a_record(server, source):
    server.queue = [Reply(status=503), single(SECTION)]
    assert source.record("sections", SECTION["id"]).name == "Maths"


def test_s06_a_record_of_the_wrong_shape_is_rejected(server, source):
    server.answer = lambda _: single(SECTION | {"teachers": 5})
    assert source.record("sections", hex_id(1)) == Rejected(id=hex_id(1), reason="wrong_shape", field="teachers")


@pytest.mark.parametrize("text", ["a/b", "../districts", "x?limit=1", "no id, surely", "", " 58da", "x" * 65])
def test_x05_a_text_that_is_no_id_becomes_no_address(server, source, text):
    """Sections name people in any text that Clever cares to send."""
    assert source.record("users", text) is None
    assert server.requests == []


def test_w03_of_districts_only_the_tokens_own_is_read(server, source):
    server.answer = lambda _: single({"id": OTHERS})
    with pytest.raises(SourceForeign):
        source.record("districts", OTHERS)
    with pytest.raises(SourceMalformed):
        source.record("districts", OURS)
    server.answer = lambda _: page([{"id": OTHERS}])
    with pytest.raises(SourceForeign):
        list(source.rows("districts"))


def test_s07_the_districts_own_record_is_never_merely_gone(server, source):
    server.answer = lambda _: Reply(status=404)
    with pytest.raises(SourceDistrictMissing):
        source.record("districts", OURS)


def test_x05_no_error_holds_what_an_event_or_a_record_said(server, source):
    told = {"id": hex_id(1), "name": {"first": "Zenobia"}, "email": "zq@example.net", "roles": {"student": {}}}
    foreign = told | {"district": OTHERS}
    for reply in (
        single(foreign),
        single(told | {"id": "b"}),
        single(told, data=5),
        Reply(body=single(told).body[:-4]),
    ):
        server.answer = lambda _, reply=reply: reply
        with pytest.raises(SourceFault) as caught:
            source.record("users", hex_id(1))
        shown = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value))
        assert "Zenobia" not in shown
        assert "zq@" not in shown
    server.answer = feed(event(0), event(1, record=foreign))
    with pytest.raises(SourceForeign) as caught:
        records_of(source)
    assert "Zenobia" not in "".join(traceback.format_exception(caught.value))
