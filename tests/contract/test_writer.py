"""S-11, X-03: writing a chunk twice, or half and then again, ends the same, on every engine and under every refusal."""

import threading
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from homeroom.classes import store as classes_store
from homeroom.roster.changes import Change
from homeroom.roster.entries import ClassEntry, PersonEntry
from homeroom.roster.store import items
from homeroom.roster.store.writer import ATTEMPTS, StoreRefused, Writer, Written
from homeroom.roster.store.writes import RunMark, Tables, actions, creations
from homeroom.runtime import aws
from homeroom.runtime.dynamo import bind
from homeroom.runtime.transact import StoreBusy

AT = datetime(2026, 9, 15, 7, tzinfo=UTC)
DISTRICT = "58da8a43cc70ab00017a1a87"


@pytest.fixture
def tables(make_table):
    names = Tables(make_table("DistrictsTable"), make_table("ClassesTable"))
    bind(names.districts, *items.MODELS)
    bind(names.classes, *classes_store.MODELS)
    return names


class Between:
    """A DynamoDB client with something in between: each call first takes an action from `plan`, if one is left.

    An action is an exception to raise, "after" to raise a time-out once the call had its effect, or how many items of
    a batch to leave unprocessed. A `forgetful` one knows no tokens, as DynamoDB after ten minutes.
    """

    def __init__(self, plan=(), *, forgetful=False):
        self._forgetful = forgetful
        self._client, self._plan, self._lock = aws.dynamodb(), list(plan), threading.Lock()
        self.exceptions = self._client.exceptions
        self.tokens = []

    def _next(self):
        with self._lock:
            return self._plan.pop(0) if self._plan else None

    def batch_write_item(self, RequestItems):  # noqa: N803
        step = self._next()
        if isinstance(step, Exception):
            raise step
        left = {}
        for table, requests in RequestItems.items() if isinstance(step, int) else ():
            left[table] = requests[:step]
            RequestItems = {**RequestItems, table: requests[step:]}  # noqa: N806
        sent = {table: requests for table, requests in RequestItems.items() if requests}
        if sent:
            self._client.batch_write_item(RequestItems=sent)
        if step == "after":
            raise ReadTimeoutError(endpoint_url="local")
        return {"UnprocessedItems": left}

    def transact_write_items(self, **request):
        self.tokens.append(request["ClientRequestToken"])
        step = self._next()
        if isinstance(step, Exception):
            raise step
        if self._forgetful:
            del request["ClientRequestToken"]
        answer = self._client.transact_write_items(**request)
        if step == "after":
            raise ReadTimeoutError(endpoint_url="local")
        return answer


class Deaf(Between):
    """Takes every transaction and does nothing."""

    def transact_write_items(self, **request):
        self.tokens.append(request["ClientRequestToken"])


def refusal(*codes):
    """A cancelled transaction with these reasons, in order."""
    reasons = [{"Code": code} for code in codes]
    response = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
    return aws.dynamodb().exceptions.TransactionCanceledException(response, "TransactWriteItems")


def throttled(code="ThrottlingException"):
    return ClientError({"Error": {"Code": code}}, "Any")


@pytest.fixture
def slept():
    return []


@pytest.fixture
def write(tables, slept):
    """Writes changes as a run; gives what the writer says. Nothing really sleeps."""

    def written(changes, run=2, plan=(), client=None):
        mark = RunMark(DISTRICT, run, AT)
        writer = Writer(client or Between(plan), threads=1, sleep=slept.append)
        put = writer.put_all(
            put for change in changes if change.op == "create" for put in creations(change, mark, tables)
        )
        groups = (actions(change, mark, tables) for change in changes if change.op != "create")
        done = writer.transact_all(groups, f"{DISTRICT}/{run}/0")
        return Written(put + done.items, done.done, done.refused)

    return written


@pytest.fixture
def stored(tables):
    def all_items():
        found = {}
        for table in tables:
            for page in aws.dynamodb().get_paginator("scan").paginate(TableName=table):
                found |= {(item["pk"]["S"], item["sk"]["S"]): item for item in page["Items"]}
        return found

    return all_items


