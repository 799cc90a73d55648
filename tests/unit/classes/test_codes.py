"""J-02, J-06: what a class code is, how one is made, and what an owner makes of it."""

import secrets
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.classes.ids import ClassId
from homeroom.classes.model import Code, Known
from homeroom.classes.rules.code_changes import FURTHEST, CodeChange, changed, require
from homeroom.classes.rules.codes import ALPHABET, LENGTH, make_code, normal_code, offends
from homeroom.classes.rules.offensive import LOOKALIKES, STEMS
from homeroom.runtime.errors import InvalidInput

NOW = datetime(2026, 9, 15, 15, 0, tzinfo=UTC)
OWN, ROSTERED = ClassId("independent", "a", "c"), ClassId("district", "d", "s")
codes = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


def test_j02_the_alphabet_leaves_out_what_is_mistaken():
    assert ALPHABET == "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


@given(codes, st.data())
def test_j02_case_spaces_and_hyphens_are_ignored(code, data):
    ignored = st.text(" -\t\n\u00a0\u2010\u2011\u2013\u200b\ufeff", max_size=2)
    written = "".join(
        data.draw(ignored) + data.draw(st.sampled_from([letter, letter.lower()])) for letter in code
    ) + data.draw(ignored)
    assert normal_code(written) == normal_code(normal_code(written)) == code


@given(codes)
def test_j02_wide_letters_are_letters(code):
    assert normal_code("".join(chr(ord(letter) + 0xFEE0) for letter in code)) == code


@given(st.text(max_size=40))
def test_j02_anything_else_is_no_code(text):
    found = normal_code(text)
    assert not found or (len(found) == LENGTH and set(found) <= set(ALPHABET))


@pytest.mark.parametrize(
    "text", ["", "ABCDEFG", "ABCDEFGHJ", "ABCDEFG0", "ABCDEFGI", "ABCDEF\u00df", "\u0131" * 8, "ABCD_EFGH", "A" * 300]
)
def test_j02_what_is_nearly_a_code_is_none(text):
    assert normal_code(text) == ""


def test_j02_every_letter_is_as_likely_in_every_place():
    """Chi square with 30 degrees of freedom: 75 is passed once in a hundred thousand times by chance."""
    made = [make_code(secrets.token_bytes) for _ in range(6200)]
    for place in range(LENGTH):
        counts = Counter(code[place] for code in made)
        expected = len(made) / len(ALPHABET)
        assert sum((counts[letter] - expected) ** 2 / expected for letter in ALPHABET) < 75


def test_j02_no_byte_is_worth_more_than_another():
    """Of all bytes, as many lead to one letter as to another; the rest are thrown away."""
    counts = Counter(make_code(lambda size, byte=byte: bytes([byte, *range(size - 1)]))[0] for byte in range(31))
    assert set(counts.values()) == {1}
    assert set(counts) == set(ALPHABET)


@given(codes)
def test_j02_offensive_words_are_seen_through_their_digits(code):
    assert offends(code) == any(stem in variant for stem in STEMS for variant in (code, code.translate(LOOKALIKES)))
    assert not offends(make_code(secrets.token_bytes))


@pytest.mark.parametrize("code", ["FUCKABCD", "XXASSHXX", "X" * 8, "HAS5EXYZ", "45SABCDE", "ABCDTW4T", "ABWANKER"])
def test_j02_such_a_code_is_not_given_out(code):
    assert offends(code)
    drawn = iter([bytes(ALPHABET.index(letter) for letter in code), bytes(range(8))])
    assert make_code(lambda _: next(drawn)) == "ABCDEFGH"


def test_j02_stems_are_in_the_alphabet_so_that_each_can_match():
    assert [stem for stem in STEMS if set(stem) - set(ALPHABET)] == []


CODE = Code("ABCDEFGH", OWN, "active", NOW, Known("a", "Algebra", "Ada"), "before")


def test_j06_a_rotated_code_is_another_and_nothing_of_the_old_ones_end_stays():
    found = changed(CODE, CodeChange("rotate", approval=True), "BCDEFGHJ", "key")
    assert found == Code("BCDEFGHJ", OWN, "active", None, Known("a", "Algebra", "Ada", True), "key")


@pytest.mark.parametrize(
    ("change", "state", "expires"),
    [
        (CodeChange("disable"), "disabled", NOW),
        (CodeChange("enable"), "active", NOW),
        (CodeChange(ends=True), "active", None),
        (CodeChange("disable", ends=True, expires=NOW + timedelta(days=1)), "disabled", NOW + timedelta(days=1)),
    ],
)
def test_j06_the_same_code_in_another_state(change, state, expires):
    found = changed(CODE, change, "BCDEFGHJ", "key")
    assert (found.code, found.state, found.expires, found.asked) == ("ABCDEFGH", state, expires, "before")


@pytest.mark.parametrize(
    ("change", "klass", "field"),
    [
        (CodeChange(), OWN, "action"),
        (CodeChange(ends=True, expires=NOW), OWN, "expires"),
        (CodeChange(ends=True, expires=NOW + FURTHEST + timedelta(seconds=1)), OWN, "expires"),
        (CodeChange(approval=False), ROSTERED, "approval"),
    ],
)
def test_j06_what_cannot_be_done_names_its_field(change, klass, field):
    with pytest.raises(InvalidInput) as error:
        require(change, klass, NOW)
    assert error.value.field == field
    require(CodeChange("rotate", ends=True, expires=NOW + FURTHEST), klass, NOW)
