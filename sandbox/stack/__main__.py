"""`python -m sandbox.stack up|down|status|run`: what `make up` and `make down` call."""

import argparse
import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.stack import emulator, runner, state
from sandbox.stack.errors import StackError
from sandbox.stack.paths import Paths
from sandbox.stack.terminal import say


def main() -> int:
    """Does what the command line says. Returns the exit code: 1 for what a person has to mend."""
    arguments = _arguments()
    paths = Paths.here()
    try:
        code = _COMMANDS[arguments.command](paths, arguments)
    except StackError as problem:
        sys.stdout.flush()
        sys.stderr.write(f"{problem}\n")
        return 1
    return code


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.stack", description=__doc__)
    parser.add_argument("command", choices=sorted(_COMMANDS))
    parser.add_argument("--port", type=lambda text: int(text) if text else None, help="of the emulator (4566)")
    parser.add_argument("--clever-url", default="", help="a Clever to use instead of the sandbox")
    parser.add_argument(
        "--parameters", default="", help="of the template, as in 'FrozenToday=2026-09-01 LogLevel=DEBUG'"
    )
    words = sys.argv[1:]
    end = words.index("--") if "--" in words else len(words)
    arguments = parser.parse_args(words[:end])
    arguments.rest = words[end + 1 :]
    if arguments.command == "run" and not arguments.rest:
        parser.error("run needs a command, as in: run -- pytest tests/e2e")
    return arguments


def _up(paths: Paths, arguments: argparse.Namespace) -> int:
    with _alone(paths):
        found = runner.up(
            paths,
            port=arguments.port,
            clever_url=arguments.clever_url or None,
            overrides=dict(_pair(word) for word in arguments.parameters.split()),
        )
    say(f"Up: API {found['api_url']}, AWS {found['aws_endpoint']}, Clever {found['clever_url']}")
    say(f"All names are in {paths.stack_file.relative_to(paths.root)}; `make down` stops it.")
    return 0


def _pair(word: str) -> tuple[str, str]:
    key, equals, value = word.partition("=")
    if not equals:
        raise StackError(f"PARAMETERS wants Name=value, separated by blanks; {word!r} is not.")
    return key, value


def _down(paths: Paths, _: argparse.Namespace) -> int:
    with _alone(paths):
        was_running = runner.down(paths)
    say("Down." if was_running else "Nothing was running.")
    return 0


def _status(paths: Paths, _: argparse.Namespace) -> int:
    process = emulator.running(paths)
    if process is None:
        say("Down.")
        return 1
    say(json.dumps(state.read(paths.stack_file), indent=2))
    return 0


def _run(paths: Paths, arguments: argparse.Namespace) -> int:
    """Runs a command with the stack up, its DynamoDB a second engine for the contract tests; leaves all as found."""
    was_up = runner.running(paths)
    try:
        _up(paths, arguments)
        second = {"HOMEROOM_DYNAMODB_ENDPOINT": state.read(paths.stack_file)["aws_endpoint"]}
        return subprocess.run(arguments.rest, cwd=paths.root, env=os.environ | second, check=False).returncode
    finally:
        if not was_up:
            _down(paths, arguments)


@contextmanager
def _alone(paths: Paths) -> Iterator[None]:
    """One runner at a time: a second one waits, saying so."""
    with (paths.local / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another `make up` or `make down` is at work here: waiting for it ...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


_COMMANDS = {"up": _up, "down": _down, "status": _status, "run": _run}

if __name__ == "__main__":
    sys.exit(main())