def person(name, op="create", before=None, **fields):
    def body(given):
        entry = PersonEntry(id=name, **{"email": f"{name}@x.example", "address": f"{name}@x.example", **given})
        return entry.model_dump(mode="json", exclude_defaults=True)

    return Change(kind="person", op=op, id=name, before=None if before is None else body(before), after=body(fields))


def member(name, op="create", role="student", was="student"):
    before = None if op == "create" else {"role": was}
    after = None if op == "remove" else {"role": role}
    return Change(kind="membership", op=op, id=f"c1/{name}", before=before, after=after)


def klass(op="create", **fields):
    after = ClassEntry(id="c1", teacher="t1", **fields).model_dump(mode="json", exclude_defaults=True)
    return Change(kind="class", op=op, id="c1", before=None if op == "create" else {"id": "c1"}, after=after)


PEOPLE = [person(f"p{n:03d}") for n in range(52)]
REGRADED = [person(f"p{n:03d}", "update", {}, grade="9") for n in range(52)]
MOVED = person("p000", "update", {}, email="new@x.example", address="new@x.example")


def test_creations_are_written_with_their_claims(write, stored):
    assert write([*PEOPLE, klass(), member("S#p000"), member("T#t1", role="primary")], run=1) == Written(107, 0, 0)
    found = stored()
    assert found[f"D#{DISTRICT}#P#p000", "PERSON"]["state"] == {"S": "live"}
    assert found["E#p000@x.example", f"D#{DISTRICT}#P#p000"]["source"] == {"S": "roster"}
    assert found[f"C#D#{DISTRICT}#c1", "S#p000"]["list_pk"] == {"S": f"D#{DISTRICT}#P#p000"}


def test_s11_creating_twice_ends_the_same(write, stored):
    write(PEOPLE, run=1)
    before = stored()
    write(PEOPLE, run=1)
    assert stored() == before


def test_s11_changing_twice_finds_all_done(write, stored):
    """Delivered again after DynamoDB has forgotten the token: each item carries the run already."""
    write(PEOPLE, run=1)
    assert write(REGRADED) == Written(104, 0, 0)
    before = stored()
    assert write(REGRADED, client=Between(forgetful=True)) == Written(0, 52, 0)
    assert stored() == before


def test_s11_half_of_it_done_before_and_the_rest_now(write, stored):
    write(PEOPLE, run=1)
    write(REGRADED[20:50])
    assert write(REGRADED, client=Between(forgetful=True)) == Written(44, 30, 0)
    assert {item["grade"]["S"] for key, item in stored().items() if key[1] == "PERSON"} == {"9"}


def test_s11_an_earlier_run_never_writes_over_a_later_one(write, stored):
    write(PEOPLE, run=1)
    write(REGRADED, run=7)
    before = stored()
    assert write([person("p001", "remove", {}, archived=6), MOVED], run=6) == Written(0, 0, 2)
    assert stored() == before


def test_a_new_address_takes_the_claim_with_it(write, stored):
    write(PEOPLE, run=1)
    write([MOVED])
    owner = f"D#{DISTRICT}#P#p000"
    assert ("E#new@x.example", owner) in stored()
    assert ("E#p000@x.example", owner) not in stored()
    write(
        [person("p000", "update", {"email": "new@x.example", "address": "new@x.example"}, address="", email="")], run=3
    )
    assert not [key for key in stored() if key[1] == owner]


def test_s13_an_archived_person_keeps_their_claim(write, stored):
    write(PEOPLE[:1], run=1)
    write([person("p000", "remove", {}, archived=2)])
    found = stored()
    assert found[f"D#{DISTRICT}#P#p000", "PERSON"]["state"] == {"S": "archived"}
    assert ("E#p000@x.example", f"D#{DISTRICT}#P#p000") in found


def test_a_membership_that_ends_leaves_a_trace_outside_the_index(write, stored):
    write([klass(), member("S#p1")], run=1)
    assert write([member("S#p1", "remove")]) == Written(2, 0, 0)
    found = stored()
    assert (f"C#D#{DISTRICT}#c1", "S#p1") not in found
    trace = found[f"C#D#{DISTRICT}#c1", "X#S#p1#00000002"]
    assert "list_pk" not in trace
    assert trace["role"] == {"S": "student"}


