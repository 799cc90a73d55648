"""Each handler of the roster sync with a real event of each case (S-05, S-07, S-11, S-17, D-01)."""

import json
from pathlib import Path

import pytest

from functions.roster_sync import app
from homeroom.roster import wiring
from homeroom.roster.districts import DistrictNotFound
from homeroom.roster.source import SourceRefused
from homeroom.roster.telemetry import UnexpectedError
from tests.handlers.roster_sync.conftest import EVENTS, event
from tests.support.machine import FakeSource
from tests.support.rows import DISTRICT, small


def send(handler, name, **changes):
    answer = handler(event(name, **changes), None)
    return json.loads(json.dumps(answer))


def run(number=1):
    return wiring.run_store().get(DISTRICT, number)


def planned():
    """A run as far as its plan: what the plan answered."""
    send(app.control, "control__begin_night")
    fetched = send(app.fetch, "fetch")
    return send(app.plan, "plan", **fetched)


def test_s05_dispatch_starts_the_nights_that_are_due(stage, monkeypatch):
    started = []
    monkeypatch.setattr(
        "homeroom.roster.service.nights.StateMachine.start", lambda self, name, district: started.append(name) or True
    )
    assert send(app.dispatch, "dispatch") == {"started": 1, "overdue": 0}
    assert started == [f"{DISTRICT}-2026-09-15"]
    assert send(app.dispatch, "dispatch") == {"started": 0, "overdue": 0}


def test_d01_discover_counts_what_it_found(stage, monkeypatch):
    class Listed:
        district = "f" * 24

        def all(self):
            return [self]

    stage.set("invited")
    monkeypatch.setattr(wiring, "tokens", Listed)
    assert send(app.discover, "discover") == {"authorised": 0, "unknown": 1}


def test_d03_discover_disconnects_who_is_no_longer_listed_and_lets_them_in_again(stage, monkeypatch, capsys):
    """The metric that the alarm watches counts each time once."""

    class Listed:
        district = "f" * 24

        def all(self):
            return [self]

    def states():
        send(app.discover, "discover")
        return wiring.registration().get(DISTRICT).state

    monkeypatch.setattr(wiring, "tokens", Listed)
    assert [states(), states()] == ["disconnected", "disconnected"]
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert [line.get("DistrictsDisconnected") for line in lines] == [[1.0], None]
    Listed.district = DISTRICT
    monkeypatch.setattr(wiring, "source", lambda _: FakeSource(small(6, 2), SourceRefused(), fails_at="districts"))
    assert states() == "disconnected"
    monkeypatch.setattr(wiring, "source", lambda _: FakeSource(small(6, 2)))
    assert states() == "onboarding"


def test_w01_a_batch_of_notices_starts_one_run(stage):
    """W-04: two notices of one district."""
    assert send(app.notice, "notice") == {"batchItemFailures": []}
    assert stage.played.started == [{"district": DISTRICT, "trigger": "notice"}]
    assert send(app.notice, "notice") == {"batchItemFailures": []}
    assert len(stage.played.started) == 1


def test_w05_what_failed_of_a_batch_goes_back_to_the_queue(stage):
    first, second = event("notice")["Records"]
    answer = send(app.notice, "notice", Records=[{**first, "body": "{"}, second])
    assert answer == {"batchItemFailures": [{"itemIdentifier": first["messageId"]}]}
    assert stage.played.started == [{"district": DISTRICT, "trigger": "notice"}]


def test_s11_begin_gives_the_execution_its_run(stage):
    assert send(app.control, "control__begin_night") == {"district": DISTRICT, "run": "1", "mode": "fetch"}
    assert send(app.control, "control__begin_night")["run"] == "1"


def test_s11_begin_takes_the_run_that_the_api_began(stage):
    begun = wiring.run_store().begin(DISTRICT, execution="", now=stage.now, trigger="manual", actor="someone")
    assert send(app.control, "control__begin_manual") == {"district": DISTRICT, "run": str(begun.run), "mode": "fetch"}


