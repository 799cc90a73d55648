"""docs/vectors.md says of each vector where it is applied, or why it is not."""

import re

import pytest

from tests.support.vectors import ROOT, given_vectors

HERE = ROOT / "tests" / "unit"
APPLIED = [
    name
    for file in HERE.glob("*/vectors/test_*.py")
    for names in re.findall(r"@applied\(([^)]*)\)", file.read_text("utf-8"))
    for name in re.findall(r'"([^"]+)"', names)
]
ROWS = re.findall(
    r"^\| ([A-Z]+-\d+) \| (.+?) \| (.+) \|$", (ROOT / "docs" / "vectors.md").read_text("utf-8"), re.MULTILINE
)
LISTED = {name: where for name, where, _ in ROWS}


def test_the_list_says_of_each_vector_that_is_applied_that_it_is():
    assert sorted(name for name, where in LISTED.items() if where == "yes") == sorted(APPLIED)


def test_the_list_has_every_vector_once():
    assert sorted(name for name, _, _ in ROWS) == sorted(given_vectors())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_the_list_names_tests_that_there_are_or_a_reason(row):
    _, where, why = row
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", why)
    assert where in {"yes", "elsewhere", "no"}
    assert named or where != "elsewhere"
    assert why.strip() or where == "yes"
    for path, test in named:
        assert f"def {test}(" in (ROOT / "tests" / path).read_text("utf-8")
