"""The machine in which a held plan waits for a person (S-08, S-10)."""

from datetime import timedelta
from typing import Any

import pytest

from homeroom.roster.store.holds import KEPT
from homeroom.roster.store.runs import LEASE, UNSTARTED
from tests.support.template import HOLD_MACHINE, state_machine
from tests.template.test_state_machine import targets

MACHINE = "AWS::StepFunctions::StateMachine"


@pytest.fixture(scope="module")
def hold() -> dict[str, Any]:
    return state_machine(HOLD_MACHINE)


@pytest.fixture(scope="module")
def states(hold) -> dict[str, Any]:
    return hold["States"]


def test_every_state_is_reached_and_every_target_exists(hold, states):
    reached = {hold["StartAt"]} | {target for state in states.values() for target in targets(state)}
    assert reached == set(states)


def test_s08_it_asks_once_and_waits_for_the_answer_a_fortnight(states):
    """The token is kept longer than it is waited with."""
    ask = states["Ask"]
    assert ask["Resource"].endswith("lambda:invoke.waitForTaskToken")
    assert ask["Parameters"]["Payload"]["token.$"] == "$$.Task.Token"
    assert timedelta(seconds=ask["TimeoutSeconds"]) == timedelta(days=14) < KEPT


def test_s08_a_plan_is_asked_about_again_whatever_failed(states):
    """X-03: a later token takes the place of an earlier one. No answer in time is no such failure: the plan lapses."""
    (retry,) = states["Ask"]["Retry"]
    assert retry["ErrorEquals"] == ["States.TaskFailed"]
    assert (retry["MaxAttempts"], retry["JitterStrategy"]) == (6, "FULL")


def test_s10_an_unanswered_plan_lapses(states):
    (catch,) = states["Ask"]["Catch"]
    assert (catch["ErrorEquals"], catch["Next"]) == (["States.Timeout"], "Lapse")


def test_s10_what_was_approved_is_carried_out_and_nothing_else(states):
    approved, rest = states["Decision"]["Choices"]
    assert ({one["StringEquals"] for one in approved["Or"]}, approved["Next"]) == ({"approve", "additions"}, "Start")
    assert ({one["StringEquals"] for one in rest["Or"]}, rest["Next"]) == ({"reject", "superseded"}, "Done")
    assert {one["Variable"] for one in (*approved["Or"], *rest["Or"])} == {f"{states['Ask']['ResultPath']}.choice"}
    assert states[states["Decision"]["Default"]]["Type"] == "Fail"


@pytest.mark.parametrize(("name", "step"), [("Ask", "ask"), ("Start", "approved"), ("Lapse", "lapse")])
def test_every_step_names_its_run(states, name, step):
    payload = states[name]["Parameters"]["Payload"]
    assert (payload["step"], payload["district.$"], payload["run.$"]) == (step, "$.district", "$.run")


def longest(retry: dict[str, Any]) -> timedelta:
    """How long a retrier may take, but for the steps themselves."""
    waits = (retry["IntervalSeconds"] * retry["BackoffRate"] ** n for n in range(retry["MaxAttempts"]))
    return timedelta(seconds=sum(min(wait, retry.get("MaxDelaySeconds", wait)) for wait in waits))


def test_s11_an_approved_run_is_started_while_it_has_its_lease(states):
    (retry,) = states["Start"]["Retry"]
    assert retry["ErrorEquals"] == ["States.ALL"]
    assert longest(retry) < UNSTARTED


def test_s11_a_plan_lapses_once_the_run_under_way_has_ended(states):
    under_way, anything = states["Lapse"]["Retry"]
    assert under_way["ErrorEquals"] == ["RunInProgress", "LeaseLost"]
    assert longest(under_way) > LEASE
    assert anything["ErrorEquals"] == ["States.ALL"]


def test_every_function_named_exists(states, of_type):
    named = {state["Parameters"]["FunctionName"] for state in states.values() if state["Type"] == "Task"}
    given = of_type(MACHINE)["RosterHoldStateMachine"]["DefinitionSubstitutions"]
    assert named == set(given)
    assert {given[name]["Fn::GetAtt"][0] for name in named} == {"RosterControlFunction"}


def test_its_log_tells_failures_and_no_tokens(of_type):
    """X-05"""
    logging = of_type(MACHINE)["RosterHoldStateMachine"]["LoggingConfiguration"]
    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ERROR", False)
    assert len(logging["Destinations"]) == 1
