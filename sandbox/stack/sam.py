"""The SAM CLI, building and deploying template.yaml itself with samconfig's `local` environment."""

import hashlib
import json
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from sandbox.stack import defaults, environment, inputs, state
from sandbox.stack.errors import StackError
from sandbox.stack.paths import Paths
from sandbox.stack.terminal import say, step

STACK = "homeroom-local"
BUCKET = "homeroom-local-artifacts"
# What `sam build` made, as it made it: the template beside it gets the defaults that it is deployed with.
BUILT = "built.yaml"
_TELL_EVERY = 10.0
_LAST_LINES = 25


def build(paths: Paths, endpoint: str) -> str:
    """Builds into `.local/build` unless nothing changed since. Returns the fingerprint of what went in."""
    settings = environment.sam(paths, endpoint)
    chosen = {key: value for key, value in settings.items() if key.startswith("LAYER_")}
    wanted = inputs.fingerprint(paths.root, chosen)
    folder = paths.local / "build"
    if state.read(paths.state_file).get("built") == wanted and (folder / BUILT).is_file():
        return wanted
    state.update(paths.state_file, built=None)
    shutil.rmtree(folder, ignore_errors=True)
    with step("Building the functions and their layer"):
        _run(paths, ["build", "--config-env", "local"], settings, "build")
        shutil.copyfile(folder / "template.yaml", folder / BUILT)
    state.update(paths.state_file, built=wanted)
    return wanted


def deployment(built: str, parameters: Mapping[str, str]) -> str:
    """Names a deployment: what was built, and the parameters it is deployed with."""
    return hashlib.sha256(json.dumps([built, dict(parameters)], sort_keys=True).encode()).hexdigest()


def deploy(paths: Paths, endpoint: str, parameters: Mapping[str, str]) -> None:
    """Deploys what `build` made. Raises StackError with the end of SAM's own words when it fails."""
    folder = paths.local / "build"
    overrides = [f"{key}={value}" for key, value in sorted(defaults.given(folder / BUILT, parameters).items())]
    defaults.set_defaults(folder / BUILT, folder / "template.yaml", parameters)
    command = ["deploy", "--config-env", "local", "--no-progressbar", "--parameter-overrides", *overrides]
    with step(f"Deploying template.yaml as {STACK}"):
        _run(paths, command, environment.sam(paths, endpoint), "deploy")


def _run(paths: Paths, arguments: Sequence[str], settings: Mapping[str, str], name: str) -> None:
    log = paths.log(name)
    begun = told = time.monotonic()
    with log.open("wb") as output:
        command = [str(paths.tool("sam", "sam")), *arguments]
        child = subprocess.Popen(command, cwd=paths.root, env=dict(settings), stdout=output, stderr=subprocess.STDOUT)
        while child.poll() is None:
            time.sleep(0.1)
            if time.monotonic() - told > _TELL_EVERY:
                told = time.monotonic()
                say(f"  still at it, {told - begun:.0f} s")
    if child.returncode:
        raise StackError(f"`sam {arguments[0]}` failed; {log} ends so:\n{_end_of(log)}")


def _end_of(log: Path) -> str:
    lines = log.read_text("utf-8", errors="replace").splitlines()
    return "\n".join(lines[-_LAST_LINES:])
