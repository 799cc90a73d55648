"""S-11, X-03: a sample of the sweep; `make sweep` goes through all of it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def test_s11_whatever_call_fails_and_however_the_end_is_the_same():
    """S-10, S-13, S-19, X-03: one call of some hundreds, of every scene, each in a way of its own."""
    command = [sys.executable, "-m", "tests.sweep", "--every", "400", "--jobs", "1"]
    environ = os.environ | {"PYTHONPATH": "layers/common"}
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 failed" in done.stdout
