"""Properties of the guards (S-08, S-09) and of who is recognised under a new id (A-09)."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from homeroom.roster.entries import PersonEntry
from homeroom.roster.rules import guard
from homeroom.roster.rules.rekey import Match, Rekeys
from homeroom.roster.rules.tally import Count
from homeroom.roster.settings import Guards

KINDS = ["school", "term", "person", "student", "teacher", "staff", "district_admin", "class", "membership"]
ROLES = ["student", "teacher", "staff", "district_admin"]
many = settings(max_examples=200, deadline=None)


@st.composite
def counted(draw):
    """Before, after, removed and updated as they can be: nobody is removed and updated, or removed who was not."""
    before = draw(st.integers(0, 300))
    removed = draw(st.integers(0, before))
    updated = draw(st.integers(0, before - removed))
    return Count(before, before - removed + draw(st.integers(0, 50)), removed, updated)


places = st.tuples(st.sampled_from(KINDS), st.sampled_from(["", "a", "b"]))
counts = st.dictionaries(places, counted(), max_size=12)
limits = st.builds(
    Guards,
    half_percent=st.integers(1, 50),
    removal_percent=st.integers(0, 100),
    removal_floor=st.integers(0, 30),
    rekey_percent=st.integers(1, 100),
)
rekeyed = st.integers(0, 40).map(
    lambda most: [Match(f"n{n}", f"o{n}", ("student",), "sis_id", n % 3 > 0, "", ("a",)) for n in range(most)]
)


def wanted(place, count, drawn, matches):
    """The rules as they are written, with fractions and no whole number kept in between."""
    kind, school = place
    gone = Fraction(count.removed)
    halved = kind in {"person", "class", "membership"} and not school and count.before
    if halved and (gone + count.updated) / count.before > Fraction(drawn.half_percent, 100):
        yield "half"
    if gone > max(Fraction(drawn.removal_percent, 100) * count.before, drawn.removal_floor):
        yield "removals"
    if count.before and not count.after and (gone or kind not in {"class", "membership"}):
        yield "empty"
    back = sum(match.now and kind in match.roles and school in {"", *match.schools} for match in matches)
    if back > 1 and gone * drawn.rekey_percent <= 100 * back:
        yield "rekey"


@many
@given(counts, limits, rekeyed)
def test_s09_the_guards_that_fire_are_those_of_the_rules(found, drawn, matches):
    expected = {(word, *place) for place, count in found.items() for word in wanted(place, count, drawn, matches)}
    held = guard.holds(found, drawn, {}, matches)
    assert {(hold.guard, hold.kind, hold.school) for hold in held} == expected
    assert len(held) == len(expected)


@many
@given(counts, limits, rekeyed, st.randoms())
def test_s09_the_order_in_which_things_are_counted_does_not_matter(found, drawn, matches, chance):
    shuffled = list(found.items())
    chance.shuffle(shuffled)
    held = guard.holds(found, drawn, {}, matches)
    assert guard.holds(dict(shuffled), drawn, {}, matches) == held
    assert [bool(hold.school) for hold in held] == sorted(bool(hold.school) for hold in held)


@many
@given(counts, limits, places, st.integers(1, 50))
def test_s08_more_creations_never_hold_and_more_removals_never_release(found, drawn, place, more):
    before = {(hold.reason, hold.school) for hold in guard.holds(found, drawn, {}, ())}
    count = found.get(place, Count())
    grown = guard.holds({**found, place: count._replace(after=count.after + more)}, drawn, {}, ())
    assert {(hold.reason, hold.school) for hold in grown} <= before
    fewer = min(more, count.after, count.before - count.removed - count.updated)
    shrunk = count._replace(after=count.after - fewer, removed=count.removed + fewer)
    assert {(hold.reason, hold.school) for hold in guard.holds({**found, place: shrunk}, drawn, {}, ())} >= before


@many
@given(counts, limits, rekeyed)
def test_s09_every_hold_says_the_numbers_that_exceed_its_limit(found, drawn, matches):
    for hold in guard.holds(found, drawn, {}, matches):
        number = {"half": hold.removed + hold.updated, "removals": hold.removed, "rekey": hold.matched}.get(hold.guard)
        assert number is None or number > hold.limit
        assert all(f"{shown:,}" in guard.told(hold) for shown in ([number, hold.limit] if number else [hold.before]))


@st.composite
def people(draw, prefix):
    """Some people with few SIS ids and addresses between them, so that they meet."""
    values = st.sampled_from(["", "1", "2", "3", "4"])
    count = draw(st.integers(0, 5))
    return [
        PersonEntry(
            id=f"{prefix}{n}",
            archived=draw(st.integers(1, 3)) if prefix == "old" else 0,
            roles=tuple(sorted(draw(st.sets(st.sampled_from(ROLES), min_size=1, max_size=2)), key=ROLES.index)),
            address=draw(values),
            student_sis_id=draw(values),
            teacher_sis_id=draw(values),
            staff_sis_id=draw(values),
        )
        for n in range(count)
    ]


def found_in(gone, came):
    rekeys = Rekeys()
    for entry in gone:
        rekeys.gone(entry, now=entry.archived == 3)
    for entry in came:
        rekeys.came(entry)
    return rekeys.matches()


def keys(entry, by):
    ids = {"student": entry.student_sis_id, "teacher": entry.teacher_sis_id, "staff": entry.staff_sis_id}
    values = {role: entry.address if by == "address" else ids.get(role) for role in entry.roles}
    return {(role, value) for role, value in values.items() if value}


@many
@given(people("old"), people("new"), st.randoms())
def test_a09_matches_are_one_to_one_share_what_they_say_and_depend_on_no_order(gone, came, chance):
    matches = found_in(gone, came)
    olds, news = {entry.id: entry for entry in gone}, {entry.id: entry for entry in came}
    assert len({match.old for match in matches}) == len({match.new for match in matches}) == len(matches)
    for match in matches:
        old, new = olds[match.old], news[match.new]
        assert keys(old, match.by) & keys(new, match.by)
        assert match.now == (old.archived == 3)
        assert {*match.roles} == {*old.roles} & {*new.roles}
    chance.shuffle(gone)
    chance.shuffle(came)
    assert found_in(gone, came) == matches


@many
@given(people("old"), people("new"))
def test_a09_who_alone_shares_a_sis_id_with_one_is_matched_with_them(gone, came):
    """And nobody by address who shares a SIS id with anybody."""
    met = {(new.id, old.id) for new in came for old in gone if keys(new, "sis_id") & keys(old, "sis_id")}
    matches = found_in(gone, came)
    by_id = {(match.new, match.old) for match in matches if match.by == "sis_id"}
    alone = {(new, old) for new, old in met if sum(new == one or old == other for one, other in met) == 1}
    assert alone <= by_id <= met
    touched = {person for pair in met for person in pair}
    assert all(touched.isdisjoint((match.new, match.old)) for match in matches if match.by == "address")
