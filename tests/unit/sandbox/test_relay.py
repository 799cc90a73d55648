"""The relay signs as Standard Webhooks v1 says, and sends until it is answered (W-01, W-02)."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from sandbox import relay

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
DISTRICT = "5f0000000001000000000000"


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.got.append((self.path, dict(self.headers), self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 202)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver():
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    server.got, server.answers = [], []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(relay, "FIRST_WAIT_SECONDS", 0)


def run(receiver, *words):
    url = f"http://127.0.0.1:{receiver.server_port}/v1"
    return relay.main(["--district", DISTRICT, "--url", url, "--secret", SECRET, *words])


def test_w01_a_notice_names_the_district_and_nothing_else(receiver, capsys):
    assert run(receiver, "--id", "msg_1") == 0
    ((path, headers, body),) = receiver.got
    assert path == "/v1/webhooks/clever"
    assert json.loads(body) == {"type": "roster.changed", "district": DISTRICT}
    moment = int(headers["Webhook-Timestamp"])
    assert (
        headers["Webhook-Signature"] == relay.signed(SECRET, body, message="msg_1", moment=moment)["webhook-signature"]
    )
    assert capsys.readouterr().out == "202\n"


def test_w05_it_comes_again_under_the_same_id_when_it_was_not_taken(receiver):
    receiver.answers = [503, 429]
    assert run(receiver) == 0
    assert len({headers["Webhook-Id"] for _, headers, _ in receiver.got}) == 1
    assert len(receiver.got) == 3


def test_a_refusal_is_not_argued_with(receiver, capsys):
    receiver.answers = [401]
    assert run(receiver) == 1
    assert len(receiver.got) == 1


def test_several_have_ids_of_their_own(receiver):
    assert run(receiver, "--count", "3") == 0
    assert len({headers["Webhook-Id"] for _, headers, _ in receiver.got}) == 3


def test_what_it_signs_is_what_the_event_file_shows():
    from pathlib import Path

    event = json.loads((Path(__file__).parents[3] / "events/clever_webhook__notice.json").read_text())
    body, sent = base64.b64decode(event["body"]), event["headers"]
    made = relay.signed(SECRET, body, message=sent["Webhook-Id"], moment=int(sent["Webhook-Timestamp"]))
    assert made["webhook-signature"] == sent["Webhook-Signature"]
