"""The committed OpenAPI document says what the handlers do (DESIGN, "HTTP API")."""

import os
import subprocess
import sys
from pathlib import Path

from homeroom.roster.webhook import rules
from ops import openapi
from ops.described import OPERATIONS

ROOT = Path(__file__).parents[3]
SECURED = (
    [{"id_token": []}], [{"webhook_signature": []}], [{"access_token": ["homeroom/permissions.read"]}],
)  # fmt: skip
# Their tokens are in the body.
OPEN = {"answerAsGuardian"}


def test_the_committed_document_is_what_the_handlers_say() -> None:
    assert openapi.DOCUMENT.read_text(encoding="utf-8") == openapi.text()


def test_it_needs_no_aws_and_depends_on_no_environment() -> None:
    bare = {"PATH": os.environ["PATH"], "PYTHONHASHSEED": "7", "ALLOWED_ORIGINS": "https://leak.example"}
    done = subprocess.run([sys.executable, "-m", "ops.openapi", "--check"], cwd=ROOT, env=bare, check=False)
    assert done.returncode == 0


def test_every_route_is_guarded_summed_up_and_refuses_in_one_shape_x_01_x_02() -> None:
    whole = openapi.document()
    for operation in openapi._operations(whole):
        assert operation["security"] in SECURED or operation["operationId"] in OPEN
        assert operation["summary"]
        assert operation["description"]
        for status, response in operation["responses"].items():
            content = response.get("content", {})
            assert content or status == "204"
            assert ("application/problem+json" in content) == (int(status) >= 400)
            assert int(status) < 400 or list(content) == ["application/problem+json"]


def test_what_a_body_can_be_refused_for_is_said_x_02() -> None:
    """But of notices, whose bytes are signed whatever they are called."""
    for operation in openapi._operations(openapi.document()):
        if "requestBody" in operation and operation["operationId"] != "sendNotice":
            assert operation["responses"].keys() >= {"413", "415", "422"}, operation["operationId"]


def test_every_shape_that_is_named_is_there() -> None:
    whole = openapi.text()
    schemas = openapi.document()["components"]["schemas"]
    for part in whole.split('"#/components/schemas/')[1:]:
        assert part.partition('"')[0] in schemas


def test_what_is_described_by_hand_is_there_and_is_let_in_by_its_signature_alone_w_02() -> None:
    whole = openapi.document()
    for path, methods in OPERATIONS.items():
        assert whole["paths"][path] == methods
    signed = {path for path, item in whole["paths"].items() for operation in item.values()
              if "webhook_signature" in str(operation["security"])}  # fmt: skip
    assert signed == {"/webhooks/clever"}
    assert {"id_token", "access_token", "webhook_signature"} == set(whole["components"]["securitySchemes"])


def test_the_patterns_of_the_webhook_are_those_that_it_checks_w_02() -> None:
    notice = OPERATIONS["/webhooks/clever"]["post"]
    found = {one["name"]: one["schema"]["pattern"] for one in notice["parameters"]}
    assert found == {"webhook-id": f"^{rules._ID.pattern}$", "webhook-timestamp": f"^{rules._TIMESTAMP.pattern}$"}
    body = notice["requestBody"]["content"]["application/json"]["schema"]
    assert body["properties"]["district"]["pattern"] == f"^{rules._DISTRICT.pattern}$"
    assert body["example"]["type"] == rules.NEWS
