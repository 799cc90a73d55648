"""The state of a district as far as two ways to the same end must agree: run numbers and moments by what they are of.

Runs that came to something (changed the roster, or wait for a person, or were decided on) are named R1, R2 … in their
order; that others were tried in between is no difference. A moment is the beginning of such a run, or just a moment.
"""

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from homeroom.roster import wiring
from homeroom.roster.runs import Run
from homeroom.roster.store.files import run_prefix
from tests.support.rows import DISTRICT
from tests.sweep import memory

State = dict[str, Any]

DECIDED = ("held", "rejected")
# How many notices came, and what was begun for them, depends on how often one was sent; that none is left does not.
NOTICE, MAIL = "NOTICE", "MAIL"
# The dispatcher's note of the latest night that it started.
NIGHT = "NIGHT"
# Fields that name a run by its number.
OF_RUN = {"run", "archived", "archived_run", "holder", "applying", "based_on", "undoes", "undone"}
# Counters, what a write was counted as when it was repeated, and how long a lease lasts: none of them is state.
LEFT_OUT = {
    "counter", "version", "written", "held_until", "notices", "expires_at", "attempts", "claimed", "reason", "trigger",
    "token",
}  # fmt: skip
# Whether everything was read or what events named: what comes of it must be the same.
# Runs whose files are compared: what earlier ones made was compared when they did.
LATEST = 2
READ_ANYHOW = {"full", "events"}
# Fields with a moment that is the beginning of a run, and of none but that which the item is of.
OF_BEGINNING = {"started", "ended", "started_at", "made_at", "reached"}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+0000|\+00:00)")
IN_TEXT = re.compile(
    r"(runs/|run-|run:|RUN#|HOLD#|X#\S+#|(?:held|joined):[0-9a-f]{24}:|undo-|approved-|rejected-)(\d{1,8})"
)


class Names:
    """Names of runs and moments."""

    def __init__(self, runs: list[Run]) -> None:
        self.told = [run for run in sorted(runs, key=lambda run: run.run) if _came_to_something(run)]
        self._by_number = {run.run: f"R{at}" for at, run in enumerate(self.told, start=1)}
        self._by_moment = {run.started_at: f"start of R{at}" for at, run in enumerate(self.told, start=1)}
        self._others = {run.run: f"a {run.state} run" for run in runs if run.run not in self._by_number}

    def of(self, number: int) -> str:
        """The name of a run's number."""
        return self._by_number.get(number) or self._others.get(number, f"no run ({number})") if number else ""

    def of_others(self, sort_key: str) -> bool:
        """Whether an audit row is of the beginning of a run that came to nothing."""
        found = re.search(r"(?:undo|approved|rejected)-(\d{8})$", sort_key)
        return found is not None and int(found[1]) in self._others

    def text(self, value: str, field: str = "") -> str:
        """A text with the runs and moments in it named."""
        value = MOMENT.sub(lambda found: self._moment(found[0]) if field in OF_BEGINNING else "a moment", value)
        return IN_TEXT.sub(lambda found: found[1] + self.of(int(found[2])), value)

    def _moment(self, text: str) -> str:
        at = datetime.fromisoformat(text.replace("+0000", "+00:00")).astimezone(UTC)
        return "never" if at.year == 1970 else self._by_moment.get(at, "a moment")

    def plain(self, value: Any, field: str = "") -> Any:
        """A value of an item or of a JSON text, named throughout."""
        if field in OF_RUN and isinstance(value, int):
            return self.of(value)
        if field == "read" and value in READ_ANYHOW:
            return "somehow"
        if isinstance(value, Mapping):
            return {self.text(key): self.plain(part, key) for key, part in value.items() if key not in LEFT_OUT}
        if isinstance(value, set | frozenset):
            return sorted(value)
        if isinstance(value, list | tuple):
            return [self.plain(part, field) for part in value]
        return self.text(value, field) if isinstance(value, str) else value


def _came_to_something(run: Run) -> bool:
    return run.state in DECIDED or (run.state == "succeeded" and bool(run.changes))


