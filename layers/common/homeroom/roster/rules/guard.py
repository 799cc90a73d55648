"""The guards that stand before every plan: too much change at once waits for a person (S-07, S-08, S-09)."""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from homeroom.roster.holds import Guard, Hold
from homeroom.roster.rules.rekey import Match
from homeroom.roster.rules.tally import SAMPLE, Count, Place
from homeroom.roster.settings import Guards

HALF_KINDS = frozenset({"person", "class", "membership"})
# Of these none left is no fault by itself: classes end with their term (S-01), and members move to others (S-09).
EMPTY_BY_REMOVAL = frozenset({"class", "membership"})
FEWEST_REKEYED = 2
ORDER: tuple[Guard, ...] = ("undone", "empty", "half", "removals", "rekey")

Sourced = Mapping[str, tuple[int, int]]


def holds(
    counts: Mapping[Place, Count], guards: Guards, sourced: Sourced, matches: Iterable[Match]
) -> tuple[Hold, ...]:
    """Every guard that fires, the worst first: the district's before the schools', then by share. Empty: apply it.

    `counts` is by kind and school ("" for the whole district); `sourced` gives further counts, before and now, of
    which only emptiness matters; of `matches` those of this run matter. Any one holds the whole plan. S-07, S-08, S-09.
    """
    rekeyed = _rekeyed(matches)
    found = [Hold(guard="empty", kind=kind, before=was) for kind, (was, now) in sourced.items() if was and not now]
    for place, count in counts.items():
        found += _at(place, count, guards, rekeyed.get(place, []))
    return tuple(sorted(found, key=_worst_first))


def _at(place: Place, count: Count, guards: Guards, rekeyed: list[str]) -> Iterator[Hold]:
    kind, school = place

    def hold(guard: Guard, limit: int = 0, sample: Iterable[str] = count.sample) -> Hold:
        return Hold(
            guard=guard, kind=kind, school=school, before=count.before, after=count.after, removed=count.removed,
            updated=count.updated, matched=len(rekeyed), limit=limit, sample=tuple(sample),
        )  # fmt: skip

    # Whole numbers throughout: n is more than p per cent of m just when it is more than p * m // 100.
    half = guards.half_percent * count.before // 100
    if kind in HALF_KINDS and not school and count.before and count.updated + count.removed > half:
        yield hold("half", half)
    most = max(guards.removal_percent * count.before // 100, guards.removal_floor)
    if count.removed > most:
        yield hold("removals", most)
    if count.before and not count.after and (count.removed or kind not in EMPTY_BY_REMOVAL):
        yield hold("empty")
    # This one fires at p per cent, not above: the limit is the last number that passes. One alone always passes.
    few = max((guards.rekey_percent * count.removed - 1) // 100, FEWEST_REKEYED - 1)
    if len(rekeyed) > few:
        yield hold("rekey", few, rekeyed[:SAMPLE])


def _rekeyed(matches: Iterable[Match]) -> dict[Place, list[str]]:
    """Who of the removed came back under a new id: old ids by role and school, "" for the whole district."""
    found: dict[Place, list[str]] = {}
    for match in matches:
        for role in match.roles if match.now else ():
            for school in ("", *match.schools):
                found.setdefault((role, school), []).append(match.old)
    return found


def _worst_first(hold: Hold) -> tuple[bool, Fraction, int, str, str]:
    return bool(hold.school), -_share(hold), ORDER.index(hold.guard), hold.kind, hold.school


def _share(hold: Hold) -> Fraction:
    """How much of what was there is concerned, from 0 to 1; of new ids, how many of the removed."""
    if hold.guard == "rekey":
        return Fraction(hold.matched, max(hold.removed, 1))
    if hold.guard in {"half", "removals"}:
        changed = hold.removed + (hold.updated if hold.guard == "half" else 0)
        return Fraction(changed, max(hold.before, 1))
    return Fraction(1)


NAMES = {
    "person": "People", "student": "Students", "teacher": "Teachers", "staff": "Staff",
    "district_admin": "District admins", "school": "Schools", "term": "Terms", "courses": "Courses",
    "class": "Classes", "membership": "Memberships",
}  # fmt: skip
SENTENCES: dict[Guard, str] = {
    "half": "{kind}: {changed:,} of {before:,} would be changed or removed (limit {limit:,}) {where}{such}.",
    "removals": "{kind}: {removed:,} of {before:,} would be removed (limit {limit:,}) {where}{such}.",
    "empty": "{kind}: none of {before:,} would be left {where}{such}.",
    "rekey": "{kind}: {matched:,} of {removed:,} removed come back under new ids (limit {limit:,}) {where}{such}.",
    "undone": "The source asks again for what an undo took back: run {such}.",
}


def told(hold: Hold) -> str:
    """A hold as one English sentence with its numbers and a few ids. Carries out S-08, S-09."""
    such = ", ".join(hold.sample)
    return SENTENCES[hold.guard].format(
        **hold.model_dump(exclude={"guard", "kind"}),
        kind=NAMES.get(hold.kind, hold.kind),
        changed=hold.updated + hold.removed,
        where=f"at school {hold.school}" if hold.school else "in the whole district",
        such=such if hold.guard == "undone" else f", such as {such}" if such else "",
    )
