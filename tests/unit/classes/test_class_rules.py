"""Names, limits, who may own, how long a frozen class stands, and letters (C-01, C-06, S-15, B-02)."""

import unicodedata
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.accounts.rules.names import LONGEST_NAME
from homeroom.classes.ids import ClassId
from homeroom.classes.model import ClassView
from homeroom.classes.rules import owning, transfer_letters
from homeroom.classes.rules.lasting import days_left
from homeroom.classes.rules.limits import Measure
from homeroom.classes.rules.names import class_name
from homeroom.runtime.errors import InvalidInput


@given(st.text(max_size=120))
def test_c01_a_name_is_kept_in_one_form_or_refused(text):
    try:
        name = class_name(text)
    except InvalidInput:
        return
    assert class_name(name) == name == name.strip()
    assert 1 <= len(name) <= LONGEST_NAME
    assert unicodedata.is_normalized("NFC", name)
    name.encode()


@pytest.mark.parametrize("override", [chr(at) for at in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))])
def test_c01_no_name_shows_as_another(override):
    """What would turn the text after it round is taken out."""
    assert class_name(f"Math {override}3B") == "Math 3B"


@pytest.mark.parametrize("text", ["\ud800", "a\tb", "a\x7fb", "a\u2029b", "\u3164\u0301\u200d"[1:], "\xa0"])
def test_c01_controls_halves_and_what_nobody_sees_are_no_names(text):
    with pytest.raises(InvalidInput):
        class_name(text)


@pytest.mark.parametrize(("count", "near"), [(0, False), (89, False), (90, True), (100, True), (140, True)])
def test_c06_nine_tenths_are_near(count, near):
    assert Measure(count, 100).near is near


@pytest.mark.parametrize(
    ("roles", "child", "may"),
    [
        ((), False, True), ((), True, False), (("student",), False, False), (("teacher",), False, True),
        (("student", "teacher"), False, True), (("staff",), False, True),
    ],
)  # fmt: skip
def test_c01_who_has_classes_of_their_own(roles, child, may):
    refused = owning.refusal(roles, stated_child=child)
    assert (refused is None) is may
    assert refused is None or refused.code == "teachers_only"


@pytest.mark.parametrize(
    ("state", "until", "left"),
    [
        ("frozen", "2026-06-30", 15), ("frozen", "2026-06-15", 0), ("frozen", "2026-06-01", 0), ("frozen", "", None),
        ("active", "2026-06-30", None),
    ],
)  # fmt: skip
def test_s15_only_a_frozen_class_counts_its_days(state, until, left):
    klass = ClassView(ClassId("district", "d", "s"), "Biology", state, until=until)
    assert days_left(klass, date(2026, 6, 15)) == left


def test_b02_a_letter_names_the_class_and_its_teacher_and_is_escaped():
    said = transfer_letters.Offered("<b>Al\u202egebra</b>", "", datetime(2026, 9, 8, 6, 5, tzinfo=UTC))
    found = transfer_letters.student("a@b.example", said, "https://x.example/classes")
    assert "A teacher wants to hand over" in found.text
    assert "from 8 September 2026, 06:05 UTC on" in found.text
    assert "<b>" not in found.html
    assert "\n" not in found.subject
    assert "ignore this mail" in found.text.lower()
