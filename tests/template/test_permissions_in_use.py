"""Whether each function may do what its code does, and does what it may (X-06): the emulator enforces no IAM.

Some weeks of a small district are played on moto, then the scenes of accounts and classes (tests/template/scenes).
Every call to AWS is recorded under the function that made it, and the roles of the expanded template judge the calls.
"""

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import reduce
from importlib import import_module
from operator import getitem
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from functions.district_admin.routes import deps
from homeroom.roster import wiring
from homeroom.roster.clever import source as clever_source
from homeroom.roster.clever.tokens import TokenList
from homeroom.roster.model import StaffRole
from homeroom.roster.source import SourceEvent, SourceFault, SourceRefused
from homeroom.runtime import aws
from homeroom.runtime.errors import HomeroomError
from homeroom.runtime.settings import Settings
from sandbox.relay import notice, signed
from tests.support import gateway, rows
from tests.support.iam import Call, NotUnderstood, Stack, Statement, allowed, conditions, listed
from tests.support.machine import BUCKET, FakeSource, Killed, Stage, forget, staged
from tests.support.mails import PostOffice, teacher
from tests.support.recorder import Recorder
from tests.support.rows import DISTRICT
from tests.support.served import deployed_with, kept_environment, standing
from tests.support.surroundings import TABLES
from tests.support.tables import schema
from tests.support.template import state_machine
from tests.template import scenes

