"""Up, down and status of the local stack. Each can be called at any time and again; what is done already is skipped."""

import platform
from collections.abc import Mapping
from typing import Any

from sandbox.stack import clever, emulator, environment, gateway, sam, state, webhook
from sandbox.stack.aws import Account
from sandbox.stack.description import describe
from sandbox.stack.errors import StackError
from sandbox.stack.paths import Paths
from sandbox.stack.processes import Process
from sandbox.stack.terminal import say, step


def up(paths: Paths, *, port: int | None, clever_url: str | None, overrides: Mapping[str, str]) -> dict[str, Any]:
    """Starts what is not running, builds and deploys what changed, and returns what stack.json now says.

    `clever_url` names a Clever (or a replay of one) to use instead of the sandbox; `overrides` are parameters of
    the template that win over the local ones. Raises StackError.
    """
    _require_tools(paths)
    process = emulator.ensure(paths, port)
    account = Account(emulator.endpoint(process.port))
    if why := unusable(paths, account, process.port):
        say(f"The stack left over from before {why}: beginning afresh.")
        process, account = _afresh(paths, process.port)
    source = clever_url or clever.url(clever.ensure(paths))
    if clever_url:
        clever.stop(paths)
    return _deploy(paths, account, emulator.endpoint(process.port), {**local_parameters(source), **overrides})


def down(paths: Paths) -> bool:
    """Stops emulator and sandbox; what they hold is kept for the next `up`. False when nothing was running."""
    stopped_sandbox = clever.stop(paths)
    with step("Stopping the AWS emulator"):
        stopped = emulator.stop(paths)
    paths.stack_file.unlink(missing_ok=True)
    return stopped or stopped_sandbox


def running(paths: Paths) -> bool:
    """Whether an emulator of this checkout runs."""
    return emulator.running(paths) is not None


def unusable(paths: Paths, account: Account, port: int) -> str:
    """Why what an earlier stack has left cannot be gone on with; "" when it can."""
    if account.broken():
        return "cannot be updated"
    # Its queues are known by addresses with the port in them, and nothing more would be taken from them.
    before = state.read(paths.state_file).get("endpoint", "")
    if account.deployed() and before and before != emulator.endpoint(port):
        return f"was at {before}"
    return ""


def _afresh(paths: Paths, port: int) -> tuple[Process, Account]:
    emulator.stop(paths)
    emulator.forget(paths)
    process = emulator.ensure(paths, port)
    return process, Account(emulator.endpoint(process.port))


def _deploy(paths: Paths, account: Account, endpoint: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    wanted = sam.deployment(sam.build(paths, endpoint), parameters)
    fresh = not account.deployed() or state.read(paths.state_file).get("deployed") != wanted
    if fresh:
        state.update(paths.state_file, deployed=None)
        account.make_bucket()
        _deploy_or_say_why(paths, account, endpoint, parameters)
    found = describe(endpoint, account.resources(), account.outputs(), parameters["CleverApiUrl"])
    _finish(account, found, fresh=fresh)
    state.write(paths.stack_file, found)
    state.update(paths.state_file, deployed=wanted, endpoint=endpoint)
    return found


def _deploy_or_say_why(paths: Paths, account: Account, endpoint: str, parameters: Mapping[str, str]) -> None:
    try:
        sam.deploy(paths, endpoint, parameters)
    except StackError as failure:
        reasons = account.failures()
        if not reasons:
            raise
        told = "\n  ".join(reasons)
        raise StackError(f"The deployment failed (all of it is in {paths.log('deploy')}):\n  {told}") from failure


def _finish(account: Account, found: dict[str, Any], *, fresh: bool) -> None:
    if fresh and found["api_url"]:
        gateway.publish(account, found["api_url"].split("/restapis/")[1].split("/")[0])
    if found["clever_secret_id"]:
        account.put_secret(found["clever_secret_id"], clever.CLIENT)
    if found["webhook_secret_id"]:
        webhook.ensure(account, found["webhook_secret_id"])


def local_parameters(source: str) -> dict[str, str]:
    """The template's parameters that differ from AWS. The interpreter at hand runs the functions."""
    arm = platform.machine().lower() in {"arm64", "aarch64"}
    return {
        "Runtime": environment.runtime(),
        "Architecture": "arm64" if arm else "x86_64",
        "BinaryMediaTypes": "*/*",
        "CleverApiUrl": source,
        "CleverAuthUrl": source,
        "DeletionProtection": "false",
        "LogRetentionDays": "1",
        "ApplyConcurrency": "4",  # every worker is a process here, and a cold one costs a second of a core
    }


def _require_tools(paths: Paths) -> None:
    for name, program in (("emulator", "python"), ("sam", "sam")):
        if not paths.tool(name, program).exists():
            raise StackError(f"The {name} tools are not installed: run `make setup`, or call this through `make up`.")
