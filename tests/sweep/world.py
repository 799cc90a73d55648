"""The district of a sweep: its functions, its state machines, the clock, and what AWS does by itself in between."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self
from unittest import mock

from functions.clever_webhook import app as clever_webhook
from functions.outbox_mailer import app as outbox_mailer
from functions.roster_sync import app
from homeroom.roster import wiring
from homeroom.roster.runs import RunInProgress
from homeroom.roster.store import spool, writer
from homeroom.roster.webhook import rules as webhook
from homeroom.runtime import aws, outbox
from homeroom.runtime.errors import HomeroomError
from homeroom.runtime.settings import Settings
from tests.support import quicker
from tests.support.machine import ENVIRONMENT as ENVIRONMENT_OF_STAGE
from tests.support.machine import FakeSource, Stage, staged
from tests.support.rows import DISTRICT
from tests.support.tables import schema
from tests.sweep import memory
from tests.sweep.faults import Death, Faults
from tests.sweep.states import Failed, Player, Waits, definition

ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:"
MACHINES = {"RosterSync": "roster_sync", "RosterHold": "roster_hold"}
ENVIRONMENT = {
    "ROSTER_STATE_MACHINE_ARN": f"{ARN}RosterSync",
    "HOLD_STATE_MACHINE_ARN": f"{ARN}RosterHold",
    "TRANSIENT_TABLE": "transient",
    "WEBHOOK_SECRET_ARN": "webhook",
    "NOTICES_QUEUE_URL": "https://queue.invalid/notices",
    "MAIL_FROM": "homeroom@homeroom.example",
    "FRONT_END_URL": "https://app.homeroom.example",
    "USER_POOL_ID": "us-east-1_people",
}
KEY = b"a key of the sweep, 24 bytes and more"
FUNCTIONS: dict[str, Callable[[Any, object], Any]] = {
    "ControlFunctionArn": app.control,
    "FetchFunctionArn": app.fetch,
    "PlanFunctionArn": app.plan,
    "ApplyFunctionArn": app.apply,
    "Dispatch": app.dispatch,
    "Notice": app.notice,
    "Mailer": outbox_mailer.handler,
}
# Small, so that a district of some dozens has several chunks, and a chunk several requests.
CHUNK, BATCH, TRANSACTION = 40, 20, 25
NOTICE_TRIES = 10
RECEIVES = 5
DELIVERIES = 20
# Whoever was not answered asks again: at once, and when every lease that could be in the way is over.
PATIENCE = (1, 15, 15)
MACHINES_OF_OURS = wiring.machines
NIGHTS = re.escape(DISTRICT) + r"-\d{4}-\d\d-\d\d"

Json = dict[str, Any]


class Refusal(Exception):
    """AWS refuses; the text is the error's code."""


class Gone(BaseException):
    """The execution ends here, in the middle of a step."""


@dataclass
class Execution:
    """One execution of a state machine; `stopped` is the text of its end as EventBridge tells it."""

    arn: str
    machine: str
    given: str
    player: Player | None = None
    status: str = "RUNNING"
    replies: list[Any] = field(default_factory=list)

    def notice(self) -> Json:
        """EventBridge's notice of its end."""
        detail = {"executionArn": self.arn, "stateMachineArn": ARN + self.machine, "status": self.status}
        return {"source": "aws.states", "detail": {**detail, "input": self.given}}