EVENTS = Path(__file__).parents[2] / "events"
CASES = [path.stem for name in ("district_admin", "clever_webhook") for path in sorted(EVENTS.glob(f"{name}__*.json"))]
ADMIN = "9d4c1f3e-6a0b-4c55-9c3a-0a7f5b6f2d11"
MACHINE, HOLD, API = "RosterStateMachine", "RosterHoldStateMachine", "DistrictAdminFunction"
DISPATCH, DISCOVER, CONTROL = "RosterDispatchFunction", "RosterDiscoverFunction", "RosterControlFunction"
MAILER, PERSON = "OutboxMailerFunction", "58da8a5bba83aa7e7f4b9f11"
WEBHOOK, NOTICE, QUEUE = "CleverWebhookFunction", "RosterNoticeFunction", "NoticesQueue"
SECRET = "whsec_" + "A" * 32
FETCH, PLAN, APPLY = "RosterFetchFunction", "RosterPlanFunction", "RosterApplyFunction"
# The state machines themselves: what plays them elsewhere asks nobody for anything.
MACHINES = wiring.machines
# What is granted and not asked for here, by statement or action, and who asks for it.
ASKED_BY_OTHERS = {
    "WriteLogs": "Lambda writes a function's output to its log group under the function's role.",
    "DeliverLogs": "Step Functions sets up the delivery of the machine's log under the machine's role.",
    "s3:AbortMultipartUpload": "boto3 takes back an upload of several parts when one fails; here a file is one part.",
}
# One edit of a statement each: a deployment in which something would be refused at night.
BROKEN = [
    ("RosterApplyRole", "ApplyToDistrictClasses", "dynamodb:PutItem", "dynamodb:Scan"),
    ("RosterApplyRole", "ApplyToDistrictClasses", "dynamodb:DeleteItem", "dynamodb:Scan"),
    ("RosterApplyRole", "ApplyToDistrictClasses", "dynamodb:BatchWriteItem", "dynamodb:Scan"),
    ("RosterApplyRole", "ApplyToDistrictClasses", "dynamodb:BatchGetItem", "dynamodb:Scan"),
    ("RosterApplyRole", "ApplyToDistrictClasses", "C#D#*", "C#U#*"),
    ("RosterApplyRole", "ApplyToDistricts", ', "E#*"', ""),
    ("RosterApplyRole", "ReadPlans", "/plan/*", "/plan/manifest.jsonl"),
    ("RosterPlanRole", "WritePlans", "/roster/*", "/rosters/*"),
    ("RosterPlanRole", "WritePlans", "/findings/*", "/plan/*"),
    ("RosterPlanRole", "WritePlans", "/report.json", "/report.jsonl"),
    ("RosterPlanRole", "WritePlans", "/plan/*", "/plans/*"),
    ("RosterPlanRole", "Decrypt", "kms:GenerateDataKey", "kms:Encrypt"),
    ("RosterFetchRole", "WriteSnapshots", "/snapshot/*", "/snapshots/*"),
    ("RosterFetchRole", "CleverCredentials", "CleverSecret", "DataKey"),
    ("RosterFetchRole", "Decrypt", "secretsmanager.", "sqs."),
    ("RosterDiscoverRole", "NoteUnknown", "UNKNOWN", "UNREGISTERED"),
    ("RosterDispatchRole", "ListDistricts", "/index/listing", ""),
    ("RosterDispatchRole", "NoteNights", "dynamodb:PutItem", "dynamodb:UpdateItem"),
    ("RosterControlRole", "ReadReports", "/runs/*", "/runs/*/plan/*"),
    ("RosterControlRole", "QueueMails", "M#*", "U#*"),
    ("RosterDiscoverRole", "QueueMails", "dynamodb:PutItem", "dynamodb:UpdateItem"),
    ("DistrictAdminRole", "QueueMails", "M#*", "D#*"),
    ("DistrictAdminRole", "FindWhoSharesAnAddress", "E#*", "D#*"),
    ("OutboxMailerRole", "FindWhoSharesAnAddress", "dynamodb:Query", "dynamodb:GetItem"),
    ("OutboxMailerRole", "SettleMessages", "dynamodb:UpdateItem", "dynamodb:DeleteItem"),
    ("OutboxMailerRole", "FollowTheStream", "StreamArn", "Arn"),
    ("OutboxMailerRole", "ReadReports", "report.json", "reports.json"),
    ("OutboxMailerRole", "ReadReports", "/plan/*", "/plans/*"),
    ("OutboxMailerRole", "SendMail", "MailFrom", "AlarmEmail"),
    ("OutboxMailerRole", "ReadAddresses", "UserPool", "UserPoolClient"),
    ("CleverWebhookRole", "SigningSecrets", "WebhookSecret", "CleverSecret"),
    ("CleverWebhookRole", "KnowNoticesAgain", "NOTICE#*", "NOTICES#*"),
    ("CleverWebhookRole", "KnowNoticesAgain", "dynamodb:PutItem", "dynamodb:UpdateItem"),
    ("CleverWebhookRole", "QueueNotices", "NoticesQueue", "NoticesDeadLetters"),
    ("RosterNoticeRole", "CountNotices", "dynamodb:UpdateItem", "dynamodb:PutItem"),
    ("RosterNoticeRole", "TakeNotices", "NoticesQueue", "NoticesDeadLetters"),
    ("RosterNoticeRole", "TakeNotices", "sqs:DeleteMessage", "sqs:PurgeQueue"),
    ("DistrictAdminRole", "ReadGrants", "UsersTable", "DistrictsTable"),
    ("RosterControlRole", "StartRunsAndHolds", "-roster-sync", "-roster-synch"),
    ("RosterControlRole", "StartRunsAndHolds", "-roster-hold", "-roster-held"),
    ("RosterControlRole", "AnswerHolds", "-roster-hold", "-roster-sync"),
    ("DistrictAdminRole", "StartRuns", "states:StartExecution", "states:StartSyncExecution"),
    ("DistrictAdminRole", "AnswerHolds", "states:SendTaskSuccess", "states:SendTaskFailure"),
    ("DistrictAdminRole", "AnswerHolds", "RosterHoldStateMachine", "RosterStateMachine"),
    ("DistrictAdminRole", "NameClasses", "C#D#*", "C#U#*"),
    ("DistrictAdminRole", "KeepDistricts", "dynamodb:DeleteItem", "dynamodb:UpdateItem"),
    ("DistrictAdminRole", "KeepDistricts", "E#*", "D#*"),
    ("DistrictAdminRole", "LookForWork", "C#D#*", "C#U#*"),
    ("AccountsRole", "ReadAccounts", '"ADDR#*"', '"ADR#*"'),
    ("AccountsRole", "KeepProofs", "V#*", "N#*"),
    ("AccountsRole", "FindPeople", "E#*", "D#*"),
    ("ClassesRole", "ListClasses", "/index/listing", ""),
    ("ClassesRole", "KeepCodes", "CODE#*", "CODES#*"),
    ("ClassesRole", "KeepClasses", "dynamodb:DeleteItem", "dynamodb:PutItem"),
    ("ClassCodeJoinRole", "ReadClasses", ', "CODE#*"', ""),
    ("ClassCodeJoinRole", "CountGuesses", "N#*", "V#*"),
    ("ClassCodeJoinRole", "CheckCodes", "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem"),
    ("EmailInviteAcceptRole", "ListInvitations", "E#*", "U#*"),
    ("EmailInviteAcceptRole", "KeepAddresses", '"U#*", ', ""),
    ("EmailInviteAcceptRole", "DropAddresses", "dynamodb:DeleteItem", "dynamodb:UpdateItem"),
    ("OutboxMailerRole", "MailInvitations", "dynamodb:UpdateItem", "dynamodb:PutItem"),
    ("OutboxMailerRole", "MailProofs", "V#*", "N#*"),
    ("OutboxMailerRole", "KnowAddresses", "ADDR#*", "U#*"),
    # As many functions as before.
    ("RosterStateMachineRole", "CallTheSteps", "RosterApplyFunction", "RosterPlanFunction"),
    ("RosterStateMachineRole", "ReadManifests", "manifest.jsonl", "manifest.json"),
    ("RosterHoldStateMachineRole", "Ask", "RosterControlFunction", "RosterFetchFunction"),
    ("ScheduleRole", "InvokeTheScheduled", "RosterDiscoverFunction", "RosterDispatchFunction"),
]


