"""Why a run is not carried out although it has begun (S-17)."""

from homeroom.roster.districts import District
from homeroom.roster.rules.nights import night_of, skip_reason
from homeroom.roster.runs import Run


def why_skipped(district: District, run: Run, source_state: str = "") -> str | None:
    """A stable word, or None: it goes on. `source_state` is Clever's of the district, "" while it is not known.

    A pause window stops nights and not an administrator; a pause at the source stops both. Carries out S-17.
    """
    if not district.active:
        return "district_not_active"
    by_hand = run.trigger == "manual"
    settings = district.settings.model_copy(update={"pause_windows": ()}) if by_hand else district.settings
    return skip_reason(settings, source_state, night_of(settings, run.started_at))
