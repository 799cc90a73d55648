"""The large district: shape, flat memory, pages that cost their own length, speed."""

import datetime as dt
import json
import time
import tracemalloc
from collections import Counter
from itertools import islice

import pytest

from sandbox.clever import large, plan, wire
from sandbox.clever.changes import leave, rekey
from sandbox.clever.collection import Collection
from sandbox.clever.computed import Computed
from sandbox.clever.versions import VERSIONS, upgrade
from sandbox.clever.world import World

TODAY = dt.date(2026, 11, 18)
NOW = dt.datetime(2026, 11, 18, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def roster():
    return large.build(1, 460_000, 7, TODAY)


@pytest.fixture(scope="module")
def small():
    return large.build(1, 6_000, 7, TODAY)


def _last_page(roster, limit: int = 1000) -> bytes:
    users = Collection(roster.bases["users"])
    cursor = users.base.id_at(len(users) - limit - 1)
    request = wire.query("", "/v3.1/users", {"limit": [str(limit)], "starting_after": [cursor]})
    return wire.page(request, wire.over(users, None, "v3.1"))


def test_every_student_has_seven_sections_of_about_30(small) -> None:
    sections = small.bases["sections"]
    rows = [sections.record_at(index) for index in range(len(sections))]
    seats = Counter(uid for row in rows for uid in row["students"])
    students, users = plan.sized(6_000).students, small.bases["users"]
    assert set(seats) == {users.id_at(index) for index in range(students)}
    assert set(seats.values()) == {plan.PERIODS}
    assert max(len(row["students"]) for row in rows) == 30
    teachers = {uid for row in rows for uid in row["teachers"]}
    assert teachers <= {users.id_at(index) for index in range(*users.span("teacher"))}
    assert students / (len(range(*users.span("teacher")))) == pytest.approx(20, rel=0.01)


@pytest.mark.parametrize("people", [5_001, 5_700, 60_000, 150_000, 460_000])
def test_counts_fit_every_size(people: int) -> None:
    roster = large.build(1, people, 7, TODAY)
    assert len(roster.bases["users"]) == people
    for kind in ("users", "sections", "schools"):
        base = roster.bases[kind]
        ids = [base.id_at(index) for index in range(0, len(base), max(1, len(base) // 500))]
        assert ids == sorted(set(ids))
        last = base.record_at(len(base) - 1)
        assert base.bisect(last["id"]) == len(base) - 1


def test_text_says_what_the_record_says(roster) -> None:
    users = roster.bases["users"]
    for index in (0, 1, 2, 3, 255, 70_001, 400_000):
        for version in VERSIONS:
            assert json.loads(users.text_at(index, version)) == upgrade(users.record_at(index), version)


def test_the_last_page_of_460000_is_right_and_memory_stays_flat(roster) -> None:
    _last_page(roster)
    tracemalloc.start()
    body = json.loads(_last_page(roster))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(body["data"]) == 1000
    assert [link["rel"] for link in body["links"]] == ["self", "prev"]
    assert peak < 16_000_000


def test_a_page_costs_its_length_not_its_place(roster, monkeypatch) -> None:
    visited = Counter()
    real = Computed._at

    def counted(self: Computed, index: int) -> object:
        visited["at"] += 1
        return real(self, index)

    monkeypatch.setattr(Computed, "_at", counted)
    _last_page(roster, 200)
    assert visited["at"] < 200 * 4


def test_teachers_are_found_without_passing_the_students(roster) -> None:
    users = Collection(roster.bases["users"])
    rows = [users.at(place) for place in islice(users.after("", "teacher"), 5)]
    assert all("teacher" in row["roles"] for row in rows)
    assert not list(users.after("", "contact"))


def test_pages_are_written_at_20000_users_a_second(roster) -> None:
    users = Collection(roster.bases["users"])
    request = wire.query("", "/v3.1/users", {"limit": ["5000"], "starting_after": [users.base.id_at(200_000)]})
    best = 0.0  # processor time: a busy machine must not fail this
    for _ in range(5):
        start = time.process_time()
        wire.page(request, wire.over(users, None, "v3.1"))
        best = max(best, 5000 / (time.process_time() - start))
    assert best >= 20_000


def test_the_overlay_changes_a_computed_district(roster) -> None:
    world = World(roster, lambda: NOW)
    users = roster.bases["users"]
    student, teacher = users.id_at(100_000), users.id_at(users.span("teacher")[0] + 100)
    assert len(world.sections_of(student)) == plan.PERIODS
    taught = world.sections_of(teacher)
    new = rekey(world, teacher)
    assert world.sections_of(new) == taught
    assert world.sections_of(teacher) == []
    section = world.sections_of(student)[0]
    leave(world, student, section)
    assert len(world.sections_of(student)) == plan.PERIODS - 1
    assert world.counts()["users"] == 460_000
    assert world.collections["users"].get(teacher) is None


def test_drop_works_without_listing(roster) -> None:
    users = Collection(roster.bases["users"])
    users.drop(0.25)
    assert len(users) == 345_000
    assert next(users.after("")).id == users.base.id_at(115_000)