def event(name: str, **changes: Any) -> dict[str, Any]:
    return json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8")) | changes


class Cloud:
    """The functions, called as the template has them called: handler, environment, and under whose role."""

    def __init__(self, stage: Stage, stack: Stack, recorder: Recorder, patch: pytest.MonkeyPatch) -> None:
        self.stage, self._stack, self._recorder, self._patch = stage, stack, recorder, patch
        self._executions = itertools.count(1)

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """What the function answers. Raises what it raises."""
        found = self._stack.properties(function)
        module, _, name = found["Handler"].rpartition(".")
        package = found["Code"]["S3Key"].replace("/", ".")
        handler = getattr(import_module(f"{package}.{module}"), name)
        with pytest.MonkeyPatch.context() as patch:
            for variable, value in self._stack.value(found["Environment"]["Variables"]).items():
                patch.setenv(variable, str(value))
            forget()
            with self._recorder.acting(function):
                return json.loads(json.dumps(handler(event, None)))

    def clever_says(self, source: FakeSource) -> None:
        self._patch.setattr(clever_source, "CleverSource", lambda *_: source)

    def clever_lists(self, *districts: str) -> None:
        tokens = [SimpleNamespace(district=one) for one in districts]
        self._patch.setattr(TokenList, "all", lambda _: tokens)

    def run(self, found: rows.Rows, fault: Exception | None = None, dies_at: int = -1, **given: str) -> None:
        """One execution of the state machine."""
        self.follow(FakeSource(found, fault), dies_at, **given)

    def follow(self, source: FakeSource, dies_at: int = -1, **given: str) -> None:
        """The same, of a source with events."""
        self.clever_says(source)
        asked = {"district": DISTRICT, "trigger": "night", "execution": f"one-{next(self._executions)}", **given}
        state: dict[str, Any] = {}
        try:
            while not self._carried_out(asked, state, dies_at):
                state.clear()
        except (HomeroomError, Killed) as error:
            self.invoke(CONTROL, {**asked, **state, "step": "fail", "failure": {"Error": type(error).__name__}})

    def _carried_out(self, asked: dict[str, Any], state: dict[str, Any], dies_at: int) -> bool:
        state.update(self.invoke(CONTROL, {**asked, "step": "begin"}))
        if state["mode"] == "skip":
            return True
        if state["mode"] == "fetch":
            state.update(self.invoke(PLAN, self.invoke(FETCH, state)))
        if state["mode"] == "plan":
            state.update(self.invoke(PLAN, state["fetched"]["answer"]))
        if state["decision"] == "apply":
            state["applied"] = [self._apply(chunk, dies_at) for chunk in self._chunks(state["manifest"])]
        frame = {"step": "finish", "district": DISTRICT, "run": state["run"], "execution": asked["execution"]}
        return not self.invoke(CONTROL, {**frame, "state": state})["resumed"]

    def _chunks(self, manifest: dict[str, str]) -> list[dict[str, Any]]:
        with self._recorder.acting(MACHINE):
            body = aws.s3().get_object(Bucket=manifest["bucket"], Key=manifest["key"])["Body"].read()
        return [json.loads(line) for line in body.splitlines()]

    def _apply(self, chunk: dict[str, Any], dies_at: int) -> Any:
        if chunk["number"] == dies_at:
            raise Killed
        return self.invoke(APPLY, chunk)

    def waits(self, run: int) -> None:
        """The execution of a held run asks, with a token that names its machine."""
        token = self._stack.arn(HOLD)
        self.invoke(CONTROL, {"step": "ask", "district": DISTRICT, "run": str(run), "token": token})

    def notify(self, body: bytes, message: str) -> None:
        """A notice of that body, signed."""
        headers = signed(SECRET, body, message=message, moment=int(self.stage.now.timestamp()))
        sent = event("clever_webhook__notice", headers=headers, body=body.decode(), isBase64Encoded=False)
        assert self.invoke(WEBHOOK, sent)["statusCode"] == 202
        while messages := aws.sqs().receive_message(QueueUrl=self._stack.value({"Ref": QUEUE})).get("Messages"):
            records = [{"messageId": one["MessageId"], "body": one["Body"]} for one in messages]
            assert self.invoke(NOTICE, {"Records": records}) == {"batchItemFailures": []}

    def decide(self, case: str, run: int) -> None:
        """One request of the API about a run."""
        self.ask(case, path=f"/districts/{DISTRICT}/runs/{run}/{case.partition('_')[0]}")

    def ask(self, case: str, **changes: Any) -> None:
        """One request of the API."""
        answer = self.invoke(API, event(f"district_admin__{case}", **changes))
        assert answer["statusCode"] < 300, (case, answer["body"])