def test_a_membership_that_begins_again_and_ends_again_has_two_traces(write, stored):
    write([klass(), member("S#p1")], run=1)
    for run in (2, 4):
        write([member("S#p1", "remove")], run=run)
        write([member("S#p1")], run=run + 1)
    assert sum(key[1].startswith("X#") for key in stored()) == 2


def test_what_is_not_taken_of_a_batch_is_sent_again(write, stored, slept):
    assert write(PEOPLE, run=1, plan=[25, 3, throttled(), 1, throttled("InternalServerError")]).items == 104
    assert len(stored()) == 104
    assert len(slept) == 5


@pytest.mark.parametrize(
    "step",
    [
        throttled(),
        throttled("ProvisionedThroughputExceededException"),
        throttled("TransactionInProgressException"),
        throttled("InternalServerError"),
        ("TransactionConflict", "None"),
        ("None", "ThrottlingError"),
        ("ProvisionedThroughputExceeded", "TransactionConflict"),
    ],
)
def test_a_busy_table_is_asked_again(write, stored, slept, step):
    write(PEOPLE[:1], run=1)
    plan = [refusal(*step) if isinstance(step, tuple) else step] * 3
    assert write(REGRADED[:1], plan=plan) == Written(2, 0, 0)
    assert len(slept) == 3


def test_s11_a_batch_gets_through_a_table_that_takes_a_few_items_at_a_time(write, stored):
    """A new table takes 4,000 writes a second, of which the 160 workers of a first sync have a few each at a time."""
    people = PEOPLE[:12]
    assert write(people, run=1, plan=range(22, 0, -2)).items == len(stored()) == 24


def test_a_busy_table_is_not_asked_for_ever(write, slept):
    with pytest.raises(StoreBusy):
        write(PEOPLE[:10], run=1, plan=[throttled()] * 100)
    assert len(slept) == ATTEMPTS - 1
    with pytest.raises(StoreBusy):
        write(REGRADED, plan=[refusal(*["TransactionConflict"] * 100)] * 100)


@pytest.mark.parametrize("code", ["ValidationError", "ItemCollectionSizeLimitExceeded", "SomethingNew"])
def test_an_unknown_reason_is_a_defect_and_is_not_tried_again(write, slept, code):
    with pytest.raises(StoreRefused) as refused:
        write(REGRADED[:1], plan=[refusal(code, "None")])
    assert refused.value.detail == code
    assert slept == []


def test_an_error_that_no_retry_mends_goes_on(write):
    with pytest.raises(ClientError):
        write(PEOPLE[:1], run=1, plan=[throttled("AccessDeniedException")])


@pytest.mark.parametrize("op", ["create", "update"])
def test_s11_a_time_out_after_the_effect(write, stored, op):
    """The caller sees a failure; delivered again, nothing is done twice."""
    write(PEOPLE[:1], run=1)
    changes = PEOPLE if op == "create" else REGRADED[:1]
    with pytest.raises(ReadTimeoutError):
        write(changes, plan=["after"])
    write(changes, client=Between(forgetful=True))
    before = stored()
    write(changes, client=Between(forgetful=True))
    assert stored() == before


def test_a_conflict_beside_a_finished_group_leaves_the_rest_to_be_sent(write, stored):
    """Every reason is looked at: what was done is left out, what was not refused is sent again."""
    write(PEOPLE[:2], run=1)
    write(REGRADED[:1])
    there = {"run": {"N": "2"}}
    mixed = refusal("ConditionalCheckFailed", "None", "TransactionConflict", "None")
    mixed.response["CancellationReasons"][0]["Item"] = there
    assert write(REGRADED[:2], plan=[mixed]) == Written(2, 1, 0)


def test_x03_the_same_piece_of_work_has_the_same_token(write):
    clients = [Deaf(), Deaf(), Deaf()]
    write(REGRADED, client=clients[0])
    write(REGRADED, client=clients[1])
    write(REGRADED, run=3, client=clients[2])
    assert clients[0].tokens == clients[1].tokens
    assert len(set(clients[0].tokens)) == 2
    assert not set(clients[0].tokens) & set(clients[2].tokens)
    assert {len(token) for token in clients[0].tokens} == {36}


def test_nothing_to_write_is_nothing_sent(write):
    client = Between()
    assert write([], client=client) == Written(0, 0, 0)
    assert client.tokens == []
