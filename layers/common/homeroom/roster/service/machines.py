"""The two state machines: one carries runs out, in the other a held plan waits for a person (S-10, S-11)."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from homeroom.roster.runs import Run

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

# Nobody waits with this token any more: answered, timed out, stopped, or of a machine that was made anew.
GONE = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})


class Machines:
    """Starts executions and wakes those that wait. `sync` and `hold` are ARNs, needed by what starts on them alone.

    `client` gives the client when it is first needed.
    """

    def __init__(self, client: Callable[[], "SFNClient"], *, sync: str = "", hold: str = "") -> None:
        self._client, self._sync, self._hold = client, sync, hold

    def carry_out(self, run: Run) -> None:
        """Start the execution of a run that has begun; again does nothing."""
        self._start(self._sync, "run", run, trigger=run.trigger)

    def resume(self, run: Run) -> None:
        """Start the execution of a run whose plan was approved; again does nothing. Carries out S-10.

        It says so of itself: the execution that held the plan speaks for the run no more, and both may fail (S-11).
        """
        self._start(self._sync, "approved", run, trigger="manual", approved=True)

    def wait(self, run: Run) -> None:
        """Start the execution in which a held run waits for a person; again does nothing. Carries out S-08."""
        self._start(self._hold, "hold", run)

    def notice(self, district: str, name: str) -> bool:
        """Start an execution for notices of a district, of that name; False when one of it ended before. W-01."""
        return self._execute(self._sync, name, {"district": district, "trigger": "notice"})

    def _start(self, machine: str, word: str, run: Run, **more: Any) -> None:
        # The moment is in the name, since a district that was purged and came back counts its runs afresh.
        name = f"{run.district}-{word}-{run.run:08d}-{run.started_at:%Y%m%dT%H%M%S}"
        self._execute(machine, name, {"district": run.district, **more, "run": str(run.run)})

    def _execute(self, machine: str, name: str, given: dict[str, Any]) -> bool:
        if not machine:
            raise RuntimeError("This function may not start executions of that machine.")
        try:
            self._client().start_execution(stateMachineArn=machine, name=name, input=json.dumps(given))
        except self._client().exceptions.ExecutionAlreadyExists:
            return False
        return True

    def wake(self, token: str, choice: str) -> bool:
        """Tell the execution that waits with this token what was chosen; False when nobody waits with it any more."""
        try:
            self._client().send_task_success(taskToken=token, output=json.dumps({"choice": choice}))
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") not in GONE:
                raise
            return False
        return True
