"""Runs kept in memory, to the port that the routes use."""

from datetime import UTC, datetime
from typing import Any

from homeroom.roster.holds import Decision
from homeroom.roster.runs import Run, RunInProgress
from homeroom.runtime.errors import NotFound
from homeroom.runtime.pages import Page, page_of

REACHED = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
CHANGES: list[dict[str, Any]] = [
    {"kind": "person", "op": "create", "id": "p1", "school": "s1", "before": None, "after": {"last": "=1+1"}},
    {"kind": "person", "op": "update", "id": "p2", "school": "s2", "before": {"grade": "4"}, "after": {"grade": "5"}},
    {"kind": "class", "op": "end", "id": "c1", "school": "s1", "before": {"state": "active"}, "after": {}},
]
WORDS = ("=1+1 joins as student", "Ada: grade 4 → 5", "Class Math ends with its term")
FINDINGS: list[dict[str, Any]] = [
    {
        "code": "birth_date_missing",
        "severity": "warning",
        "kind": "person",
        "id": f"p{number}",
        "school": f"s{number % 2 + 1}",
        "label": "@100",
        "what": "A student has no date of birth.",
        "because": "They are treated as under 13.",
        "mend": "Enter it in the SIS.",
    }
    for number in range(5)
]


class FakeRuns:
    """Two runs that finished and, after `start`, one that has not."""

    def __init__(self, district: str) -> None:
        self.runs = [run(district, number, "planned") for number in (1, 2)]

    def start(self, district: str, actor: str, now: datetime) -> Run:
        if self.runs[-1].state == "running":
            raise RunInProgress("A run is under way.", run=str(self.runs[-1].run))
        self.runs.append(run(district, len(self.runs) + 1, "running", actor=actor, started_at=now))
        return self.runs[-1]

    def get(self, district: str, run: int) -> Run:
        for one in self.runs:
            if (one.district, one.run) == (district, run):
                return one
        raise NotFound("There is no such run.")

    def page(self, district: str, limit: int, cursor: str | None, state: str | None = None) -> Page[Run]:
        runs = [run for run in reversed(self.runs) if state in {None, run.state}]
        return page_of(runs, scope=f"runs:{district}", limit=limit, cursor=cursor)

    def plan(
        self, district: str, run: int, *, kind: str | None, school: str | None, limit: int, cursor: str | None
    ) -> Page[dict[str, Any]]:
        told = [c | {"words": sentence} for c, sentence in zip(CHANGES, WORDS, strict=True)]
        rows = [c for c in told if kind in {None, c["kind"]} and school in {None, c["school"]}]
        self.get(district, run)
        return page_of(rows, scope=f"plan:{district}:{run}:{kind}:{school}", limit=limit, cursor=cursor)

    def counts(self, district: str, run: int, school: str | None = None) -> dict[str, Any]:
        self.get(district, run)
        found = {"s1": {"class": {"end": 1}, "person": {"create": 1}}, "s2": {"person": {"update": 1}}}
        return {name: kinds for name, kinds in found.items() if school in {None, name}}

    def findings(
        self, district: str, run: int | None, *, code: str | None, school: str | None, limit: int, cursor: str | None
    ) -> Page[dict[str, Any]]:
        rows = [f for f in FINDINGS if code in {None, f["code"]} and school in {None, f["school"]}]
        return page_of(rows, scope=f"findings:{district}:{run}:{code}:{school}", limit=limit, cursor=cursor)

    def readiness(self, district: str) -> dict[str, Any]:
        item = {"item": "birth_dates", "status": "warning", "total": 9, "problems": 5}
        return {"run": "2", "reached": REACHED, "items": [item | {"findings": {"birth_date_missing": 5}}]}

    def summary(self, district: str, now: datetime) -> dict[str, Any]:
        return {
            "district": district,
            "state": "onboarding",
            "status": "planned",
            "reasons": [],
            "waiting_run": None,
            "last_run": "2",
            "last_started_at": REACHED,
            "data_reaches": None,
            "next_night": now,
            "counts": {},
        }


class FakeDecisions:
    """Every run waits, and every decision is taken."""

    def __init__(self, runs: FakeRuns) -> None:
        self._runs = runs

    def approve(self, district: str, run: int, actor: str, now: datetime, only: Any = None, *, cause: str) -> Run:
        return self._decided(district, run, "running", Decision(choice=only or "approve", actor=actor, at=now))

    def reject(self, district: str, run: int, actor: str, now: datetime, why: str, *, cause: str) -> Run:
        return self._decided(district, run, "rejected", Decision(choice="reject", actor=actor, at=now, why=why))

    def undo(self, district: str, run: int, actor: str, now: datetime, *, cause: str) -> Run:
        begun = self._runs.start(district, actor, now)
        return begun.model_copy(update={"trigger": "undo", "undoes": run})

    def _decided(self, district: str, run: int, state: str, decision: Decision) -> Run:
        return self._runs.get(district, run).model_copy(update={"state": state, "decision": decision})


def run(district: str, number: int, state: Any, **more: Any) -> Run:
    return Run(
        **{
            "district": district,
            "run": number,
            "state": state,
            "trigger": "manual",
            "actor": "schedule",
            "started_at": REACHED,
            "changes": {"person": {"create": 1}},
            "based_on": number - 1,
            **more,
        }
    )
