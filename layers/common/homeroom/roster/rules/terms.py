"""Which sections are of the current term (S-01)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal

from homeroom.roster.entries import TermEntry
from homeroom.roster.model import SectionRow, TermRow

TermState = Literal["current", "ended", "upcoming"]


def readable_date(text: str) -> str:
    """`text` when it is a date `YYYY-MM-DD`, else ""; a time of day behind the date is dropped."""
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return ""


def term_entry(row: TermRow) -> TermEntry:
    """The term with unreadable dates left out."""
    return TermEntry(id=row.id, name=row.name, starts=readable_date(row.start_date), ends=readable_date(row.end_date))


def term_state(term: TermEntry | None, today: date, lead_days: int) -> TermState:
    """Where `today` (the district's date) lies: from `lead_days` before the start to the end is current.

    No term, an unknown one (None), and a missing date on either side count as current. Carries out S-01.
    """
    if term is None:
        return "current"
    if term.ends and today > date.fromisoformat(term.ends):
        return "ended"
    # The days go to today, since SIS know terms that start in the year 1.
    if term.starts and today + timedelta(days=lead_days) < date.fromisoformat(term.starts):
        return "upcoming"
    return "current"


def section_state(
    section: SectionRow, terms: Mapping[str, TermEntry], today: date, lead_days: int, *, every_term: bool
) -> TermState:
    """The state of a section's term; with `every_term` (setting `terms: all`) always current."""
    return "current" if every_term else term_state(terms.get(section.term), today, lead_days)
