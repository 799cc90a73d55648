"""When two addresses are the same, and when one is none: A-01, S-06."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.accounts.rules import address_problem, normalise_address

PARTS = st.from_regex(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,12}", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("  Zelda.Steve@District.Example\n", "zelda.steve@district.example"),
        ("\uff5a\uff45\uff4c\uff44\uff41\uff20district.example", "zelda@district.example"),
        ("STRASSE@x.example", "strasse@x.example"),
        ("Straße@x.example", "strasse@x.example"),
        ("e\u0301@x.example", "é@x.example"),
        ("\u00a0a@x.example\u3000", "a@x.example"),
        ("", ""),
    ],
)
def test_addresses_compare_trimmed_composed_and_folded_a_01(text: str, same: str) -> None:
    assert normalise_address(text) == same


@pytest.mark.parametrize("text", ["z.s@x.example", "z+class@x.example", "z-s@x.example"])
def test_dots_and_plus_signs_are_somebodys_own_a_01(text: str) -> None:
    assert normalise_address(text) == text


@given(st.text(max_size=40))
def test_normalising_again_changes_nothing_a_01(text: str) -> None:
    once = normalise_address(text)
    assert normalise_address(once) == once
    assert once == once.strip()


@given(st.text(max_size=20))
def test_upper_case_and_decomposed_are_the_same_address_a_01(text: str) -> None:
    assert normalise_address(unicodedata.normalize("NFD", text)) == normalise_address(text)
    assert normalise_address(f"  {text}\t") == normalise_address(text)


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=20))
def test_the_short_way_for_ascii_is_the_long_way_a_01(text: str) -> None:
    assert normalise_address(text) == unicodedata.normalize("NFKC", text.strip()).casefold()


@given(local=PARTS, domain=st.lists(PARTS, min_size=2, max_size=4))
def test_ordinary_addresses_have_no_problem_a_01(local: str, domain: list[str]) -> None:
    assert address_problem(f"{local}@{'.'.join(domain)}") is None


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("", "missing"),
        ("zelda", "at_sign"),
        ("a@b@c.example", "at_sign"),
        ("@c.example", "empty_part"),
        ("a@", "empty_part"),
        ("a@localhost", "domain"),
        ("a@c..example", "domain"),
        ("a@.example", "domain"),
        ("a@c.example.", "domain"),
        ("a b@c.example", "space_or_control"),
        ("a\x00@c.example", "space_or_control"),
        ("a\x7f@c.example", "space_or_control"),
        ("a\u200b@c.example", "space_or_control"),
        ("a\u202e@c.example", "space_or_control"),
        ("a\ud800@c.example", "space_or_control"),
        (f"{'a' * 250}@c.example", "too_long"),
        (f"{'é' * 130}@c.example", "too_long"),
        ("é@c.example", None),
        (f"{'é' * 122}@c.example", None),
        ("a@schüle.example", None),
        ("o'brien+x@c.k12.example", None),
    ],
)
def test_what_is_malformed_is_told_by_a_stable_word_s_06(address: str, problem: str | None) -> None:
    assert address_problem(address) == problem


@given(st.text(max_size=300))
def test_an_address_without_problem_fits_into_a_key_s_06(text: str) -> None:
    address = normalise_address(text)
    if address_problem(address) is None:
        assert len(f"ALIASES#{address}#{'p' * 200}".encode()) <= 1024
        assert address.count("@") == 1
