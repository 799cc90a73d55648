"""S-07: whatever is not a complete answer is a fault; nothing reads as an empty list."""

import gzip
import json
import logging
import traceback

import pytest

from homeroom.roster.clever.client import CleverClient
from homeroom.roster.clever.errors import (
    SourceCutOff,
    SourceDistrictMissing,
    SourceFailed,
    SourceMalformed,
    SourceNotFound,
    SourceNotJson,
    SourceThrottled,
    SourceTooLarge,
    SourceUnexpected,
    SourceUnreachable,
)
from homeroom.roster.source import SourceFault, SourceRefused
from tests.unit.roster.clever.scripted import JSON, OURS, TOKEN, Reply, hex_id, page, paged

SCHOOL = {"id": hex_id(1), "district": OURS, "name": "Elm"}
WHOLE = page([SCHOOL])
HTML = Reply(status=404, body=b"<pre>Cannot GET /v3.0/resources</pre>", content_type="text/html; charset=utf-8")


def ids(source, kind="schools"):
    return [row.id for row in source.rows(kind)]


def fault(source, kind="schools"):
    with pytest.raises(SourceFault) as caught:
        list(source.rows(kind))
    return caught.value


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, SourceUnexpected),
        (401, SourceRefused),
        (403, SourceRefused),
        (404, SourceNotFound),
        (409, SourceUnexpected),
        (501, SourceUnexpected),
        (204, SourceUnexpected),
        (206, SourceUnexpected),
    ],
)
def test_s07_a_status_that_no_retry_helps_is_a_fault_at_once(server, source, clock, status, error):
    server.answer = lambda _: Reply(status=status, body=b"" if status == 204 else b'{"data":[],"links":[]}')
    caught = fault(source)
    assert type(caught) is error
    assert caught.extra == {"kind": "schools", "http_status": str(status)}
    assert len(server.requests) == 1
    assert clock.slept == []


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_s07_a_failing_source_is_asked_five_times_with_growing_pauses(server, source, clock, status):
    server.answer = lambda _: Reply(status=status)
    assert type(fault(source)) is SourceFailed
    assert len(server.requests) == 5
    assert clock.slept == [0.5, 1.0, 2.0, 4.0]  # half (the jitter) of 1, 2, 4, 8


@pytest.mark.parametrize(
    "hiccup",
    [
        Reply(status=500),
        Reply(status=503),
        Reply(status=429),
        Reply(hang_up=True),
        Reply(body=WHOLE.body[:20], declared=len(WHOLE.body)),
        Reply(body=WHOLE.body[:20], declared=0, chunked=True),
        Reply(body=b"not gzip at all", headers={"content-encoding": "gzip"}),
    ],
    ids=["500", "503", "429", "hang-up", "cut off", "cut off in chunks", "damaged gzip"],
)
def test_s07_a_passing_hiccup_does_not_fail_the_run(server, source, hiccup):
    server.queue = [hiccup, WHOLE]
    assert ids(source) == [hex_id(1)]


def test_s07_an_html_404_is_a_fault_and_never_an_empty_list(server, source):
    server.answer = lambda _: HTML
    assert fault(source).extra["http_status"] == "404"


def test_s07_html_is_not_accepted_with_a_200_either(server, source):
    server.answer = lambda _: Reply(body=WHOLE.body, content_type="text/html")
    assert type(fault(source)) is SourceNotJson
    assert len(server.requests) == 1


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON ; charset=utf-8", JSON])
def test_s07_json_may_be_announced_in_any_spelling(server, source, content_type):
    server.queue = [Reply(body=WHOLE.body, content_type=content_type)]
    assert ids(source) == [hex_id(1)]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        WHOLE.body[:-1],
        b'{"data":[{"data":{"id":"58da8c63d7dc0c',
        WHOLE.body + b"x",
        b"\xff\xfe",
        b"[" * 200_000,
        b'{"data":[],"links":[],"n":NaN',
    ],
)
def test_s07_a_200_that_is_no_complete_json_is_a_fault_and_not_retried(server, source, body):
    server.answer = lambda _: Reply(body=body)
    assert type(fault(source)) is SourceNotJson
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "value",
    [
        [],
        None,
        {},
        {"data": []},
        {"links": []},
        {"error": "Resource not found"},
        {"data": None, "links": []},
        {"data": {}, "links": []},
        {"data": [], "links": {}},
        {"data": [], "links": [{"rel": "next"}]},
        {"data": [], "links": ["next"]},
        {"data": [None], "links": []},
        {"data": [SCHOOL], "links": []},
        {"data": [{"data": []}], "links": []},
        {"data": [{"data": {}}], "links": []},
        {"data": [{"data": SCHOOL | {"id": ""}}], "links": []},
        {"data": [{"data": SCHOOL | {"id": None}}], "links": []},
        {"data": [{"data": SCHOOL | {"id": 7}}], "links": []},
        {"data": [{"data": SCHOOL | {"id": "a#b"}}], "links": []},
    ],
)
def test_s07_json_that_is_no_page_or_a_record_without_a_usable_id_is_a_fault(server, source, value):
    server.answer = lambda _: Reply(body=json.dumps(value).encode())
    assert type(fault(source)) is SourceMalformed


