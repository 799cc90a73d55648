"""Bad bodies, ids and queries at every route, by somebody who may use it: refused with a code and a field (X-02)."""

import json
from typing import Any, NamedTuple

import pytest

from tests.fuzz.odd import NO_JSON, NO_OBJECT, ODD_IDS, ODD_QUERIES, ODD_VALUES
from tests.matrix.reading import TABLE, Row, read
from tests.matrix.requests import asked, takes_body
from tests.matrix.world import World, inhabited
from tests.support.proxy import Answer
from tests.support.served import served

pytestmark = pytest.mark.slow

WELL, CLIENTS_FAULT, OURS = 200, 400, 500
# One row a route: one in which somebody is let in, on the independent class where there are both.
ROWS = {(row.method, row.path): row for row in reversed(read(TABLE.read_text(encoding="utf-8")).rows)
        if any(cell.status < CLIENTS_FAULT for cell in row.cells.values())}  # fmt: skip
MEGABYTE = 1024 * 1024


class Sent(NamedTuple):
    """An answer, and what was sent, for when it is wrong."""

    told: str
    answer: Answer


@pytest.fixture(scope="module")
def world():
    with served(IndependentCoTeaching="on", ClassTransfer="on") as api, inhabited(api) as made:
        yield made


def send(world: World, row: Row, told: str, path: str, body: Any, **headers: str) -> Sent:
    """By somebody whom the table lets in; then everything as it was."""
    relation = next(name for name, cell in row.cells.items() if cell.status < CLIENTS_FAULT)
    answer = world.ask(relation, row.method, path, body, headers)
    world.put_back()
    return Sent(told, answer)


def wrong(sent: list[Sent], *, refused: bool = False) -> list[str]:
    """Answers that are faults of ours, or refusals without what a refusal says; with `refused`, also what is none."""
    found = []
    for told, answer in sent:
        if answer.status >= OURS:
            found.append(f"{told}: {answer.status}")
        elif answer.status >= CLIENTS_FAULT and not complete(answer):
            found.append(f"{told}: {answer.status} {answer.body}")
        elif answer.status < CLIENTS_FAULT and refused:
            found.append(f"{told}: {answer.status}, taken")
    return found


def complete(answer: Answer) -> bool:
    """Whether a refusal has all its members (RFC 9457), and a field if the input is at fault."""
    body = answer.body
    if answer.headers["content-type"] != "application/problem+json" or not isinstance(body, dict):
        return False
    members = {"type", "title", "status", "detail", "code", "request_id"} <= body.keys()
    return members and body["status"] == answer.status and (answer.status != 422 or bool(body.get("field")))


# Not of the webhook, whose bytes are signed.
WITH_BODY = [pytest.param(row, id=row.name) for row in ROWS.values() if takes_body(row)]


def bodied(world: World, row: Row) -> tuple[str, dict[str, Any]]:
    """The path and the valid body."""
    path, body, _ = asked(world, row)
    assert isinstance(body, dict)
    return path, body


@pytest.mark.parametrize("row", WITH_BODY)
def test_what_is_no_json_object_is_refused(world, row):
    """X-02: with the body named as what is at fault."""
    path, body = bodied(world, row)
    sent = [send(world, row, told, path, raw) for told, raw in NO_JSON.items()]
    no_object = NO_OBJECT | {"the body in a list": [body]}
    sent += [send(world, row, told, path, json.dumps(value).encode()) for told, value in no_object.items()]
    assert wrong(sent, refused=True) == []
    assert {one.answer.status for one in sent} == {422}


@pytest.mark.parametrize("row", WITH_BODY)
def test_too_much_and_another_kind_are_refused(world, row):
    """X-02: more than a megabyte is 413, a body that is not JSON by its own word 415."""
    path, body = bodied(world, row)
    padded = json.dumps(body).encode()
    large = send(world, row, "large", path, padded + b" " * (MEGABYTE + 1 - len(padded)))
    assert (large.answer.status, large.answer.code) == (413, "payload_too_large")
    kind = send(world, row, "text", path, padded, **{"Content-Type": "text/plain"})
    assert (kind.answer.status, kind.answer.code) == (415, "unsupported_media_type")
    assert wrong([large, kind], refused=True) == []


@pytest.mark.parametrize("row", WITH_BODY)
def test_odd_values_are_taken_or_refused_by_their_field(world, row):
    """X-02: in place of each member, whatever kind it is of."""
    path, body = bodied(world, row)
    sent = [
        send(world, row, f"{name} is {told}", path, json.dumps(body | {name: value}).encode())
        for name in body
        for told, value in ODD_VALUES.items()
    ]
    sent += [
        send(world, row, f"{name} in a list is {told}", path, json.dumps(body | {name: [value]}).encode())
        for name in body if isinstance(body[name], list)
        for told, value in ODD_VALUES.items()
    ]  # fmt: skip
    sent.append(send(world, row, "one more", path, body | {"one\ud800more": 1}))
    assert wrong(sent) == []


@pytest.mark.parametrize("row", WITH_BODY)
def test_a_member_that_is_not_known_is_refused(world, row):
    """X-02: nobody believes that something was done which was not."""
    path, body = bodied(world, row)
    sent = send(world, row, "one more", path, body | {"is_admin": True})
    assert (sent.answer.status, sent.answer.body.get("field")) == (422, "is_admin")


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in ROWS.values() if "{" in row.path])
def test_odd_ids_are_unknown_ids(world, row):
    """X-01, X-02: in place of each id of a path, one by one and all at once."""
    path, body, headers = asked(world, row)
    segments, own = row.path.split("/"), path.partition("?")[0].split("/")
    places = [at for at, segment in enumerate(segments) if segment.startswith("{")]
    sent = []
    for odd in ODD_IDS:
        for some in ([at] for at in places) if len(places) == 1 else [*([at] for at in places), places]:
            tried = "/".join(odd if at in some else segment for at, segment in enumerate(own))
            sent.append(send(world, row, f"{row.method} {tried[:150]}", tried, body, **headers))
    assert wrong(sent) == []


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in ROWS.values() if row.method == "GET"])
def test_odd_queries_are_ignored_or_refused(world, row):
    """X-02: a limit that is none, a cursor of nowhere."""
    path, _, _ = asked(world, row)
    sent = [send(world, row, query[:60], f"{path.partition('?')[0]}?{query}", None) for query in ODD_QUERIES]
    assert wrong(sent) == []
