"""Undo: the roster in force without what one run did to it, wherever nobody changed it since (S-13). Pure, streaming.

Three rosters are merged: `was` from before the run, `made` by the run, and `now`, in force. What the run left alone
stays as it is now. What it changed, and what is now as the run made it, becomes as it was; what is as it was already
needs nothing; what somebody changed to anything else stays, and is listed.
"""

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from datetime import date
from functools import partial
from typing import NamedTuple

from homeroom.roster.entries import AnyEntry, ClassEntry, PersonEntry
from homeroom.roster.rules.classes import MOST_CO_TEACHERS
from homeroom.roster.rules.leaving import dropped
from homeroom.roster.rules.plan import Old

Archive = Callable[[AnyEntry], AnyEntry]
NOBODY: AbstractSet[str] = frozenset()


class Wanted(NamedTuple):
    """What undo makes of one entry of the roster in force, whose line there is `line`.

    `before` and `after` are the entry as it is and as it is wanted, both None when it stays as it is. `left` lists
    what the run changed and undo must leave: an entry by its id, a membership as `<class>/<T# or S#><person>`.
    """

    line: bytes
    before: AnyEntry | None = None
    after: AnyEntry | None = None
    left: tuple[str, ...] = ()


def undone(
    before: Iterator[bytes],
    made: Iterator[bytes],
    current: Iterator[bytes],
    read: Callable[[bytes], AnyEntry],
    *,
    run: int,
    today: date,
    grace_days: int,
    gone: AbstractSet[str] = NOBODY,
) -> Iterator[Wanted]:
    """What is wanted of every entry of `current`, in its order; the lines are of one kind, ids ascending.

    What the undone run created is archived under `run`, with a grace of its own for people (S-14). No membership of
    somebody in `gone`, people whose grace is over, comes back. Lines that are equal in all three are never parsed.
    """
    was, then, now = Old(before, read), Old(made, read), Old(current, read)
    archive = partial(_archived, run=run, today=today, grace_days=grace_days)
    while (line := now.line) is not None:
        if line == then.line == was.line:
            for cursor in (was, then, now):
                cursor.step()
            yield Wanted(line)
            continue
        entry = now.take()
        after, left = _judged(_of(was, entry.id), _of(then, entry.id), entry, archive, gone)
        yield Wanted(line, left=left) if after == entry else Wanted(line, entry, after, left)


def _of(cursor: Old, entry_id: str) -> AnyEntry | None:
    """The entry of that id, going on to the next line; None when the roster has none."""
    while cursor.line is not None and cursor.entry.id < entry_id:
        cursor.step()
    return cursor.take() if cursor.line is not None and cursor.entry.id == entry_id else None


def _archived(entry: AnyEntry, *, run: int, today: date, grace_days: int) -> AnyEntry:
    if isinstance(entry, PersonEntry):
        return dropped(entry, run, today, grace_days)
    return entry.model_copy(update={"archived": run})


def _judged(
    was: AnyEntry | None, made: AnyEntry | None, now: AnyEntry, archive: Archive, gone: AbstractSet[str]
) -> tuple[AnyEntry, tuple[str, ...]]:
    if made is None or was == made:
        return now, ()
    if isinstance(now, ClassEntry) and isinstance(made, ClassEntry):
        return _class(was if isinstance(was, ClassEntry) else None, made, now, archive, gone)
    return _unit(was, made, now, archive)


def _unit(was: AnyEntry | None, made: AnyEntry, now: AnyEntry, archive: Archive) -> tuple[AnyEntry, tuple[str, ...]]:
    """What is judged as one: an entry, or a class without its members."""
    if was == made:
        return now, ()
    if now == made:
        return was or archive(now), ()
    # Something that the run created and that is gone again is as it was, too.
    as_it_was = now == was or (was is None and now.archived)
    return now, () if as_it_was else (now.id,)


