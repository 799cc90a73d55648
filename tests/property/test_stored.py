"""S-11, S-13: however a roster came about, what is stored of it is what a first sync of the last snapshot stores."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeroom.roster.rules import guard
from tests.property.rosters import districts
from tests.support.machine import FakeSource, staged, without_run


def stored(*snapshots):
    """What the tables hold of the roster after these nights."""
    with staged() as stage:
        stage.register(grace_days=0)
        for snapshot in snapshots:
            stage.machine().run(FakeSource(snapshot))
            stage.wait(days=1)
        return without_run(stage.roster())


def gone(item, items):
    """Whether an item is of a record that is archived or has ended: such stay, with all that belongs to them."""
    state = item.get("state", {}).get("S")
    if state:
        return state in {"archived", "ended"}
    owner = (("districts", item["sk"]["S"], "PERSON"), ("classes", item["pk"]["S"], "CLASS"))
    return any(gone(items[key], items) for key in owner if key in items)


def current(snapshot):
    """Whether a section of the present term is rostered, without which no class goes (S-01)."""
    return any(row.term not in {"past", "next"} and row.name != "Art" for row in snapshot["sections"])


@pytest.mark.slow
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.lists(districts.filter(lambda d: d["users"] and current(d)), min_size=2, max_size=3))
def test_s11_the_way_does_not_matter(snapshots):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guard, "holds", lambda *_: ())
        there, fresh = stored(*snapshots), stored(snapshots[-1])
    assert {key: item for key, item in there.items() if not gone(item, there)} == fresh
