"""`POST /webhooks/clever`: what is taken and what is refused, and what becomes of it (W-01, W-02, W-04, X-03, X-05)."""

import base64
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from functions.clever_webhook import app
from homeroom.runtime import aws
from tests.handlers.clever_webhook.conftest import BODY, DISTRICT, EVENTS, MOMENT, SECRET, event, notice, renew

ROOT = EVENTS.parent
OTHER = "whsec_" + base64.b64encode(bytes(range(50, 90))).decode()
TAKEN = (202, {})


def refused(answer):
    return answer[0] == 401 and answer[1]["code"] == "signature_invalid"


def test_w01_a_signed_notice_is_queued(world, counted):
    """The event as API Gateway sends it: headers in its own case, the body in base64."""
    assert world.send(event("notice")) == TAKEN
    assert world.queued() == [{"district": DISTRICT, "at": "2026-11-22T01:00:00+00:00"}]
    assert counted() == {"NoticesQueued": 1}


def test_w01_a_body_that_is_no_base64_counts_as_its_bytes(world):
    """The local emulator hands text over as text."""
    assert world.send(notice() | {"body": BODY.decode(), "isBase64Encoded": False}) == TAKEN
    assert len(world.queued()) == 1


@pytest.mark.parametrize("kind", [None, "text/plain", "application/octet-stream", "application/json; charset=utf-8"])
def test_w01_the_signature_speaks_for_the_body_whatever_its_type(world, kind):
    sent = notice()
    sent["headers"]["content-type"] = kind
    assert world.send(sent) == TAKEN


@pytest.mark.parametrize("case", [str.lower, str.upper, str.title])
def test_w02_headers_are_known_in_any_case(world, case):
    sent = notice()
    sent["headers"] = {case(name): value for name, value in sent["headers"].items()}
    assert world.send(sent) == TAKEN


def without(name):
    sent = notice()
    del sent["headers"][name]
    return sent


def body_of(sent, body):
    return sent | {"body": base64.b64encode(body).decode()}


def header_of(sent, **changes):
    return sent | {"headers": sent["headers"] | {f"webhook-{name}": value for name, value in changes.items()}}


FORGED = {
    "unsigned": lambda: without("webhook-signature"),
    "without id": lambda: without("webhook-id"),
    "without timestamp": lambda: without("webhook-timestamp"),
    "without headers": lambda: notice() | {"headers": None},
    "another secret": lambda: notice(secret=OTHER),
    "stale": lambda: notice(moment=MOMENT - 301),
    "future": lambda: notice(moment=MOMENT + 301),
    "truncated": lambda: body_of(notice(), BODY[:-1]),
    "the same JSON, other bytes": lambda: body_of(
        notice(), json.dumps(json.loads(BODY), separators=(",", ":")).encode()
    ),
    "another district": lambda: body_of(notice(), BODY.replace(b"0000001", b"0000002")),
    "no body": lambda: notice() | {"body": None},
    "bytes of no encoding": lambda: body_of(notice(), b"\xff" + BODY),
    "signature of another id": lambda: header_of(notice(), id="msg_2"),
    "signature of another time": lambda: header_of(notice(), timestamp=str(MOMENT + 1)),
    "v1a only": lambda: header_of(notice(), signature="v1a," + "A" * 86 + "=="),
    "a signed id with a dot": lambda: notice(message=f"msg.{MOMENT}"),
    "not JSON either": lambda: body_of(notice(), b"{"),
}


@pytest.mark.parametrize("case", FORGED)
def test_w02_what_is_forged_is_refused_and_leaves_nothing(world, counted, case):
    status, problem = world.send(FORGED[case]())
    assert (status, world.queued(), world.ids()) == (401, [], [])
    assert counted() == {"NoticesRefused": 1}
    assert problem == {
        "type": "urn:homeroom:problem:signature_invalid", "title": "The signature is not valid", "status": 401,
        "detail": "The signature is not valid", "code": "signature_invalid",
        "request_id": event()["requestContext"]["requestId"],
    }  # fmt: skip


def test_w02_a_refusal_says_how_to_come_in(world):
    answer = app.handler(FORGED["unsigned"](), None)
    assert answer["multiValueHeaders"]["WWW-Authenticate"] == ["Webhook-Signature"]
    assert answer["multiValueHeaders"]["Content-Type"] == ["application/problem+json"]


@pytest.mark.parametrize("moment", [MOMENT - 300, MOMENT, MOMENT + 300])
def test_w02_five_minutes_either_way(world, moment):
    assert world.send(notice(moment=moment)) == TAKEN


def test_w02_without_a_secret_nobody_is_let_in(world):
    for kept in ("", "{}", '{"secrets": []}', '{"secrets": ["whsec_"]}', "not JSON"):
        world.clients.secrets.put_secret_value(SecretId="webhook", SecretString=kept or " ")
        renew()
        assert refused(world.send(notice()))
        assert refused(world.send(notice(secret="whsec_")))


