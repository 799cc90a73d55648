"""From what the source says to what the roster should be: one pass a kind, in order of id, little remembered.

The order of use is `survey` (sections), `people`, `classes`, then `closing`: a student's finding needs to know
who is enrolled, a class needs to know who is rostered.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from datetime import date

from homeroom.roster.entries import ClassEntry, PersonEntry
from homeroom.roster.model import SectionRow, UserRow
from homeroom.roster.rules.addresses import Claims
from homeroom.roster.rules.blocks import Blocks
from homeroom.roster.rules.classes import Known, class_entry, class_findings, section_finding
from homeroom.roster.rules.findings import Finding
from homeroom.roster.rules.leaving import ended
from homeroom.roster.rules.people import person_entry, person_findings
from homeroom.roster.rules.sharing import section_rule, shared_user
from homeroom.roster.rules.terms import TermState, section_state
from homeroom.roster.settings import DistrictSettings

Sink = Callable[[Finding], None]


class Projection:
    """Turns rows into entries and reports findings to `report` on the way.

    `known.people` is filled by `people`; `counts` holds people by role and sections by what became of them.
    Carries out S-01, S-04, S-06, A-05, A-08, D-05.
    """

    def __init__(self, settings: DistrictSettings, today: date, known: Known, report: Sink) -> None:
        self.settings, self.today, self.known = settings, today, known
        self.counts: Counter[str] = Counter()
        self.enrolled: set[str] = set()
        self.any_current = False
        self._people: set[str] = set(known.people)
        self._report = report
        self._rule = section_rule(settings.exclude)
        self._domains = frozenset(settings.email_domains)
        self._claims, self._blocks = Claims(), Blocks()

    @property
    def rostered(self) -> AbstractSet[str]:
        """Everybody on the roster, once `people` is through."""
        return self._people

    def state(self, section: SectionRow) -> TermState:
        """Whether the section's term is current on the projection's day."""
        lead, every = self.settings.term_lead_days, self.settings.terms == "all"
        return section_state(section, self.known.terms, self.today, lead, every_term=every)

    def survey(self, sections: Iterable[SectionRow]) -> None:
        """Note which students are in a class of the current term that is rostered, and whether there is any."""
        for section in sections:
            if self.state(section) == "current" and not self._rule(section):
                self.any_current = True
                self.enrolled.update(section.students)

    def people(self, rows: Iterable[UserRow]) -> Iterator[PersonEntry]:
        """The roster records of everybody who is shared, in the order of the rows."""
        for given in rows:
            row = shared_user(given, self.settings.exclude)
            if row is None:
                self._report(Finding(code="person_left_out", kind="person", id=given.id))
                continue
            person = person_entry(row)
            self._note(person)
            enrolled = person.id in self.enrolled
            for finding in person_findings(row, person, self.today, self._domains, enrolled=enrolled):
                self._report(finding)
            yield person

    def _note(self, person: PersonEntry) -> None:
        self._people.add(person.id)
        self._claims.add(person)
        for role in person.roles:
            self.counts[role] += 1

    def classes(self, sections: Iterable[SectionRow], existing: Callable[[str], bool]) -> Iterator[ClassEntry]:
        """The classes of the sections that are rostered, in the order of the sections.

        A section whose term has ended yields an ended class only where one `existing`ly stands: nothing is made
        of a term that was over before it was seen. A section whose term is yet to come yields none.
        """
        known = self.known._replace(people=self._people)
        for section in sections:
            state, rule = self.state(section), self._rule(section)
            if rule:
                self._report(section_finding(section, "section_left_out", rule=rule))
            elif state != "current":
                self._report(section_finding(section, f"term_{state}"))
            self.counts["left_out" if rule else state] += 1
            if rule or state == "upcoming" or (state == "ended" and not existing(section.id)):
                continue
            entry = class_entry(section, known, state)
            if state == "current":
                self._look_at(section, entry, known)
            yield ended(entry, self.settings.school_year_end) if state == "ended" else entry

    def _look_at(self, section: SectionRow, entry: ClassEntry, known: Known) -> None:
        self._blocks.add(entry)
        for finding in class_findings(section, entry, known):
            self._report(finding)

    def closing(self, district: str) -> None:
        """Report what only the whole shows: shared addresses, blocks, no staff, no current section."""
        for finding in (*self._claims.findings(), *self._blocks.findings()):
            self._report(finding)
        if not self.counts["staff"] + self.counts["district_admin"]:
            self._report(Finding(code="no_staff", kind="district", id=district))
        if not self.counts["current"]:
            self._report(Finding(code="no_current_section", kind="district", id=district))