def changed(whole: rows.Rows, *, gone: str = "", **users: dict[str, Any]) -> rows.Rows:
    """The roster with one user gone and others changed."""
    kept = [row.model_copy(update=users.get(row.id, {})) for row in whole["users"] if row.id != gone]
    return {**whole, "users": kept}


def played(cloud: Cloud) -> None:
    """All that happens to a district, in an order in which it can."""
    stage, first = cloud.stage, rows.small(12, 4)
    discovered(cloud, first)
    cloud.ask("change_settings")
    cloud.ask("go_live")
    cloud.ask("go_live", body=None, isBase64Encoded=False)
    cloud.ask("start_run")
    cloud.run(first, run="2", trigger="manual")
    stage.wait(days=1)
    new = {"s002": {"email": "new@district.example"}, "s003": {"last": "Other"}, "t03": {"staff": StaffRole()}}
    changes = {"teacher": "t01", "name": "Reading", "students": first["sections"][0].students[:-1]}
    sections = [first["sections"][0].model_copy(update=changes), *first["sections"][1:]]
    second = {**changed(first, gone="s001", **new), "sections": sections}
    terms = [rows.term(name="The year"), rows.term("term-2")]
    schools = [rows.school(name="Renamed"), rows.school(rows.OTHER_SCHOOL)]
    second = {**second, "terms": terms, "schools": schools}
    for found in (second, first, {**first, "users": first["users"][:4]}, first):
        cloud.run(found)
        stage.wait(days=1)
    cloud.run(first, SourceRefused())
    # The district is disconnected (D-03), and let in again.
    cloud.invoke(DISCOVER, {})
    cloud.run(second, dies_at=1)
    stage.wait(minutes=10)
    cloud.run(second)
    stage.wait(days=1)
    interrupted(cloud)
    noticed(cloud, first)
    decided(cloud, first)
    mailed(cloud)
    for case in ("show", "runs", "run", "plan", "plan_csv", "findings", "findings_csv", "readiness", "summary"):
        cloud.ask(case)