def canonical(started: list[str]) -> State:
    """Everything that two ways must agree on, by table and key, and by the names of files.

    `started` are the nights of which there is an execution.
    """
    runs = list(wiring.run_store().newest_first(DISTRICT))
    names = Names(runs)
    others = [run.run for run in runs if run not in names.told]
    left_out = {f"{kind}#{number:08d}" for number in others for kind in ("RUN", "HOLD")}
    # What was decided, or came to nothing in the end, nobody need be told of any more.
    waiting = {run.run for run in runs if run.state == "held"}
    found: State = {}
    noted = ""
    for (table, pk, sk), item in memory.items().items():
        plain = _read(item)
        if sk == NIGHT:
            noted = plain["night"]
            continue
        if sk == NOTICE:
            plain = {"outstanding": plain["wanted"] > plain.get("served", 0)}
        if sk == MAIL and plain["state"] == "unsure":
            # Nobody knows whether it went out: `promises` says when that may be.
            plain["state"] = "sent"
        if sk == MAIL and plain["kind"] == "held" and plain["run"] not in waiting:
            continue
        if sk not in left_out and not (sk.startswith("AUDIT#") and names.of_others(sk)):
            # A list, since two rows of an audit may differ in their moments alone.
            found.setdefault(f"{table} {names.text(pk)} {names.text(sk)}", []).append(names.plain(plain))
    found["nights"] = _nights(noted, started)
    for rows in found.values():
        rows.sort(key=lambda row: json.dumps(row, sort_keys=True))
    return found | _files(names)


def _nights(noted: str, started: list[str]) -> list[str]:
    """The latest night, and what is wrong with its note. The note may be late by one: the night's name was given to an
    execution, so that starting it once more is none, and the dispatcher's next turn notes it.
    """
    late = [night for night in started if night > noted]
    wrong = [f"no note of {night}" for night in late[:-1]] + [f"{noted} was never started"] * (
        noted not in ["", *started]
    )
    return [max([noted, *started]), *wrong]


def _read(item: dict[str, Any]) -> dict[str, Any]:
    """An item as Python, with the JSON texts in it read."""
    plain = {name: TypeDeserializer().deserialize(value) for name, value in item.items() if name not in {"pk", "sk"}}
    return {name: _parsed(value) for name, value in plain.items()}


def _parsed(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in {"{", "["}:
        return json.loads(value)
    return int(value) if hasattr(value, "as_integer_ratio") and not isinstance(value, bool) else value


def _files(names: Names) -> State:
    """The roster in force and its snapshot; and of the latest runs that came to something all that they made."""
    promoted = wiring.run_store().sync(DISTRICT).promoted
    objects = memory.objects()
    found: State = {}
    for key, body in objects.items():
        name = names.text(key)
        if key.startswith((f"{promoted.prefix}/roster/", f"{_rows(promoted)}/snapshot/")):
            found[f"in force: {name.rpartition('/')[2]}"] = _lines(names, body)
        elif any(key.startswith(f"{run_prefix(DISTRICT, run.run)}/") for run in names.told[-LATEST:]):
            found[name] = _lines(names, body)
    return found


def _rows(promoted: Any) -> str:
    return str(getattr(promoted, "rows", promoted.prefix))


def _lines(names: Names, body: bytes) -> list[str]:
    text = (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode()
    return [_line(names, line) for line in text.splitlines()]


def _line(names: Names, line: str) -> str:
    # A record that could not be read has its kind in front.
    kind, _, text = line.partition(" ") if line[:1].isalpha() else ("", "", line)
    return kind + json.dumps(names.plain(json.loads(text)), sort_keys=True)


def differences(expected: State, found: State) -> list[str]:
    """What differs, a line for each value."""
    return list(_differ("", expected, found))


def _differ(path: str, expected: Any, found: Any) -> Iterator[str]:
    if expected == found:
        return
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in sorted(expected.keys() | found.keys()):
            yield from _differ(f"{path} {key}".strip(), expected.get(key), found.get(key))
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for one, other in zip(expected, found, strict=True):
            yield from _differ(path, one, other)
    else:
        yield f"{path}: {_short(expected)} became {_short(found)}"


def _short(value: Any) -> str:
    text = json.dumps(value, sort_keys=True) if value is not None else "nothing"
    return text if len(text) <= 600 else f"{text[:600]} …"
