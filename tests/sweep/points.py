"""Goes through every call of every scene, and fails it in every way, each in a process of its own."""

import gc
import json
import os
import signal
import sys
from collections.abc import Callable, Container, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from homeroom.roster import wiring
from tests.support.rows import DISTRICT
from tests.sweep.canon import State, canonical, differences
from tests.sweep.faults import PASSING, READS, WAYS
from tests.sweep.promises import broken, unfinished, unlike_mails
from tests.sweep.scenes import SCENES, Scene
from tests.sweep.world import World, world

PATIENCE_SECONDS = 120
# After a read nothing is there that was not before it: whether it was read twice, or who tells of a death then, is no
# other case.
OF_WRITES = {"twice", "aborted", "vanished"}
# What the roster's writes and the clients' own retries must swallow, so that nothing is seen of it.
UNSEEN = {"blinked", "twice"}


@dataclass(frozen=True)
class Point:
    """A call to fail, counted through all scenes, and how."""

    scene: str
    call: int
    name: str
    way: str

    def __str__(self) -> str:
        return f"{self.call}:{self.way}"


@dataclass(frozen=True)
class Outcome:
    """What came of a point: nothing in `faults` if all is as it should be."""

    point: Point
    faults: list[str]


@dataclass(frozen=True)
class Reference:
    """A scene undisturbed: its calls by invocation, and its state at once and after each of `LATER`; and all mails."""

    calls: list[list[str]]
    states: list[State]
    mails: list[str]


def points(scene: str, offset: int, calls: list[list[str]]) -> Iterator[tuple[int, Point]]:
    """Every point of a scene, with the number of the invocation that it is in."""
    at, blinked = offset, set[str]()
    for invocation, names in enumerate(calls):
        for name in names:
            for way in WAYS:
                if (way in OF_WRITES and name.endswith(READS)) or (way == "blinked" and name in blinked):
                    continue
                yield invocation, Point(scene, at, name, way)
            if not name.endswith(tuple(PASSING)):
                # What the client's own retries swallow once they swallow always.
                blinked.add(name)
            at += 1


def sweep(chosen: Callable[[int, Point], bool], scenes: Container[int]) -> Iterator[Outcome | int]:
    """The outcome of every point that is `chosen` by its position and itself, in those scenes; and how many calls there
    were in all.
    """
    _warm_up()
    offset = position = 0
    with world() as made:
        for number, scene in enumerate(SCENES):
            scene.setting(made)
            played = _Disturbed(made, scene, offset)
            if number in scenes:
                played.reference = Reference(**_in_child(lambda: asdict(_reference(made, scene))))  # noqa: B023
                for invocation, point in points(scene.name, offset, played.reference.calls):
                    if chosen(position, point):
                        played.mine.setdefault(invocation, []).append(point)
                    position += 1
            yield from played.outcomes()
            offset += len(made.faults.calls)
    yield offset


def _warm_up() -> None:
    """Make every client and import every module once: the processes of the points come from here."""
    with world() as made:
        for scene in SCENES[:2]:
            scene.setting(made)
            scene.act(made)
    gc.collect()
    gc.freeze()


def _reference(made: World, scene: Scene) -> Reference:
    calls: list[list[str]] = []

    def noted() -> None:
        calls.append([])

    made.before_call = noted
    made.faults.arm(-1, "")
    made.faults.calls.clear()
    made.faults.heard = lambda name: calls[-1].append(name)  # noqa: PLW0108  the last list changes
    scene.act(made)
    made.faults.counting = False
    states = [canonical(made.nights)]
    for time, later in LATER:
        made.stage.wait(**time)
        later(made)
        states.append(canonical(made.nights))
    return Reference(calls, states, made.mails)


# What comes after a scene, until all is as it would have been: the dispatcher's next turn, one more execution when
# every lease is over and another, and the next night; each after so much time.
LATER: tuple[tuple[dict[str, float], Callable[[World], None]], ...] = (
    ({"minutes": 20}, World.tick),
    ({"hours": 2, "minutes": 25}, World.night),
    ({"minutes": 30}, World.night),
    ({"hours": 22}, World.tick),
)