def discovered(cloud: Cloud, first: rows.Rows) -> None:
    """Authorised, looked at, and planned by its first night."""
    stage = cloud.stage
    stage.register("invited")
    deps.accounts().grant_admin(ADMIN, DISTRICT, "operator", stage.now, "grant-1")
    for there in ([DISTRICT, "f" * 24], [DISTRICT]):
        cloud.clever_lists(*there)
        cloud.invoke(DISCOVER, {})
    assert cloud.invoke(DISPATCH, {}) == {"started": 1, "overdue": 0}
    cloud.run(first)


def interrupted(cloud: Cloud) -> None:
    """A paused night, and an execution that ends from outside."""
    today = cloud.stage.now.date().isoformat()
    cloud.stage.set(pause_windows=[{"from": today, "to": today}])
    cloud.run(rows.small(12, 4))
    cloud.stage.set(pause_windows=[])
    cloud.invoke(CONTROL, event("roster_sync__control__begin_night"))
    cloud.invoke(CONTROL, event("roster_sync__control__stopped"))


def decided(cloud: Cloud, first: rows.Rows) -> None:
    """Plans that wait: replaced by a later one, approved, undone, approved in part, rejected."""
    few, fewer = ({**first, "users": first["users"][:left]} for left in (4, 3))
    # A class that nobody uses, and that goes with a plan that is approved: it is looked at again (S-15).
    idle = rows.section("x00", students=("s000",), teacher="", teachers=())
    cloud.stage.wait(days=1)
    cloud.run({**first, "sections": [*first["sections"], idle]})
    waiting = held(cloud, few)
    cloud.waits(waiting)
    waiting = held(cloud, fewer)
    cloud.waits(waiting)
    cloud.decide("approve", waiting)
    cloud.invoke(CONTROL, {"step": "approved", "district": DISTRICT, "run": str(waiting)})
    cloud.run(fewer, run=str(waiting), trigger="manual")
    cloud.decide("undo", waiting)
    cloud.run(first, run=str(waiting + 1), trigger="undo")
    waiting = held(cloud, {**few, "users": [*few["users"], rows.student("s900")]})
    cloud.decide("approve_additions", waiting)
    cloud.run(few, run=str(waiting), trigger="manual")
    cloud.decide("reject", held(cloud, fewer))


def noticed(cloud: Cloud, first: rows.Rows) -> None:
    """News that a run takes in, at the second try; and news that nobody sees to but the dispatcher."""
    cloud.stage.wait(days=1)
    cloud.notify(notice(DISTRICT), "msg_1")
    cloud.run(first, SourceFault(), trigger="notice")
    cloud.stage.wait(hours=1)
    cloud.follow(FakeSource(first, newest=moment(cloud.stage, 0)), trigger="notice")
    cloud.notify(notice(DISTRICT), "msg_3")
    cloud.follow(class_gone(cloud.stage, first), trigger="notice")
    cloud.notify(notice(DISTRICT), "msg_2")
    for _ in range(2):
        cloud.stage.wait(minutes=15)
        cloud.invoke(DISPATCH, {})


def moment(stage: Stage, number: int) -> str:
    """An event's id of this moment."""
    return f"{int(stage.now.timestamp()):08x}{number:016x}"


