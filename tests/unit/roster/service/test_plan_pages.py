"""S-10: a plan is read page by page, each change once, and no page reads what lies before it."""

import io
from collections import Counter
from pathlib import Path

import pytest

from homeroom.roster.changes import Change
from homeroom.roster.service import plan_pages
from homeroom.roster.service.plan_pages import PlanPages
from homeroom.roster.store import spool
from homeroom.roster.store.files import RunFiles
from homeroom.runtime.errors import InvalidInput
from homeroom.runtime.pages import encode_cursor

PREFIX = "districts/d/runs/00000001"
CHUNK = 7


class Bucket:
    """What of S3 a plan needs; `got` is what has been asked for."""

    def __init__(self):
        self.objects, self.got = {}, []

    def upload_file(self, path, _, key):
        self.objects[key] = Path(path).read_bytes()

    def put_object(self, *, Bucket, Key, Body):  # noqa: N803  as boto3 names them
        self.objects[Key] = Body

    def get_object(self, *, Bucket, Key):  # noqa: N803  as boto3 names them
        self.got.append(Key)
        return {"Body": io.BytesIO(self.objects[Key])}

    def chunks(self):
        """The numbers of the chunks that were asked for since the last time."""
        asked = [int(key[-14:-9]) for key in self.got if key.endswith(".jsonl.gz")]
        self.got.clear()
        return asked


def changes():
    for n in range(60):
        left, school = f"s{n % 3}", f"s{n % 3 if n % 5 else 3}"
        yield Change(
            kind="person", op="update", id=f"p{n:02d}", school=school, before={"school": left, "grade": "4"},
            after={"school": school, "grade": "5"},
        )  # fmt: skip
    for n in range(23):
        yield Change(kind="class", op="create", id=f"c{n:02d}", school=f"s{n % 3}", after={"name": "Math"})
    for n in range(40):
        yield Change(kind="membership", op="create", id=f"c{n % 23:02d}/S#p{n}", school="s9" if n == 30 else "s1")


@pytest.fixture
def bucket(tmp_path, monkeypatch):
    monkeypatch.setattr(spool, "CHUNK", CHUNK)
    kept = Bucket()
    spooled = spool.Spool(RunFiles(lambda: kept, "roster", tmp_path), PREFIX)
    for change in changes():
        spooled.add(change)
    assert spooled.send("d", 1) == 9 + 4 + 6
    return kept


def pages(bucket, tmp_path, *, kind=None, school=None):
    return PlanPages(RunFiles(lambda: bucket, "roster", tmp_path), PREFIX, "d:1", kind=kind, school=school)


def all_pages(reader, limit):
    page = reader.page(limit, None)
    yield page
    while page.next is not None:
        page = reader.page(limit, page.next)
        yield page


@pytest.mark.parametrize("limit", [1, 3, CHUNK, 10, 60, 200])
@pytest.mark.parametrize("kind", [None, "person", "class", "membership", "school"])
@pytest.mark.parametrize("school", [None, "s0", "s1", "s3", "s9", "elsewhere"])
def test_s10_every_change_comes_exactly_once(bucket, tmp_path, kind, school, limit):
    read = list(all_pages(pages(bucket, tmp_path, kind=kind, school=school), limit))
    assert all(len(page.items) <= limit for page in read)
    wanted = [
        change.id
        for change in changes()
        if kind in {None, change.kind} and school in {None, change.school, (change.before or {}).get("school")}
    ]
    assert Counter(row["id"] for page in read for row in page.items) == Counter(wanted)


def test_s10_a_school_sees_who_leaves_it(bucket, tmp_path):
    rows = pages(bucket, tmp_path, kind="person", school="s0").page(200, None).items
    leaving = [row for row in rows if row["school"] == "s3"]
    assert [row["id"] for row in sorted(leaving, key=lambda row: row["id"])] == ["p00", "p15", "p30", "p45"]
    assert leaving[0]["before"] == {"school": "s0", "grade": "4"}


def test_s10_a_page_reads_no_chunk_before_its_own(bucket, tmp_path):
    reader, cursor, line = pages(bucket, tmp_path), None, 0
    while True:
        page = reader.page(5, cursor)
        read = bucket.chunks()
        cursor = page.next
        # All but the last chunk of a kind are full: five changes lie in two of them, or at a kind's end in three.
        assert len(read) <= 3
        if line < 60:
            assert read[0] == line // CHUNK
        line += len(page.items)
        if cursor is None:
            break
    assert (line, read[-1]) == (123, 18)


def test_s10_a_kind_is_found_without_reading_the_others(bucket, tmp_path):
    assert len(pages(bucket, tmp_path, kind="class").page(200, None).items) == 23
    assert bucket.chunks() == [9, 10, 11, 12]
    assert pages(bucket, tmp_path, kind="school").page(200, None).items == []
    assert bucket.chunks() == []


def test_s10_a_page_looks_only_so_far_and_then_leads_on(bucket, tmp_path, monkeypatch):
    monkeypatch.setattr(plan_pages, "MOST_CHUNKS", 4)
    reader, read, found = pages(bucket, tmp_path, school="s9"), [], []
    for page in all_pages(reader, 50):
        found += page.items
        read.append(bucket.chunks())
    assert read == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11], [12, 13, 14, 15], [16, 17, 18]]
    assert [row["school"] for row in found] == ["s9"]


@pytest.mark.parametrize("position", ["50", "0:-1", "-1:0", "1:2:3", "a:b", ":", "0:" + "9" * 30])
def test_s10_a_cursor_that_names_no_place_is_refused(bucket, tmp_path, position):
    reader = pages(bucket, tmp_path)
    with pytest.raises(InvalidInput) as refused:
        reader.page(5, encode_cursor(reader._scope, position))
    assert refused.value.field == "cursor"


def test_s10_a_cursor_is_of_one_plan_and_one_filter(bucket, tmp_path):
    cursor = pages(bucket, tmp_path).page(5, None).next
    with pytest.raises(InvalidInput):
        pages(bucket, tmp_path, kind="person").page(5, cursor)


def test_s10_a_place_beyond_the_end_is_the_end(bucket, tmp_path):
    reader = pages(bucket, tmp_path)
    page = reader.page(5, encode_cursor(reader._scope, "99:0"))
    assert (page.items, page.next) == ([], None)