class World:
    """A district on a stage. What starts an execution, or answers one that waits, has it played by `carry_on`.

    `before_call` is told of each call of a function before it begins.
    """

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.faults = Faults({
            "stepfunctions": self._states, "sqs": self._sqs, "secretsmanager": self._secrets, "sesv2": self._ses,
            "cognito-idp": self._cognito,
        })  # fmt: skip
        self.source: Any = FakeSource({})
        self.executions: dict[str, Execution] = {}
        self._notices: list[Json] = []
        self.mails: list[str] = []
        self._brought: set[str] = set()
        self._queue: list[Json] = []
        self._doomed: list[str] = []
        self._again = 0
        self.before_call: Callable[[], None] = lambda: None

    @property
    def nights(self) -> list[str]:
        """The nights of which the dispatcher started an execution, in their order."""
        names = (arn.rpartition(":")[2] for arn in self.executions)
        return sorted(name.removeprefix(f"{DISTRICT}-") for name in names if re.fullmatch(NIGHTS, name))

    # --- What happens in it ---

    def tick(self) -> None:
        """The dispatcher's hour has come: it starts the night if one is due, which is carried out."""
        self._quietly(lambda: self.invoke("Dispatch", {}))
        self.carry_on()

    def night(self) -> None:
        """One more execution of tonight, as an operator would start it, carried out."""
        self._again += 1
        given = {"district": DISTRICT, "trigger": "night"}
        self.start({"stateMachineArn": f"{ARN}RosterSync", "name": f"again-{self._again}", "input": json.dumps(given)})
        self.carry_on()

    def ask(self, place: str, asked: Callable[[], Any]) -> None:
        """Somebody's request over the API, again until it is answered, be it with a refusal; and what comes of it."""
        for minutes in PATIENCE:
            answered = self._request(place, asked)
            self.carry_on()
            if answered:
                return
            self.stage.wait(minutes=minutes)

    def _request(self, place: str, asked: Callable[[], Any]) -> bool:
        self.before_call()
        self.faults.process(place)
        try:
            asked()
        except RunInProgress:
            return False
        except HomeroomError as error:
            return error.status < 500
        except (Exception, Death):  # noqa: BLE001  the caller sees a 5xx or nothing
            return False
        return True

    def webhook(self, name: str) -> None:
        """A notice that the district has news, signed, again until it is taken; and what comes of it."""
        body = json.dumps({"type": "roster.changed", "district": DISTRICT}).encode()

        def sent() -> None:
            at = f"{self.stage.now.timestamp():.0f}"
            signature = webhook.signature(KEY, name, at, body)
            clever_webhook.service().take(webhook.Delivery(name, at, signature, body), self.stage.now)

        self.ask("Webhook", sent)

    def post(self) -> None:
        """The outbox's stream brings the mailer what is new, and again from the first that it did not take."""
        table = ENVIRONMENT_OF_STAGE["OUTBOX_TABLE"]
        new = [key[1] for key, item in memory.items().items() if key[0] == table and item["state"]["S"] == "new"]
        fresh = [{"pk": {"S": pk}} for pk in sorted(set(new) - self._brought)]
        self._brought.update(new)
        left = [{"dynamodb": {"SequenceNumber": str(n), "Keys": keys}} for n, keys in enumerate(fresh, start=1)]
        for _ in range(DELIVERIES):
            kept: Json = {}
            if left and self._quietly(lambda: kept.update(self.invoke("Mailer", {"Records": left}))):  # noqa: B023
                failed = [int(one["itemIdentifier"]) for one in kept["batchItemFailures"]]
                left = [one for one in left if failed and int(one["dynamodb"]["SequenceNumber"]) >= min(failed)]
            if left:
                self.stage.wait(minutes=1)
        if fresh:
            # A message to all has become one to each.
            self.post()

    def carry_on(self) -> None:
        """Play what was started and answered until nothing more happens, and deliver the notices of what ended."""
        while found := next((one for one in self.executions.values() if self._has_work(one)), None):
            self._play(found)
        while self._queue:
            self._deliver(self._queue.pop(0))
            self.carry_on()
        while self._notices:
            notice = self._notices.pop(0)
            # EventBridge tries again when the function fails, and gives up after a while.
            for _ in range(NOTICE_TRIES):
                if self._quietly(lambda: self.invoke("ControlFunctionArn", notice)):  # noqa: B023
                    break
            self.carry_on()

    def doom(self, function: str, times: int) -> None:
        """The execution that calls the function for that time is gone, and nobody tells of it."""
        self._doomed = [function] * times

    def _deliver(self, message: Json) -> None:
        """SQS brings a message until the worker takes it, and gives it up after the fifth time."""
        for _ in range(RECEIVES):
            kept: Json = {}
            taken = self._quietly(lambda: kept.update(self.invoke("Notice", {"Records": [message]})))  # noqa: B023  at once
            if taken and not kept["batchItemFailures"]:
                return
            self.stage.wait(minutes=1)

    def _quietly(self, call: Callable[[], Any]) -> bool:
        try:
            call()
        except (Failed, Gone):
            return False
        return True

    # --- Functions and executions ---

    def invoke(self, name: str, given: Any) -> Any:
        """Call a function as Lambda does: by JSON, in a process of its own. Raises Failed with its error's name."""
        if name in self._doomed:
            self._doomed.remove(name)
            if name not in self._doomed:
                raise Gone
        step = given.get("step") or given.get("detail", {}).get("status", "") if isinstance(given, dict) else ""
        self.before_call()
        self.faults.process(f"{name.removesuffix('FunctionArn')} {step}".strip())
        try:
            return json.loads(json.dumps(FUNCTIONS[name](json.loads(json.dumps(given)), None)))
        except Death:
            if self.faults.way in {"aborted", "vanished"}:
                raise Gone from None
            raise Failed("Runtime.ExitError") from None
        except Exception as error:  # noqa: BLE001  Lambda hands on whatever it is
            raise Failed(type(error).__name__) from None

    def start(self, asked: Json) -> Json:
        """StartExecution: the same name and input again is the same execution while that runs."""
        name, machine = asked["name"], asked["stateMachineArn"].removeprefix(ARN)
        arn = f"{ARN.replace('stateMachine', 'execution')}{machine}:{name}"
        known = self.executions.get(arn)
        if known and (known.status != "RUNNING" or known.given != asked["input"]):
            raise Refusal("ExecutionAlreadyExists")
        if not known:
            self.executions[arn] = Execution(arn, machine, asked["input"])
        return {"executionArn": arn, "startDate": self.stage.now}

    def reply(self, asked: Json) -> Json:
        """SendTaskSuccess: the execution that waits with the token goes on."""
        for one in self.executions.values():
            if one.player and one.player.token == asked["taskToken"] and not one.replies:
                one.replies.append(json.loads(asked["output"]))
                return {}
        raise Refusal("TaskTimedOut")

    def _states(self, operation: str, body: bytes) -> tuple[int, Json]:
        """What Step Functions answers."""
        known = {"StartExecution": self.start, "SendTaskSuccess": self.reply}
        try:
            return 200, known[operation](json.loads(body))
        except Refusal as refused:
            return 400, {"Error": {"Code": str(refused), "Message": ""}}

    def _sqs(self, operation: str, body: bytes) -> tuple[int, Json]:
        """What SQS answers."""
        if operation != "SendMessage":
            raise NotImplementedError(operation)
        number = str(len(self.faults.calls))
        self._queue.append({"messageId": number, "body": json.loads(body)["MessageBody"]})
        return 200, {"MessageId": number}

    @staticmethod
    def _secrets(operation: str, _body: bytes) -> tuple[int, Json]:
        """What Secrets Manager answers."""
        if operation != "GetSecretValue":
            raise NotImplementedError(operation)
        key = webhook.PREFIX + base64.b64encode(KEY).decode()
        return 200, {"SecretString": json.dumps({"secrets": [key]})}

    def _ses(self, operation: str, body: bytes) -> tuple[int, Json]:
        """What SES answers; the mail is on its way."""
        if operation != "SendEmail":
            raise NotImplementedError(operation)
        mail = json.loads(body)
        self.mails.append(f"{mail['Destination']['ToAddresses'][0]}: {mail['Content']['Simple']['Subject']['Data']}")
        return 200, {"MessageId": str(len(self.mails))}

    @staticmethod
    def _cognito(operation: str, _body: bytes) -> tuple[int, Json]:
        """What Cognito answers: one login, of an address that was verified."""
        if operation != "ListUsers":
            raise NotImplementedError(operation)
        found = {"email": "operator@district.example", "email_verified": "true"}
        attributes = [{"Name": name, "Value": value} for name, value in found.items()]
        return 200, {"Users": [{"Username": "operator", "Enabled": True, "Attributes": attributes}]}

    def _has_work(self, one: Execution) -> bool:
        return one.status == "RUNNING" and (one.player is None or bool(one.replies))

    def _play(self, one: Execution) -> None:
        try:
            if one.player is None:
                one.player = self._player(one)
                one.player.play(json.loads(one.given))
            else:
                one.player.answer(one.replies.pop(0))
            one.status = "SUCCEEDED"
        except Waits:
            return
        except Failed:
            one.status = "FAILED"
        except Gone:
            one.status = "ABORTED"
        if one.status == "FAILED" or (one.status == "ABORTED" and self.faults.way == "aborted"):
            self._notices.append(one.notice())

    def _player(self, one: Execution) -> Player:
        return Player(
            definition(MACHINES[one.machine]),
            {"Execution": {"Id": one.arn, "Input": json.loads(one.given)}},
            invoke=self.invoke,
            lines=self._lines,
            wait=lambda seconds: self.stage.wait(seconds=seconds),
        )

    def _lines(self, bucket: str, key: str) -> list[Any]:
        with self.unseen():
            body = aws.s3().get_object(Bucket=bucket, Key=key)["Body"].read()
        return [json.loads(line) for line in body.splitlines()]

    @contextmanager
    def unseen(self) -> Iterator[None]:
        """Calls that are not the product's: neither counted nor failed."""
        with mock.patch.object(self.faults, "counting", False), mock.patch.object(self.faults, "dead", False):
            yield


