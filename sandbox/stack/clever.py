"""The Clever sandbox beside the stack, when no other Clever is named."""

import sys

from sandbox.stack import environment, ports, processes, state
from sandbox.stack.paths import Paths
from sandbox.stack.processes import Process
from sandbox.stack.terminal import step

STANDARD_PORT = 8790
CLIENT = {"client_id": "sandbox-client", "client_secret": "sandbox-secret"}


def url(process: Process) -> str:
    """Where the sandbox answers."""
    return f"http://{ports.LOOPBACK}:{process.port}"


def running(paths: Paths) -> Process | None:
    """The sandbox that this checkout started, or None."""
    return processes.remembered(state.read(paths.state_file).get("clever"))


def ensure(paths: Paths) -> Process:
    """The running sandbox, started if need be: on the port it had last time if that is free, so that URLs keep."""
    process = running(paths)
    if process is None:
        process = _start(paths, _port(paths))
    return process


def stop(paths: Paths) -> bool:
    """Ends it; it keeps nothing. False when none was running."""
    process = running(paths)
    stopped = process is not None and processes.stop(process)
    state.update(paths.state_file, clever=None)
    return stopped


def _port(paths: Paths) -> int:
    last = int(state.read(paths.state_file).get("clever_port", STANDARD_PORT))
    return last if ports.is_free(last) else ports.any_free()


def _start(paths: Paths, port: int) -> Process:
    log = paths.log("clever")
    command = [sys.executable, "-m", "sandbox.clever", "--port", str(port)]
    credentials = ["--client-id", CLIENT["client_id"], "--client-secret", CLIENT["client_secret"]]
    with step(f"Starting the Clever sandbox on http://{ports.LOOPBACK}:{port}"):
        process = processes.start(
            [*command, *credentials], port=port, environment=environment.clean(), folder=paths.root, log=log
        )
        state.update(paths.state_file, clever=process.record(), clever_port=port)
        ports.wait_for(
            lambda: ports.answers(port),
            lambda: processes.alive(process),
            what="The Clever sandbox",
            seconds=60.0,
            log=str(log),
        )
    return process
