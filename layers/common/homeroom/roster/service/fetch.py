"""Fetching: what the source says, read whole, normalised, in files (S-07, S-18)."""

import hashlib
from dataclasses import dataclass, field
from datetime import date

from homeroom.roster.districts import District
from homeroom.roster.entries import TermEntry
from homeroom.roster.model import KINDS, AnyRow, DistrictRow, Kind, Rejected, TermRow
from homeroom.roster.rules.terms import term_entry, term_state
from homeroom.roster.source import RosterSource, SourceFault
from homeroom.roster.store import layout
from homeroom.roster.store.files import LinesFile, RunFiles
from homeroom.roster.syncs import Promoted

# Raise it when the rules change what they make of the same data: the next night then plans afresh.
RULES_VERSION = "3"
NEVER_EMPTY: tuple[Kind, ...] = ("users", "sections", "schools")


class SourceEmpty(SourceFault):
    """A complete but empty list of what the district had before: taken for a fault, never for a removal (S-07)."""

    code = "source_empty"
    title = "The roster source gave an empty list where there were records before"


@dataclass(slots=True)
class Fetched:
    """A snapshot on the disk: `cursor` was read before it, `sourced` counts records by kind."""

    cursor: str = ""
    district_state: str = ""
    sourced: dict[str, int] = field(default_factory=dict)
    terms: list[TermEntry] = field(default_factory=list)
    files: list[LinesFile] = field(default_factory=list)

    def learn(self, row: AnyRow) -> None:
        """Take up what is needed of a row beside its line: the district's state, and the terms."""
        if isinstance(row, DistrictRow):
            self.district_state = row.state
        elif isinstance(row, TermRow):
            self.terms.append(term_entry(row))

    def refuse_emptied(self, kind: Kind, before: Promoted) -> None:
        """Raises SourceEmpty when users, sections or schools are gone altogether (S-07)."""
        if kind in NEVER_EMPTY and before.sourced.get(kind) and not self.sourced[kind]:
            raise SourceEmpty(f"Clever listed no {kind}, where there were {before.sourced[kind]} before.")

    def fingerprint(self, district: District, today: date) -> str:
        """Equal for two fetches whose plans would come out equal: same data, settings, rules and current terms."""
        lead = district.settings.term_lead_days
        states = [f"{term.id}={term_state(term, today, lead)}" for term in self.terms]
        parts = [RULES_VERSION, district.settings.fingerprint(), *states, *(file.digest() for file in self.files)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def fetch(source: RosterSource, files: RunFiles, prefix: str, before: Promoted) -> Fetched:
    """Read every kind into files on the disk, below `prefix`. Nothing is sent anywhere yet.

    Raises SourceFault when an answer fails or is cut short, SourceEmpty when users, sections or schools are gone
    altogether. Carries out S-07, S-19.
    """
    fetched = Fetched(cursor=source.cursor())
    with LinesFile(files.path(f"{prefix}/{layout.REJECTED}")) as rejected:
        for kind in KINDS:
            with LinesFile(files.path(f"{prefix}/{layout.snapshot(kind)}")) as file:
                _fetch_kind(kind, source, fetched, file, rejected)
            fetched.refuse_emptied(kind, before)
    fetched.files.append(rejected)
    return fetched


def _fetch_kind(kind: Kind, source: RosterSource, fetched: Fetched, file: LinesFile, rejected: LinesFile) -> None:
    count = 0
    for row in source.rows(kind):
        count += 1
        if isinstance(row, Rejected):
            rejected.write(rejected_line(kind, row))
            continue
        fetched.learn(row)
        file.write(snapshot_line(row))
    fetched.sourced[kind] = count
    fetched.files.append(file)


def snapshot_line(row: AnyRow) -> bytes:
    """A row as its line in a snapshot, without the line feed; `{"id":"…"` is its beginning."""
    # Clever's time of its own last sync changes every night and decides nothing.
    return row.model_dump_json(exclude_defaults=True, exclude={"last_sync"}).encode()


def rejected_line(kind: Kind, rejected: Rejected) -> bytes:
    """A record that could not be read as its line in the file of those: its kind, a blank, and what there is of it."""
    return f"{kind} {rejected.model_dump_json()}".encode()


def send(fetched: Fetched, files: RunFiles) -> None:
    """Put the snapshot into the bucket."""
    for file in fetched.files:
        files.send(file.path, file.path.relative_to(files.room).as_posix())
