"""What the contract shows to whoever sends notices is let in: its examples are run as they stand (W-02)."""

import base64
import re
import shutil
import subprocess
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from homeroom.roster.webhook import rules
from homeroom.roster.webhook.rules import Delivery, Notice

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "runbook" / "webhook.md").read_text(encoding="utf-8")
CURL, PYTHON = (
    re.search(rf"^{title}:\n\n```\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[1]
    for title in ("With curl and openssl", "In Python")
)
KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
DISTRICT = "5f0000000001000000000000"


needs_tools = pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("openssl")), reason="curl and openssl are not both here"
)


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        headers = [self.headers[f"webhook-{name}"] for name in ("id", "timestamp", "signature")]
        self.server.got.append((self.path, Delivery(*headers, self.rfile.read(int(self.headers["content-length"])))))
        self.send_response(202)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver():
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    server.got = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def let_in(receiver):
    ((path, delivery),) = receiver.got
    assert path == "/v1/webhooks/clever"
    rules.authenticate(delivery, (KEY,), datetime.now(UTC))
    assert rules.read(delivery.body) == Notice("roster.changed", DISTRICT)


def url(receiver):
    return f"http://127.0.0.1:{receiver.server_port}/v1"


@needs_tools
def test_w02_the_example_with_curl_and_openssl(receiver):
    filled = CURL.replace("'whsec_…'", f"'{SECRET}'").replace("'https://…/v1'", f"'{url(receiver)}'")
    assert filled.count("…") == 0
    subprocess.run(["bash", "-euo", "pipefail", "-c", filled], check=True, capture_output=True)
    let_in(receiver)


def test_w02_the_example_in_python(receiver):
    names = {}
    exec(PYTHON, names)  # noqa: S102  the page's own
    assert names["notify"](url(receiver), SECRET, DISTRICT) == 202
    let_in(receiver)


def test_w02_the_request_that_is_shown_is_signed_by_the_secret_of_the_tests():
    shown = dict(re.findall(r"^(webhook-[a-z]+): (\S+)$", PAGE, re.MULTILINE))
    body = re.search(r'^\{"type": "roster\.changed".*\}$', PAGE, re.MULTILINE)[0].encode()
    delivery = Delivery(shown["webhook-id"], shown["webhook-timestamp"], shown["webhook-signature"], body)
    rules.authenticate(delivery, (KEY,), datetime.fromtimestamp(int(delivery.timestamp), UTC))


@pytest.mark.parametrize("example", [CURL, PYTHON], ids=["curl", "python"])
def test_w02_the_readme_shows_the_same_examples(example):
    assert f"```\n{example}```\n" in (ROOT / "README.md").read_text(encoding="utf-8")


@needs_tools
def test_w02_the_secret_that_the_page_makes_is_one():
    made = subprocess.run(["openssl", "rand", "-base64", "32"], capture_output=True, text=True, check=True).stdout
    assert 'echo "whsec_$(openssl rand -base64 32)"' in PAGE
    assert rules.keys('{"secrets": ["whsec_' + made.strip() + '"]}')
