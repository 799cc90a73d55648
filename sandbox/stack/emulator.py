"""The emulator of AWS (ministack, in its own virtual environment), as a program to start and stop."""

import json
import shutil
import urllib.request

from sandbox.stack import environment, ports, processes, state
from sandbox.stack.errors import StackError
from sandbox.stack.paths import Paths
from sandbox.stack.processes import Process
from sandbox.stack.terminal import step

STANDARD_PORT = 4566


def endpoint(port: int) -> str:
    """The emulator's URL."""
    return f"http://{ports.LOOPBACK}:{port}"


def healthy(port: int) -> bool:
    """Whether an emulator answers there."""
    try:
        with urllib.request.urlopen(f"{endpoint(port)}/_ministack/health", timeout=5) as answer:  # noqa: S310 -- our own http URL
            return "services" in json.load(answer)
    except (OSError, ValueError):
        return False


def running(paths: Paths) -> Process | None:
    """The emulator that this checkout started, or None."""
    return processes.remembered(state.read(paths.state_file).get("emulator"))


def ensure(paths: Paths, port: int | None) -> Process:
    """The running emulator, started if need be, on `port` (None: the one it has, else 4566).

    Raises StackError when the port is somebody else's, or when ours runs on another one.
    """
    process = running(paths)
    if process is None:
        return _start(paths, port or STANDARD_PORT)
    if port not in {None, process.port}:
        raise StackError(f"The local stack already runs on port {process.port}: `make down` first, or leave PORT= out.")
    _wait(paths, process)
    return process


def stop(paths: Paths) -> bool:
    """Ends the emulator, letting it save, and empties its temporary folder. False when none was running."""
    process = running(paths)
    stopped = process is not None and processes.stop(process)
    if stopped:
        state.update(paths.state_file, emulator=None, saved=True)
    else:
        state.update(paths.state_file, emulator=None)
    shutil.rmtree(paths.folder("emulator/tmp"), ignore_errors=True)
    return stopped


def forget(paths: Paths) -> None:
    """Removes all that the emulator kept. Only when it is down."""
    shutil.rmtree(paths.folder("emulator"), ignore_errors=True)
    state.update(paths.state_file, saved=None, deployed=None)


def _start(paths: Paths, port: int) -> Process:
    if not ports.is_free(port):
        raise StackError(f"Port {port} is in use by another program: choose a free one, as in `make up PORT=4570`.")
    if not state.read(paths.state_file).get("saved"):
        # It saves when it ends well. After a crash, buckets would be left without the stack that owns them.
        forget(paths)
    _forget_positions(paths)
    shutil.rmtree(paths.folder("emulator/tmp"), ignore_errors=True)
    with step(f"Starting the AWS emulator on {endpoint(port)}"):
        process = processes.start(
            [str(paths.tool("emulator", "python")), "-m", "ministack"],
            port=port,
            environment=environment.emulator(paths, port),
            folder=paths.folder("emulator"),
            log=paths.log("emulator"),
        )
        state.update(paths.state_file, emulator=process.record(), saved=None)
        _wait(paths, process)
    return process


def _forget_positions(paths: Paths) -> None:
    """It keeps how far a table's stream was read, but not the stream: as many new records would be taken for read."""
    kept = paths.folder("emulator/state") / "lambda.json"
    if kept.exists():
        whole = json.loads(kept.read_text("utf-8"))
        whole.get("payload", whole).pop("dynamodb_stream_positions", None)
        kept.write_text(json.dumps(whole), "utf-8")


def _wait(paths: Paths, process: Process) -> None:
    ports.wait_for(
        lambda: healthy(process.port),
        lambda: processes.alive(process),
        what="The AWS emulator",
        seconds=60.0,
        log=str(paths.log("emulator")),
    )
