"""How grades are shown (S-20, P-03)."""

KINDERGARTEN = "Kindergarten"
OTHER = "Other"
K12 = frozenset({KINDERGARTEN, *(str(grade) for grade in range(1, 13))})


def shown_grade(given: str) -> str:
    """Kindergarten and 1 to 12 as they are, everything else "Other". Carries out S-20.

    >>> shown_grade("7"), shown_grade("PostGraduate"), shown_grade("")
    ('7', 'Other', 'Other')
    """
    return given if given in K12 else OTHER
