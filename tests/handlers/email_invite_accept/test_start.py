"""What a cold start loads: as in Lambda, where the function's folder is the root of its code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
NOT_NEEDED = ("aws_lambda_powertools", "pydantic", "tenacity", "asyncio")


@pytest.mark.parametrize(
    ("function", "service"), [("email_invite_accept", "accepting"), ("class_code_join", "joins")]
)  # fmt: skip
def test_who_waits_for_an_answer_does_not_wait_for_what_only_failures_need(function, service):
    path = os.pathsep.join(str(ROOT / part) for part in ("layers/common", f"functions/{function}"))
    program = f"import sys, app; app.{service}(); app.telemetry.flush(); print(*sys.modules)"
    environment = {"CLASSES_TABLE": "c", "USERS_TABLE": "u", "TRANSIENT_TABLE": "t", "AWS_DEFAULT_REGION": "us-east-1"}
    environment |= {"PATH": os.environ["PATH"], "PYTHONPATH": path}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()).isdisjoint(NOT_NEEDED)
