"""Who coaches whom follows from memberships, whatever happened to them, and from nothing else (C-02, C-07, C-09)."""

from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeroom.accounts.account import Account
from homeroom.classes.store.standings import Proposed, StandingStore
from homeroom.runtime import aws
from tests.support.coached import OWN, PEOPLE, ROSTERED, World, own_id, rostered_id
from tests.support.served import Served, served

WHO, A_CLASS, A_SECTION = st.sampled_from(PEOPLE), st.sampled_from(OWN), st.sampled_from(ROSTERED)
STEPS = st.one_of(
    st.tuples(st.just("create"), A_CLASS, WHO),
    st.tuples(st.just("join"), A_CLASS, WHO, st.sampled_from(("active", "active", "waiting", "left", "removed"))),
    st.tuples(st.just("archive"), A_CLASS, st.sampled_from(("archived", "active"))),
    st.tuples(st.just("co_teach"), A_CLASS, WHO),
    st.tuples(st.just("stop_teaching"), A_CLASS, WHO),
    st.builds(lambda name, who, stays: ("transfer", name, who, {"stays": stays}), A_CLASS, WHO, st.booleans()),
    st.tuples(st.just("roster"), A_SECTION, WHO, st.sampled_from(("primary", "co_teacher", "student", "student"))),
    st.tuples(st.just("unroster"), A_SECTION, WHO),
    st.tuples(st.just("settle"), A_SECTION, st.sampled_from(("active", "frozen", "ended", "archived"))),
    st.tuples(st.just("link"), WHO),
    st.tuples(st.just("unlink"), WHO),
    st.tuples(st.just("admit"), A_SECTION, WHO, st.integers(1, 9)),
    st.tuples(st.just("dismiss"), WHO),
    st.tuples(st.just("wait"), st.integers(1, 5)),
)
# Without anybody in it, a class coaches nobody: examples begin with classes that have people in them.
BEGUN = (
    ("create", "u1", "ann"), ("create", "u2", "bea"), ("join", "u1", "cal", "active"), ("join", "u2", "cal", "active"),
    ("roster", "k1", "ann", "primary"), ("roster", "k1", "bea", "co_teacher"), ("roster", "k1", "dan", "student"),
    ("link", "ann"), ("link", "bea"), ("link", "dan"),
)  # fmt: skip
MANY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def api():
    with served() as made:
        yield made


def world(api: Served, steps, *, co_teaching: bool) -> World:
    """What those steps make of a beginning."""
    api.wipe()
    made = World(co_teaching=co_teaching)
    for name, *given_ in (*BEGUN, *steps):
        named = given_.pop() if isinstance(given_[-1], dict) else {}
        getattr(made, name)(*given_, **named)
    return made


def pairs(made: World):
    accounts = {name: made.account(name) for name in PEOPLE}
    return [(a, b, accounts[a], accounts[b]) for a, b in product(PEOPLE, PEOPLE) if a != b]


@pytest.mark.slow
@MANY
@given(steps=st.lists(STEPS, max_size=14), co_teaching=st.booleans())
def test_whoever_coaches_does_so_by_a_class_that_both_are_in(api, steps, co_teaching):
    """C-02, C-07, B-01, B-03: the answer is that of the rules, for every pair, after anything."""
    made = world(api, steps, co_teaching=co_teaching)
    sight = made.sight()
    for coach, student, one, other in pairs(made):
        expected = made.coaching(coach, student)
        assert set(sight.shared(one, other, made.now)) == expected, (coach, student)
    coach, student, one, other = pairs(made)[2]
    assert sight.coaches(one, other, made.now) == bool(made.coaching(coach, student))


class Lagging(StandingStore):
    """An index that has not heard of some classes, and has others that are over or never were."""

    def __init__(self, lost: set, stale: list[Proposed]) -> None:
        super().__init__("classes", aws.dynamodb())
        self._lost, self._stale = lost, stale

    def proposed(self, account: Account) -> list[Proposed]:
        return sorted({*self._stale, *(one for one in super().proposed(account) if one.klass not in self._lost)})


CLASSES = tuple(map(own_id, OWN)) + tuple(map(rostered_id, ROSTERED))
STALE = st.builds(Proposed, st.sampled_from(CLASSES), st.sampled_from(("owner", "primary", "co_teacher", "student")))


@pytest.mark.slow
@MANY
@given(
    steps=st.lists(STEPS, max_size=10),
    lost=st.sets(st.sampled_from(CLASSES)),
    stale=st.lists(STALE, max_size=6),
    co_teaching=st.booleans(),
)
def test_an_index_that_lags_can_only_say_no(api, steps, lost, stale, co_teaching):
    """C-07, X-01: rows that are missing take coaching away, rows that are too many give none."""
    made = world(api, steps, co_teaching=co_teaching)
    lagging, right = made.sight(Lagging(lost, stale)), made.sight()
    for coach, student, one, other in pairs(made):
        expected = made.coaching(coach, student)
        found = set(lagging.shared(one, other, made.now))
        assert expected - lost <= found <= expected, (coach, student)
    for name in PEOPLE:
        account = made.account(name)
        assert set(lagging.classes(account, made.now)) <= set(right.classes(account, made.now))


@pytest.mark.parametrize("state", ["archived", "active"])
def test_an_archived_class_supports_no_coaching_and_a_restored_one_does(api, state):
    """C-07, C-09: nobody joins again for it."""
    made = world(api, [("archive", "u1", "archived"), ("archive", "u1", state)], co_teaching=False)
    assert made.sight().coaches(made.account("ann"), made.account("cal"), made.now) == (state == "active")


def test_every_coach_counts_by_its_own_class(api):
    """C-02, C-07: two coaches of a student, neither through the other; the end of one class is not that of both."""
    made = world(api, [("join", "u1", "cal", "left")], co_teaching=False)
    coached = {who: made.sight().coaches(made.account(who), made.account("cal"), made.now) for who in ("ann", "bea")}
    assert coached == {"ann": False, "bea": True}
