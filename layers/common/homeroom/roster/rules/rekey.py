"""The same person under a new id: who came, held against who is gone (A-09). Nobody is linked here, only proposed."""

from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Literal, NamedTuple

from homeroom.roster.entries import PersonEntry, Role
from homeroom.roster.rules.findings import Finding

By = Literal["sis_id", "address"]
BYS: tuple[By, ...] = ("sis_id", "address")
HAVE_SIS_IDS: tuple[Role, ...] = ("student", "teacher", "staff")
BETWEEN = "\0"


class Match(NamedTuple):
    """Person `new` is taken for person `old`, in the `roles` that both have, recognised `by` their SIS id or address.

    `now`: one came and the other went in this very run. `school` is where the new record stands, `schools` where the
    old one counted until now; empty when it went before.
    """

    new: str
    old: str
    roles: tuple[Role, ...]
    by: By
    now: bool
    school: str
    schools: tuple[str, ...]


class _Kin(NamedTuple):
    """What many people share. `since` is the run that archived them; 0 for this run, and for whoever came."""

    gone: bool
    now: bool
    since: int
    roles: tuple[Role, ...]
    school: str
    schools: tuple[str, ...]


class _Somebody(NamedTuple):
    id: str
    kin: _Kin


# Who came and who is gone, under each role and value that they have in common.
Met = dict[tuple[Role, str], list[_Somebody]]
Pairs = set[tuple[_Somebody, _Somebody]]


class Rekeys:
    """Collects who is gone and who came, in any order, and finds the pairs. All are of one district.

    A person is kept as one short text: over the years more may be gone from a district than are in it.
    """

    def __init__(self) -> None:
        self._people: dict[_Kin, list[str]] = {}

    def gone(self, entry: PersonEntry, *, now: bool) -> None:
        """Somebody archived in this run (`now`) or before it: the latter are only proposed, and hold nothing."""
        # Where those stood who went before, no guard asks.
        schools = tuple(sorted({*entry.schools, entry.school} - {""})) if now else ()
        self._add(_Kin(True, now, 0 if now else entry.archived, entry.roles, "", schools), entry)

    def came(self, entry: PersonEntry) -> None:
        """Somebody created in this run."""
        self._add(_Kin(False, True, 0, entry.roles, entry.school, ()), entry)

    def look_among(self, people: Iterable[PersonEntry]) -> None:
        """People as they are after this run: who was there before may be somebody who goes now, under a new id that
        came first. By address nobody is looked for here, since families share them. `people` is read only if need be.
        """
        wanted = {(role, value) for role, value, old in self._known("sis_id", gone=True) if old.kin.now}
        came = {own.partition(BETWEEN)[0] for kin, owns in self._people.items() if not kin.gone for own in owns}
        for entry in people if wanted else ():
            ids = zip(HAVE_SIS_IDS, (entry.student_sis_id, entry.teacher_sis_id, entry.staff_sis_id), strict=True)
            if not entry.archived and entry.id not in came and not wanted.isdisjoint(ids):
                self.came(entry.model_copy(update={"address": ""}))

    def _add(self, kin: _Kin, entry: PersonEntry) -> None:
        own = (entry.id, entry.address, entry.student_sis_id, entry.teacher_sis_id, entry.staff_sis_id)
        self._people.setdefault(kin, []).append(BETWEEN.join(own))

    def matches(self) -> list[Match]:
        """The pairs, in ascending order of the new id: by role and SIS id, else by role and address. Carries out A-09.

        Each new and each old is in one pair at most. Of several gone the one gone last counts; who then has two
        counterparts still, or shares one with somebody else, is in none, not even by address.
        """
        found, seen = list[Match](), set[str]()
        for by in BYS:
            pairs, paired = _paired(self._met(by, seen))
            found += (_match(new, old, by) for new, old in pairs)
            seen |= paired
        return sorted(found)

    def _met(self, by: By, seen: AbstractSet[str]) -> Met:
        met: Met = {}
        for role, value, new in self._known(by, gone=False):
            if new.id not in seen:
                met.setdefault((role, value), []).append(new)
        for role, value, old in self._known(by, gone=True) if met else ():
            if old.id not in seen and (people := met.get((role, value))):
                people.append(old)
        return met

    def _known(self, by: By, *, gone: bool) -> Iterator[tuple[Role, str, _Somebody]]:
        for kin, people in self._people.items():
            for own in people if kin.gone == gone else ():
                person, address, *sis_ids = own.split(BETWEEN)
                values = dict(zip(HAVE_SIS_IDS, sis_ids, strict=False)) if by == "sis_id" else {}
                for role in kin.roles:
                    if value := address if by == "address" else values.get(role):
                        yield role, value, _Somebody(person, kin)


def findings(matches: Iterable[Match]) -> Iterator[Finding]:
    """A finding for each pair, at the new record, that proposes to link the account anew. Carries out A-09."""
    for match in matches:
        data = {"old": match.old, "by": match.by}
        yield Finding(code="person_rekeyed", kind="person", id=match.new, school=match.school, data=data)


def _paired(met: Met) -> tuple[Pairs, set[str]]:
    """The pairs of which both have no other counterpart, and the ids of all who have any.

    A value that hundreds share costs no more than any other.
    """
    pairs, others = Pairs(), set[str]()
    for people in met.values():
        news, olds = [person for person in people if not person.kin.gone], _last(people)
        pair = (news[0], olds[0]) if len(news) == len(olds) == 1 else ()
        if pair:
            pairs.add(pair)
        if olds:
            others.update(person.id for person in people if person not in pair)
    times = Counter(person.id for pair in pairs for person in pair)
    unsure = others.union(person for person, count in times.items() if count > 1)
    return {(new, old) for new, old in pairs if unsure.isdisjoint((new.id, old.id))}, others.union(times)


def _last(people: Iterable[_Somebody]) -> list[_Somebody]:
    """Those who went last: where every year brings new ids, the same person is gone several times."""
    olds = [person for person in people if person.kin.gone]
    newest = max(((old.kin.now, old.kin.since) for old in olds), default=None)
    return [old for old in olds if (old.kin.now, old.kin.since) == newest]


def _match(new: _Somebody, old: _Somebody, by: By) -> Match:
    roles = tuple(role for role in old.kin.roles if role in new.kin.roles)
    return Match(new.id, old.id, roles, by, old.kin.now, new.kin.school, old.kin.schools)
