"""The chapters about changing with care: news at noon, a bad file held and rejected, a departure approved, an undo."""

import time
from collections.abc import Callable
from typing import Any

from homeroom.roster.runs import FINISHED
from sandbox import relay
from sandbox.demo.checks import chapter, expect, table, tell
from sandbox.rig.api import Api
from sandbox.rig.stack import Items, Stack

A_MINUTE = 60
PATIENCE_SECONDS = 300
SHOWN = 4

Move = tuple[str, str, str]


class Care:
    """These chapters, told by an administrator of a live district."""

    def __init__(self, stack: Stack, admin: Api, district: str) -> None:
        self._stack, self._admin, self._district = stack, admin, district
        self._path = f"/districts/{district}"

    def tell(self, move: Move) -> None:
        """All of them; `move` is a student, a class that they are in, and one that they are not in."""
        self._noon(*move)
        self._bad_file()
        departed = self._departure()
        self._undo(departed)

    def _noon(self, student: str, old: str, new: str) -> None:
        chapter("At noon a signed notice tells that the district has news: its events are followed (W-01, S-19)")
        url, secret = relay.local(self._stack.names)
        forged = relay.signed("whsec_" + "A" * 44, body := relay.notice(self._district), message="f", moment=_now())
        expect("a forged notice", relay.post(url, body, forged), 401)
        before = self._latest()
        self._stack.control({"move": {"student": student, "from": old, "to": new}})
        began = time.monotonic()
        expect("a signed one", relay.send(url, secret, self._district), 202)
        there = f"C#D#{self._district}#{new}|S#{student}"
        _until(lambda: there in self._stack.roster(), "the student in the new class")
        seconds = time.monotonic() - began
        expect("the student is in the new class within the minute", seconds < A_MINUTE, True)
        run = self._ended(self._after(before))
        expect(
            "how the source was read", (run["trigger"], run["read"], run["state"]), ("notice", "events", "succeeded")
        )
        expect("what changed", run["changes"], {"membership": {"create": 1, "remove": 1}})
        tell(f"({seconds:.0f} s from the notice to the class)")

    def _bad_file(self) -> None:
        chapter("A bad file drops 60 % of the people: held, looked at, rejected (S-08, S-09, S-10)")
        before = self._stack.roster()
        self._stack.control({"drop": {"kind": "users", "fraction": 0.6}})
        run = self._held()
        plan = self._get(f"/runs/{run['run']}/plan?limit=100")
        district = [(kind, op, count) for kind, ops in run["changes"].items() for op, count in ops.items()]
        table(("kind", "operation", "changes"), district)
        tell("Row by row, for instance:")
        for change in plan["items"][:SHOWN]:
            tell(f"- {change['words']}")
        answer = self._post(f"/runs/{run['run']}/reject", {"reason": "The file was cut off."})
        expect("rejected", (answer["state"], answer["decision"]["choice"]), ("rejected", "reject"))
        expect("the roster is byte for byte as it was", self._stack.roster() == before, True)
        again = self._stack.execute(self._district)[1]
        expect("the same file the night after", (again.state, again.reasons), ("skipped", ("plan_rejected",)))
        self._stack.control({"reset": True})
        expect("with the file mended", self._stack.execute(self._district)[1].state, "succeeded")

    def _departure(self) -> str:
        chapter("12 % leave at once: more than the guard lets pass, and true; a person approves (S-09, S-14)")
        self._stack.control({"drop": {"kind": "users", "fraction": 0.12}})
        run = self._held()
        approved = self._post(f"/runs/{run['run']}/approve", {})
        expect("approved by", approved["decision"]["choice"], "approve")
        done = self._ended(run["run"])
        expect("the run", (done["state"], done["changes"] == run["changes"]), ("succeeded", True))
        gone = done["changes"]["person"]["remove"]
        expect("people in their grace, still in their classes", _states(self._stack.roster())["leaving"], gone)
        return str(run["run"])

    def _undo(self, departed: str) -> None:
        chapter("It was a mistake after all: the run is undone, by a run with a plan of its own (S-13)")
        undo = self._ended(self._post(f"/runs/{departed}/undo")["run"])
        expect("the undo", (undo["state"], undo["undoes"], undo["left_alone"]), ("succeeded", departed, 0))
        table(("kind", "restored"), [(kind, ops.get("restore", 0)) for kind, ops in undo["changes"].items()])
        expect("people in their grace", _states(self._stack.roster()).get("leaving", 0), 0)
        held = self._stack.execute(self._district)[1]
        expect("the source still says it: the next plan asks", (held.state, held.reasons[0]), ("held", "undone:run"))
        self._stack.control({"reset": True})
        mended = self._stack.execute(self._district)[1]
        expect("with the source mended", (mended.state, mended.changes.get("person")), ("succeeded", None))

    def _held(self) -> dict[str, Any]:
        run = self._stack.execute(self._district)[1]
        expect("the run", run.state, "held")
        shown: dict[str, Any] = self._get(f"/runs/{run.run}")
        for hold in shown["holds"][:SHOWN]:
            tell(hold["told"])
        return shown

    def _latest(self) -> str:
        runs = self._get("/runs?limit=1")["items"]
        return str(runs[0]["run"])

    def _after(self, run: str) -> str:
        _until(lambda: self._latest() != run, "a run after the notice")
        return self._latest()

    def _ended(self, run: str) -> dict[str, Any]:
        _until(lambda: self._get(f"/runs/{run}")["state"] in FINISHED, f"run {run}")
        shown: dict[str, Any] = self._get(f"/runs/{run}")
        return shown

    def _get(self, path: str) -> Any:
        return self._admin.call("GET", self._path + path).body

    def _post(self, path: str, body: object = None) -> Any:
        answer = self._admin.call("POST", self._path + path, body)
        expect(f"POST {path.rpartition('/')[2]}", answer.status, 202)
        return answer.body


def _now() -> int:
    return int(time.time())


def _states(roster: Items) -> dict[str, int]:
    found: dict[str, int] = {}
    for key, item in roster.items():
        if key.endswith("|PERSON"):
            found[item["state"]["S"]] = found.get(item["state"]["S"], 0) + 1
    return found


def _until(there: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not there():
        if time.monotonic() > until:
            raise TimeoutError(what)
        time.sleep(0.5)
