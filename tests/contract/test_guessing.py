"""J-04: thousands of wrong codes, on every engine, by joining and by looking in turns.

A sample; `HOMEROOM_GUESSES=10000` makes that many, which takes a minute on each engine.
"""

import os
from collections import Counter
from contextlib import nullcontext
from datetime import timedelta

import pytest

from homeroom.classes.rules.guesses import A_SOURCE, AN_ACCOUNT, WINDOW, TooManyAttempts
from homeroom.classes.rules.joins import CodeNotFound
from tests.support.joining import NOW, School
from tests.support.serial import one_at_a_time

# A tenth from one account, the others from one address with many accounts: enough of them that both limits are met.
GUESSES = int(os.environ.get("HOMEROOM_GUESSES", "400"))
ALONE, TOGETHER, BOTS = GUESSES // 10, GUESSES - GUESSES // 10, 200
EVE, CROWD, ELSEWHERE = "192.0.2.1", "198.51.100.9", "203.0.113.1"
# Its digits are of letters that no guess has.
CODE = "99999999"


@pytest.fixture
def tables(make_table):
    return [make_table(name) for name in ("ClassesTable", "UsersTable", "TransientTable")]


@pytest.fixture
def school(backend, tables):
    made = School(*tables)
    made.account("rivera")
    made.a_class("rivera", CODE)
    with one_at_a_time() if backend == "moto" else nullcontext():
        yield made


def guess(school, account, address, number):
    code = "".join("ABCDEFGHJK"[int(digit)] for digit in f"{number:08d}")
    attempt = school.attempt(account, code, address=address, at=NOW + timedelta(milliseconds=number))
    ask = school.previews.preview if number % 2 else lambda one: school.service.join(one, f"request:{number}")
    try:
        ask(attempt)
    except CodeNotFound:
        return "heard"
    except TooManyAttempts as refused:
        seconds = int(refused.extra["retry_after"])
        return "refused" if 0 < seconds <= WINDOW.total_seconds() else f"to wait {seconds} seconds"
    return "in"


def test_j04_however_many_are_guessed_ten_are_heard_and_a_school_notices_nothing(school):
    """Ten of one account, 300 of one address with 200 accounts, joins and previews together.

    Those of other schools, and those at the same address who were never wrong, join as ever.
    """
    one = Counter(guess(school, "eve", EVE, number) for number in range(ALONE))
    assert one == {"heard": AN_ACCOUNT, "refused": ALONE - AN_ACCOUNT}
    crowd = Counter(guess(school, f"bot{number % BOTS}", CROWD, number) for number in range(TOGETHER))
    # The address has its 300 after a turn and a half of the 200, each of whom is then held up by their own failure.
    assert crowd == {"heard": A_SOURCE, "refused": TOGETHER - A_SOURCE}
    for name, address in (("ada", ELSEWHERE), ("bob", CROWD), ("cal", EVE)):
        school.account(name)
        assert school.join(name, CODE, address=address).outcome == "joined"
    assert guess(school, "dan", CROWD, 1) == "heard"
    assert guess(school, "dan", CROWD, 2) == "refused"


def test_j04_a_function_that_starts_anew_has_heard_enough_as_well(school, tables):
    for number in range(AN_ACCOUNT):
        assert guess(school, "eve", EVE, number) == "heard"
    assert guess(School(*tables), "eve", ELSEWHERE, AN_ACCOUNT) == "refused"