def test_w02_a_secret_without_any_value_lets_nobody_in(world, monkeypatch):
    empty = world.clients.secrets.create_secret(Name="empty")["ARN"]
    monkeypatch.setenv("WEBHOOK_SECRET_ARN", empty)
    renew()
    assert refused(world.send(notice()))


def test_w02_the_secret_that_the_template_makes_lets_nobody_in(world):
    from tests.support.template import load

    made = load()["Resources"]["WebhookSecret"]["Properties"]["GenerateSecretString"]
    generated = json.loads(made["SecretStringTemplate"]) | {made["GenerateStringKey"]: "k" * made["PasswordLength"]}
    world.clients.secrets.put_secret_value(SecretId="webhook", SecretString=json.dumps(generated))
    assert refused(world.send(notice()))
    key = base64.b64encode(generated[made["GenerateStringKey"]].encode()).decode()
    assert refused(world.send(notice(secret=f"whsec_{key}")))


def test_w02_secrets_are_changed_over_without_a_gap(world):
    """Old and new both open for a while; the old one no longer when it is taken out, five minutes later at most."""
    assert world.send(notice(message="one")) == TAKEN
    world.keep(SECRET, OTHER)
    world.wait(minutes=5)
    assert world.send(notice(message="two", moment=MOMENT + 300)) == TAKEN
    assert world.send(notice(message="three", moment=MOMENT + 300, secret=OTHER)) == TAKEN
    world.keep(OTHER)
    world.wait(minutes=4, seconds=59)
    assert world.send(notice(message="four", moment=MOMENT + 599)) == TAKEN
    world.wait(seconds=1)
    assert refused(world.send(notice(message="five", moment=MOMENT + 600)))
    assert world.send(notice(message="six", moment=MOMENT + 600, secret=OTHER)) == TAKEN


def test_w02_a_secret_that_was_added_opens_at_once(world):
    """Its sender need not wait until those that we know of are forgotten."""
    assert world.send(notice(message="one")) == TAKEN
    world.keep(OTHER)
    world.wait(seconds=10)
    assert world.send(notice(message="two", secret=OTHER)) == TAKEN
    assert refused(world.send(notice(message="three")))


def test_w02_keys_are_read_once_in_ten_seconds_however_many_knock(world, monkeypatch):
    """And once in five minutes when all who knock are let in."""
    asked = []
    client, read = aws.secrets(), aws.secrets().get_secret_value
    monkeypatch.setattr(client, "get_secret_value", lambda **given: asked.append(1) or read(**given))
    for number in range(20):
        world.send(notice(message=f"m{number}", secret=random.choice([SECRET, OTHER])))
    assert len(asked) == 1
    world.wait(seconds=9)
    assert refused(world.send(notice(secret=OTHER)))
    assert len(asked) == 1
    world.wait(seconds=1)
    assert refused(world.send(notice(secret=OTHER)))
    assert len(asked) == 2
    world.wait(minutes=4, seconds=59)
    assert world.send(notice(message="last", moment=MOMENT + 309)) == TAKEN
    assert len(asked) == 2


def test_w04_the_same_id_again_is_taken_and_does_nothing(world, counted):
    """X-03: signed anew a minute later, as a sender does that has not had our answer; and with another body as well."""
    assert world.send(notice()) == TAKEN
    world.wait(minutes=1)
    assert world.send(notice(moment=MOMENT + 60)) == TAKEN
    assert world.send(notice(BODY.replace(b"0000001", b"0000002"))) == TAKEN
    assert len(world.queued()) == 1
    assert counted() == {"NoticesQueued": 1, "NoticesRepeated": 2}


def test_w04_an_id_is_forgotten_after_a_day_whether_or_not_dynamodb_has_removed_it(world):
    world.send(notice())
    world.wait(hours=23, minutes=59)
    world.send(notice(moment=MOMENT + 23 * 3600 + 59 * 60))
    assert len(world.queued()) == 1
    world.wait(minutes=1)
    world.send(notice(moment=MOMENT + 24 * 3600))
    assert len(world.queued()) == 1
    (item,) = world.ids()
    assert int(item["expires_at"]["N"]) == MOMENT + 48 * 3600


def test_w04_ids_are_kept_as_hashes(world):
    world.send(notice(message="name@district-example"))
    (item,) = world.ids()
    assert item["pk"]["S"].startswith("NOTICE#")
    assert "@" not in json.dumps(item)


def test_w05_a_death_after_queueing_doubles_and_never_loses(world, monkeypatch):
    class Died(BaseException):
        pass

    def die(*_):
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr("homeroom.roster.webhook.store.SeenNotices.remember", die)
        with pytest.raises(Died):
            world.send(notice())
    assert world.send(notice()) == TAKEN
    assert len(world.queued()) == 2


