"""Why a run is not carried out although it has begun (S-17)."""

from homeroom.roster.districts import District
from homeroom.roster.rules.nights import night_of, skip_reason
from homeroom.roster.runs import Run


def why_skipped(district: District, run: Run, source_state: str = "") -> str | None:
    """A stable word, or None: it goes on. `source_state` is Clever's of the district, "" while it is not known.

    A pause window stops nights and what notices begin, and not an administrator: neither a run, nor an undo, nor a
    plan that they approved. A pause at the source stops whatever reads it. Carries out S-17.
    """
    if not district.active:
        return "district_not_active"
    by_hand = run.trigger in {"manual", "undo"} or run.decision is not None
    settings = district.settings.model_copy(update={"pause_windows": ()}) if by_hand else district.settings
    return skip_reason(settings, source_state, night_of(settings, run.started_at))
