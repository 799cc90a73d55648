"""The port behind which a roster source lies: Clever today, another one later, with nothing else to change."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from homeroom.roster.model import AnyRow, Kind, Rejected
from homeroom.runtime.errors import Fault


class SourceFault(Fault):
    """The source answered wrongly, in part, or not at all. The run stops, nothing has changed (S-07)."""

    code = "source_fault"
    title = "The roster source did not give a complete answer"


class SourceRefused(SourceFault):
    """The source refuses the district's token (401, 403), or has none of it: the district is disconnected (D-03)."""

    code = "source_refused"
    title = "The roster source refused access"


class TokenRefused(SourceRefused):
    """The source refuses even the district's own record: its token opens nothing any more (D-03)."""

    code = "token_refused"
    title = "The roster source refuses the district's token"


class EventsLost(SourceFault):
    """The events after the cursor are no longer all kept: everything must be read (S-19)."""

    code = "source_events_lost"
    title = "The roster source no longer keeps every event since the last run"


class SourceEvent(NamedTuple):
    """That a record changed at the source: a hint, never data. `kind` is None for a type that we do not know."""

    id: str
    type: str
    kind: Kind | None
    record: str
    district: str


class RosterSource(Protocol):
    """One district's roster, read through the district's own token."""

    def cursor(self) -> str:
        """The id of the newest event, or "" when the source has none. Read before `rows` (S-19).

        Raises SourceFault.
        """

    def rows(self, kind: Kind) -> Iterator[AnyRow | Rejected]:
        """Every record of one kind, in ascending order of id, each once; nothing when there is none.

        Raises SourceFault (also half-way) when any page fails, is cut short or breaks the order: what was
        yielded until then must not be used (S-07). A record that cannot be read arrives as Rejected.
        """

    def events(self, after: str) -> Iterator[SourceEvent]:
        """Every event after that cursor, oldest first; nothing when there is none. Carries out S-19.

        Raises SourceFault, also half-way, and EventsLost when the source no longer keeps what came after the cursor.
        """

    def record(self, kind: Kind, record: str) -> AnyRow | Rejected | None:
        """One record as it is now, None when the source has (or shares) none of that id, or it is of no use to us.

        Raises SourceFault, also for a record of another district (W-03).
        """
