"""I-01, J-02, J-06: codes and addresses as others have them. docs/vectors.md lists them all."""

from datetime import UTC, datetime, time

import pytest

from homeroom.accounts.rules.aliases import mailable
from homeroom.classes.ids import ClassId
from homeroom.classes.model import Code
from homeroom.classes.rules.codes import LENGTH, make_code, normal_code
from homeroom.runtime.errors import InvalidInput
from tests.support.vectors import applied

OURS = make_code(lambda size: bytes(range(size)))


@applied("CODE-01")
def test_j02_case_and_spaces_are_ignored(vector):
    """Their code is shorter than ours: it is written out with two more letters."""
    more = "kw"
    stored, written = vector["given"]["stored"] + more, vector["when"]["join"] + more.upper()
    assert len(stored) == LENGTH
    assert normal_code(written) == normal_code(stored) == stored.upper()


@applied("CODE-12")
def test_j06_a_code_lets_in_until_its_end(vector):
    end, late = (
        datetime.combine(datetime(2026, 9, 15, tzinfo=UTC), time.fromisoformat(text), UTC)
        for text in (vector["given"]["join_window"].removeprefix("until "), vector["when"]["join"])
    )
    code = Code(OURS, ClassId("independent", "a", "c"), "active", expires=end)
    assert late > end
    assert not code.open(late)
    assert code.open(end.replace(hour=end.hour - 1))


@applied("INV-02")
def test_i01_two_addresses_in_one_are_no_address(vector):
    with pytest.raises(InvalidInput) as refused:
        mailable(vector["given"]["email"])
    assert str(refused.value.status) == vector["then"]["result"]
    assert refused.value.field == "address"
    assert [mailable(part) for part in vector["given"]["email"].split()] == vector["given"]["email"].split()