def _class(
    was: ClassEntry | None, made: ClassEntry, now: ClassEntry, archive: Archive, gone: AbstractSet[str]
) -> tuple[AnyEntry, tuple[str, ...]]:
    """A class's own fields as one unit, and each membership by itself."""
    if was is None and now.archived:
        return now, ()
    base = was or ClassEntry(id=now.id)
    own, left = _unit(_alone(was) if was else None, _alone(made), _alone(now), archive)
    if own.archived and not now.archived:
        if _joined_since(base, made, now):
            own, left = now, (now.id,)
        elif was is None:
            # A class that goes takes its members along, and has them again when it comes back.
            return archive(now), ()
    members, stuck = _members(base, made, now, gone)
    if _stands(own) and not _stands(now):
        # Nobody was taken out of a class that was gone, or had ended, when their grace was over.
        late = [key for key in members if key[2:] in gone]
        members, stuck = {key: members[key] for key in members if key not in late}, sorted({*stuck, *late})
    people = {role: {key[2:] for key in members if members[key] == role} for role in members.values()}
    update = {
        "teacher": next(iter(people.get("primary", ())), ""),
        "co_teachers": _in_order(people.get("co_teacher", set()), base, made, now),
        "students": tuple(sorted(people.get("student", ()))),
    }
    return own.model_copy(update=update), (*left, *(f"{now.id}/{key}" for key in stuck))


def _alone(entry: ClassEntry) -> ClassEntry:
    return entry.model_copy(update={"teacher": "", "co_teachers": (), "students": ()})


def _stands(entry: AnyEntry) -> bool:
    return not entry.archived and not (isinstance(entry, ClassEntry) and entry.state == "ended")


def _joined_since(was: ClassEntry, made: ClassEntry, now: ClassEntry) -> bool:
    """Whether somebody is in a class as neither the run nor anything before it had them: it must not go."""
    known = was.members().items() | made.members().items()
    return not now.members().items() <= known


def _members(
    was: ClassEntry, made: ClassEntry, now: ClassEntry, gone: AbstractSet[str]
) -> tuple[dict[str, str], list[str]]:
    """Roles by membership key as undo wants them, and the keys of the memberships that it must leave."""
    before, then, is_now = was.members(), made.members(), now.members()
    wanted, left = dict(is_now), set()
    for key in before.keys() | then.keys():
        role, present = before.get(key), is_now.get(key)
        if role in {then.get(key), present}:
            continue
        if present != then.get(key) or (present is None and key[2:] in gone):
            left.add(key)
        else:
            _give(wanted, key, role)
    for key in _too_many(wanted, now):
        _give(wanted, key, is_now.get(key))
        left.add(key)
    return wanted, sorted(left)


def _give(members: dict[str, str], key: str, role: str | None) -> None:
    members.pop(key, None)
    if role is not None:
        members[key] = role


def _too_many(wanted: dict[str, str], now: ClassEntry) -> list[str]:
    """The memberships that undo cannot give back, so that a class keeps its shape (S-02).

    Where somebody else is primary by now they stay it, alone; where there would be more than nine co-teachers, and
    more than there are, all teachers stay what they are.
    """
    is_now = now.members()
    changed = [key for key in {**wanted, **is_now} if wanted.get(key) != is_now.get(key)]
    back = [key for key in changed if wanted.get(key) == "primary"]
    second = back if "primary" in (role for key, role in wanted.items() if key not in back) else []
    kept = {key: is_now.get(key) if key in second else role for key, role in wanted.items()}
    if list(kept.values()).count("co_teacher") > max(MOST_CO_TEACHERS, len(now.co_teachers)):
        return [key for key in changed if key.startswith("T#")]
    return second


def _in_order(chosen: set[str], was: ClassEntry, made: ClassEntry, now: ClassEntry) -> tuple[str, ...]:
    """Co-teachers in the order of before, unless somebody changed them since: then in the present order first."""
    first, second = (was, now) if now.co_teachers == made.co_teachers else (now, was)
    order = dict.fromkeys((*first.co_teachers, *second.co_teachers))
    return tuple(person for person in order if person in chosen)
