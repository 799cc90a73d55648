"""Undo: a plan that takes back what one run changed, wherever nobody changed it since (S-13)."""

from collections.abc import Callable, Iterator
from datetime import date

from homeroom.roster.districts import District
from homeroom.roster.entries import ENTRY_KINDS, ENTRY_TYPES, ClassEntry, EntryKind
from homeroom.roster.holds import RunNotUndoable
from homeroom.roster.rules.findings import Finding
from homeroom.roster.rules.leaving import Leave
from homeroom.roster.rules.plan import Planner, Step
from homeroom.roster.rules.tally import Tallies
from homeroom.roster.rules.undo import undone
from homeroom.roster.runs import Run
from homeroom.roster.service.findings_files import still_proposed
from homeroom.roster.service.outcome import Outcome
from homeroom.roster.store import layout
from homeroom.roster.store.files import RunFiles, run_prefix
from homeroom.roster.syncs import Promoted


class Undoing:
    """The planning of one undo: `run` is the run that carries it out, `current` the roster in force.

    `used` tells whether anybody worked in a class.
    """

    def __init__(
        self,
        district: District,
        run: Run,
        current: Promoted,
        files: RunFiles,
        today: date,
        used: Callable[[ClassEntry], bool],
    ) -> None:
        self._district, self._run, self._current, self._files, self._today = district, run, current, files, today
        self._used = used
        self._prefix = run_prefix(district.id, run.run)
        self._planner = Planner(
            run.run, today, Tallies(today.isoformat()), Leave(grace_days=district.settings.grace_days)
        )
        self._out = Outcome(district, run.run, self._prefix, files, self._planner)

    def close(self) -> None:
        """Let go of the files on the disk, however the planning went."""
        self._out.close()

    def run(self, target: Run) -> layout.Report:
        """Plan it against the roster in force, and hold it by the same guards as any other.

        What somebody changed since stays, and is a finding each. The run after it reads everything, and if anything was
        taken back a person is asked before the source has its way again. Raises RunNotUndoable. Carries out S-13.
        """
        made = plan_report(self._files, target)
        for kind in ENTRY_KINDS:
            self._out.write(kind, self._steps(kind, made))
        gone = self._planner.over | self._planner.tallies.leaving
        for proposal in still_proposed(self._files, self._current.prefix, gone):
            self._out.findings.add(proposal)
        # Where nothing is taken back, the source has nothing to ask for again but what was taken back before.
        mark = target.run if self._out.tallies.changes else self._current.undone
        after = self._current.model_copy(
            update={
                "run": self._run.run, "made_at": self._run.started_at, "prefix": self._prefix, "cursor": "",
                "fingerprint": "", "snapshot": self._current.rows, "undone": mark,
            }
        )  # fmt: skip
        holds = self._out.holds(self._current.model_copy(update={"undone": 0}), {})
        left = self._out.findings.counts["undo_left_alone"]
        return self._out.report(self._current, after, holds, self._planner.tallies.after, left_alone=left)

    def _steps(self, kind: EntryKind, made: layout.Report) -> Iterator[Step]:
        read = ENTRY_TYPES[kind].model_validate_json
        merged = undone(
            self._lines(kind, made.before.prefix),
            self._lines(kind, made.promoted.prefix),
            self._lines(kind, self._current.prefix),
            read,
            run=self._run.run,
            today=self._today,
            grace_days=self._district.settings.grace_days,
            gone=self._planner.over,
        )
        for wanted in merged:
            now = wanted.before or read(wanted.line)
            after, left = wanted.after or now, wanted.left
            if isinstance(now, ClassEntry) and after.archived and not now.archived and self._used(now):
                # Somebody has worked in it since: that is a change, too.
                after, left = now, (*left, now.id)
            for subject in left:
                self._out.findings.add(Finding(code="undo_left_alone", kind=kind, id=subject))
            self._out.note(now)
            yield self._planner.settle(kind, now, after)

    def _lines(self, kind: EntryKind, prefix: str) -> Iterator[bytes]:
        return self._files.lines(f"{prefix}/{layout.roster(kind)}") if prefix else iter(())


def plan_report(files: RunFiles, run: Run) -> layout.Report:
    """What a run's plan came to. Raises RunNotUndoable when it is not kept, or does not say what it replaced."""
    if run.state != "succeeded" or run.based_on != run.run:
        raise RunNotUndoable("Only a run that changed the roster can be undone.")
    kept = files.find(f"{layout.plan_prefix(run)}/{layout.REPORT}")
    if kept is None:
        raise RunNotUndoable("The plan of this run is no longer kept.")
    made = layout.Report.model_validate_json(kept)
    if made.before.prefix and files.find(f"{made.before.prefix}/{layout.REPORT}") is None:
        raise RunNotUndoable("What this run replaced is no longer kept.")
    if made.promoted.run != run.run or not made.changes:
        raise RunNotUndoable("This run changed nothing that can be taken back.")
    return made
