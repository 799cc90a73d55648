"""The roster run as a state machine."""

from collections.abc import Iterator
from typing import Any

import pytest

from homeroom.roster.store.runs import APPLY_DRAIN

STEPS = {"Begin", "Fetch", "Plan", "Apply", "Finish"}
PASSING = {
    "Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
}  # fmt: skip


@pytest.fixture(scope="module")
def states(machine) -> dict[str, Any]:
    return machine["States"]


@pytest.fixture(scope="module")
def chunk(states) -> dict[str, Any]:
    (state,) = states["Apply"]["ItemProcessor"]["States"].values()
    return state


def targets(state: dict[str, Any]) -> Iterator[str]:
    """Where a state can go."""
    for holder in (state, *state.get("Choices", []), *state.get("Catch", [])):
        yield from (holder[key] for key in ("Next", "Default") if key in holder)


def test_every_state_is_reached_and_every_target_exists(machine, states):
    """A misspelt name is found here, not at night."""
    reached = {machine["StartAt"]} | {target for state in states.values() for target in targets(state)}
    assert reached == set(states)


@pytest.mark.parametrize("step", sorted(STEPS))
def test_every_step_that_fails_is_recorded(states, step):
    """S-05: a failed night is in the district's status; nothing fails in silence."""
    (catch,) = states[step]["Catch"]
    assert catch == {"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "Failure"}


@pytest.mark.parametrize("step", sorted(STEPS - {"Apply"}))
def test_steps_are_repeated_for_lambdas_own_faults_only(states, step):
    """S-07: what our code refused, it would refuse again; the next run starts afresh.

    Finish may be repeated whatever stopped it: what it tells others comes after what it records (S-10).
    """
    [retry] = [retry for retry in states[step]["Retry"] if set(retry["ErrorEquals"]) == PASSING]
    assert retry["JitterStrategy"] == "FULL"
    others = [other["ErrorEquals"] for other in states[step]["Retry"] if other is not retry]
    more = {"Begin": [["RunInProgress"]], "Finish": [["States.TaskFailed", "States.Timeout"]]}
    assert others == more.get(step, [])


def test_a_night_waits_out_the_lease_of_a_run_that_failed(states):
    """S-11: for three minutes a lost worker may still write; a night that comes in them must not be lost."""
    waiting = states["Begin"]["Retry"][0]
    assert waiting["IntervalSeconds"] * waiting["MaxAttempts"] > APPLY_DRAIN.total_seconds()


def test_a_chunk_is_tried_again_whatever_failed(chunk):
    """S-11: applying is idempotent, so a chunk that died half-way is simply sent again, three times."""
    throttled, anything = chunk["Retry"]
    assert throttled["ErrorEquals"] == ["Lambda.TooManyRequestsException"]
    assert (anything["ErrorEquals"], anything["MaxAttempts"]) == (["States.ALL"], 3)
    assert anything["JitterStrategy"] == "FULL"


def test_the_record_of_a_failure_is_tried_hardest(states):
    record = states["RecordFailure"]
    assert record["Retry"][0]["ErrorEquals"] == ["States.ALL"]
    assert record["Next"] == record["Catch"][0]["Next"] == "RosterRunFailed"
    assert states["RosterRunFailed"]["Type"] == "Fail"


def test_apply_is_a_distributed_map_over_the_manifest(states):
    """One line of the manifest names one chunk: memory and history stay flat at any size."""
    apply = states["Apply"]
    assert apply["ItemProcessor"]["ProcessorConfig"] == {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}
    assert apply["ItemReader"]["ReaderConfig"] == {"InputType": "JSONL"}
    assert "ToleratedFailurePercentage" not in apply
    assert "ToleratedFailureCount" not in apply


def test_concurrency_arrives_as_a_number(machine):
    """A substitution in quotes would be a text, which Step Functions refuses at deployment."""
    assert isinstance(machine["States"]["Apply"]["MaxConcurrency"], int)


def test_a_resumed_run_is_followed_by_the_one_asked_for(states):
    """S-11: what was cut off is finished first, then tonight's run begins."""
    assert {c["StringEquals"]: c["Next"] for c in states["Mode"]["Choices"]} == {
        "fetch": "Fetch",
        "plan": "Plan",
        "resume": "Apply",
        "finish": "Finish",
        "skip": "Done",
    }
    assert states["Resumed"]["Choices"] == [
        {"Variable": "$.finished.answer.resumed", "BooleanEquals": True, "Next": "Request"}
    ]


def test_only_a_plan_to_apply_is_applied(states):
    """S-08, S-17: a held plan, one that is only a plan, and a district paused at its source go straight to the end."""
    apply, rest = states["Decision"]["Choices"]
    assert (apply["StringEquals"], apply["Next"]) == ("apply", "Apply")
    assert {choice["StringEquals"] for choice in rest["Or"]} == {"hold", "planned", "unchanged", "skip"}
    assert rest["Next"] == "Finish"


@pytest.mark.parametrize("choice", ["Mode", "Decision"])
def test_an_answer_that_nobody_expected_is_a_failure(states, choice):
    """Without a default the execution would end unrecorded: no state can catch States.NoChoiceMatched."""
    assert states[choice]["Default"] == "Unexpected"
    assert states["Unexpected"]["ResultPath"] == "$.failure"
    assert states["Unexpected"]["Next"] == "Failure"


def test_every_function_named_exists(machine, chunk, states, of_type):
    """Each substitution is given by the template, and is a function."""
    named = {state["Parameters"]["FunctionName"] for state in (*states.values(), chunk) if state["Type"] == "Task"}
    given = of_type("AWS::StepFunctions::StateMachine")["RosterStateMachine"]["DefinitionSubstitutions"]
    assert named == set(given) - {"ApplyConcurrency"}
    assert {given[name]["Fn::GetAtt"][0] for name in named} < set(of_type("AWS::Lambda::Function"))


def test_steps_outwait_their_functions(states, chunk, of_type):
    """A step that gave up first would report a failure while its function still writes."""
    given = of_type("AWS::StepFunctions::StateMachine")["RosterStateMachine"]["DefinitionSubstitutions"]
    functions = of_type("AWS::Lambda::Function")
    for state in (*states.values(), chunk):
        if state["Type"] == "Task":
            function = given[state["Parameters"]["FunctionName"]]["Fn::GetAtt"][0]
            assert state["TimeoutSeconds"] > functions[function]["Timeout"], function


def test_a_run_outlasts_its_longest_steps_and_ends_the_same_night(machine, states):
    """Two hours hold a fetch, a plan and an hour of applying; a run that hangs is over before the next night."""
    steps = sum(states[name]["TimeoutSeconds"] for name in ("Begin", "Fetch", "Plan", "Finish"))
    assert steps + 3600 <= machine["TimeoutSeconds"] <= 12 * 3600


def test_its_log_tells_failures_and_no_data(of_type):
    """X-05: what a state carried is not for the log."""
    logging = of_type("AWS::StepFunctions::StateMachine")["RosterStateMachine"]["LoggingConfiguration"]
    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ERROR", False)
    assert len(logging["Destinations"]) == 1