def test_s11_a_night_is_left_to_the_run_under_way(stage):
    wiring.run_store().begin(DISTRICT, execution="theirs", now=stage.now, trigger="manual", actor="someone")
    assert send(app.control, "control__begin_night") == {"district": DISTRICT, "run": "1", "mode": "skip"}
    assert run().state == "running"


def test_x01_an_unregistered_district_is_refused(stage):
    with pytest.raises(DistrictNotFound):
        send(app.control, "control__begin_night", district="0" * 24)


def test_s17_begin_skips_a_paused_night(stage):
    stage.set(pause_windows=[{"from": "2026-09-15", "to": "2026-09-15"}])
    assert send(app.control, "control__begin_night")["mode"] == "skip"
    assert run().state == "skipped"


def test_s07_fetch_keeps_a_snapshot(stage):
    send(app.control, "control__begin_night")
    answer = send(app.fetch, "fetch")
    assert (answer["district"], answer["run"], answer["same"], answer["skip"]) == (DISTRICT, "1", False, None)
    assert f"{answer['after']['prefix']}/snapshot/users.jsonl.gz" in stage.objects()


def test_s07_a_fault_of_the_source_keeps_its_type(stage, monkeypatch):
    """The state machine's catch, and the run's record after it, know failures by their class."""
    monkeypatch.setattr(wiring, "source", lambda _: FakeSource(small(6, 2), SourceRefused()))
    send(app.control, "control__begin_night")
    with pytest.raises(SourceRefused):
        send(app.fetch, "fetch")
    send(app.control, "control__fail")
    assert (run().state, run().reasons) == ("failed", ("source_refused",))
    assert wiring.run_store().sync(DISTRICT).holder == 0


def test_s10_plan_decides(stage):
    answer = planned()
    assert (answer["decision"], answer["run"], answer["based_on"]) == ("apply", "1", 1)
    assert answer["manifest"] == event("control__finish")["state"]["manifest"]
    assert run().state == "applying"


def test_s17_plan_passes_on_that_the_district_is_paused_at_clever(stage):
    send(app.control, "control__begin_night")
    answer = send(app.plan, "plan__paused")
    assert (answer["decision"], answer["reason"]) == ("skip", "paused_at_source")


def test_s11_apply_writes_one_chunk_and_finish_promotes(stage):
    answer = planned()
    chunks = stage.machine().chunks(answer)
    assert chunks[0] == event("apply")
    assert send(app.apply, "apply") == {"chunk": 0, "written": 2, "done": 0, "refused": 0}
    for chunk in chunks[1:]:
        send(app.apply, "apply", **chunk)
    assert send(app.control, "control__finish") == {"district": DISTRICT, "run": "1", "resumed": False}
    assert (run().state, run().written) == ("succeeded", 2)
    assert wiring.run_store().sync(DISTRICT).promoted.run == 1


def test_s11_an_execution_that_was_stopped_is_recorded(stage):
    send(app.control, "control__begin_night")
    assert send(app.control, "control__stopped") == {"district": DISTRICT, "run": "1"}
    assert (run().state, run().reasons) == ("failed", ("timed_out",))


def test_x05_a_step_that_does_not_exist_is_an_error_without_text(stage):
    with pytest.raises(UnexpectedError, match=r"^KeyError$"):
        send(app.control, "control__begin_night", step="Zoe Smith")


def test_metrics_say_how_a_run_ended(stage, capsys):
    """What the alarms are built on."""
    send(app.control, "control__begin_night")
    send(app.control, "control__fail")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert [line["RunsFailed"] for line in lines] == [[1.0]]
    assert lines[0]["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Homeroom"


def test_the_state_machine_names_every_decision_and_mode():
    """A choice without a way for an answer would end the execution with nothing recorded."""
    from homeroom.roster.service.control.finish import OUTCOMES
    from tests.support.template import state_machine

    text = json.dumps(state_machine()["States"]["Decision"])
    assert [decision for decision in OUTCOMES if f'"{decision}"' not in text] == []


def test_every_event_is_used():
    text = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert [path.stem for path in EVENTS.glob("roster_sync__*.json") if f'"{path.stem[13:]}"' not in text] == []
