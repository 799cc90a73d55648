"""Plans made of entries, in memory: the roster as lines, the steps, and what they come to."""

from datetime import date

from homeroom.roster.entries import ENTRY_KINDS, ENTRY_TYPES, ClassEntry, PersonEntry
from homeroom.roster.rules import guard
from homeroom.roster.rules.plan import Planner, line_of
from homeroom.roster.rules.tally import Tallies
from homeroom.roster.settings import Guards

TODAY = date(2026, 9, 15)
KIND_OF = {entry_type: kind for kind, entry_type in ENTRY_TYPES.items()}


class Plan:
    """From one roster to another: `changes`, the `lines` after it by kind, the `tallies`, `matches` and `holds`."""

    def __init__(self, old, new, *, run=2, today=TODAY, spare=False, leave=None, guards=None, sourced=None):
        self.tallies = Tallies(today.isoformat())
        planner = Planner(run, today, self.tallies, leave)
        planner.spare_classes = spare
        self.lines, self.changes = {}, []
        for kind in ENTRY_KINDS:
            steps = list(planner.steps(kind, iter(of_kind(old, kind, lines=True)), of_kind(new, kind), reader(kind)))
            self.lines[kind] = [step.line for step in steps]
            self.changes += [change for step in steps for change in step.changes]
        self.matches = planner.rekeys.matches()
        self.holds = guard.holds(self.tallies.counts(), guards or Guards(), sourced or {}, self.matches)
        self.reasons = tuple(dict.fromkeys(hold.reason for hold in self.holds))

    @property
    def entries(self):
        return [reader(kind)(line) for kind in ENTRY_KINDS for line in self.lines[kind]]

    def ops(self, kind=None):
        return [(change.op, change.id) for change in self.changes if kind in {None, change.kind}]


def reader(kind):
    return ENTRY_TYPES[kind].model_validate_json


def of_kind(entries, kind, *, lines=False):
    chosen = sorted((entry for entry in entries if KIND_OF[type(entry)] == kind), key=lambda entry: entry.id)
    return [line_of(entry) for entry in chosen] if lines else chosen


def people(n, start=0, roles=("student",)):
    return [PersonEntry(id=f"s{at:04d}", first="Given", roles=roles) for at in range(start, start + n)]


def klass(section, students=(), **fields):
    return ClassEntry(id=section, students=tuple(sorted(students)), **{"name": section, "teacher": "t1", **fields})
