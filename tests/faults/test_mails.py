"""Mail when SES, DynamoDB or the mailer itself fails: nothing twice, and nothing lost without saying so (I-06)."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any, ClassVar

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)
from pynamodb.exceptions import QueryError, VerboseClientError

from homeroom.mail.model import DEAD_AFTER, Letter, Spread, Unsure
from homeroom.mail.sender import Sender
from homeroom.mail.service import LONGEST_SECONDS, Mailer, deliver_all
from homeroom.roster import mailing, wiring
from homeroom.runtime import aws, telemetry
from homeroom.runtime.messages import Message
from tests.support.machine import Stage, staged
from tests.support.mails import Scripted

NEW = ("m1", "m2", "m3")


def answer(code: str, status: int = 400) -> ClientError:
    said = {"Error": {"Code": code, "Message": "no to zoe@d.example"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(said, "SendEmail")  # type: ignore[arg-type]


URL = {"endpoint_url": "https://email"}
PASSING = [
    answer("TooManyRequestsException", 429), answer("ThrottlingException"), answer("LimitExceededException"),
    answer("SendingPausedException"), EndpointConnectionError(**URL), NoCredentialsError(),
]  # fmt: skip
FINAL = [
    answer("MessageRejected"), answer("BadRequestException"), answer("MailFromDomainNotVerifiedException"),
    answer("AccountSuspendedException"), answer("AccessDeniedException", 403),
]  # fmt: skip
SILENT = [
    ReadTimeoutError(**URL), ConnectionClosedError(**URL), answer("InternalFailure", 500),
    answer("ServiceUnavailable", 503),
]  # fmt: skip


def named(error: Exception) -> str:
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__


@pytest.fixture
def stage() -> Iterator[Stage]:
    with staged() as made:
        for message in NEW:
            wiring.outbox().enqueue(Message(id=message, kind="test", district="d1", created=made.now))
        yield made


def write(message: Message) -> Letter:
    return Letter(f"{message.id}@d.example", "A subject", "A text\n", "<p>A text</p>")


def mailer(ses: Scripted, writer: Callable[[Message], Any] = write) -> Mailer:
    return Mailer(mailing.post(), wiring.outbox(), {"test": writer}, ses.sender())


def state(message: str = "m1") -> tuple[str, str]:
    posted = mailing.post().need(message)
    return posted.state, posted.reason


@pytest.mark.parametrize("error", PASSING, ids=named)
def test_what_ses_turns_down_for_now_comes_again_and_goes_out_once(stage: Stage, error: Exception) -> None:
    ses = Scripted(error, error, None)
    told = [mailer(ses).deliver("m1", stage.now) for _ in range(5)]
    assert told == ["later", "later", "sent", "settled", "settled"]
    assert ses.taken == ["m1@d.example"]
    assert mailing.post().need("m1").attempts == 3


@pytest.mark.parametrize("error", PASSING[:1])
def test_until_it_comes_again_it_says_why(stage: Stage, error: Exception) -> None:
    mailer(Scripted(error)).deliver("m1", stage.now)
    assert state() == ("refused", "TooManyRequestsException")


@pytest.mark.parametrize("error", FINAL, ids=named)
def test_what_ses_turns_down_for_good_fails_at_once_and_says_why(stage: Stage, error: Exception) -> None:
    ses = Scripted(error)
    assert [mailer(ses).deliver("m1", stage.now) for _ in range(2)] == ["failed", "settled"]
    assert state() == ("failed", named(error))
    assert ses.taken == []


@pytest.mark.parametrize("error", SILENT, ids=named)
def test_a_lost_answer_is_never_asked_for_again(stage: Stage, error: Exception) -> None:
    """The mail may have gone out."""
    ses = Scripted(error)
    assert [mailer(ses).deliver("m1", stage.now) for _ in range(2)] == ["unsure", "settled"]
    assert state() == ("unsure", "no_answer")
    assert ses.taken == []


class Death(BaseException):
    """The process ends here."""


def test_a_mailer_that_died_between_taking_and_sending_leaves_it_unsure(stage: Stage) -> None:
    """Nobody can tell whether it died before SES took the mail, or after."""
    with pytest.raises(Death):
        mailer(Scripted(Death())).deliver("m1", stage.now)  # type: ignore[arg-type]
    alive = Scripted()
    stage.now += DEAD_AFTER
    assert mailer(alive).deliver("m1", stage.now) == "later"
    stage.wait(seconds=1)
    assert mailer(alive).deliver("m1", stage.now) == "unsure"
    assert (state(), alive.taken) == (("unsure", "interrupted"), [])


def test_a_mailer_that_could_not_write_down_that_it_sent_does_not_send_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ses, post = Scripted(), mailing.post()

    def broken(*_: Any) -> bool:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(type(post), "settle", broken)
        assert deliver_all(mailer(ses), [("1", "m1")], Standing(stage), lambda: 60.0) == ["1"]
    assert deliver_all(mailer(ses), [("1", "m1")], Standing(stage), lambda: 60.0) == ["1"]
    stage.wait(minutes=5)
    assert deliver_all(mailer(ses), [("1", "m1")], Standing(stage), lambda: 60.0) == []
    assert (ses.taken, state()) == (["m1@d.example"], ("unsure", "interrupted"))


def test_two_deliveries_at_once_send_one_mail(stage: Stage) -> None:
    """Both have read the message before either takes it."""
    ses, other = Scripted(), Scripted()

    def while_composing(message: Message) -> Letter:
        assert mailer(other).deliver("m1", stage.now) == "sent"
        return write(message)

    assert mailer(ses, while_composing).deliver("m1", stage.now) == "later"
    assert (ses.taken, other.taken) == ([], ["m1@d.example"])
    assert mailer(ses).deliver("m1", stage.now) == "settled"


class Standing:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def now(self) -> Any:
        return self._stage.now


def batch(made: Mailer, stage: Stage) -> list[str]:
    return deliver_all(made, [(f"place-{one}", one) for one in NEW], Standing(stage), lambda: 60.0)


def test_the_batch_goes_on_past_what_must_come_again(stage: Stage) -> None:
    ses = Scripted(None, PASSING[0], None)
    assert batch(mailer(ses), stage) == ["place-m2"]
    assert batch(mailer(ses), stage) == []
    assert sorted(ses.taken) == ["m1@d.example", "m2@d.example", "m3@d.example"]


def test_a_table_that_does_not_answer_costs_its_own_message_a_delivery(stage: Stage) -> None:
    def unread(message: Message) -> Letter:
        if message.id == "m2":
            raise ReadTimeoutError(**URL)
        return write(message)

    ses = Scripted()
    assert batch(mailer(ses, unread), stage) == ["place-m2"]
    assert (state("m2"), ses.taken) == (("new", ""), ["m1@d.example", "m3@d.example"])


def wrapped(error: ClientError) -> QueryError:
    """As pynamodb tells it: the code, and no status."""
    return QueryError("no", VerboseClientError({"Error": error.response["Error"]}, "Query", {}))  # type: ignore[typeddict-item]


GONE, DENIED, GIVEN = answer("NoSuchKey", 404), answer("AccessDeniedException"), answer("ValidationException")
SLOW, BROKEN = answer("ThrottlingException"), answer("InternalServerError", 500)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (GONE, "NoSuchKey"),
        (DENIED, "AccessDeniedException"),
        (GIVEN, "ValidationException"),
        (wrapped(DENIED), "AccessDeniedException"),
        (wrapped(GIVEN), "ValidationException"),
    ],
)
def test_what_a_store_refuses_for_good_holds_up_nobodys_mail(stage: Stage, error: Exception, reason: str) -> None:
    """It is listed, with the store's own word for why."""

    def refused(message: Message) -> Letter:
        if message.id == "m1":
            raise error
        return write(message)

    ses = Scripted()
    assert batch(mailer(ses, refused), stage) == []
    assert state("m1") == ("failed", reason)
    assert ses.taken == ["m2@d.example", "m3@d.example"]


