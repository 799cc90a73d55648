"""What happens in the district, scene by scene, each going on from where the one before it ended."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from homeroom.accounts.service import AccountService
from homeroom.accounts.store import AccountStore
from homeroom.accounts.store.links import link_key
from homeroom.roster import wiring
from homeroom.roster.source import SourceEvent, TokenRefused
from homeroom.runtime import aws
from homeroom.runtime.settings import settings
from tests.support import rows
from tests.support.machine import FakeSource
from tests.support.rows import DISTRICT
from tests.sweep.world import World

Rows = rows.Rows
WHO = "admin-1"


@dataclass(frozen=True)
class Scene:
    """`setting` comes before it and is not disturbed; in `act` every call fails once.

    `again` is what a person does who sees later that what they asked for has failed.
    """

    name: str
    act: Callable[[World], None]
    setting: Callable[[World], None] = lambda world: None
    again: Callable[[World], None] = lambda world: None


def roster() -> Rows:
    """The district at its beginning: twelve classes of two teachers, and one whose term ends tomorrow."""
    whole = rows.small(students=36, classes=12)
    short = rows.section("c80", term="term-2", teacher="t00", teachers=("t00",), students=("s000", "s001"))
    return {
        **whole,
        "schools": [*whole["schools"], rows.school("school-c")],
        "terms": [*whole["terms"], rows.term("term-2", end="2026-09-15"), rows.term("term-3", name="Spare")],
        "users": [*whole["users"], rows.staff("f2")],
        "sections": [*whole["sections"], short],
    }


def changed(whole: Rows, kind: str, row_id: str, **fields: Any) -> None:
    """Change one row of a district in place."""
    whole[kind] = [row.model_copy(update=fields) if row.id == row_id else row for row in whole[kind]]  # type: ignore[index]


def without(whole: Rows, kind: str, *gone: str) -> None:
    """Take rows out of a district in place."""
    whole[kind] = [row for row in whole[kind] if row.id not in gone]  # type: ignore[index]


def student_of(section: Any, *, gone: tuple[str, ...] = (), new: tuple[str, ...] = ()) -> tuple[str, ...]:
    """A section's students with some gone and some new."""
    return tuple(sorted({*section.students, *new} - {*gone}))


def busy() -> Rows:
    """The second night: everything that can happen to a record happens to one."""
    whole = roster()
    by_id = {section.id: section for section in whole["sections"]}
    changed(whole, "users", "s001", email="new.address@district.example")
    changed(whole, "users", "s005", last="Renamed")
    changed(whole, "users", "a1", email="")
    without(whole, "users", "s002", "s003", "t11", "f2")
    whole["users"] += [rows.student("s900"), rows.teacher("t90")]
    # A move, and two that swap the class.
    changed(whole, "sections", "c00", students=student_of(by_id["c00"], gone=("s004", "s006"), new=("s900", "s002")))
    changed(whole, "sections", "c02", students=student_of(by_id["c02"], new=("s004", "s006")))
    changed(whole, "sections", "c01", teacher=by_id["c01"].teachers[1], name="Reading")
    changed(whole, "sections", "c03", teacher="t90", teachers=("t90", "t03"))
    without(whole, "sections", "c04", "c05")
    whole["sections"].append(rows.section("c90", teacher="t90", teachers=("t90",), students=("s900", "s010")))
    changed(whole, "schools", rows.OTHER_SCHOOL, name="Renamed school")
    changed(whole, "terms", rows.TERM, name="Renamed term")
    without(whole, "schools", "school-c")
    without(whole, "terms", "term-3")
    return whole


def back() -> Rows:
    """The third night: who and what had gone is back, not quite as it was."""
    whole = busy()
    first = roster()
    gone = {"users": ("s002", "f2"), "sections": ("c04", "c05"), "schools": ("school-c",), "terms": ("term-3",)}
    for kind, ids in gone.items():
        whole[kind] += [row for row in first[kind] if row.id in ids]  # type: ignore[index]
    changed(whole, "users", "s002", last="Returned")
    changed(whole, "users", "a1", email="a1@district.example")
    changed(whole, "users", "s001", email="s001@district.example")
    return whole


def renamed(whole: Rows, word: str) -> Rows:
    """Every class under another name: more than half of them at once, which no plan may do by itself."""
    sections = [row.model_copy(update={"name": f"{word} {row.id}"}) for row in whole["sections"]]
    return {**whole, "sections": sections}


def more(whole: Rows) -> Rows:
    """Somebody new, in a new class, and somebody gone."""
    users = [*whole["users"], rows.student("s910"), rows.teacher("t91")]
    new = rows.section("c91", teacher="t91", teachers=("t91", "t00"), students=("s910", "s000"))
    return {**whole, "users": [row for row in users if row.id != "s007"], "sections": [*whole["sections"], new]}


def bare(whole: Rows) -> Rows:
    """Nobody in two classes."""
    changed(whole, "users", "s008", last="Told by events")
    changed(whole, "sections", "c90", students=("s008", "s900"))
    return whole


def first() -> Rows:
    """The second night's district with who is back, and what the events told."""
    return bare(back())


def _night(of: Callable[[], Rows], **wait: float) -> Callable[[World], None]:
    """A district that says something else the next time."""

    def set_up(world: World) -> None:
        world.stage.wait(**wait)
        world.source = FakeSource(of(), newest=_event_id(world, 0))

    return set_up


