"""CSV that starts no formula: P-04, P-05."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.runtime.csv_safe import BOM, csv_text, guarded


@pytest.mark.parametrize(
    "text",
    [
        *(
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\uff1d1",
            "\uff0b1",
            "\uff0d1",
            "\uff20x",
            "\t=1",
            "\rx",
            "\nx",
            "\tx",
            "'x",
            " =1",
            "\u00a0=1",
        ),
        *("\u200b=1", "\ufeff=1", " \u200b \u2060@x", "\u3000-1", "=", "'", "\x0b=1"),
    ],
)
def test_what_could_start_a_formula_gets_one_apostrophe_p_05(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", " ", "Zelda", "a=1", "7", " x", "\u200bx", "1-2", "é@x", "\u200b"])
def test_everything_else_stays_as_it_is_p_05(text: str) -> None:
    assert guarded(text) == text


@given(st.text(max_size=20))
def test_taking_the_apostrophe_away_gives_the_original_p_05(text: str) -> None:
    out = guarded(text)
    assert out.removeprefix("'") == text if out != text else not text.startswith("'")


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=9), min_size=2, max_size=2)))
def test_a_reader_gets_back_what_was_written_p_04(rows: list[list[str]]) -> None:
    text = csv_text(["a", "b"], rows)
    assert text.startswith(BOM + "a,b\r\n")
    read = list(csv.reader(io.StringIO(text.removeprefix(BOM), newline="")))
    assert read == [["a", "b"], *([guarded(cell) for cell in row] for row in rows)]


def test_numbers_are_left_alone_and_nothing_is_an_empty_cell_p_05() -> None:
    assert csv_text(["a", "b", "c"], [[-1, 0.5, None]], bom=False) == "a,b,c\r\n-1,0.5,\r\n"
