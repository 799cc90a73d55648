"""X-01: a class's id is read back as it was given, and everything else is no class."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.classes.ids import ClassId, ClassNotFound
from homeroom.classes.store.independent import id_of, pk_of

PART = st.text("abcdef0123456789-", min_size=1, max_size=64)
IDS = st.builds(ClassId, st.sampled_from(["district", "independent"]), PART, PART)


@given(IDS)
def test_an_id_comes_back_from_its_text_and_from_its_key(klass):
    assert ClassId.read(klass.text) == klass
    assert id_of(pk_of(klass)) == klass


@given(st.text(max_size=150))
def test_other_texts_are_no_class(text):
    with suppress(ClassNotFound):
        assert ClassId.read(text).text == text


@pytest.mark.parametrize(
    "text", ["", "d_1", "x_a_b", "d_a_b_c", "u_a#b_c", "D_a_b", "d_a_b\n", "d_é_b", "d_" + "a" * 65 + "_b"]
)
def test_near_misses_are_no_class(text):
    with pytest.raises(ClassNotFound):
        ClassId.read(text)
