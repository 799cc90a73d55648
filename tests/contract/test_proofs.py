"""A-05, A-07, J-09, I-03: proofs by mail, and what accounts change of themselves by them, on every engine."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from homeroom.accounts.account import Guardian
from homeroom.accounts.proof import VALID, MailProof, asked_for, mail_of
from homeroom.accounts.store.addresses import AddressStore
from homeroom.accounts.store.edits import EditStore
from homeroom.accounts.store.guardians import GuardianStore
from homeroom.accounts.store.profiles import ProfileItem, ProfileStore
from homeroom.accounts.store.proofs import ProofItem, ProofStore
from homeroom.runtime import aws
from homeroom.runtime.audit import Change
from homeroom.runtime.proofs import make_proof
from homeroom.runtime.transact import transact

NOW = datetime(2026, 9, 15, 7, tzinfo=UTC)
ADA, BEN, OTHER = "ada@people.example", "ben@people.example", "ada@school.example"
ASKED = asked_for("alias", "a1", OTHER, NOW)
MOST = 10


@pytest.fixture
def proofs(make_table):
    return ProofStore(make_table("TransientTable"), aws.dynamodb())


@pytest.fixture
def profiles(make_table):
    found = ProfileStore(make_table("UsersTable"), aws.dynamodb())
    found.begin("a1", ADA, NOW)
    found.begin("a2", BEN, NOW)
    return found


def change(name="r1"):
    return Change(name, NOW, "a1", "account.changed", "account:a1", "request:r1", None, {})


def mailed(proofs: ProofStore, proof: MailProof = ASKED) -> str:
    """The text of a proof's mail."""
    assert not transact(proofs.client, [proofs.put_action(proof)])
    return stamped(proofs, proof)


def stamped(proofs: ProofStore, proof: MailProof = ASKED) -> str:
    text, digest = make_proof(proof.id, os.urandom)
    assert proofs.stamp(proof, digest)
    return text


def test_a_proof_is_kept_as_it_was_asked_for_a_05(proofs):
    wanted = asked_for("activation", "a1", OTHER, NOW, district="d1", person="p1")
    text = mailed(proofs, wanted)
    assert proofs.get(wanted.id, NOW) == wanted
    assert replace(proofs.shown(text, NOW), digest="") == wanted


def test_requests_for_different_things_lie_apart_and_one_guardian_is_asked_at_a_time_a_05_j_09():
    kinds = [("alias", OTHER, ""), ("alias", BEN, ""), ("activation", OTHER, ""), ("activation", OTHER, "d1")]
    found = [asked_for(kind, "a1", to, NOW, district=district) for kind, to, district in kinds]
    assert len({one.id for one in [*found, asked_for("alias", "a2", OTHER, NOW)]}) == 5
    mum, dad = (asked_for("guardian", "a1", to, NOW) for to in (ADA, BEN))
    assert mum.id == dad.id
    assert mail_of(mum, NOW) != mail_of(dad, NOW)


def test_before_a_mail_is_written_nothing_proves_it_i_03(proofs):
    transact(proofs.client, [proofs.put_action(ASKED)])
    text, _ = make_proof(ASKED.id, os.urandom)
    assert proofs.shown(text, NOW) is None


def test_the_last_mail_counts_i_03(proofs):
    first, second = mailed(proofs), stamped(proofs)
    assert (proofs.shown(first, NOW), proofs.shown(second, NOW).id) == (None, ASKED.id)
    third = mailed(proofs, replace(ASKED, expires=NOW + VALID + timedelta(days=1)))
    assert (proofs.shown(second, NOW), proofs.shown(third, NOW).id) == (None, ASKED.id)


def test_what_has_expired_is_gone_though_it_is_still_there_i_03(proofs):
    text = mailed(proofs)
    assert proofs.shown(text, NOW + VALID - timedelta(seconds=1))
    assert proofs.shown(text, NOW + VALID) is proofs.get(ASKED.id, NOW + VALID) is None
    assert len(list(ProofItem.scan())) == 1


def test_a_mail_for_an_earlier_address_is_not_sealed_j_09(proofs):
    mum, dad = (asked_for("guardian", "a1", to, NOW) for to in (ADA, BEN))
    mailed(proofs, dad)
    assert not proofs.stamp(mum, "digest")
    assert not proofs.stamp(replace(mum, id="gone"), "digest")


def test_a_proof_is_spent_once_and_checked_as_often_as_one_likes_i_03(proofs):
    shown = proofs.shown(mailed(proofs), NOW)
    assert not transact(proofs.client, [proofs.check_action(shown)])
    assert not transact(proofs.client, [proofs.spend_action(shown)])
    assert transact(proofs.client, [proofs.spend_action(shown)]) == {0}
    assert transact(proofs.client, [proofs.check_action(shown)]) == {0}


