"""What the operator's commands for held plans do to the stack, say, and exit with."""

import json
from datetime import UTC, datetime

import boto3
import pytest

from homeroom.roster.holds import Hold
from homeroom.roster.runs import Run
from homeroom.roster.store import layout
from homeroom.roster.store.files import run_prefix
from homeroom.roster.store.runs import RunStore
from homeroom.roster.syncs import NEVER, Promoted, Waiting
from homeroom.runtime import aws
from ops.cli import main

A = "a" * 24
NOW = datetime(2026, 9, 1, tzinfo=UTC)
BUCKET = "homeroom-roster"
GUARD = Hold(guard="removals", kind="student", school="s1", before=90, after=70, removed=20, limit=9, sample=("p1",))


@pytest.fixture
def machine(resources):
    client = boto3.client("stepfunctions")
    passing = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
    client.create_state_machine(name="sync", definition=passing, roleArn="arn:aws:iam::123456789012:role/unused")
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    return client


@pytest.fixture
def ops(described, machine, capsys):
    """Runs a command against the real services; gives its exit code, standard output and standard error."""

    def run(*arguments):
        code = main(["--stack", str(described), *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def store(resources):
    return RunStore(resources["DistrictsTable"], aws.dynamodb())


@pytest.fixture
def live(ops, resources):
    ops("register", "--district", A, "--name", "Grand Bend", "--time-zone", "UTC")
    key = {"pk": {"S": f"D#{A}"}, "sk": {"S": "DISTRICT"}}
    names = {"#state": "state"}
    boto3.client("dynamodb").update_item(
        TableName=resources["DistrictsTable"], Key=key, UpdateExpression="SET #state = :live",
        ExpressionAttributeNames=names, ExpressionAttributeValues={":live": {"S": "live"}},
    )  # fmt: skip


@pytest.fixture
def held(live, store):
    """A run that was applied, and one that is held."""
    one = Promoted(run=1, prefix=run_prefix(A, 1))
    ended(store, "succeeded", Promoted(), promoted=one)
    return ended(store, "held", one, waiting=Waiting(run=2))


def ended(store, state, before, **changes):
    begun = store.begin(A, execution="e", now=NOW, settings_version=1, trigger="night", actor="schedule")
    facts = {"state": state, "finished_at": NOW, "based_on": begun.run, "changes": {"person": {"remove": 20}}}
    run = begun.model_copy(update=facts | {"holds": (GUARD,), "reasons": (GUARD.reason,)})
    store.record(run, store.sync(A), holder=0, held_until=NEVER, execution="", **changes)
    report = layout.Report(promoted=Promoted(run=run.run), before=before)
    key = f"{run_prefix(A, run.run)}/{layout.REPORT}"
    boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=report.model_dump_json())
    return run


def started(machine):
    arn = "arn:aws:states:us-east-1:123456789012:stateMachine:sync"
    listed = machine.list_executions(stateMachineArn=arn)["executions"]
    told = [machine.describe_execution(executionArn=one["executionArn"])["input"] for one in listed]
    return [json.loads(text) for text in told]


def test_held_says_which_run_waits_and_why(ops, held):
    """S-08, S-09"""
    code, out, _ = ops("held", "--district", A)
    lines = out.splitlines()
    assert code == 0
    assert lines[1] == "2\t2026-09-01 00:00\tnight\tremovals:student"
    assert lines[3].startswith("removals\tstudent\ts1\t90\t70\t20\t0\t9\tStudents: 20 of 90")


def test_held_says_so_when_nothing_waits(ops, live):
    """S-08"""
    assert ops("held", "--district", A) == (0, "run\theld since\tby\tguards\n", "")


def test_approve_carries_the_plan_out(ops, held, store, machine):
    """S-10"""
    assert ops("approve", "--district", A, "--run", "2")[:2] == (0, "Run 2 is approved.\n")
    decision = store.get(A, 2).decision
    assert (decision.choice, decision.actor) == ("approve", "operator")
    assert started(machine) == [{"district": A, "run": "2", "trigger": "manual", "approved": True}]


def test_approve_can_be_of_additions_only_and_is_repeated_safely(ops, held, store, machine):
    """S-10, X-03"""
    for _ in range(2):
        code, out, _ = ops("approve", "--district", A, "--run", "2", "--additions")
        assert (code, out) == (0, "Run 2 is approved: additions only.\n")
    assert store.get(A, 2).decision.choice == "additions"
    assert len(started(machine)) == 1


def test_an_approved_run_can_be_followed(ops, held, store, monkeypatch):
    """S-10: exit 6 while it still goes on, its outcome's own when it has ended."""
    monkeypatch.setattr("ops.commands.runs.LOOK_EVERY_SECONDS", 0)
    wait = ("--wait", "--timeout", "0.01")
    assert ops("approve", "--district", A, "--run", "2", *wait)[0] == 6
    store.record(store.get(A, 2).model_copy(update={"state": "succeeded"}), store.sync(A), holder=0)
    assert ops("approve", "--district", A, "--run", "2", *wait)[0] == 0


def test_reject_keeps_the_reason(ops, held, store):
    """S-10"""
    assert ops("reject", "--district", A, "--run", "2", "--reason", "Sent again tonight")[:2] == (
        0,
        "Run 2 is rejected.\n",
    )
    assert store.get(A, 2).decision.why == "Sent again tonight"


@pytest.mark.parametrize("command", [["approve"], ["reject", "--reason", "No"]])
def test_a_decision_that_cannot_be_made_is_4(ops, held, store, command):
    """S-10: of a run that does not wait, and of a plan that is out of date."""
    assert ops(*command, "--district", A, "--run", "1")[0] == 4
    ended(store, "held", Promoted(run=1), waiting=Waiting(run=3))
    code, _, err = ops(*command, "--district", A, "--run", "2")
    assert (code, err) == (4, "The plan of run 2 is out of date; look at the latest run of the district.\n")


def test_undo_begins_a_run(ops, held, store, machine):
    """S-13"""
    assert ops("undo", "--district", A, "--run", "1")[:2] == (0, "Run 3 undoes run 1.\n")
    run: Run = store.get(A, 3)
    assert (run.trigger, run.undoes, run.actor) == ("undo", 1, "operator")
    assert started(machine) == [{"district": A, "run": "3", "trigger": "undo"}]
    assert ops("undo", "--district", A, "--run", "2")[0] == 4


@pytest.mark.parametrize("command", [["approve"], ["reject", "--reason", "No"], ["undo"]])
def test_no_such_run_is_3(ops, live, command):
    assert ops(*command, "--district", A, "--run", "9")[0] == 3
