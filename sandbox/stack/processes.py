"""Long-running programs, found again by process id and start time, so that a reused id is never mistaken for ours."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from sandbox.stack.errors import StackError

# What this very call started: the system keeps the exit code of a child until its parent asks.
_children: dict[int, "subprocess.Popen[bytes]"] = {}


@dataclass(frozen=True)
class Process:
    """A program that was started here. `started` is the kernel's creation time in seconds since the epoch."""

    pid: int
    started: float
    port: int

    def record(self) -> dict[str, Any]:
        """The JSON form, for `remembered`."""
        return asdict(self)


def remembered(record: Mapping[str, Any] | None) -> Process | None:
    """The process of an earlier `record`, or None when there was none or it has ended since."""
    if not record:
        return None
    process = Process(int(record["pid"]), float(record["started"]), int(record["port"]))
    return process if alive(process) else None


def alive(process: Process) -> bool:
    """Whether that very program still runs (a zombie does not)."""
    try:
        found = psutil.Process(process.pid)
        same = abs(found.create_time() - process.started) < 1
        return bool(same and found.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def start(command: Sequence[str], *, port: int, environment: Mapping[str, str], folder: Path, log: Path) -> Process:
    """Starts a program in a session of its own, so that Ctrl-C at the terminal does not end it, logging to `log`."""
    with log.open("ab") as output:
        child = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _children[child.pid] = child
    return Process(child.pid, psutil.Process(child.pid).create_time(), port)


def stop(process: Process, *, patience: float = 60.0) -> bool:
    """Ends it by SIGTERM and waits. Returns False when it had ended before.

    Raises StackError when it still runs after `patience` seconds: it may be saving, so it is not killed.
    """
    if not alive(process):
        return False
    children = psutil.Process(process.pid).children(recursive=True)
    os.kill(process.pid, 15)
    deadline = time.monotonic() + patience
    while alive(process):
        if time.monotonic() > deadline:
            raise StackError(f"Process {process.pid} does not end; look at it, then: kill -9 {process.pid}")
        _reap(process.pid)
        time.sleep(0.05)
    _end_orphans(children)
    return True


def _reap(pid: int) -> None:
    """Collects the exit code when the program is our own child; else it would stay a zombie until we end."""
    child = _children.get(pid)
    if child is not None and child.poll() is not None:
        del _children[pid]


def _end_orphans(children: list[psutil.Process]) -> None:
    """Lambda workers that outlived the emulator: psutil checks each one's start time before it signals."""
    for child in children:
        if child.is_running():
            child.terminate()
    psutil.wait_procs(children, timeout=5)
