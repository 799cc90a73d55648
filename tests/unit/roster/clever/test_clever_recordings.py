"""The client against real answers of api.clever.com v3.0, where they lie beside the repository."""

import json
from pathlib import Path

import pytest

from homeroom.roster.clever.records import RecordReader
from homeroom.roster.model import KINDS, Rejected
from tests.unit.roster.clever.scripted import OURS, Reply, page, paged

RECORDINGS = Path(__file__).resolve().parents[5] / "shared" / "clever" / "recordings_v3.0"
COUNTS = {"districts": 1, "schools": 4, "terms": 5, "courses": 204, "sections": 201, "users": 262}

pytestmark = pytest.mark.skipif(not RECORDINGS.is_dir(), reason=f"no recordings at {RECORDINGS}")


def recorded(name):
    return json.loads((RECORDINGS / f"{name}.json").read_text())


def records(kind):
    return sorted((item["data"] for item in recorded(kind)), key=lambda record: record["id"])


@pytest.mark.parametrize("kind", KINDS)
def test_s18_every_recorded_record_is_read(server, source, kind):
    server.answer = paged(records(kind))
    rows = list(source.rows(kind))
    assert len(rows) == COUNTS[kind]
    assert not any(isinstance(row, Rejected) for row in rows)


def test_the_recorded_people_are_258_students_and_4_teachers_and_the_contact_is_left_out(server, source):
    server.answer = paged(records("users"))
    rows = list(source.rows("users"))
    assert sum(row.student is not None for row in rows) == 258
    assert sum(row.teacher is not None for row in rows) == 4
    assert all(row.first and row.last and row.email for row in rows)
    assert all(row.student.dob.count("/") == 2 for row in rows if row.student)
    assert sum(len(row.student.schools) > 1 for row in rows if row.student) == 92


def test_recorded_sections_have_their_primary_among_their_teachers_and_students(server, source):
    server.answer = paged(records("sections"))
    rows = list(source.rows("sections"))
    assert all(row.teacher in row.teachers and row.students and row.term and row.course for row in rows)
    assert sum(len(row.teachers) > 1 for row in rows) == 31


def test_recorded_pages_are_followed_by_their_own_links(server, source_with):
    pages = [recorded("terms_page_limit3"), recorded("terms_last_page")]
    server.queue = [Reply(body=json.dumps(raw.get("body", raw)).encode()) for raw in pages]
    assert [row.name for row in source_with(version="v3.0", page_size=3).rows("terms")] == [
        "S1",
        "S2",
        "Y1",
        "Y1",
        "Y1",
    ]
    assert "starting_after=5b42365868c8d6104f634d34" in server.requests[1].path


def test_the_recorded_html_404_is_a_fault(server, source):
    answers = [json.loads(line) for line in (RECORDINGS / "interactions.jsonl").read_text().splitlines()]
    assert any(a["status"] == 404 and "text/html" in json.dumps(a).lower() for a in answers)


def test_d01_the_recorded_token_list_names_three_districts(server, tokens):
    server.queue = [Reply(body=json.dumps(recorded("oauth_tokens_list")["body"]).encode())]
    assert len(tokens.all()) == 3


def test_d01_the_recorded_token_of_one_district_is_found(server, tokens):
    server.queue = [Reply(body=json.dumps(recorded("oauth_tokens_one_district")["body"]).encode())]
    assert tokens.for_district(OURS).scopes[-1] == "read:user_id"


def test_s19_the_cursor_of_the_recorded_feed_is_its_last_event(server, source):
    newest = records("events")[-1]
    server.queue = [page([newest])]
    assert source.cursor() == newest["id"]


@pytest.mark.parametrize("kind", ["users", "sections"])
def test_the_whole_page_and_the_record_by_record_reading_agree(kind):
    reader = RecordReader(kind, OURS)
    body = page(records(kind)).body
    assert reader(body) == reader._one_by_one(body)