class _Disturbed:
    """A scene that is played once undisturbed; before each invocation, processes go off it in which a call fails.

    `mine` are the points to try, by the number of the invocation; `reference` is what must come of them.
    """

    def __init__(self, made: World, scene: Scene, offset: int) -> None:
        self._made, self._scene, self._offset = made, scene, offset
        self.reference = Reference([], [], [])
        self.mine: dict[int, list[Point]] = {}
        self._invocation = -1
        self._outcomes: list[Outcome] = []
        self._report: int | None = None
        self._point: Point | None = None

    def outcomes(self) -> list[Outcome]:
        """Play the scene."""
        self._made.before_call = self._branch
        self._made.faults.arm(-1, "")
        self._made.faults.calls.clear()
        self._made.faults.heard = lambda _name: None
        try:
            self._scene.act(self._made)
        finally:
            if self._report is not None:
                self._judge()
        self._made.faults.counting = False
        return self._outcomes

    def _branch(self) -> None:
        self._invocation += 1
        for point in self.mine.get(self._invocation, ()) if self._report is None else ():
            reading, writing = os.pipe()
            child = os.fork()
            if not child:
                os.close(reading)
                signal.alarm(PATIENCE_SECONDS)
                self._report, self._point = writing, point
                self._made.faults.arm(point.call - self._offset, point.way)
                return
            os.close(writing)
            self._outcomes.append(_heard(point, reading, child))

    def _judge(self) -> None:
        """Say what came of the point, and end the process."""
        assert self._report is not None
        try:
            told = self._judged() if sys.exc_info()[0] is None else [f"out of the scene came {sys.exc_info()[1]!r}"]
        except BaseException as error:  # noqa: BLE001  a process that cannot judge says so
            told = [f"the judge met {error!r}"]
        _tell(self._report, told)

    def _judged(self) -> list[str]:
        made, point = self._made, self._point
        assert point is not None
        made.faults.counting, made.before_call = False, lambda: None
        made.faults.process("")
        if not made.faults.struck:
            return ["the call did not come"]
        told = [f"in between: {promise}" for promise in broken(made.stage)]
        left, ended = self._left(0), list[str]()
        if left and point.way in UNSEEN:
            told.append("a trouble that passes by itself was seen")
        for number, (time, later) in enumerate(LATER, start=1):
            if left:
                made.stage.wait(**time)
                self._insist()
                later(made)
                self._insist()
                left = self._left(number)
                ended = (
                    [f"in the end: {promise}" for promise in broken(made.stage)]
                    if number == len(LATER) or not left
                    else []
                )
        return told + left + ended

    def _insist(self) -> None:
        """Whoever asked for something looks what became of it; what is half written is finished without them."""
        if not wiring.run_store().sync(DISTRICT).applying:
            self._scene.again(self._made)
            # No two runs begin at the same moment, by which they are told apart.
            self._made.stage.wait(minutes=1)

    def _left(self, number: int) -> list[str]:
        """What is not yet as it would have been."""
        told = [*unfinished(self._made), *unlike_mails(self.reference.mails, self._made)]
        return told + differences(self.reference.states[number], canonical(self._made.nights))


def _in_child(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What `work` gives, in a process that leaves nothing else behind."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            _tell(writing, work())
        except BaseException as error:  # noqa: BLE001  the parent must not go on as if it were the child
            _tell(writing, {"error": repr(error)})
    os.close(writing)
    found = json.loads(_read(reading, child) or "{}")
    if "calls" not in found:
        raise RuntimeError(f"Undisturbed, a scene fails: {found}")
    return found


def _heard(point: Point, reading: int, child: int) -> Outcome:
    said = _read(reading, child)
    return Outcome(point, json.loads(said) if said else [f"it did not end within {PATIENCE_SECONDS} s"])


def _read(reading: int, child: int) -> str:
    with os.fdopen(reading, encoding="utf-8") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said


def _tell(writing: int, what: Any) -> None:
    with os.fdopen(writing, "w", encoding="utf-8") as pipe:
        json.dump(what, pipe)
    os._exit(0)