@pytest.mark.parametrize("error", [SLOW, BROKEN, answer("SlowDown", 503), wrapped(SLOW), wrapped(BROKEN)])
def test_what_a_store_refuses_for_now_is_asked_for_again(stage: Stage, error: Exception) -> None:
    ses, refusals = Scripted(), [error]

    def refused_once(message: Message) -> Letter:
        if refusals and message.id == "m1":
            raise refusals.pop()
        return write(message)

    made = mailer(ses, refused_once)
    assert batch(made, stage) == ["place-m1"]
    assert state("m1") == ("new", "")
    assert batch(made, stage) == []
    assert sorted(ses.taken) == ["m1@d.example", "m2@d.example", "m3@d.example"]


def test_an_outbox_that_refuses_what_a_message_becomes_holds_up_nobodys_mail(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message to several is written down as failed, not as gone out."""

    def spread(message: Message) -> Spread | Letter:
        return Spread((message.model_copy(update={"id": "one"}),)) if message.id == "m1" else write(message)

    def refused(*_: Any) -> int:
        raise DENIED

    ses = Scripted()
    monkeypatch.setattr(type(wiring.outbox()), "enqueue_all", refused)
    assert batch(mailer(ses, spread), stage) == []
    assert (state("m1"), len(ses.taken)) == (("failed", "AccessDeniedException"), 2)


@pytest.mark.parametrize("defect", [KeyError("zoe"), ValueError("zoe"), TypeError("zoe"), AttributeError("zoe")])
def test_a_defect_of_ours_holds_up_nobodys_mail(stage: Stage, defect: Exception) -> None:
    """The stream would bring the message again until it gives up, and everything behind it would wait."""

    def broken(message: Message) -> Letter:
        if message.id == "m1":
            raise defect
        return write(message)

    ses = Scripted()
    assert batch(mailer(ses, broken), stage) == []
    assert state("m1") == ("failed", type(defect).__name__)
    assert ses.taken == ["m2@d.example", "m3@d.example"]


def test_what_ses_says_reaches_neither_log_nor_table_x_05(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """SES quotes the address that it refuses."""
    batch(mailer(Scripted(FINAL[0], PASSING[0], SILENT[0])), stage)
    telemetry.metrics().flush_metrics()
    told = capsys.readouterr()
    assert "zoe" not in told.out + told.err + str(stage.items())
    assert "MailsFailed" in told.out
    assert "MailsUnsure" in told.out


class Failing(BaseHTTPRequestHandler):
    """SES with a fault of its own, after it may have taken the mail."""

    asked: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append(self.path)
        self.send_error(503)

    def log_message(self, *_: Any) -> None:
        pass


def test_ses_is_asked_once_whatever_botocore_would_do_i_06(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """botocore's own next attempt would be a second mail."""
    with HTTPServer(("127.0.0.1", 0), Failing) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", f"http://127.0.0.1:{server.server_port}")
        aws.ses.cache_clear()
        with pytest.raises(Unsure):
            Sender(aws.ses, "homeroom@homeroom.example").send(write(mailing.post().need("m1").message))
        aws.ses.cache_clear()
        server.shutdown()
    assert Failing.asked == ["/v2/email/outbound-emails"]


def test_time_outs_end_before_somebody_else_takes_a_mailer_for_dead() -> None:
    assert timedelta(seconds=aws.CONNECT_SECONDS + aws.READ_SECONDS) < timedelta(seconds=LONGEST_SECONDS) < DEAD_AFTER
