"""The guard that stands before every plan: too much change at once waits for a person (S-07, S-08)."""

from collections.abc import Mapping

from homeroom.roster.rules.tally import Tallies

HALF_KINDS = ("person", "class", "membership")
NEVER_EMPTY = ("student", "teacher", "staff", "district_admin", "school", "term", "person")


def reasons_to_hold(tallies: Tallies, half_percent: int, sourced: Mapping[str, tuple[int, int]]) -> tuple[str, ...]:
    """Why a plan must wait, as stable words `half:<kind>` or `empty:<kind>`; empty when it may be applied.

    `half`: updated and removed, moves netted, are more than `half_percent` of what was live before the run; exactly
    that much passes, creations never count, and nothing live before never holds (S-08). `empty`: there were some
    before the run and the source now has none (S-07). `sourced` gives further counts, before and now.
    """
    half = [
        f"half:{kind}"
        for kind in HALF_KINDS
        if 100 * (tallies.updated(kind) + tallies.lost(kind)) > half_percent * tallies.live[kind] > 0
    ]
    counted = {kind: (tallies.live[kind], tallies.after[kind]) for kind in NEVER_EMPTY} | dict(sourced)
    empty = [f"empty:{kind}" for kind, (before, now) in counted.items() if before and not now]
    return (*half, *empty)
