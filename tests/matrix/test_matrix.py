"""Every route asked by everybody: the answer is the table's, and who is refused has changed nothing (X-01)."""

import re

import pytest

from tests.matrix.__main__ import PAGE, page
from tests.matrix.history import untold
from tests.matrix.reading import TABLE, Expected, read
from tests.matrix.requests import asked
from tests.matrix.world import PEOPLE, inhabited, person
from tests.support.gateway import routes
from tests.support.served import FRONT_END, served
from tests.support.template import load

pytestmark = pytest.mark.slow

REFUSED = 400
PROBLEM = {"type", "title", "status", "detail", "code"}
WHOLE = read(TABLE.read_text())


@pytest.fixture(scope="module")
def api():
    with served(IndependentCoTeaching="on", ClassTransfer="on") as made:
        yield made


@pytest.fixture(scope="module")
def world(api):
    with inhabited(api) as made:
        yield made


@pytest.mark.parametrize("row", WHOLE.rows, ids=lambda row: row.name)
def test_everybody_gets_the_tables_answer(world, row):
    """X-01, X-06, C-03, C-04, C-05, S-16, P-08, G-02, I-03: by stored relations, and without a trace of a refusal.

    X-02, X-04, X-08: a refusal is a problem, a change of who may see what has its row, a page may read each answer.
    """
    path, body, headers = asked(world, row)
    wrong = []
    for relation, expected in row.cells.items():
        answer = world.ask(relation, row.method, path, body, headers | {"Origin": FRONT_END})
        wrong += [f"{relation}: {fault}" for fault in faults(answer)]
        found = Expected(answer.status, answer.code if answer.status >= REFUSED else "")
        if found != expected:
            wrong.append(f"{relation}: {found.status} {found.code}, not {expected.status} {expected.code}")
        if answer.status >= REFUSED and world.writes:
            wrong += [f"{relation} was refused and changed {change}" for change in world.changed()]
        if answer.status < REFUSED and world.writes:
            wrong += [f"{relation} changed {change}, and no row says so" for change in untold(world, relation)]
        world.put_back()
    assert not wrong, "\n".join([row.name, *wrong])


def faults(answer):
    """What of an answer no page of ours could make anything of."""
    found = []
    if answer.headers.get("access-control-allow-origin") not in {FRONT_END, "*"}:
        found.append("a page may not read it")
    if answer.status >= REFUSED and not (
        answer.headers["content-type"] == "application/problem+json"
        and answer.body["status"] == answer.status
        and answer.body["request_id"]
        and answer.body.keys() >= PROBLEM
    ):
        found.append(f"no problem document: {answer.body}")
    return found


def test_every_route_has_its_rows():
    """X-01: a route that nobody has thought about fails here; one on a class is asked on both kinds."""
    written = {(row.method, row.path): set() for row in WHOLE.rows}
    for row in WHOLE.rows:
        written[row.method, row.path].add(row.variant)
    deployed = {(one.method, one.path) for one in routes(load()) if one.method != "OPTIONS"}
    assert written.keys() == deployed
    of_classes = {key: variants for key, variants in written.items() if "{class}" in key[1]}
    assert {key for key, variants in of_classes.items() if not {"own", "dis"} <= variants} == set()


def test_every_relation_is_somebodys():
    """Everybody of the table is in the world, a machine and nobody besides; no row is there twice."""
    assert set(WHOLE.relations) - {"mac", "nob"} <= set(PEOPLE)
    names = [row.name for row in WHOLE.rows]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("path", sorted({one.path for one in routes(load())}))
def test_a_preflight_is_answered_to_everybody(world, path):
    """X-08: a browser asks first, without a token."""
    place = re.sub(r"{\w+}", "x", path)
    for relation in ("own", "mac", "nob"):
        answer = world.ask(relation, "OPTIONS", place, None, {"Origin": FRONT_END})
        assert (answer.status, answer.headers["access-control-allow-origin"]) == (204, FRONT_END)


@pytest.mark.parametrize(("coach", "student"), [("own", "mem"), ("oco", "mem"), ("coa", "mem"), ("pri", "dme")])
def test_who_coaches_whom_is_stored_nowhere(world, coach, student):
    """C-07: it follows from two memberships, each an item of its own."""
    answer = world.ask(student, "GET", "/me/coaches", None, {})
    assert person(coach).account in [one["account"] for one in answer.body["items"]]
    assert world.both(coach, student) == []


def test_the_page_for_people_says_what_the_table_says():
    """`python -m tests.matrix` writes it."""
    assert PAGE.read_text(encoding="utf-8") == page(WHOLE)