def test_an_address_is_adopted_with_its_claim_and_its_row_or_not_at_all_a_01_a_05(profiles):
    store = AddressStore(profiles)
    assert not transact(profiles.client, store.adopt_actions("a1", OTHER, MOST, NOW, change()))
    assert (profiles.get("a1").addresses, profiles.owner(OTHER)) == ({OTHER}, "a1")
    assert transact(profiles.client, store.adopt_actions("a2", OTHER, MOST, NOW, change("r2"))) == {1}
    assert transact(profiles.client, store.adopt_actions("a2", ADA, MOST, NOW, change("r3"))) == {1}
    assert profiles.get("a2").addresses == frozenset()
    assert transact(profiles.client, store.adopt_actions("nobody", "x@people.example", MOST, NOW, change())) == {0}


def test_an_account_has_room_for_so_many_addresses_a_05(profiles):
    store = AddressStore(profiles)
    for number in range(MOST):
        assert not transact(
            profiles.client, store.adopt_actions("a1", f"{number}@x.example", MOST, NOW, change(str(number)))
        )
    assert transact(profiles.client, store.adopt_actions("a1", OTHER, MOST, NOW, change())) == {0}
    assert profiles.owner(OTHER) == ""
    assert not transact(profiles.client, store.adopt_actions("a1", "0@x.example", MOST, NOW, change("again")))


def test_ones_own_login_address_survives_the_login_once_it_is_adopted_a_05(profiles):
    store = AddressStore(profiles)
    stale = profiles.get("a1")
    assert not transact(profiles.client, store.adopt_actions("a1", ADA, MOST, NOW, change()))
    assert not store.move_login(stale, "new@people.example", NOW)
    assert store.move_login(profiles.get("a1"), "new@people.example", NOW)
    assert (profiles.owner(ADA), profiles.owner("new@people.example")) == ("a1", "a1")


def test_a_guardian_is_written_over_who_was_read_alone_j_09(profiles):
    store = GuardianStore(profiles)
    mum, dad = Guardian("mum@x.example", "asked", NOW), Guardian("dad@x.example", "asked", NOW)
    assert not transact(profiles.client, store.name_actions("a1", mum, None, change()))
    assert transact(profiles.client, store.name_actions("a1", dad, None, change("r2"))) == {0}
    yes = replace(mum, state="approved", answered=NOW)
    assert not transact(profiles.client, store.answer_actions("a1", yes, mum, change("r3")))
    assert profiles.get("a1").guardian == yes
    assert transact(profiles.client, store.name_actions("a1", dad, mum, change("r4"))) == {0}
    assert transact(profiles.client, store.answer_actions("a1", replace(yes, state="refused"), mum, change("r5"))) == {
        0
    }


def test_naming_another_guardian_forgets_the_answer_of_the_first_j_09(profiles):
    store = GuardianStore(profiles)
    no = Guardian("mum@x.example", "refused", NOW, NOW)
    transact(profiles.client, store.name_actions("a1", replace(no, state="asked", answered=None), None, change()))
    transact(profiles.client, store.answer_actions("a1", no, replace(no, state="asked"), change("r2")))
    dad = Guardian("dad@x.example", "asked", NOW + timedelta(days=1))
    assert not transact(profiles.client, store.name_actions("a1", dad, no, change("r3")))
    assert profiles.get("a1").guardian == dad


def test_an_edit_changes_what_differs_and_no_more_a_07(profiles):
    store, before = EditStore(profiles), profiles.get("a1")
    after = replace(before, name="Ada", role="teacher", zone="UTC", birth_date="2012-02-29", birth_by="self")
    ProfileItem("U#a1", "PROFILE").update(
        [ProfileItem.guardian.set("mum@x.example"), ProfileItem.guardian_state.set("asked")]
    )
    assert store.change(before, replace(before, name="Ada"), None)
    assert store.change(before, after, change())
    assert replace(profiles.get("a1"), guardian=None) == after
    assert profiles.get("a1").guardian.address == "mum@x.example"


def test_an_edit_of_an_age_that_changed_since_is_refused_a_07(profiles):
    store, before = EditStore(profiles), profiles.get("a1")
    assert store.change(before, replace(before, birth_date="2016-05-04", birth_by="self"), change())
    assert not store.change(before, replace(before, birth_date="1990-01-01", birth_by="self"), change("r2"))
    assert not store.change(before, replace(before, zone="Pacific/Kiritimati"), change("r3"))
    assert profiles.get("a1").birth_date == "2016-05-04"


def test_no_birth_date_is_written_to_an_account_that_was_linked_since_a_07(profiles):
    store, before = EditStore(profiles), profiles.get("a1")
    ProfileItem("U#a1", "PROFILE").update([ProfileItem.links.set({"d1#p1"})])
    assert not store.change(before, replace(before, birth_date="1990-01-01", birth_by="self"), change())
    assert store.change(before, replace(before, name="Ada"), None)
    assert profiles.get("a1").birth_date == ""


def test_nothing_is_written_of_an_account_that_there_is_not(profiles):
    store, before = EditStore(profiles), replace(profiles.get("a1"), id="nobody")
    assert not store.change(before, replace(before, name="Ada"), None)
    assert profiles.get("nobody") is None
