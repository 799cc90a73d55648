"""S-12: a night without change writes the run's own record alone; X-05, S-18: nobody's data leaves the roster."""

import gzip
import json
import logging

import pytest

from functions.roster_sync import app
from homeroom.roster import wiring
from homeroom.roster.clever.errors import SourceMalformed, SourceRefused
from homeroom.roster.clever.records import RecordReader
from homeroom.runtime import aws
from tests.support import rows
from tests.support.machine import FakeSource

WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}


class Counted:
    """Counts what is written: items in DynamoDB, whichever call takes them, and objects in S3."""

    def __init__(self, monkeypatch):
        self.items = self.objects = 0
        clients = [aws.dynamodb(), aws.s3()]
        for client in clients:
            client.meta.events.register("provide-client-params", self._count, unique_id=f"count-{id(self)}")
        self._clients = clients

    def _count(self, params, model, **_):
        if model.name == "TransactWriteItems":
            self.items += len(params["TransactItems"])
        elif model.name == "BatchWriteItem":
            self.items += sum(map(len, params["RequestItems"].values()))
        elif model.name in WRITES:
            self.items += 1
        elif model.name.startswith(("PutObject", "CreateMultipart", "UploadPart", "CopyObject", "DeleteObject")):
            self.objects += 1

    def stop(self):
        for client in self._clients:
            client.meta.events.unregister("provide-client-params", self._count, unique_id=f"count-{id(self)}")


@pytest.fixture
def counted(stage, monkeypatch):
    counter = Counted(monkeypatch)
    yield counter
    counter.stop()


def test_s12_a_night_without_change_writes_the_runs_record_and_the_lease(stage, counted):
    """Two items (record and lease) as the run begins, the same two as it ends; not one object."""
    stage.machine().run(FakeSource(rows.small(6, 2)))
    first = (counted.items, counted.objects)
    stage.wait(days=1)
    run = stage.machine().run(FakeSource(rows.small(6, 2)))
    assert run.changes == {}
    assert (counted.items - first[0], counted.objects - first[1]) == (4, 0)
    assert first[0] > 30


def test_s12_writes_are_proportional_to_what_changed(stage, counted):
    """One birth date: the person and the claim of their address, beside the frame of six, the audit row, and the one
    message about whoever a run that changes people has brought.
    """
    whole = rows.small(6, 2)
    stage.machine().run(FakeSource(whole))
    first = counted.items
    users = [rows.student("s000", dob="3/15/2015") if row.id == "s000" else row for row in whole["users"]]
    run = stage.machine().run(FakeSource({**whole, "users": users}))
    assert run.changes == {"person": {"update": 1}}
    assert counted.items - first == 6 + 1 + 1 + 2


SECRET = {
    "first": "Xylophania", "last": "Quetzalmann", "email": "xylo.quetzal@district.example", "dob": "7/31/2014",
}  # fmt: skip
NEEDLES = ("Xylophania", "Quetzalmann", "xylo.quetzal", "7/31/2014", "2014-07-31")
SENSITIVE = {
    "race": "Zzrace", "gender": "Zzgender", "frl_status": "Zzlunch", "ell_status": "Zzell", "iep_status": "Zziep",
    "home_language": "Zzlanguage", "location": {"address": "1 Zzstreet", "city": "Zzcity"},
    "disability_type": "Zzdisability", "contacts": [{"name": "Zzcontact", "phone": "555-zz", "email": "zz@x.example"}],
    "hispanic_ethnicity": "Zzethnic", "unweighted_gpa": "Zzgpa", "ext": {"anything": "Zzext"},
    "credentials": {"district_username": "Zzuser"},
}  # fmt: skip


def as_clever(row):
    """A student in Clever's JSON, with all that Clever may know besides."""
    student = {**row.student.model_dump(), **SENSITIVE}
    return {
        "id": row.id, "district": rows.DISTRICT, "email": row.email, "created": "2026-01-01T00:00:00.000Z",
        "name": {"first": row.first, "last": row.last, "middle": "Zzmiddle"}, "roles": {"student": student},
        **SENSITIVE,
    }  # fmt: skip


def read(records):
    body = json.dumps({"data": [{"data": record} for record in records], "links": []}).encode()
    return [row for _, row in RecordReader("users", rows.DISTRICT)(body).items]


