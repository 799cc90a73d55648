"""The steps of the machine in which a held plan waits, each with a real event (S-08, S-10)."""

import json

import pytest

from functions.roster_sync import app
from homeroom.roster import wiring
from homeroom.roster.holds import Decision
from homeroom.roster.syncs import NEVER, Waiting
from tests.handlers.roster_sync.conftest import event
from tests.support.rows import DISTRICT

FREE = {"holder": 0, "held_until": NEVER, "execution": ""}


def send(name):
    return json.loads(json.dumps(app.control(event(name), None)))


def get():
    return wiring.run_store().get(DISTRICT, 1)


@pytest.fixture
def held(stage):
    """A run that is held."""
    store = wiring.run_store()
    begun = store.begin(DISTRICT, execution="e", now=stage.now, trigger="night", actor="schedule")
    run = begun.model_copy(update={"state": "held", "finished_at": stage.now})
    store.record(run, store.sync(DISTRICT), **FREE, waiting=Waiting(run=1))
    return run


def test_s08_who_asks_waits_and_the_token_is_told_to_nobody_x_05(stage, held, capsys, caplog):
    assert send("control__ask") == {"district": DISTRICT, "run": "1", "waits": True}
    token = event("control__ask")["token"]
    assert token in str(stage.items())
    assert token not in capsys.readouterr().out + caplog.text


def test_s10_what_was_approved_is_started_once(stage, held):
    assert send("control__approved")["started"] is False
    store = wiring.run_store()
    decision = Decision(choice="approve", actor="a", at=stage.now)
    approved = held.model_copy(update={"state": "running", "decision": decision})
    store.record(approved, store.sync(DISTRICT), holder=1, held_until=stage.now, execution="", waiting=None)
    assert [send("control__approved")["started"], send("control__approved")["started"]] == [True, True]
    assert stage.played.started == [{"district": DISTRICT, "run": "1", "trigger": "manual", "approved": True}]


def test_s10_what_nobody_decided_lapses(stage, held):
    assert [send("control__lapse")["lapsed"], send("control__lapse")["lapsed"]] == [True, False]
    assert (get().state, get().reasons) == ("superseded", ("lapsed",))
