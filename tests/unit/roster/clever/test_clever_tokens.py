"""D-01, D-03: the token list, and that no token ever shows (X-05)."""

import dataclasses
import json

import pytest

from homeroom.roster.clever.errors import ApplicationRefused, DistrictNotAuthorised, SourceBadLink, SourceMalformed
from homeroom.roster.source import SourceFault, SourceRefused
from tests.unit.roster.clever.scripted import OTHERS, OURS, TOKEN, Reply


def entry(district=OURS, token=TOKEN, created="2022-06-23T21:56:32.335Z", **changes):
    return {
        "id": "62b4e190573f9600080cbf08",
        "created": created,
        "owner": {"type": "district", "id": district},
        "access_token": token,
        "scopes": ["read:students_basic"],
    } | changes


def listing(*entries, next_uri=None):
    links = [{"rel": "self", "uri": "/oauth/tokens"}] + ([{"rel": "next", "uri": next_uri}] if next_uri else [])
    return Reply(body=json.dumps({"data": list(entries), "links": links}).encode())


def test_d01_every_districts_token_is_listed_over_all_pages(server, tokens):
    server.queue = [
        listing(entry(), next_uri="/oauth/tokens?owner_type=district&starting_after=62b4"),
        listing(entry(OTHERS, "another")),
    ]
    found = tokens.all()
    assert [(token.district, token.token.get_secret_value()) for token in found] == [(OURS, TOKEN), (OTHERS, "another")]
    assert found[0].scopes == ("read:students_basic",)
    assert found[0].created.isoformat() == "2022-06-23T21:56:32.335000+00:00"
    assert server.requests[0].path == "/oauth/tokens?owner_type=district"
    assert server.requests[0].authorization == "Basic Y2xpZW50OnMzY3JldC1vZi1vdXJz"


def test_d01_one_districts_token_is_asked_for_by_its_id(server, tokens):
    server.queue = [listing(entry())]
    assert tokens.for_district(OURS).district == OURS
    assert server.requests[0].query == {"owner_type": "district", "district": OURS}


@pytest.mark.parametrize("others", [[], [entry(OTHERS)], [entry(owner={"type": "school", "id": OURS})]])
def test_d03_a_district_that_is_not_listed_is_not_authorised(server, tokens, others):
    server.queue = [listing(*others)]
    with pytest.raises(DistrictNotAuthorised) as caught:
        tokens.for_district(OURS)
    assert caught.value.code == "district_not_authorised"
    assert isinstance(caught.value, SourceRefused)


def test_a_rotated_token_listed_beside_the_old_one_wins_by_its_date(server, tokens):
    new, old = entry(token="new", created="2023-01-01T00:00:00Z"), entry(token="old")
    server.queue = [listing(new, old), listing(old, new)]
    assert [tokens.for_district(OURS).token.get_secret_value() for _ in range(2)] == ["new", "new"]


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_d03_an_error_never_reads_as_nobody_authorised_us(server, tokens, status):
    server.answer = lambda _: Reply(status=status, body=listing().body)
    with pytest.raises(SourceFault) as caught:
        tokens.all()
    assert not isinstance(caught.value, DistrictNotAuthorised)


@pytest.mark.parametrize("status", [401, 403])
def test_d03_a_refusal_of_our_own_credentials_is_no_districts_refusal(server, tokens, status):
    """Else a wrong secret would disconnect every district at once."""
    server.answer = lambda _: Reply(status=status, body=listing().body)
    for ask in (tokens.all, lambda: tokens.for_district(OURS)):
        with pytest.raises(ApplicationRefused) as caught:
            ask()
        assert (caught.value.code, caught.value.extra) == (
            "application_refused",
            {"kind": "tokens", "http_status": str(status)},
        )
        assert not isinstance(caught.value, SourceRefused)


@pytest.mark.parametrize(
    "broken",
    [
        entry(token=""),
        entry(token=None),
        entry(created="yesterday"),
        entry(created="2022-06-23T21:56:32"),
        entry(owner={"type": "district"}),
        entry(owner={"type": "district", "id": "D#1"}),
        entry(scopes="read"),
        {},
        5,
    ],
)
def test_d03_one_unreadable_entry_fails_the_list_instead_of_losing_a_district(server, tokens, broken):
    server.queue = [listing(entry(OTHERS), broken)]
    with pytest.raises(SourceMalformed) as caught:
        tokens.all()
    assert TOKEN not in repr(vars(caught.value))
    assert caught.value.__context__ is None


def test_x05_credentials_are_sent_nowhere_else(server, tokens):
    server.queue = [listing(entry(), next_uri="https://evil.example/oauth/tokens?owner_type=district")]
    with pytest.raises(SourceBadLink):
        tokens.all()


def test_x05_no_token_or_secret_shows(server, tokens):
    server.queue = [listing(entry())]
    (token,) = tokens.all()
    told = (
        f"{token} {token!r} {dataclasses.asdict(token)} {json.dumps(dataclasses.asdict(token), default=str)} {tokens!r}"
    )
    assert TOKEN not in told
    assert "s3cret-of-ours" not in told