def test_s07_a_connection_that_always_breaks_inside_the_answer_is_cut_off(server, source):
    server.answer = lambda _: Reply(body=WHOLE.body[:-5], declared=len(WHOLE.body))
    assert type(fault(source)) is SourceCutOff
    assert len(server.requests) == 5


def test_s07_a_fault_half_way_raises_after_the_rows_that_came_before(server, source):
    server.queue = [page([SCHOOL], next_uri=f"/v3.1/schools?limit=100&starting_after={hex_id(1)}")]
    rows = source.rows("schools")
    assert next(rows).id == hex_id(1)
    with pytest.raises(SourceUnexpected):
        next(rows)


def test_s07_silence_is_given_up_after_the_time_out(server, source_with):
    server.answer = lambda _: Reply(body=WHOLE.body, wait=0.5)
    caught = fault(source_with(timeout_seconds=0.05))
    assert type(caught) is SourceUnreachable
    assert caught.extra == {"kind": "schools", "cause": "ReadTimeoutError"}
    assert len(server.requests) == 5


def test_s07_silence_inside_an_answer_is_given_up_after_the_time_out(server, source_with):
    server.answer = lambda _: Reply(body=WHOLE.body[:3], declared=len(WHOLE.body), trickle=0.3)
    caught = fault(source_with(timeout_seconds=0.1))
    assert type(caught) is SourceUnreachable
    assert caught.extra == {"kind": "schools", "cause": "ReadTimeoutError"}


def test_s07_an_answer_slower_than_usual_but_within_the_time_out_is_taken(server, source):
    server.queue = [Reply(body=WHOLE.body, wait=0.2)]
    assert ids(source) == [hex_id(1)]


def test_s07_an_answer_that_trickles_in_for_ever_is_given_up(server, timing, clock):
    server.answer = lambda _: Reply(body=WHOLE.body, trickle=0.01)
    started = clock.time

    def now():
        clock.sleep(1)
        return clock.time

    client = CleverClient("Bearer x", timeout_seconds=1, timing=type(timing)(clock.sleep, now, lambda: 0))
    with pytest.raises(SourceUnreachable) as caught:
        client.get(f"{server.url}/v3.1/schools", kind="schools")
    assert caught.value.extra["cause"] == "TooSlow"
    assert (clock.time - started).total_seconds() < 60


def test_s07_nobody_there_is_unreachable(server, source):
    server.server.server_close()
    assert type(fault(source)) is SourceUnreachable


def test_s07_an_empty_list_is_complete_and_yields_nothing(server, source):
    server.answer = lambda _: page([])
    assert ids(source, "users") == []


def test_s07_a_token_without_its_own_district_is_a_fault(server, source):
    server.answer = lambda _: page([])
    assert type(fault(source, "districts")) is SourceDistrictMissing


def test_x05_a_redirect_is_not_followed(server, source):
    server.answer = lambda _: Reply(status=302, headers={"location": f"{server.url}/elsewhere"})
    assert fault(source).extra["http_status"] == "302"
    assert len(server.requests) == 1


def test_429_waits_until_the_reset_and_goes_on(server, source, clock):
    reset = str(int(clock.time.timestamp()) + 30)
    server.queue = [Reply(status=429, headers={"x-ratelimit-reset": reset}), WHOLE]
    assert ids(source) == [hex_id(1)]
    assert 30 <= sum(clock.slept) <= 32


@pytest.mark.parametrize("reset", ["99999999999999", "soon", "", "-5", "0"])
def test_429_with_an_absurd_reset_waits_a_bounded_time(server, source, clock, reset):
    server.queue = [Reply(status=429, headers={"x-ratelimit-reset": reset}), WHOLE]
    assert ids(source) == [hex_id(1)]
    assert sum(clock.slept) <= 70


