"""Who answers for a child: J-09."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.accounts.account import Account, Guardian, LinkEnd
from homeroom.accounts.rules.accounts import needs_guardian
from homeroom.accounts.rules.guardians import Answer, GuardianApproved, GuardianNotNeeded, answered, named
from homeroom.runtime.errors import InvalidInput

NOW = datetime(2026, 9, 15, 7, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
MUM, OWN = "mum@people.example", "kid@people.example"
CHILD = Account("a1", created=NOW, birth_date="2016-05-04", address=OWN, addresses=frozenset({"kid@other.example"}))
ASKED = Guardian(MUM, "asked", NOW)


def test_a_child_names_who_is_asked_j_09() -> None:
    assert named(CHILD, MUM, frozenset(), NOW) == ASKED


@pytest.mark.parametrize("state", ["asked", "refused"])
def test_until_there_is_a_yes_somebody_can_be_asked_again_j_09(state: str) -> None:
    waiting = replace(CHILD, guardian=Guardian(MUM, state, NOW, NOW))
    assert named(waiting, MUM, frozenset(), LATER) == Guardian(MUM, "asked", LATER)


@pytest.mark.parametrize(
    "account",
    [
        replace(CHILD, birth_date="2010-05-04"),
        replace(CHILD, links=frozenset({LinkEnd("d1", "p1")})),
        replace(CHILD, guardian=replace(ASKED, state="approved")),
    ],
)
def test_who_waits_for_nobody_names_nobody_j_09(account: Account) -> None:
    assert not needs_guardian(account, NOW)
    with pytest.raises(GuardianNotNeeded):
        named(account, MUM, frozenset(), NOW)


def test_without_a_birth_date_somebody_counts_as_a_child_j_09_a_07() -> None:
    assert named(replace(CHILD, birth_date=""), MUM, frozenset(), NOW) == ASKED


@pytest.mark.parametrize("address", [OWN, "kid@other.example", "kid@third.example"])
def test_nobody_is_their_own_guardian_j_09(address: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        named(CHILD, address, frozenset({"kid@third.example"}), NOW)
    assert refused.value.field == "address"


def test_a_no_can_become_a_yes_and_a_yes_stays_j_09() -> None:
    no = answered(ASKED, "no", NOW)
    assert no == Guardian(MUM, "refused", NOW, NOW)
    yes = answered(no, "yes", LATER)
    assert yes == Guardian(MUM, "approved", NOW, LATER)
    with pytest.raises(GuardianApproved):
        answered(yes, "no", LATER)


@given(answers=st.lists(st.sampled_from(["yes", "no"]), max_size=6))
def test_any_answers_end_in_yes_if_one_was_yes_and_the_last_one_again_changes_nothing_j_09_x_03(
    answers: list[Answer],
) -> None:
    guardian = ASKED
    for days, answer in enumerate(answers):
        try:
            guardian = answered(guardian, answer, NOW + timedelta(days=days))
        except GuardianApproved:
            assert "yes" in answers[:days]
        else:
            assert answered(guardian, answer, LATER + timedelta(days=days)) == guardian
    told = "approved" if "yes" in answers else "refused" if answers else "asked"
    assert guardian.state == told
