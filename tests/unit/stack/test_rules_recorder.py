"""`make rules` reads names and docstrings as people write them."""

import pytest

from tests.rules.recorder import named_rules


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("test_s_07_partial_answer_changes_nothing", {"S-07"}),
        ("test_s07_and_x05", {"S-07", "X-05"}),
        ("test_page_of_s_100_items", set()),
        ("test_a_b_c", set()),
        ("test_j_03[case]", {"J-03"}),
    ],
)
def test_rules_in_a_name(name, rules):
    assert named_rules(name) == rules


def test_rules_in_a_docstring():
    assert named_rules("test_it", "Carries out S-04 and A-07.", None) == {"S-04", "A-07"}


def test_an_id_of_another_kind_is_not_a_rule():
    assert named_rules("test_it", "UTF-08 and PS-0412") == set()
