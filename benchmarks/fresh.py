"""Runs a task in a fresh interpreter and brings back what it found, with its peak memory."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sandbox.stack import environment

ROOT = Path(__file__).resolve().parents[1]
PYTHONPATH = os.pathsep.join((str(ROOT / "layers" / "common"), str(ROOT)))


class TaskFailed(Exception):
    """A task ended badly; says which, and the end of what it said."""


def measure(task: str, env: Mapping[str, str], **given: Any) -> dict[str, Any]:
    """What the task answers, and `peak_mb`, `base_mb` (before its work, everything imported), `seconds`, `cpu`.

    Raises TaskFailed.
    """
    command = [sys.executable, "-m", "benchmarks.child", task, json.dumps(given)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**environment.clean(), **env, "PYTHONPATH": PYTHONPATH},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise TaskFailed(f"{task} ended with {done.returncode}:\n{done.stderr[-3000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer
