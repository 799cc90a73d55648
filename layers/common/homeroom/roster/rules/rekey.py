"""The same person under a new id: who came, held against who is gone (A-09). Nobody is linked here, only proposed."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

from homeroom.roster.entries import PersonEntry, Role
from homeroom.roster.rules.findings import Finding

By = Literal["sis_id", "address"]
Key = tuple[Role, str]


class Match(NamedTuple):
    """Person `new` is taken for person `old`, in the `roles` that both have, recognised `by` their SIS id or address.

    `now`: one came and the other went in this very run. `school` is where the new record stands, `schools` where the
    old one counted.
    """

    new: str
    old: str
    roles: tuple[Role, ...]
    by: By
    now: bool
    school: str
    schools: tuple[str, ...]


class _Somebody(NamedTuple):
    """What is remembered of a person. `since` is the run that archived them; 0 for this run, and for whoever came."""

    id: str
    now: bool
    since: int
    roles: tuple[Role, ...]
    sis_ids: tuple[str, ...]
    address: str
    school: str
    schools: tuple[str, ...]


class Rekeys:
    """Collects who is gone and who came, in any order, and finds the pairs. All are of one district.

    A person takes about 400 bytes: texts that many share, such as schools, are kept once.
    """

    def __init__(self) -> None:
        self._gone: list[_Somebody] = []
        self._came: list[_Somebody] = []
        self._shared: dict[tuple[str, ...], tuple[str, ...]] = {}

    def gone(self, entry: PersonEntry, *, now: bool) -> None:
        """Somebody archived in this run (`now`) or before it: the latter are only proposed, and hold nothing."""
        self._gone.append(self._somebody(entry, now=now))

    def came(self, entry: PersonEntry) -> None:
        """Somebody created in this run."""
        self._came.append(self._somebody(entry, now=True))

    def matches(self) -> list[Match]:
        """The pairs, in ascending order of the new id: by role and SIS id, else by role and address. Carries out A-09.

        Each new and each old is in one pair at most. Of several gone the one gone last counts; who then has two
        counterparts still, or shares one with somebody else, is in none, not even by address.
        """
        gone, came, found = self._gone, self._came, list[Match]()
        for by, keys in KEYS:
            met = _met(gone, came, keys)
            found += _sure(met, by)
            seen = {person.id for new, olds in met for person in (new, *olds)}
            gone = [person for person in gone if person.id not in seen]
            came = [person for person in came if person.id not in seen]
        return sorted(found)

    def _somebody(self, entry: PersonEntry, *, now: bool) -> _Somebody:
        schools = tuple(sorted({*entry.schools, entry.school} - {""}))
        return _Somebody(
            id=entry.id,
            now=now,
            since=0 if now else entry.archived,
            roles=entry.roles,
            sis_ids=(entry.student_sis_id, entry.teacher_sis_id, entry.staff_sis_id),
            address=entry.address,
            school=sys.intern(entry.school),
            schools=self._shared.setdefault(schools, schools),
        )


def findings(matches: Iterable[Match]) -> Iterator[Finding]:
    """A finding for each pair, at the new record, that proposes to link the account anew. Carries out A-09."""
    for match in matches:
        data = {"old": match.old, "by": match.by}
        yield Finding(code="person_rekeyed", kind="person", id=match.new, school=match.school, data=data)


def _by_sis_id(person: _Somebody) -> Iterator[Key]:
    ids: dict[Role, str] = dict(zip(("student", "teacher", "staff"), person.sis_ids, strict=True))
    yield from ((role, ids[role]) for role in person.roles if ids.get(role))


def _by_address(person: _Somebody) -> Iterator[Key]:
    if person.address:
        yield from ((role, person.address) for role in person.roles)


KEYS: tuple[tuple[By, Callable[[_Somebody], Iterator[Key]]], ...] = (("sis_id", _by_sis_id), ("address", _by_address))


def _met(
    gone: list[_Somebody], came: list[_Somebody], keys: Callable[[_Somebody], Iterator[Key]]
) -> list[tuple[_Somebody, list[_Somebody]]]:
    """Everybody who came and shares a key with somebody gone, and all those with whom they share one."""
    if not gone or not came:
        return []
    there: dict[Key, list[_Somebody]] = {}
    for person in gone:
        for key in keys(person):
            there.setdefault(key, []).append(person)
    met = ((new, {old.id: old for key in keys(new) for old in there.get(key, ())}) for new in came)
    return [(new, list(olds.values())) for new, olds in met if olds]


def _sure(met: list[tuple[_Somebody, list[_Somebody]]], by: By) -> Iterator[Match]:
    pairs = [(new, old) for new, olds in met for old in _last(olds)]
    wanted, chosen = Counter(new.id for new, _ in pairs), Counter(old.id for _, old in pairs)
    for new, old in pairs:
        if wanted[new.id] == chosen[old.id] == 1:
            roles = tuple(role for role in old.roles if role in new.roles)
            yield Match(new.id, old.id, roles, by, old.now, new.school, old.schools)


def _last(olds: list[_Somebody]) -> list[_Somebody]:
    """Those who went last: under yearly new ids the same person is gone several times."""
    newest = max((old.now, old.since) for old in olds)
    return [old for old in olds if (old.now, old.since) == newest]