def class_gone(stage: Stage, first: rows.Rows) -> FakeSource:
    """A source whose event tells that a section is no more."""
    gone, *left = first["sections"]
    told = SourceEvent(moment(stage, 1), "sections.deleted", "sections", gone.id, DISTRICT)
    return FakeSource({**first, "sections": left}, newest=moment(stage, 0), happened=[told])


def held(cloud: Cloud, found: rows.Rows) -> int:
    """A night whose plan is held: its run."""
    cloud.stage.wait(days=1)
    cloud.run(found)
    return wiring.run_store().sync(DISTRICT).counter


def mailed(cloud: Cloud) -> None:
    """Mail to whoever joined, to somebody once more, and to the administrators of a district whose token vanishes."""
    office = PostOffice(cloud.stage, "unused")
    office.people(teacher(PERSON))
    cloud.ask("activation_mail")
    cloud.clever_lists("f" * 24)
    cloud.invoke(DISCOVER, {})
    for _ in range(2):
        assert cloud.invoke(MAILER, office.stream()) == {"batchItemFailures": []}


ENDS = [
    "planned", "succeeded", "succeeded", "succeeded", "superseded", "succeeded", "failed", "succeeded", "succeeded",
    "skipped", "failed", "failed", "succeeded", "superseded",
    "succeeded", "superseded", "succeeded", "succeeded", "succeeded", "rejected",
]  # fmt: skip


@pytest.fixture(scope="module")
def template(source: dict[str, Any], expanded: dict[str, Any]) -> dict[str, Any]:
    """The expanded template, as far as a Stack reads it."""
    return {"Parameters": source["Parameters"], "Resources": expanded}


@contextmanager
def deployed(template: dict[str, Any]) -> Iterator[tuple[Stage, Stack]]:
    """The template's resources on moto, as far as the functions call them."""
    with staged() as stage:
        secret = boto3.client("secretsmanager").create_secret(
            Name="clever", SecretString=json.dumps({"client_id": "id", "client_secret": "secret"})
        )["ARN"]
        names = {**TABLES, "RosterBucket": BUCKET, "CleverSecret": secret.partition(":secret:")[2]}
        names["UserPool"] = PostOffice(stage).pool
        kept = json.dumps({"secrets": [SECRET]})
        webhook = boto3.client("secretsmanager").create_secret(Name="webhook", SecretString=kept)["ARN"]
        names["WebhookSecret"] = webhook.partition(":secret:")[2]
        names["UserPoolClient"] = event("district_admin__show")["requestContext"]["authorizer"]["claims"]["aud"]
        stack = Stack(template, names)
        boto3.client("sqs").create_queue(QueueName=stack.name(QUEUE))
        boto3.client("dynamodb").create_table(**schema("TransientTable", stack.name("TransientTable")))
        for machine in (MACHINE, HOLD):
            boto3.client("stepfunctions").create_state_machine(
                name=stack.name(machine),
                definition=json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}),
                roleArn="arn:aws:iam::123456789012:role/unused",
            )
        yield stage, stack


@pytest.fixture(scope="module")
def answered() -> dict[tuple[str, str], set[int]]:
    """How the routes answered in the scenes."""
    return {}


@pytest.fixture(scope="module")
def recorded(template: dict[str, Any], source: dict[str, Any], answered: dict[Any, Any]) -> tuple[Stack, set[Call]]:
    """What was asked for while all of it was played, and what AWS itself asks for under the roles of ours."""
    deps_forget()
    with deployed(template) as (stage, stack), pytest.MonkeyPatch.context() as patch:
        recorder = Recorder(stack.arn("DataKey"))
        patch.setattr(wiring, "machines", MACHINES)
        patch.setattr(Settings, "clock", lambda _: SimpleNamespace(now=lambda: stage.now))
        patch.setattr(TokenList, "for_district", lambda *_: None)
        with recorder.installed():
            played(Cloud(stage, stack, recorder, patch))
        assert [run.state for run in wiring.run_store().newest_first(DISTRICT)][::-1] == ENDS
        with kept_environment(), recorder.installed():
            whole = deployed_with(source, ClassTransfer="on", IndependentCoTeaching="on")
            api = standing(whole, stack.names, acting=recorder.acting)
            patch.setattr(Settings, "clock", lambda _: SimpleNamespace(now=lambda: api.now))
            for scene in scenes.all_of_them():
                api.wipe()
                scene(api)
            answered |= api.gateway.answered
    deps_forget()
    return stack, recorder.calls | set(by_services(stack)) | set(by_streams(stack)) | set(by_queues(stack))


