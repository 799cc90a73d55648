"""S-11: a run killed anywhere, continued or started again, ends in the state of one that was never disturbed."""

import pytest

from homeroom.roster import wiring
from homeroom.roster.rules import guard
from homeroom.roster.runs import RunInProgress
from homeroom.roster.service import steps
from homeroom.roster.store import spool
from homeroom.roster.store.runs import LeaseLost, RunStore
from homeroom.roster.syncs import Sync
from tests.support import rows
from tests.support.machine import FakeSource, Killed, staged, without_run

CHUNK, CHUNKS = 4, 6
NIGHT = {"days": 1}


def first():
    return rows.small(students=6, classes=2)


def second():
    """Somebody left, came, moved, changed address; a class is gone, another new."""
    whole = rows.small(students=6, classes=2)
    users = [row for row in whole["users"] if row.id not in {"s005", "t00"}]
    users = [row.model_copy(update={"email": "new@district.example"}) if row.id == "s001" else row for row in users]
    sections = [
        whole["sections"][1].model_copy(update={"students": ("s000", "s003", "s900"), "name": "Reading"}),
        rows.section("c90", teacher="t90", teachers=("t90", "t01"), students=("s000", "s001")),
    ]
    return {**whole, "users": [*users, rows.student("s900"), rows.teacher("t90")], "sections": sections}


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(spool, "CHUNK", CHUNK)


def apply(chunk):
    return wiring.steps().apply(chunk, wiring.writer(), wiring.tables())


def lenient(stage):
    """The change from `first` to `second` is more than half: here neither the guard nor grace is the question."""
    stage.set(grace_days=0)
    stage.machine().run(FakeSource(first()))
    stage.wait(**NIGHT)


@pytest.fixture(scope="module")
def undisturbed():
    """The tables after two nights without any fault, and how many chunks the second had."""
    with pytest.MonkeyPatch.context() as patch, staged() as made:
        patch.setattr(spool, "CHUNK", CHUNK)
        let_pass(patch)
        made.register()
        lenient(made)
        run = made.machine().run(FakeSource(second()))
        assert run.state == "succeeded"
        return made.roster(), len([key for key in made.objects() if "00000002/plan/0" in key])


@pytest.fixture(scope="module")
def as_first():
    """The tables after one night of `first`."""
    with staged() as made:
        made.register()
        made.machine().run(FakeSource(first()))
        return made.roster()


def let_pass(patch):
    patch.setattr(guard, "holds", lambda *_: ())


@pytest.fixture(autouse=True)
def no_guard(monkeypatch):
    let_pass(monkeypatch)


def killer(at):
    """Dies before chunk `at`, once."""

    def kill(chunk):
        if chunk["number"] == at:
            raise Killed

    return kill


def kill_at(stage, at, *, told):
    """A run that dies before a chunk; `told` says whether the state machine could still record it."""
    machine = stage.machine()
    machine.before_chunk = killer(at)
    with pytest.raises(Killed):
        machine.run(FakeSource(second()))
    if told:
        machine.fail({"district": rows.DISTRICT, "execution": f"execution-{machine.executions}"}, "States.Timeout")


def test_s11_the_disturbed_runs_are_killed_before_every_chunk(undisturbed):
    assert undisturbed[1] == CHUNKS


@pytest.mark.parametrize("at", range(CHUNKS))
def test_s11_killed_before_any_chunk_and_continued_by_the_next_night(stage, undisturbed, at):
    """Nothing at all may differ: the same run is finished, under its own number and moment."""
    expected, _ = undisturbed
    lenient(stage)
    kill_at(stage, at, told=at % 2 == 0)
    stage.wait(minutes=4) if at % 2 == 0 else stage.wait(hours=3)
    run = stage.machine().run(FakeSource(second()))
    assert (run.run, run.state, run.changes) == (3, "succeeded", {})
    assert stage.roster() == expected
    runs = wiring.run_store()
    assert runs.get(rows.DISTRICT, 2).state == "succeeded"
    assert (runs.sync(rows.DISTRICT).applying, runs.sync(rows.DISTRICT).promoted.run) == (0, 2)


def test_s11_the_source_changes_between_the_killed_run_and_the_next(stage, as_first):
    lenient(stage)
    kill_at(stage, 2, told=True)
    stage.wait(minutes=4)
    run = stage.machine().run(FakeSource(first()))
    assert (run.run, run.state) == (3, "succeeded")
    expected = without_run(as_first)
    there = without_run(stage.roster())
    assert expected.items() <= there.items()
    others = [item for key, item in there.items() if key not in expected]
    assert all(
        item.get("state", {}).get("S") == "archived" or item["pk"]["S"].startswith(("E#", "C#")) for item in others
    )


def test_s11_a_chunk_delivered_twice_changes_nothing(stage, undisturbed):
    lenient(stage)
    machine = stage.machine()
    seen = []

    def twice(chunk):
        seen.append(apply(chunk))

    machine.before_chunk = twice
    run = machine.run(FakeSource(second()))
    assert run.state == "succeeded"
    assert stage.roster() == undisturbed[0]
    assert sum(part["refused"] for part in seen) == 0


def test_s11_a_chunk_delivered_after_the_promotion_writes_nothing(stage):
    lenient(stage)
    machine = stage.machine()
    late = []
    machine.before_chunk = late.append
    machine.run(FakeSource(second()))
    before = stage.items()
    for chunk in late:
        with pytest.raises(LeaseLost):
            apply(chunk)
    assert stage.items() == before


def test_s11_chunks_of_an_earlier_run_never_undo_a_later_one(stage, monkeypatch):
    """Were one to slip past the lease, its conditions would refuse its changes and removals."""
    lenient(stage)
    machine = stage.machine()
    late = []
    machine.before_chunk = late.append
    machine.run(FakeSource(second()))
    stage.wait(**NIGHT)
    stage.machine().run(FakeSource(first()))
    before = stage.roster()
    monkeypatch.setattr(RunStore, "sync", lambda self, district: Sync(applying=2))
    monkeypatch.setattr(steps, "creations", lambda *_: [])
    told = [apply(chunk) for chunk in late]
    assert sum(part["refused"] for part in told) > 0
    assert before.items() <= stage.roster().items()


def test_s11_two_runs_started_at_once(stage):
    machine = stage.machine()

    def begin_another(chunk):
        with pytest.raises(RunInProgress) as refused:
            stage.machine().run(FakeSource(second()), trigger="manual")
        assert refused.value.extra == {"run": "1"}
        # A night leaves it to the run under way.
        assert stage.machine().run(FakeSource(second())).run == 1

    machine.before_chunk = begin_another
    assert machine.run(FakeSource(first())).state == "succeeded"
    assert [run.run for run in wiring.run_store().newest_first(rows.DISTRICT)] == [1]


def test_s11_while_workers_may_still_be_writing_nobody_else_begins(stage):
    lenient(stage)
    kill_at(stage, 1, told=True)
    stage.wait(minutes=2)
    with pytest.raises(RunInProgress):
        stage.machine().run(FakeSource(second()))


def test_s11_a_run_that_died_before_its_plan_is_simply_run_again(stage):
    lenient(stage)
    state = wiring.control().begin({"district": rows.DISTRICT, "trigger": "night", "execution": "dead"}, stage.now)
    stage.wait(hours=3)
    run = stage.machine().run(FakeSource(second()))
    assert (run.run, run.state) == (3, "succeeded")
    buried = wiring.run_store().get(rows.DISTRICT, int(state["run"]))
    assert (buried.state, buried.reasons) == ("failed", ("lease_expired",))