def failing(operation):
    def fail(**_):
        raise ClientError({"Error": {"Code": "InternalServiceError", "Message": DISTRICT}}, operation)

    return fail


def test_w05_what_could_not_be_queued_is_not_remembered(world, monkeypatch, capsys):
    """The sender is told to come again, and when it does, the notice is queued. The log quotes nothing."""
    with monkeypatch.context() as patch:
        patch.setattr(aws.sqs(), "send_message", failing("SendMessage"))
        status, problem = world.send(notice())
    assert (status, problem["code"], world.ids()) == (503, "unavailable", [])
    out = capsys.readouterr().out
    assert "InternalServiceError" in out
    assert DISTRICT not in out
    assert world.send(notice()) == TAKEN
    assert len(world.queued()) == 1


def test_w05_when_secrets_cannot_be_read_nobody_is_told_that_theirs_is_wrong(world, monkeypatch):
    """A sender that is refused may give up for good; one that is told of an outage comes again."""
    with monkeypatch.context() as patch:
        patch.setattr(aws.secrets(), "get_secret_value", failing("GetSecretValue"))
        assert world.send(notice())[0] == 503
    assert world.send(notice()) == TAKEN


def test_w05_when_ids_cannot_be_read_nothing_is_queued(world, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setenv("TRANSIENT_TABLE", "gone")
        renew()
        assert world.send(notice())[0] == 503
    assert world.queued() == []


def test_a_type_that_we_do_not_know_is_taken_and_counted(world, counted):
    """A sender of Standard Webhooks may learn new types, and would stop sending to whoever refuses them."""
    assert world.send(notice(b'{"type": "roster.paused"}')) == TAKEN
    assert (world.queued(), world.ids(), counted()) == ([], [], {"NoticesIgnored": 1})


@pytest.mark.parametrize(
    ("body", "field"),
    [(b"[]", "body"), (b"\xff", "body"), (b'{"district": "x"}', "type"), (BODY.replace(b"5f", b"5F"), "district")],
)
def test_x02_a_genuine_notice_that_cannot_be_read_is_refused_by_field(world, body, field):
    status, problem = world.send(notice(body))
    assert (status, problem["code"], problem["field"]) == (422, "invalid_input", field)
    assert (world.queued(), world.ids()) == ([], [])


@pytest.mark.parametrize(("size", "status"), [(64 * 1024, 202), (64 * 1024 + 1, 413)])
def test_more_than_64_kb_is_too_much(world, size, status):
    body = BODY[:-1] + b', "x": "' + b"x" * (size - len(BODY) - 9) + b'"}'
    body = body + b" " * (size - len(body))
    assert world.send(notice(body))[0] == status
    assert len(world.queued()) == (status == 202)


def test_x08_a_preflight_needs_no_signature(world):
    sent = event(httpMethod="OPTIONS", body=None, headers={"Origin": "https://app.homeroom.example"})
    answer = app.handler(sent, None)
    assert answer["statusCode"] == 204
    assert answer["multiValueHeaders"]["Access-Control-Allow-Origin"] == ["https://app.homeroom.example"]
    allowed = answer["multiValueHeaders"]["Access-Control-Allow-Headers"][0].lower().split(",")
    assert {"content-type", "webhook-id", "webhook-timestamp", "webhook-signature"} <= set(allowed)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_there_is_nothing_to_read_here(world, method):
    assert world.send(event(httpMethod=method))[0] == 404


def test_x05_neither_log_nor_message_holds_what_was_sent(world, capsys):
    """A sender may put anything into members that we do not know."""
    world.send(notice(BODY[:-1] + b', "name": "Zelda Steve"}', message="zelda@district.example"[:12]))
    world.send(notice(b'{"type": "Zelda Steve"}'))
    world.send(notice(b'{"type": "roster.changed", "district": "Zelda Steve"}'))
    said = capsys.readouterr()
    assert "zelda" not in (said.out + said.err + json.dumps(world.queued()) + json.dumps(world.ids())).lower()
    assert SECRET not in said.out + said.err


def test_whoever_is_refused_waits_for_no_library_that_the_refusal_does_not_need():
    """The budget of a cold start: `make bench` measures it, this names the first to look at."""
    code = "import app, sys; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT / "functions" / "clever_webhook", capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "layers" / "common")}, check=True,
    )  # fmt: skip
    heavy = {"pydantic", "pynamodb", "boto3", "botocore.session", "aws_lambda_powertools.event_handler"}
    assert heavy & set(run.stdout.split()) == set()


def test_every_event_is_one_that_a_test_sends():
    text = Path(__file__).read_text(encoding="utf-8")
    cases = [path.stem.removeprefix("clever_webhook__") for path in EVENTS.glob("clever_webhook__*.json")]
    assert cases
    assert [case for case in cases if f'event("{case}"' not in text] == []