def deps_forget() -> None:
    kept = (deps.accounts, deps.districts, deps.runs, deps.records, deps.decisions, deps.activation_mails)
    for cached in kept:
        cached.cache_clear()


def by_services(stack: Stack) -> Iterator[Call]:
    """What Step Functions, Scheduler and Lambda do under our roles, as the template tells them to."""
    (asked,) = stack.value(stack.properties(HOLD)["DefinitionSubstitutions"]).values()
    yield Call(HOLD, "lambda:InvokeFunction", asked)
    machine = stack.value(stack.properties(MACHINE)["DefinitionSubstitutions"])
    for state in states(state_machine(**{name: str(value) for name, value in machine.items()})):
        if state["Type"] == "Task":
            yield Call(MACHINE, "lambda:InvokeFunction", state["Parameters"]["FunctionName"])
        elif state.get("ItemProcessor", {}).get("ProcessorConfig", {}).get("Mode") == "DISTRIBUTED":
            yield Call(MACHINE, "states:StartExecution", stack.arn(MACHINE))
            children = stack.arn(MACHINE).replace(":stateMachine:", ":execution:") + "/Chunks:1"
            yield from (Call(MACHINE, f"states:{verb}Execution", children) for verb in ("Describe", "Stop"))
    for name, schedule in stack.of_type("AWS::Scheduler::Schedule").items():
        target = stack.value(schedule["Target"])
        yield Call(name, "lambda:InvokeFunction", target["Arn"])
        yield Call(name, "sqs:SendMessage", target["DeadLetterConfig"]["Arn"])
    for config in stack.of_type("AWS::Lambda::EventInvokeConfig").values():
        queue = stack.value(config["DestinationConfig"]["OnFailure"]["Destination"])
        yield Call(config["FunctionName"]["Ref"], "sqs:SendMessage", queue)


def by_queues(stack: Stack) -> Iterator[Call]:
    """What Lambda does under a function's role to bring it a queue's messages."""
    for source in stack.of_type("AWS::Lambda::EventSourceMapping").values():
        queue, function = stack.value(source["EventSourceArn"]), source["FunctionName"]["Ref"]
        if ":sqs:" in queue:
            for verb in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"):
                yield Call(function, f"sqs:{verb}", queue)


def by_streams(stack: Stack) -> Iterator[Call]:
    """What Lambda does under a function's role to follow a table's stream for it."""
    for source in stack.of_type("AWS::Lambda::EventSourceMapping").values():
        stream, function = stack.value(source["EventSourceArn"]), source["FunctionName"]["Ref"]
        if ":dynamodb:" in stream:
            for verb in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"):
                yield Call(function, f"dynamodb:{verb}", stream)
            queue = stack.value(source["DestinationConfig"]["OnFailure"]["Destination"])
            yield Call(function, "sqs:SendMessage", queue)


