"""Requests made of the API's own document, right and wrong ones: each answer is one that the document has (X-02)."""

import json
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode, checks
from schemathesis.core.parameters import ParameterLocation

from tests.matrix.reading import TABLE, read
from tests.matrix.world import inhabited, person
from tests.support import people
from tests.support.people import Machine
from tests.support.served import served

pytestmark = pytest.mark.slow

DOCUMENT = json.loads((Path(__file__).parents[2] / "docs" / "api" / "openapi.json").read_text(encoding="utf-8"))
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
WHOLE = read(TABLE.read_text(encoding="utf-8"))
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]
# A teacher, a student, an administrator, a machine, nobody; and for each route, as often, somebody whom it lets in.
CALLERS = ("own", "pri", "mem", "dad", "mac", "nob")
EXAMPLES = settings(
    max_examples=12, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


def wrong_body_rejected(context, response, case) -> bool | None:
    """What is wrong in a body is not taken. Of queries, names that are not known are left alone."""
    body = case.meta.components.get(ParameterLocation.BODY) if case.meta else None
    if body is None or body.mode is not GenerationMode.NEGATIVE:
        return None
    return checks.negative_data_rejection(context, response, case)


CHECKS = [
    checks.not_a_server_error, checks.status_code_conformance, checks.content_type_conformance,
    checks.response_schema_conformance, wrong_body_rejected,
]  # fmt: skip


@pytest.fixture(scope="module")
def world():
    with served(IndependentCoTeaching="on", ClassTransfer="on") as api, inhabited(api) as made:
        yield made


def let_in(operation) -> list[str]:
    """Who the table lets in, on one kind of class or the other."""
    rows = [row for row in WHOLE.rows if (row.method, row.path) == (operation.method.upper(), operation.path)]
    return [next((name for name, cell in row.cells.items() if cell.status < 300), "own") for row in rows]


def known(world, name: str) -> list[str]:
    """What there is for a parameter of a path."""
    ids, accounts = world.ids, [person(who).account for who in ("mem", "wai", "oco")]
    return {
        "class": [ids["own"], ids["dis"], ids["arc"]], "account": accounts,
        "code": [ids["code_own"], ids["code_dis"]], "district": [ids["district"]], "person": ["dme", "new"],
    }.get(name, [ids.get(name, "1")])  # fmt: skip


def headers(world, who: str) -> dict[str, str]:
    """A fresh token."""
    caller = {"mac": Machine(), "nob": None}.get(who, None if who == "nob" else person(who))
    return {"Authorization": f"Bearer {people.token(caller.claims(world.api.now))}"} if caller else {}


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: f"{one.method.upper()} {one.path}")
def test_every_answer_is_one_of_the_documents(world, operation, mode):
    """Never a fault of ours; status, media type and body as documented; what does not fit is not taken."""

    callers = st.sampled_from(let_in(operation)) | st.sampled_from(CALLERS)

    @EXAMPLES
    @given(case=operation.as_strategy(generation_mode=mode), who=callers, data=st.data())
    def asked(case, who, data):
        for name in case.path_parameters or {}:
            if data.draw(st.integers(0, 3)):
                case.path_parameters[name] = data.draw(st.sampled_from(known(world, name)))
        try:
            answer = case.call(app=world.api.wsgi, headers=headers(world, who))
        finally:
            world.put_back()
        case.validate_response(answer, checks=CHECKS)

    asked()