class Clock:
    """The stage's clock."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def now(self) -> datetime:
        """The stage's moment."""
        return self._stage.now


@contextmanager
def world() -> Iterator[World]:
    """A live district that was never synced. Nothing sleeps, and calls come one after another, in one order."""
    quicker.moto()
    with ExitStack() as around:
        around.enter_context(mock.patch("time.sleep", lambda _seconds: None))  # noqa: PT008  nobody asks how often
        stage = around.enter_context(staged(**ENVIRONMENT))
        made = World(stage)
        around.enter_context(made.faults.patched())
        for patch in (
            mock.patch.multiple(writer, BATCH=BATCH, TRANSACTION=TRANSACTION),
            mock.patch.object(spool, "CHUNK", CHUNK),
            mock.patch.object(wiring, "writer", _writer),
            mock.patch.object(wiring, "machines", MACHINES_OF_OURS),
            mock.patch.object(outbox, "ThreadPoolExecutor", _InLine),
            mock.patch.object(writer, "ThreadPoolExecutor", _InLine),
            mock.patch.object(wiring, "source", lambda _district: made.source),  # noqa: PT008  as above
            mock.patch.object(Settings, "clock", lambda _self: Clock(stage)),  # noqa: PT008  as above
        ):
            around.enter_context(patch)
        clever_webhook.service.cache_clear()
        aws.dynamodb().create_table(**schema("TransientTable", ENVIRONMENT["TRANSIENT_TABLE"]))
        # Guards that fire at more than half alone: in so small a district anything else is much.
        stage.register(mails=False, guards={"removal_percent": 50, "removal_floor": 20})
        yield made


class _InLine:
    """A pool of threads in which everything happens in order."""

    def __init__(self, _threads: int) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    map = staticmethod(map)


def _writer() -> writer.Writer:
    return writer.Writer(aws.dynamodb(), threads=1, sleep=lambda _seconds: None)