def states(machine: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every state, those inside a map as well."""
    for state in machine["States"].values():
        yield state
        yield from states(state.get("ItemProcessor", {"States": {}}))


def test_whatever_is_called_may_be_called(recorded):
    """X-06, with an allow-list of nothing."""
    stack, calls = recorded
    assert "\n".join(sorted(map(str, stack.refused(calls)))) == ""


def test_each_function_was_at_work(recorded):
    """Else nothing would speak for its role."""
    stack, calls = recorded
    functions = set(stack.of_type("AWS::Lambda::Function"))
    assert functions | {MACHINE, HOLD} | set(stack.of_type("AWS::Scheduler::Schedule")) == {
        call.actor for call in calls
    }


def test_each_event_of_the_api_was_sent(recorded, answered):
    """By name, or as a request of a scene."""
    text = Path(__file__).read_text(encoding="utf-8")
    cases = {case: event(case) for case in CASES}
    unnamed = {
        case: one
        for case, one in cases.items()
        if f'"{case.partition("__")[2]}"' not in text and f'"{case}"' not in text
    }
    assert {case for case, one in unnamed.items() if (one["httpMethod"], one["resource"]) not in answered} == set()


def test_each_route_succeeds_in_a_scene(recorded, answered, source):
    """A role is not spoken for by routes that only refuse."""
    asked = {(route.method, route.path) for route in gateway.routes(source) if route.method != "OPTIONS"}
    events = {(one["httpMethod"], one["resource"]) for one in map(event, CASES)}
    succeeded = {route for route, statuses in answered.items() if min(statuses) < 300}
    assert asked - events - succeeded == set()


def test_whatever_may_be_called_is_called(recorded):
    """X-06: without any one action, resource or condition value of any statement, some call would be refused."""
    stack, calls = recorded
    idle = {found for role in {stack.role(call.actor) for call in calls} for found in idle_in(role, stack, calls)}
    asked_by_others = {name for _, *names in idle for name in names if name in ASKED_BY_OTHERS}
    assert asked_by_others == set(ASKED_BY_OTHERS)
    assert {found for found in idle if not asked_by_others & set(found)} == set()


def idle_in(role: str, stack: Stack, calls: set[Call]) -> Iterator[tuple[str, str, str]]:
    """The parts of a role's statements that it could lose unnoticed."""
    statements = stack.statements(role)
    ours = [call for call in calls if stack.role(call.actor) == role and allowed(statements, call)]
    for at, statement in enumerate(statements):
        for part, less in lessened(statement):
            without = [*statements[:at], less, *statements[at + 1 :]]
            if all(allowed(without, call) for call in ours):
                yield role, statement["Sid"], part


def lessened(statement: Statement) -> Iterator[tuple[str, Statement]]:
    """Each action, resource and condition value that a statement grants, and the statement without it."""
    for *way, last in [("Action",), ("Resource",), *(("Condition", *where) for *where, _ in conditions(statement))]:
        for part in listed(reduce(getitem, [*way, last], statement)):
            less = deepcopy(statement)
            holder = reduce(getitem, way, less)
            holder[last] = [other for other in listed(holder[last]) if other != part]
            yield part, less


@pytest.mark.parametrize(("role", "sid", "old", "new"), BROKEN)
def test_a_broken_deployment_is_found(recorded, template, role, sid, old, new):
    """Were the template edited so, the calls of those who work under that role would be refused, and no others."""
    stack, calls = recorded
    broken = deepcopy(template)
    (policy,) = broken["Resources"][role]["Properties"]["Policies"]
    text = {one.get("Sid"): json.dumps(one) for one in policy["PolicyDocument"]["Statement"]}
    assert old in text[sid]
    text[sid] = text[sid].replace(old, new)
    policy["PolicyDocument"]["Statement"] = [json.loads(one) for one in text.values()]
    refused = Stack(broken, stack.names).refused(calls)
    assert {stack.role(call.actor) for call in refused} == {role}


def test_what_is_not_understood_is_no_grant(recorded, template):
    stack, calls = recorded
    for change in ({"Effect": "Deny"}, {"NotAction": "s3:*"}, {"Condition": {"StringNotLike": {"aws:x": "y"}}}):
        strange = deepcopy(template)
        strange["Resources"]["RosterApplyRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"][0] |= change
        with pytest.raises(NotUnderstood):
            Stack(strange, stack.names).refused(calls)
