"""The programs that measurements need beside them: an AWS emulator and a Clever, each its own process, on loopback."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sandbox.stack import emulator, environment, ports, processes
from sandbox.stack.paths import Paths
from sandbox.stack.processes import Process

PATHS = Paths.here()
CLIENT = ("bench-client", "bench-secret")


@contextmanager
def program(
    what: str, command: Sequence[str], *, port: int, env: Mapping[str, str], folder: Path | None = None
) -> Iterator[Process]:
    """A program of ours, from when it answers on `port` until the block ends. Raises StackError."""
    log = PATHS.log(f"bench-{what}")
    process = processes.start(command, port=port, environment=env, folder=folder or PATHS.root, log=log)
    try:
        answers, lives = partial(ports.answers, port), partial(processes.alive, process)
        ports.wait_for(answers, lives, what=what, seconds=60.0, log=str(log))
        yield process
    finally:
        processes.stop(process)


@contextmanager
def emulated() -> Iterator[str]:
    """An empty emulator of AWS in memory; its URL."""
    port, room = ports.any_free(), Paths(PATHS.folder("bench"))
    env = environment.emulator(room, port) | {"PERSIST_STATE": "0", "S3_PERSIST": "0"}
    command = [str(PATHS.tool("emulator", "python")), "-m", "ministack"]
    with program("emulator", command, port=port, env=env) as process:
        lives = partial(processes.alive, process)
        ports.wait_for(partial(emulator.healthy, port), lives, what="emulator", seconds=60.0, log="bench-emulator.log")
        yield emulator.endpoint(port)


@contextmanager
def clever(people: int) -> Iterator[str]:
    """A Clever with one district of that many people, without rate limit; its URL."""
    port = ports.any_free()
    command = [sys.executable, "-m", "sandbox.clever", "--port", str(port), "--people", str(people), "--no-rate-limit"]
    credentials = ["--client-id", CLIENT[0], "--client-secret", CLIENT[1]]
    with program("clever", [*command, *credentials], port=port, env=environment.clean()):
        yield f"http://{ports.LOOPBACK}:{port}"
