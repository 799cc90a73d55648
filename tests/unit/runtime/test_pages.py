"""Pages of a list, and cursors that only their own list takes."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.runtime.errors import InvalidInput
from homeroom.runtime.pages import decode_cursor, encode_cursor, page_limit, page_of


@given(rows=st.lists(st.integers(), max_size=30), limit=st.integers(1, 7))
def test_pages_put_together_are_the_list(rows: list[int], limit: int) -> None:
    seen: list[int] = []
    cursor = None
    while True:
        page = page_of(rows, scope="numbers", limit=limit, cursor=cursor)
        seen += page.items
        if page.next is None:
            break
        assert len(page.items) == limit
        cursor = page.next
    assert seen == rows


@given(scope=st.text(max_size=10), position=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_a_cursor_brings_its_position_back(scope: str, position: str) -> None:
    assert decode_cursor(scope, encode_cursor(scope, position)) == position


@given(st.text(max_size=60))
def test_what_we_did_not_give_is_refused_and_named(cursor: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        decode_cursor("runs:d1", cursor)
    assert refused.value.field == "cursor"


def test_a_cursor_of_another_district_is_refused_x_06() -> None:
    with pytest.raises(InvalidInput):
        decode_cursor("runs:d2", encode_cursor("runs:d1", "RUN#1"))


@given(st.binary(max_size=30))
def test_an_edited_cursor_is_refused(raw: bytes) -> None:
    with pytest.raises(InvalidInput):
        decode_cursor("runs:d1", base64.urlsafe_b64encode(raw).decode().rstrip("="))


def test_no_cursor_is_the_beginning() -> None:
    assert decode_cursor("runs:d1", None) is None


@pytest.mark.parametrize(("value", "limit"), [(None, 50), ("1", 1), ("200", 200), (7, 7)])
def test_a_limit_is_from_1_to_200(value: str | int | None, limit: int) -> None:
    assert page_limit(value) == limit


@pytest.mark.parametrize("value", ["0", "201", "-1", "ten", "", "1.5", "²", 0, 201, "1" * 5000, " 7"])
def test_another_limit_is_refused_and_named(value: str | int) -> None:
    with pytest.raises(InvalidInput) as refused:
        page_limit(value)
    assert refused.value.field == "limit"


@pytest.mark.parametrize("position", ["-1", "x", "1.5", "", " 1", "9" * 30, "1" * 2000, "\u0663", "1_0"])
def test_x02_a_cursor_that_somebody_made_by_our_rule_is_refused_like_any_other(position: str) -> None:
    """How cursors are made is no secret: what is in one is still no position of the list."""
    with pytest.raises(InvalidInput) as refused:
        page_of([1, 2], scope="numbers", limit=1, cursor=encode_cursor("numbers", position))
    assert refused.value.field == "cursor"