def test_429_for_ever_is_a_fault_of_its_own(server, source):
    server.answer = lambda _: Reply(status=429)
    assert type(fault(source)) is SourceThrottled
    assert len(server.requests) == 5


def test_the_last_request_of_the_minute_makes_the_next_one_wait(server, source, clock):
    reset = str(int(clock.time.timestamp()) + 20)
    first = page([SCHOOL], next_uri="/v3.1/schools?limit=100&starting_after=x")
    first.headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": reset}
    server.queue = [first, page([SCHOOL | {"id": hex_id(2)}])]
    assert ids(source) == [hex_id(1), hex_id(2)]
    assert clock.slept == [20.5]


@pytest.mark.parametrize("echo_limit", [True, False])
def test_413_halves_the_page_and_keeps_it_halved(server, source, echo_limit):
    records = [SCHOOL | {"id": hex_id(n)} for n in range(60)]
    server.answer = paged(records, too_large=25, echo_limit=echo_limit)
    assert ids(source) == [record["id"] for record in records]
    assert [request.query["limit"] for request in server.requests] == ["100", "50", "25", "25", "25"]


def test_413_on_a_single_record_is_a_fault(server, source):
    server.answer = lambda _: Reply(status=413)
    assert type(fault(source)) is SourceTooLarge
    assert server.requests[-1].query["limit"] == "1"


def test_more_bytes_than_we_take_count_as_too_large_even_when_packed(server, timing):
    server.answer = lambda _: Reply(body=gzip.compress(b" " * 500_000), headers={"content-encoding": "gzip"})
    client = CleverClient("Bearer x", timeout_seconds=1, timing=timing, max_page_bytes=100_000)
    with pytest.raises(SourceTooLarge):
        client.get(f"{server.url}/v3.1/users", kind="users")


def test_a_packed_answer_is_unpacked_and_the_connection_kept(server, source):
    packed = Reply(body=gzip.compress(WHOLE.body), headers={"content-encoding": "gzip"})
    server.queue = [packed, packed, Reply(body=WHOLE.body, chunked=True), WHOLE]
    assert [ids(source) for _ in range(4)] == [[hex_id(1)]] * 4
    assert server.connections == 1


def test_an_answer_is_never_taken_for_the_next_one_after_a_fault(server, source):
    server.queue = [Reply(status=500, body=b"x" * 100_000), WHOLE]
    assert ids(source) == [hex_id(1)]


def test_x05_no_error_nor_log_line_holds_token_name_or_address(server, source, caplog):
    caplog.set_level(logging.DEBUG)
    secret = {
        "id": hex_id(1),
        "name": {"first": "Zenobia", "last": "Quux"},
        "email": "zq@example.net",
        "roles": {"student": {}},
    }
    told = json.dumps({"message": "Zenobia Quux zq@example.net"}).encode()
    bad = [
        Reply(status=status, body=told, headers={"x-ratelimit-reset": "0"})
        for status in (400, 401, 404, 413, 429, 500, 501)
    ]
    bad += [Reply(body=json.dumps(value).encode()) for value in (secret, {"data": [secret], "links": []})]
    bad += [Reply(body=page([secret, {"email": "zq@example.net"}]).body), Reply(body=page([secret]).body[:-3])]
    bad += [
        Reply(body=page([secret]).body, declared=10_000),
        page([secret, secret]),
        page([secret], next_uri="http://zq/"),
    ]
    for reply in bad:
        server.answer = lambda _, reply=reply: reply
        with pytest.raises(SourceFault) as caught:
            list(source.rows("users"))
        chain = [caught.value, caught.value.__cause__, caught.value.__context__]
        told = "".join(traceback.format_exception(caught.value)) + repr([vars(e) for e in chain if e]) + repr(chain)
        for word in ("Zenobia", "Quux", "zq@", TOKEN):
            assert word not in told
    for word in ("Zenobia", "Quux", "zq@", TOKEN):
        assert word not in caplog.text


@pytest.mark.parametrize("token", ["line\nbreak", "\u2603", "tab\t"])
def test_x05_a_token_that_no_header_may_hold_is_refused_without_being_told(token):
    with pytest.raises(SourceRefused) as caught:
        CleverClient(f"Bearer {token}", timeout_seconds=1)
    assert token not in str(caught.value)
