"""Names that others can read, whatever was sent."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.accounts.rules.names import LONGEST_NAME, clean_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  Ada   Byron\u00a0King ", "Ada Byron King"),
        ("Jose\u0301", "Jos\u00e9"),
        ("\u200bAda\ufeff", "Ada"),
        ("Ada\u202egnik\u202c", "Adagnik"),
        ("\u0646\u0627\u0645\u0647\u200c\u0627\u06cc", "\u0646\u0627\u0645\u0647\u200c\u0627\u06cc"),
        ("\U0001f469\u200d\U0001f3eb", "\U0001f469\u200d\U0001f3eb"),
        ("\u674e\u5c0f\u9f99", "\u674e\u5c0f\u9f99"),
        ("O'Neil-Smith, Jr.", "O'Neil-Smith, Jr."),
        ("<script>", "<script>"),
        ("x" * LONGEST_NAME, "x" * LONGEST_NAME),
    ],
)
def test_names_are_kept_as_people_write_them(text: str, name: str) -> None:
    assert clean_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "\u200b", "\u200d", "\u202e", "\u3164", "\u2800\u115f", "\u0301", "a\x00b", "a\nb", "a\tb",
        "\x1b[31m", "a\u2028b", "\ud83d", "x" * 101, "\u200d\u0301 \u2060",
    ],
)  # fmt: skip
def test_what_nobody_could_read_is_no_name(text: str) -> None:
    assert clean_name(text) is None


@given(st.text(max_size=150))
def test_any_text_is_a_name_or_none_and_stays_what_it_became(text: str) -> None:
    name = clean_name(text)
    if name is not None:
        assert clean_name(name) == name
        assert 1 <= len(name) <= LONGEST_NAME
        assert name.encode()
        assert name == unicodedata.normalize("NFC", name).strip()
        assert all(unicodedata.category(letter)[0] != "C" or letter in "\u200c\u200d" or
                   unicodedata.category(letter) in {"Cn", "Co"} for letter in name)  # fmt: skip
