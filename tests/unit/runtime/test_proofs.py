"""I-03: a mailed secret is random, goes out once, and is kept only as a hash."""

import os
import re

from hypothesis import given
from hypothesis import strategies as st

from homeroom.runtime.proofs import BYTES, hashed, make_proof, name_of, parts_of, read_proof


def test_the_text_proves_the_hash_and_does_not_hold_it():
    text, digest = make_proof("about", os.urandom)
    proof = read_proof(text)
    assert proof is not None
    assert (proof.subject, proof.digest) == ("about", digest)
    assert proof.proves(digest)
    assert digest not in text


def test_it_has_at_least_128_bits_of_the_randomness_that_came_in():
    asked = []

    def randomness(count):
        asked.append(count)
        return bytes(range(count))

    make_proof("about", randomness)
    assert asked == [BYTES]
    assert BYTES * 8 >= 128


def test_nothing_proves_a_hash_that_is_not_there():
    text, _ = make_proof("about", os.urandom)
    proof = read_proof(text)
    assert proof is not None
    assert not proof.proves("")


def test_another_secret_for_the_same_subject_proves_nothing():
    one, _ = make_proof("about", os.urandom)
    _, other = make_proof("about", os.urandom)
    proof = read_proof(one)
    assert proof is not None
    assert not proof.proves(other)


@given(st.text(max_size=700))
def test_whatever_is_sent_in_is_read_or_refused(text):
    proof = read_proof(text)
    assert proof is None or re.fullmatch("[0-9a-f]{64}", proof.digest)


@given(st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"])), min_size=1, max_size=4))
def test_parts_of_a_name_come_back(parts):
    assert parts_of(name_of(tuple(parts))) == tuple(parts)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_whatever_names_a_subject_is_taken_apart_or_refused(text):
    assert isinstance(parts_of(text), tuple)


def test_a_hash_for_keys_is_stable_and_shows_nothing():
    assert hashed("ada@harbor.example") == hashed("ada@harbor.example")
    assert re.fullmatch("[0-9a-f]{32}", hashed("ada@harbor.example"))
