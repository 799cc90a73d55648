"""S-19: a roster that follows events is the one that reading everything gives, whatever happened, in any pieces."""

import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeroom.roster.rules.events import touched
from homeroom.roster.source import SourceEvent
from tests.property.changed import DONE, ORDERED, apply, batches
from tests.property.rosters import Roster
from tests.support.followed import Followed, promoted

TODAY = date(2026, 9, 15)
many = settings(max_examples=30, deadline=None)


@pytest.fixture(scope="module")
def room():
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


class Delivered:
    """A source whose events come as often and in whichever order `deliver` makes of them."""

    def __init__(self, source, deliver):
        self.cursor, self.rows, self.record = source.cursor, source.rows, source.record
        self.events = lambda after: iter(deliver(list(source.events(after))))


def follow(room, batches, deliver=list):
    """The district after the batches: it, and what was read by events and in full, batch by batch."""
    district = Followed(room)
    before = district.full("events-0")
    district.full("full-0")
    for n, batch in enumerate(batches, start=1):
        district.wait(hours=1)
        apply(district, batch)
        fetched = district.delta(f"events-{n}", before, Delivered(district.source, deliver))
        assert fetched is not None
        before = promoted(f"events-{n}", fetched)
        yield district, before, district.full(f"full-{n}")


@many
@given(batches)
def test_s19_following_events_gives_the_snapshot_that_reading_everything_gives(room, batches):
    for n, (district, by_events, in_full) in enumerate(follow(room, batches), start=1):
        assert district.texts(f"events-{n}") == district.texts(f"full-{n}")
        assert by_events.model_copy(update={"prefix": in_full.prefix}) == in_full


@many
@given(batches, st.randoms(use_true_random=False))
def test_s19_events_delivered_twice_or_out_of_order_change_nothing(room, batches, chance):
    def shuffled(events):
        again = [*events, *(event for event in events if chance.random() < 0.5)]
        chance.shuffle(again)
        return again

    for n, (district, by_events, in_full) in enumerate(follow(room, batches, shuffled), start=1):
        assert district.texts(f"events-{n}") == district.texts(f"full-{n}")
        assert by_events.cursor == in_full.cursor


@many
@given(batches)
def test_s19_the_state_and_the_terms_are_those_of_reading_everything(room, batches):
    district = Followed(room)
    before = district.full("before")
    apply(district, [change for batch in batches for change in batch])
    by_events, in_full = district.delta("events", before), district.fetched("full")
    assert (by_events.district_state, by_events.terms) == (in_full.district_state, in_full.terms)


@settings(max_examples=15, deadline=None)
@given(batches)
def test_s19_the_roster_by_events_alone_and_by_full_syncs_alone_is_the_same(room, batches):
    by_events = in_full = None
    for n, (district, _, _) in enumerate(follow(room, batches), start=1):
        first = district.rows("events-0")
        by_events, changed, _ = (by_events or Roster().planned(first, TODAY)[0]).planned(
            district.rows(f"events-{n}"), TODAY, n + 1
        )
        in_full, changed_too, _ = (in_full or Roster().planned(first, TODAY)[0]).planned(
            district.rows(f"full-{n}"), TODAY, n + 1
        )
        assert changed == changed_too
        assert by_events.lines == in_full.lines


@pytest.mark.parametrize("name", [*ORDERED, *DONE])
def test_s19_every_change_that_is_drawn_does_happen(room, name):
    """Or the properties above would say less than they seem to."""
    district = Followed(room)
    apply(district, [("pause", (0, 0, 0))] if name == "resume" else [])
    before = len(district.world.feed)
    apply(district, [(name, numbers) for numbers in [(1, 2, 3), (2, 1, 5), (0, 0, 0), (0, 5, 0)]])
    assert len(district.world.feed) > before


events = st.lists(
    st.builds(
        SourceEvent,
        st.sampled_from([f"{n:024x}" for n in range(9)]),
        st.just("users.updated"),
        st.sampled_from(["users", "sections", None]),
        st.sampled_from(["a", "b"]),
        st.just("d"),
    ),
    unique_by=lambda event: event.id,
)


@given(events, st.data())
def test_s19_what_events_touch_depends_on_neither_order_nor_repetition(events, data):
    delivered = data.draw(st.permutations([*events, *events[:3]]))
    assert touched(delivered) == touched(events)
