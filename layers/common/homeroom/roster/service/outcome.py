"""What a plan comes to: its files, its counts, its guards, in one report (S-08, S-09, S-10)."""

from collections.abc import Iterable, Mapping
from typing import Any

from homeroom.roster.changes import Change, ChangeKind
from homeroom.roster.districts import District
from homeroom.roster.entries import AnyEntry, PersonEntry
from homeroom.roster.holds import Hold
from homeroom.roster.rules import guard
from homeroom.roster.rules.plan import Planner, Step
from homeroom.roster.rules.tally import Tallies
from homeroom.roster.service.findings_files import FindingsFiles
from homeroom.roster.store import layout
from homeroom.roster.store.files import LinesFile, RunFiles
from homeroom.roster.store.spool import Spool
from homeroom.roster.syncs import Promoted

# Mails about a held plan go to no more people than these, however many a district has named.
MOST_ADMINS = 50


class Outcome:
    """Takes a plan's steps and puts plan, roster, findings and report into the bucket, below `prefix`."""

    def __init__(self, district: District, run: int, prefix: str, files: RunFiles, planner: Planner) -> None:
        self.planner, self.findings = planner, FindingsFiles(files, prefix)
        self._district, self._run, self._prefix, self._files = district, run, prefix, files
        self._spool = Spool(files, prefix)
        self._admins: dict[str, None] = {}

    def close(self) -> None:
        """Let go of the files on the disk, however the planning went."""
        self.findings.close()
        self._spool.close()

    @property
    def tallies(self) -> Tallies:
        """What the steps come to."""
        return self.planner.tallies

    def write(self, kind: ChangeKind, steps: Iterable[Step]) -> None:
        """Write the roster of one kind, and keep its changes for the plan."""
        name = f"{self._prefix}/{layout.roster(kind)}"
        with LinesFile(self._files.path(name)) as file:
            for step in steps:
                file.write(step.line)
                for change in step.changes:
                    self._spool.add(change)
                    self._note_admin(change)
        self._files.send(file.path, name)

    def note(self, entry: AnyEntry) -> None:
        """Remember who administers the whole district: they are told when a plan is held."""
        if isinstance(entry, PersonEntry) and entry.admin == "district":
            self._admins[entry.id] = None

    def _note_admin(self, change: Change) -> None:
        # A file that drops a district's administrators is one that they must hear of.
        if change.kind == "person" and (change.before or {}).get("admin") == "district":
            self._admins[change.id] = None

    def report(
        self, before: Promoted, after: Promoted, holds: tuple[Hold, ...], counts: Mapping[str, int], **more: Any
    ) -> layout.Report:
        """Send everything and give the report; `more` are further fields of it."""
        self.findings.send()
        self._spool.send(self._district.id, self._run)
        due = self.planner.due
        report = layout.Report(
            promoted=after.model_copy(update={"due": due.isoformat() if due else ""}),
            before=before,
            settings_version=self._district.settings_version,
            reasons=tuple(dict.fromkeys(hold.reason for hold in holds)),
            holds=holds,
            admins=tuple(self._admins)[:MOST_ADMINS],
            counts=dict(counts),
            changes={kind: dict(ops) for kind, ops in self.tallies.changes.items()},
            schools=self.tallies.schools(),
            findings=dict(self.findings.counts),
            **more,
        )
        self._files.send_bytes(report.model_dump_json().encode(), f"{self._prefix}/{layout.REPORT}")
        return report

    def holds(self, before: Promoted, sourced: Mapping[str, tuple[int, int]]) -> tuple[Hold, ...]:
        """The guards that fire; and, after an undo, the source asking again for what was taken back."""
        found = guard.holds(
            self.tallies.counts(), self._district.settings.guards, sourced, self.planner.rekeys.matches()
        )
        if before.undone and self.tallies.changes:
            found = (Hold(guard="undone", kind="run", sample=(str(before.undone),)), *found)
        return found