def test_s18_what_the_system_does_not_need_is_nowhere(stage, capfd, caplog):
    """Neither in tables, objects, logs nor payloads: it is dropped as it is parsed."""
    caplog.set_level(logging.INFO)
    whole = rows.small(6, 2)
    pupils = [as_clever(row) for row in whole["users"] if row.student]
    odd = {**pupils[0], "id": "s9", "email": {"Zzshape": "Zzshape"}}
    users = [*read([*pupils, odd]), *(row for row in whole["users"] if not row.student)]
    machine = stage.machine()
    run = machine.run(FakeSource({**whole, "users": users}))
    assert (run.state, run.findings["record_rejected"]) == ("succeeded", 1)
    bodies = [gzip.decompress(body) if key.endswith(".gz") else body for key, body in stage.objects().items()]
    out = capfd.readouterr()
    everything = [str(stage.items()), *map(str, bodies), str(machine.payloads), out.out, out.err, caplog.text]
    assert "s000@district.example" in everything[0]
    assert [text for text in everything if "zz" in text.casefold()] == []


def distinctive():
    whole = rows.small(6, 2)
    users = [rows.student(row.id, **SECRET) if row.id == "s000" else row for row in whole["users"]]
    users = [row.model_copy(update={"email": SECRET["email"]}) if row.id == "s001" else row for row in users]
    sections = [whole["sections"][0].model_copy(update={"students": ("s000", "gone")}), *whole["sections"][1:]]
    return {**whole, "users": users, "sections": sections}


def test_x05_nothing_that_a_run_tells_holds_anybodys_data(stage, capfd, caplog, monkeypatch):
    """Logs, metrics, run records, payloads, error texts and keys; through the functions themselves, as deployed."""
    caplog.set_level(logging.INFO)
    fault = SourceMalformed(kind="users", http_status="200")
    machine = stage.machine()
    sources = [
        FakeSource(distinctive()),
        FakeSource(distinctive(), fault),
        FakeSource({**distinctive(), "users": distinctive()["users"][:1]}),
    ]
    texts = []
    for source in sources:
        texts += through_functions(stage, source, monkeypatch)
        stage.wait(days=1)
    told = capfd.readouterr()
    runs = [run.model_dump_json() for run in wiring.run_store().newest_first(rows.DISTRICT)]
    assert len(runs) == 3
    assert '"ItemsWritten"' in told.out
    assert '"district":"58da8a43cc70ab00017a1a87"' in told.out + told.err + caplog.text
    keys = [*stage.objects(), *(":".join(key) for key in stage.items() if not key[1].startswith("E#"))]
    frame = [
        str(item) for key, item in stage.items().items() if key[2].startswith(("RUN#", "SYNC", "AUDIT#", "DISTRICT"))
    ]
    everything = [told.out, told.err, caplog.text, *runs, *texts, *keys, *frame, str(machine.payloads)]
    assert [needle for needle in NEEDLES for text in everything if needle.casefold() in text.casefold()] == []


class FixedClock:
    def __init__(self, now):
        self._now = now

    def now(self):
        return self._now


def through_functions(stage, source, monkeypatch):
    """One execution by the deployed handlers; gives every payload and every error's text."""
    from homeroom.runtime.settings import Settings

    monkeypatch.setattr(wiring, "source", lambda district: source)
    monkeypatch.setattr(Settings, "clock", lambda self: FixedClock(stage.now))
    texts = []

    def call(handler, event):
        answer = handler(event, None)
        texts.append(json.dumps(answer))
        return answer

    event = {"step": "begin", "district": rows.DISTRICT, "trigger": "night", "execution": str(stage.now)}
    state = call(app.control, event)
    try:
        state = call(app.plan, call(app.fetch, state))
        if state["decision"] == "apply":
            state["applied"] = [call(app.apply, chunk) for chunk in stage.machine().chunks(state)]
        call(app.control, {**event, "step": "finish", "run": state["run"], "state": state})
    except Exception as error:  # noqa: BLE001
        texts += [str(error), repr(error), repr(error.__cause__)]
        call(app.control, {**event, **state, "step": "fail", "failure": {"Error": type(error).__name__}})
    return texts


def test_x05_an_error_that_nobody_foresaw_loses_its_text(stage, capfd, monkeypatch):
    def broken(_district):
        raise ValueError(f"no such person: {SECRET['last']}")

    monkeypatch.setattr(wiring, "source", broken)
    state = wiring.control().begin({"district": rows.DISTRICT, "execution": "one"}, stage.now)
    with pytest.raises(Exception) as raised:
        app.fetch(state, None)
    assert (type(raised.value).__name__, str(raised.value)) == ("UnexpectedError", "ValueError")
    assert raised.value.__cause__ is None
    assert SECRET["last"] not in "".join(capfd.readouterr())


def test_x05_an_error_of_ours_goes_on_without_what_caused_it(stage, monkeypatch):
    def refused(_district):
        raise SourceRefused from ValueError(SECRET["last"])

    monkeypatch.setattr(wiring, "source", refused)
    state = wiring.control().begin({"district": rows.DISTRICT, "execution": "one"}, stage.now)
    with pytest.raises(SourceRefused) as raised:
        app.fetch(state, None)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
