import pytest

from homeroom.roster.rules.grades import shown_grade


@pytest.mark.parametrize("grade", ["Kindergarten", *map(str, range(1, 13))])
def test_s20_k_to_12_keep_their_name(grade):
    assert shown_grade(grade) == grade


@pytest.mark.parametrize(
    "grade",
    ["13", "14", "0", "-1", "01", "PostGraduate", "Ungraded", "PreKindergarten", "TransitionalKindergarten",
     "InfantToddler", "Preschool", "Other", "", " ", "kindergarten"],
)  # fmt: skip
def test_s20_everything_else_is_shown_as_other(grade):
    """P-03 as well."""
    assert shown_grade(grade) == "Other"
