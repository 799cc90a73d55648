"""A-04, A-10: who comes to which record. docs/vectors.md lists them all."""

from homeroom.roster.activation.model import Evidence
from homeroom.roster.entries import PersonEntry
from tests.support.vectors import applied
from tests.unit.roster.vectors.activating import facts, outcomes, record


@applied("CORR-10")
def test_a10_a_second_login_of_a_person_is_a_conflict_and_no_second_link(vector):
    entry = PersonEntry(id=vector["given"]["incoming_clever_id"], roles=("student",))
    there = record(entry, account=vector["given"]["user"]["google_id"])
    assert outcomes(Evidence(clever=there.end), facts(there)) == [("refused", "already_linked")]


@applied("MOVE-06")
def test_a04_who_signs_in_with_an_earlier_account_brings_the_rosters_classes_to_it(vector):
    """The record hangs on no account until then, so that there is none to be removed."""
    assert vector["when"]["first_login_matches_old_account"]
    there = record(PersonEntry(id="p1", roles=("student",)))
    assert outcomes(Evidence(clever=there.end), facts(there, active=True)) == [("confirm", None)]
