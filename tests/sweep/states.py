"""Plays a state machine's definition in one process: as much of the States Language as ours use, and no more.

What it meets and does not know is an error of the test, never passed over.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

MACHINES = Path(__file__).parents[2] / "statemachines"
TASKS = ("arn:aws:states:::lambda:invoke", "arn:aws:states:::lambda:invoke.waitForTaskToken")
MISSING = object()

Json = dict[str, Any]


class Failed(Exception):
    """A state failed: `error` is its name, as a Retry or a Catch knows it."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class Waits(Exception):
    """A task waits for its token to be answered: the execution goes on with `Player.answer`."""


def definition(name: str) -> Json:
    """A state machine of the repository, in which every substitution stands for its own name."""
    text = (MACHINES / f"{name}.asl.json").read_text(encoding="utf-8")
    return json.loads(re.sub(r"(: *)\$\{(\w+)\}", r"\g<1>1", re.sub(r"\"\$\{(\w+)\}\"", r'"\1"', text)))


class Player:
    """One execution of a definition.

    `invoke(function, payload)` calls a function, `lines(bucket, key)` reads the lines of an object, `wait(seconds)`
    lets time pass, `context` is what `$$` names. `token` is the one that it waits with, "" while it does not.
    """

    def __init__(
        self,
        machine: Json,
        context: Json,
        *,
        invoke: Callable[[str, Any], Any],
        lines: Callable[[str, str], list[Any]],
        wait: Callable[[float], None],
    ) -> None:
        self._machine, self._context = machine, context
        self._invoke, self._lines, self._wait = invoke, lines, wait
        self._parked, self._reply, self._tokens = ("", None), MISSING, 0
        self.token = ""

    def play(self, given: Any) -> Any:
        """Go from the first state to the last and give its output.

        Raises Failed when no state catches a failure, Waits when a task waits for an answer.
        """
        return self._states(self._machine, self._machine["StartAt"], given)

    def answer(self, reply: Any) -> Any:
        """Go on from the task that waits, with its output, or a Failed. Gives and raises as `play`."""
        self._reply, self.token = reply, ""
        return self._states(self._machine, *self._parked)

    def _states(self, machine: Json, name: str, data: Any) -> Any:
        while True:
            state = machine["States"][name]
            self._parked = (name, data)
            kind = state["Type"]
            if kind == "Succeed":
                return data
            if kind == "Fail":
                raise Failed(state["Error"])
            if kind == "Choice":
                name = self._choose(state, data)
                continue
            data, name = self._step(state, data)
            if state.get("End") and name is None:
                return data

    def _step(self, state: Json, data: Any) -> tuple[Any, str | None]:
        """One state that does something: its output, and where to go. A failure goes where its Catch says."""
        tried = [0] * len(state.get("Retry", []))
        while True:
            try:
                return self._done(state, data), state.get("Next")
            except Failed as failure:
                if self._again(state, failure.error, tried):
                    continue
                for catch in state.get("Catch", []):
                    if _matches(catch["ErrorEquals"], failure.error):
                        told = {"Error": failure.error, "Cause": ""}
                        return _placed(data, catch.get("ResultPath", "$"), told), catch["Next"]
                raise

    def _again(self, state: Json, error: str, tried: list[int]) -> bool:
        for number, retry in enumerate(state.get("Retry", [])):
            if _matches(retry["ErrorEquals"], error):
                if tried[number] >= retry.get("MaxAttempts", 3):
                    return False
                pause = retry.get("IntervalSeconds", 1) * retry.get("BackoffRate", 2) ** tried[number]
                self._wait(min(pause, retry.get("MaxDelaySeconds", pause)))
                tried[number] += 1
                return True
        return False

    def _done(self, state: Json, data: Any) -> Any:
        chosen = self._path(state.get("InputPath", "$"), data)
        if state.get("Resource") == TASKS[1] and self._reply is MISSING:
            self._tokens += 1
            self._context["Task"] = {"Token": f"{self._context['Execution']['Id']}#{self._tokens}"}
        if "Parameters" in state and state["Type"] != "Map":
            chosen = self._filled(state["Parameters"], chosen)
        match state["Type"]:
            case "Pass":
                result = state.get("Result", chosen)
            case "Wait":
                self._wait(float(state["Seconds"]))
                result = chosen
            case "Task":
                result = self._task(state["Resource"], chosen)
            case "Map":
                inner = state["ItemProcessor"]
                result = [
                    self._states(inner, inner["StartAt"], item) for item in self._items(state["ItemReader"], data)
                ]
            case other:
                raise NotImplementedError(other)
        if "ResultSelector" in state:
            result = self._filled(state["ResultSelector"], result)
        return self._path(state.get("OutputPath", "$"), _placed(data, state.get("ResultPath", "$"), result))

    def _task(self, resource: str, given: Json) -> Any:
        if resource not in TASKS:
            raise NotImplementedError(resource)
        if resource == TASKS[0]:
            return {"Payload": self._invoke(given["FunctionName"], given["Payload"])}
        if self._reply is MISSING:
            # A token may be answered while the function that was given it is still at work.
            self.token = self._context["Task"]["Token"]
            try:
                self._invoke(given["FunctionName"], given["Payload"])
            except Failed:
                self.token = ""
                raise
            raise Waits
        reply, self._reply = self._reply, MISSING
        if isinstance(reply, Failed):
            raise reply
        return reply

    def _items(self, reader: Json, data: Any) -> list[Any]:
        place = self._filled(reader["Parameters"], data)
        return self._lines(place["Bucket"], place["Key"])

    def _choose(self, state: Json, data: Any) -> str:
        for choice in state["Choices"]:
            if self._holds(choice, data):
                return str(choice["Next"])
        return str(state["Default"])

    def _holds(self, test: Json, data: Any) -> bool:
        if "Or" in test:
            return any(self._holds(one, data) for one in test["Or"])
        if "And" in test:
            return all(self._holds(one, data) for one in test["And"])
        if "Not" in test:
            return not self._holds(test["Not"], data)
        value = self._path(test["Variable"], data, MISSING)
        (operator,) = test.keys() - {"Variable", "Next"}
        if operator == "IsPresent":
            return (value is not MISSING) == test[operator]
        if value is MISSING:
            raise Failed("States.Runtime")
        if operator not in {"StringEquals", "BooleanEquals", "NumericEquals"}:
            raise NotImplementedError(operator)
        return bool(value == test[operator])

    def _filled(self, template: Any, data: Any) -> Any:
        if isinstance(template, list):
            return [self._filled(part, data) for part in template]
        if not isinstance(template, dict):
            return template
        found = {}
        for key, value in template.items():
            if key.endswith(".$"):
                found[key[:-2]] = self._path(value, data)
            else:
                found[key] = self._filled(value, data)
        return found

    def _path(self, path: str, data: Any, default: Any = None) -> Any:
        """What a path or an intrinsic names. Raises Failed for what is not there, unless there is a default."""
        if merge := re.fullmatch(r"States\.JsonMerge\((.+), *(.+), *false\)", path):
            return self._path(merge[1].strip(), data) | self._path(merge[2].strip(), data)
        if not re.fullmatch(r"\$\$?(\.\w+)*", path):
            raise NotImplementedError(path)
        found = self._context if path.startswith("$$") else data
        for part in path.lstrip("$").split(".")[1:]:
            if not isinstance(found, dict) or part not in found:
                if default is not None:
                    return default
                raise Failed("States.Runtime")
            found = found[part]
        return found


def _matches(names: list[str], error: str) -> bool:
    return error in names or "States.ALL" in names or ("States.TaskFailed" in names and error != "States.Timeout")


def _placed(data: Any, path: str | None, result: Any) -> Any:
    if path is None:
        return data
    if path == "$":
        return result
    if not re.fullmatch(r"\$\.\w+", path):
        raise NotImplementedError(path)
    return {**data, path[2:]: result}
