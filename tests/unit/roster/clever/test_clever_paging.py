"""S-07, S-19: lists are walked by their links, in order, to the end and no further."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeroom.roster.clever.errors import SourceBadLink, SourceOutOfOrder
from homeroom.roster.source import SourceFault, SourceRefused
from tests.unit.roster.clever.scripted import OURS, TOKEN, Reply, hex_id, page, paged


def record(n):
    return {"id": hex_id(n), "district": OURS, "name": f"School {n}"}


def ids(source, kind="schools"):
    return [row.id for row in source.rows(kind)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(count=st.integers(0, 25), sizes=st.lists(st.integers(0, 9), max_size=12), size=st.integers(1, 30))
def test_s07_any_split_into_pages_gives_the_same_rows(server, source_with, count, sizes, size):
    records = [record(n) for n in range(count)]
    server.answer = paged(records, sizes=sizes)
    assert ids(source_with(page_size=size)) == [r["id"] for r in records]


def test_the_end_is_where_no_next_link_is_not_where_a_page_is_short(server, source):
    server.queue = [
        page([record(1)], next_uri="/v3.1/schools?limit=100&starting_after=a"),
        page([], next_uri="/v3.1/schools?limit=100&starting_after=b"),
        page([record(2)], next_uri="/v3.1/schools?limit=100&starting_after=c"),
        page([]),
    ]
    assert ids(source) == [hex_id(1), hex_id(2)]


def test_the_link_is_found_by_rel_wherever_it_stands(server, source):
    links = [
        {"rel": "next", "uri": "/v3.1/schools?limit=100&starting_after=a", "extra": 1},
        {"rel": "prev", "uri": "/v3.1/schools?limit=100&ending_before=a"},
        {"rel": "self", "uri": "/v3.1/schools"},
    ]
    server.queue = [page([record(1)], links=links), page([record(2)], links=links[1:])]
    assert ids(source) == [hex_id(1), hex_id(2)]


def test_a_full_last_page_without_next_is_the_end(server, source_with):
    server.queue = [page([record(1), record(2)])]
    assert ids(source_with(page_size=2)) == [hex_id(1), hex_id(2)]


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/v3.1/schools?limit=100",
        "//evil.example/v3.1/schools",
        "http://127.0.0.1:1/v3.1/schools",
        "ftp:///v3.1/schools",
        "https:///v3.1/schools",
        "/v3.1/users?limit=100",
        "/v3.0/schools?limit=100",
        "http://[",
        "?limit=100",
        "",
    ],
)
def test_x05_a_next_link_to_elsewhere_or_to_nowhere_is_refused_and_gets_no_token(server, source, target):
    server.queue = [page([record(1)], next_uri=None, links=[{"rel": "next", "uri": target}])]
    with pytest.raises(SourceBadLink):
        ids(source)
    assert len(server.requests) == 1


def test_two_different_next_links_are_refused(server, source):
    links = [{"rel": "next", "uri": f"/v3.1/schools?starting_after={n}"} for n in "ab"]
    server.queue = [page([record(1)], links=links)]
    with pytest.raises(SourceBadLink):
        ids(source)


def test_an_absolute_link_to_our_own_host_is_followed(server, source):
    server.queue = [page([record(1)], next_uri=f"{server.url}/v3.1/schools?starting_after=x"), page([record(2)])]
    assert ids(source) == [hex_id(1), hex_id(2)]


def test_links_in_a_circle_of_empty_pages_come_to_an_end(server, source):
    server.answer = lambda request: page(
        [],
        next_uri=f"/v3.1/schools?limit=100&starting_after={'b' if request.query.get('starting_after') == 'a' else 'a'}",
    )
    with pytest.raises(SourceBadLink):
        ids(source)
    assert len(server.requests) == 3


@pytest.mark.parametrize("order", [[2, 1], [1, 1], [1, 3, 2]])
def test_s07_ids_that_do_not_ascend_within_a_page_are_a_fault(server, source, order):
    server.queue = [page([record(n) for n in order])]
    with pytest.raises(SourceOutOfOrder):
        ids(source)


@pytest.mark.parametrize("second", [1, 2])
def test_s07_ids_that_do_not_ascend_from_page_to_page_are_a_fault(server, source, second):
    server.queue = [
        page([record(1), record(2)], next_uri="/v3.1/schools?starting_after=x"),
        page([record(second)]),
    ]
    with pytest.raises(SourceOutOfOrder):
        ids(source)


def test_s07_a_user_who_is_left_out_still_counts_for_the_order(server, source):
    contact = {"id": hex_id(5), "roles": {"contact": {}}}
    server.queue = [page([contact, {"id": hex_id(4), "roles": {"student": {}}}])]
    with pytest.raises(SourceOutOfOrder):
        ids(source, "users")


@pytest.mark.parametrize("version", ["v3.0", "v3.1"])
def test_both_versions_are_read_under_their_own_path_with_the_bearer_token(server, source_with, version):
    server.queue = [page([record(1)])]
    assert ids(source_with(version=version, page_size=500)) == [hex_id(1)]
    assert server.requests[0].path == f"/{version}/schools?limit=500"
    assert server.requests[0].authorization == f"Bearer {TOKEN}"


def test_s19_the_cursor_is_the_newest_event_and_the_feed_is_oldest_first(server, source):
    server.queue = [page([{"id": hex_id(9), "type": "users.updated", "data": {"object": {"id": hex_id(1)}}}])]
    assert source.cursor() == hex_id(9)
    assert server.requests[0].query == {"ending_before": "last", "limit": "1"}


def test_s19_no_event_at_all_is_an_empty_cursor(server, source):
    server.queue = [page([])]
    assert not source.cursor()


@pytest.mark.parametrize(("status", "error"), [(401, SourceRefused), (404, SourceFault), (400, SourceFault)])
def test_s19_a_refused_cursor_is_a_fault_not_an_empty_one(server, source, status, error):
    server.queue = [Reply(status=status)]
    with pytest.raises(error):
        source.cursor()


@pytest.mark.parametrize("wrong", [{"version": "v2.1"}, {"page_size": 0}, {"page_size": 10_001}])
def test_settings_that_clever_would_refuse_are_refused_at_once(source_with, wrong):
    with pytest.raises(ValueError):
        source_with(**wrong)
