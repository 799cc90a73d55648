"""Made-up districts for property tests: few people and classes, so that ids meet, in every shape of a source."""

from hypothesis import strategies as st

from homeroom.roster.entries import ENTRY_KINDS, ENTRY_TYPES, SchoolEntry, TermEntry
from homeroom.roster.rules.classes import Known
from homeroom.roster.rules.leaving import Leave
from homeroom.roster.rules.plan import Planner
from homeroom.roster.rules.projection import Projection
from homeroom.roster.rules.tally import Tallies
from homeroom.roster.rules.terms import term_entry
from homeroom.roster.settings import DistrictSettings
from tests.support import rows

SCHOOLS, PEOPLE, SECTIONS = ["a", "b"], [f"p{n}" for n in range(6)], [f"c{n}" for n in range(4)]
TERMS = {"now": ("2026-08-20", "2027-06-10"), "past": ("2025-08-20", "2026-06-10"), "next": ("2027-08-20", "")}
SETTINGS = DistrictSettings()


@st.composite
def users(draw):
    """One user, of one role or two."""
    person = draw(st.sampled_from(PEOPLE))
    make = draw(st.sampled_from([rows.student, rows.student, rows.teacher, rows.staff, rows.admin]))
    address = draw(st.sampled_from(["", "not one", f"{person}@district.example", "same@district.example"]))
    made = make(person, email=address, first=draw(st.sampled_from(["Ann", "Bo", ""])))
    return made.model_copy(update={"staff": rows.staff(person).staff}) if draw(st.booleans()) else made


@st.composite
def sections(draw):
    """One section; it may name people, schools and terms that are not there."""
    anybody = st.lists(st.sampled_from([*PEOPLE, "gone"]), max_size=4).map(tuple)
    return rows.section(
        draw(st.sampled_from(SECTIONS)),
        name=draw(st.sampled_from(["Math", "Reading", "Art"])),
        subject=draw(st.sampled_from(["math", ""])),
        school=draw(st.sampled_from([*SCHOOLS, "x"])),
        term=draw(st.sampled_from([*TERMS, ""])),
        teacher=draw(st.sampled_from([*PEOPLE, ""])),
        teachers=draw(anybody),
        students=draw(anybody),
    )


def _each_once(elements):
    return st.lists(elements, max_size=8, unique_by=lambda row: row.id)


districts = st.builds(
    lambda people, classes, schools, terms: rows.district(
        people,
        classes,
        schools=[rows.school(name) for name in schools],
        terms=[rows.term(name, *TERMS[name]) for name in terms],
    ),
    _each_once(users()),
    _each_once(sections()),
    st.sets(st.sampled_from(SCHOOLS), min_size=1),
    st.sets(st.sampled_from(list(TERMS))),
)


AT_ONCE = Leave(grace_days=0)


class Roster:
    """A roster as its lines by kind, and what planning a district on top of it gives, without any store."""

    def __init__(self, lines=None):
        self.lines = lines or {kind: [] for kind in ENTRY_KINDS}

    def entries(self, kind):
        """The entries of a kind."""
        return [ENTRY_TYPES[kind].model_validate_json(line) for line in self.lines[kind]]

    def standing(self):
        """The ids of the classes that are not archived."""
        return {entry.id for entry in self.entries("class") if not entry.archived}

    def planned(self, district, today, run=1, leave=AT_ONCE):
        """The roster after a plan, its changes, and its tallies; people leave at once unless `leave` says otherwise."""
        projected, any_current = project(district, today, self.standing())
        planner = Planner(run, today, tallies := Tallies(today.isoformat()), leave)
        planner.spare_classes = not any_current
        lines, changes = {}, []
        for kind in ENTRY_KINDS:
            read = ENTRY_TYPES[kind].model_validate_json
            steps = list(planner.steps(kind, iter(self.lines[kind]), projected[kind], read))
            lines[kind] = [step.line for step in steps]
            changes += [change for step in steps for change in step.changes]
        return Roster(lines), changes, tallies


def project(district, today, standing):
    """The entries that a district's rows stand for, by kind, and whether any section is of the current term."""
    schools = {row.id: SchoolEntry(**row.model_dump()) for row in district["schools"]}
    terms: dict[str, TermEntry] = {row.id: term_entry(row) for row in district["terms"]}
    courses = {row.id: row for row in district["courses"]}
    projection = Projection(SETTINGS, today, Known(set(), schools, terms, courses), lambda finding: None)
    projection.survey(district["sections"])
    people = list(projection.people(district["users"]))
    classes = list(projection.classes(district["sections"], standing.__contains__))
    found = {"school": list(schools.values()), "term": list(terms.values()), "person": people, "class": classes}
    return found, projection.any_current
