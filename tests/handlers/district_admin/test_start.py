"""What a cold start loads: as in Lambda, where the function's folder is the root of its code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ONLY_SOME_ROUTES_NEED = (
    "homeroom.roster.service.registration",
    "homeroom.roster.service.runs",
    "homeroom.roster.store.districts",
    "homeroom.runtime.telemetry",
    "tenacity",
    "tzdata",
)


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """The modules in a fresh process after `import app`, without any of the environment."""
    path = os.pathsep.join(str(ROOT / part) for part in ("layers/common", "functions/district_admin"))
    program = "import sys, app; assert callable(app.handler); print(*sys.modules)"
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": path}
    done = subprocess.run([sys.executable, "-c", program], env=bare, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_it_starts_as_lambda_starts_it(loaded: set[str]) -> None:
    assert {"app", "routes.runs"} <= loaded


@pytest.mark.parametrize("module", ONLY_SOME_ROUTES_NEED)
def test_a_cold_start_waits_for_nothing_that_one_route_alone_needs(loaded: set[str], module: str) -> None:
    assert module not in loaded