def _event_id(world: World, number: int) -> str:
    """An event's id, which tells when it was."""
    return f"{int(world.stage.now.timestamp()):08x}{number:016x}"


def _activate(world: World) -> None:
    """Somebody of c04 has an account: the class is a used one (S-15). From now on the district wants mails."""
    _night(busy, days=1)(world)
    world.stage.set(mails=True)
    student = next(section for section in roster()["sections"] if section.id == "c04").students[0]
    pk, sk = link_key(DISTRICT, student)
    item = {"pk": {"S": pk}, "sk": {"S": sk}, "account": {"S": "account-1"}}
    aws.dynamodb().put_item(TableName="districts", Item=item)


def _news(world: World) -> None:
    """Some hours later, the source has news and events that tell of it."""
    world.stage.wait(hours=9)
    told = [("users.updated", "users", "s008"), ("sections.updated", "sections", "c90")]
    happened = [
        SourceEvent(_event_id(world, number), word, kind, record, DISTRICT)  # type: ignore[arg-type]
        for number, (word, kind, record) in enumerate(told, start=1)
    ]
    world.source = FakeSource(first(), newest=happened[-1].id, happened=happened)


def _tick(world: World) -> None:
    world.tick()


def _held(of: Callable[[], Rows]) -> Callable[[World], None]:
    """A night whose plan is held, undisturbed."""

    def set_up(world: World) -> None:
        _night(of, days=1)(world)
        world.tick()

    return set_up


def _latest(world: World, *states: str) -> int:
    """The latest run in one of these states, 0 if there is none."""
    with world.unseen():
        found = wiring.run_store().newest_first(DISTRICT)
        return next((run.run for run in found if run.state in states), 0)


def _approve(world: World, only: Any = None) -> None:
    if run := _latest(world, "held"):
        world.ask("approve", lambda: wiring.decisions().approve(DISTRICT, run, WHO, world.stage.now, only))


def _additions(world: World) -> None:
    if not _added(world):
        _approve(world, "additions")


def _added(world: World) -> int:
    """The run that applied additions alone, 0 if none has yet."""
    with world.unseen():
        runs = wiring.run_store().newest_first(DISTRICT)
        decided = (run for run in runs if run.decision and run.decision.choice == "additions")
        return next((run.run for run in decided if run.state == "succeeded"), 0)


def _reject(world: World) -> None:
    if run := _latest(world, "held"):
        reason = "Not what we sent."
        world.ask("reject", lambda: wiring.decisions().reject(DISTRICT, run, WHO, world.stage.now, reason))


def _undo(world: World) -> None:
    """The additions are undone, if they are not yet."""
    added = _added(world)
    with world.unseen():
        done = [run.undoes for run in wiring.run_store().newest_first(DISTRICT) if run.state == "succeeded"]
    if added not in done:
        world.ask("undo", lambda: wiring.decisions().undo(DISTRICT, added, WHO, world.stage.now))


def _by_hand(world: World) -> None:
    world.ask("start", lambda: wiring.runs().start(DISTRICT, WHO, world.stage.now))


def _mails(world: World) -> None:
    world.post()


def _grant(world: World) -> None:
    """An operator's account administers the district, too."""
    store = AccountStore(settings().need("users_table"))
    AccountService(store).grant_admin("account-9", DISTRICT, "operator", world.stage.now, "grant-9")


def _cut(world: World) -> None:
    """Last night died with its plan half written, and nobody told of it."""
    _night(lambda: more(renamed(first(), "Held")), days=1)(world)
    world.doom("ApplyFunctionArn", 2)
    world.tick()
    world.stage.wait(days=1)


def _mended(world: World) -> None:
    """A night whose plan is held; then the source is as it should be."""
    _held(lambda: renamed(first(), "Yet again"))(world)
    _night(lambda: renamed(first(), "Held"), days=1)(world)


def _refused(world: World) -> None:
    """The district has withdrawn its token."""
    world.stage.wait(days=1)
    world.source = FakeSource({}, TokenRefused(), fails_at="cursor")


SCENES = [
    Scene("the first sync", _tick, _night(roster)),
    Scene("a night with every kind of change", _tick, _activate),
    Scene("a night on which who had gone is back", _tick, _night(back, days=1)),
    Scene("news by webhook and events", lambda world: world.webhook("notice-1"), _news),
    Scene("a night on which a grace is over", _tick, _night(first, days=8)),
    Scene("a night whose plan is held", _tick, _night(lambda: renamed(first(), "Held"), days=1)),
    Scene("the mails go out", _mails, _grant),
    Scene("the held plan is approved", _approve, again=_approve),
    Scene(
        "of a held plan the additions are approved",
        _additions,
        _held(lambda: more(renamed(first(), "Again"))),
        _additions,
    ),
    Scene("the additions are undone", _undo, lambda world: world.stage.wait(hours=1), _undo),
    Scene("a held plan is rejected", _reject, _held(lambda: more(renamed(first(), "Once more"))), _reject),
    Scene("a night whose plan takes the place of one that waits", _tick, _mended),
    Scene("a run by hand", _by_hand, _night(lambda: renamed(first(), "Held"), days=1)),
    Scene("a night after one that died as it wrote", _tick, _cut),
    Scene("a quiet night", _tick, _night(lambda: more(renamed(first(), "Held")), days=1)),
    Scene("a night on which the token is refused", _tick, _refused),
]
