"""S-19, S-07, S-17, W-03: what following events gives, and when everything must be read instead."""

from datetime import date
from types import SimpleNamespace

import pytest
from pydantic import SecretStr

from homeroom.roster.clever import CleverApi, CleverSource, DistrictToken
from homeroom.roster.clever.errors import SourceFailed, SourceForeign, SourceNotJson, SourceUnexpected
from homeroom.roster.districts import District
from homeroom.roster.model import Rejected
from homeroom.roster.rules.events import MOST_RECORDS
from homeroom.roster.service import delta as module
from homeroom.roster.service.fetch import SourceEmpty
from homeroom.roster.source import SourceRefused
from homeroom.roster.syncs import Promoted
from sandbox.clever.server import running
from sandbox.clever.settings import Settings
from tests.support.followed import NOW, Followed, promoted


@pytest.fixture
def district(tmp_path):
    return Followed(tmp_path)


@pytest.fixture
def before(district):
    """The snapshot in force."""
    return district.full("before")


@pytest.fixture
def follow(district, before):
    """Follows the events since; what comes of it is what reading everything gives, or the test fails."""

    def follow(snapshot=before, prefix="after"):
        fetched = district.delta(prefix, snapshot)
        in_full = district.full(f"{prefix}-full")
        assert district.texts(prefix) == district.texts(f"{prefix}-full")
        assert promoted(prefix, fetched).fingerprint == in_full.fingerprint
        assert fetched.sourced == in_full.sourced
        return fetched

    return follow


def ids(district, kind, role=None):
    return [place.id for place in district.world.collections[kind].after("", role)]


def asked(district):
    """The requests since the last time."""
    found, district.client.asked = district.client.asked, []
    return found


def row(district, prefix, kind, record):
    return next((row for row in district.rows(prefix)[kind] if row.id == record), None)


@pytest.fixture(autouse=True)
def told(monkeypatch):
    """What is logged, line by line: what it says and what it counts."""
    lines = []
    told = SimpleNamespace(info=lambda message, extra: lines.append({"message": message, **extra}))
    monkeypatch.setattr(module, "logger", lambda: told)
    return lines


# --- What is followed ---


def test_s19_nothing_happened_is_the_same_snapshot_with_the_same_cursor(district, before, follow):
    fetched = follow()
    assert fetched.cursor == before.cursor
    assert promoted("after", fetched).fingerprint == before.fingerprint


def test_s12_nothing_happened_asks_for_the_events_and_the_district_alone(district, before):
    asked(district)
    district.delta("after", before)
    assert [path.split("?")[0] for path in asked(district)] == ["/v3.1/events", "/v3.1/events", "/v3.1/districts"]


def test_s19_the_fingerprint_is_that_of_reading_everything(district, before):
    home = District(id="d", name="n", registered_at=NOW)
    district.order("rename", kind="terms", id=ids(district, "terms")[0], name="Autumn")
    by_events, in_full = district.delta("after", before), district.fetched("full")
    today = date(2026, 9, 15)
    assert by_events.fingerprint(home, today) == in_full.fingerprint(home, today)
    assert by_events.terms == in_full.terms


def test_s19_a_changed_record_is_read_by_its_id_and_no_list_is(district, before, follow):
    person = ids(district, "users", "student")[5]
    district.order("email", user=person, email="new@harbor.example")
    asked(district)
    district.delta("after", before)
    paths = [path for path in asked(district) if "events" not in path]
    assert paths == ["/v3.1/districts?limit=50", f"/v3.1/users/{person}"]
    assert row(district, "after", "users", person).email == "new@harbor.example"
    follow(prefix="again")


def test_s19_the_cursor_is_the_last_event(district, before, follow):
    district.order("synced")
    newest = district.world.feed.append("resources.created", {"id": "x"}, None, district.now)["id"]
    assert follow().cursor == newest


def test_s19_the_same_event_twice_ends_the_same(district, before, follow):
    """DELTA-09: a run that was killed begins again at the cursor of the roster in force."""
    person = ids(district, "users", "student")[5]
    district.order("grade", user=person, grade="9")
    first = follow()
    again = follow(prefix="again")
    assert promoted("x", first) == promoted("x", again)
    assert promoted("x", follow(promoted("after", first), prefix="later")) == promoted("x", first)


def test_s19_an_older_event_never_overwrites_newer_data(district, before, follow):
    """DELTA-10: an event's object is not looked at, what it says or when it was made."""
    person = ids(district, "users", "student")[5]
    stale = district.world.draft("users", person) | {"email": "stale@harbor.example"}
    district.order("email", user=person, email="new@harbor.example")
    district.world.feed.append("users.updated", stale, {"email": "x"}, district.now)
    follow()
    assert row(district, "after", "users", person).email == "new@harbor.example"


def test_w03_an_event_alone_changes_nothing(district, before, follow):
    """A notice or an event may say what it likes: Clever's records decide."""
    person = ids(district, "users", "student")[5]
    forged = district.world.draft("users", person) | {"email": "forged@harbor.example"}
    district.world.feed.append("users.deleted", forged, None, district.now)
    fetched = follow()
    assert promoted("after", fetched).fingerprint == before.fingerprint


def test_s19_deleted_and_created_again_is_there(district, before, follow):
    person = ids(district, "users", "student")[5]
    record = district.world.draft("users", person)
    district.world.delete("users", person)
    district.world.create("users", record | {"email": "back@harbor.example"})
    follow()
    assert row(district, "after", "users", person).email == "back@harbor.example"


def test_s19_gone_from_one_snapshot_and_back_in_the_next(district, before, follow):
    person = ids(district, "users", "teacher")[0]
    record = district.world.draft("users", person)
    district.world.delete("users", person)
    gone = promoted("after", follow())
    assert row(district, "after", "users", person) is None
    district.world.create("users", record)
    back = promoted("later", follow(gone, prefix="later"))
    assert back.fingerprint == before.fingerprint


def test_s19_a_user_who_is_gone_by_the_time_that_they_are_read_is_left_out(district, before, follow):
    person = ids(district, "users", "student")[5]
    district.order("email", user=person, email="new@harbor.example")
    # As when the deletion's own event is not there yet.
    district.world.collections["users"].remove(person)
    follow()
    assert row(district, "after", "users", person) is None


def test_s19_a_user_who_is_no_longer_of_a_role_of_ours_is_left_out(district, before, follow):
    person = ids(district, "users", "teacher")[0]
    district.world.update("users", district.world.draft("users", person) | {"roles": {"contact": {}}})
    follow()
    assert row(district, "after", "users", person) is None


def _quietly(district, kind, record):
    """Put a record there whose event has not come yet."""
    district.world.collections[kind].put(record)


def test_s19_somebody_whom_a_section_names_is_read_although_their_event_has_not_come(district, before, follow):
    student = district.world.draft("users", ids(district, "users", "student")[5]) | {"id": "660000000001000000000009"}
    _quietly(district, "users", student)
    section = ids(district, "sections")[0]
    district.world.update("sections", district.world.draft("sections", section) | {"students": [student["id"]]})
    follow()
    assert row(district, "after", "users", student["id"]).student.sis_id


@pytest.mark.parametrize(("kind", "field"), [("schools", "school"), ("courses", "course"), ("terms", "term_id")])
def test_s19_what_a_section_names_is_read_although_its_event_has_not_come(district, before, follow, kind, field):
    made = district.world.draft(kind, ids(district, kind)[0]) | {"id": "660000000001000000000009"}
    _quietly(district, kind, made)
    section = ids(district, "sections")[0]
    district.world.update("sections", district.world.draft("sections", section) | {field: made["id"]})
    follow()
    assert row(district, "after", kind, made["id"])


def test_s19_a_school_that_is_named_by_somebody_who_is_named_is_read_too(district, before, follow):
    school = district.world.draft("schools", ids(district, "schools")[0]) | {"id": "660000000001000000000008"}
    teacher = district.world.draft("users", ids(district, "users", "teacher")[0]) | {"id": "660000000001000000000009"}
    teacher["roles"]["teacher"]["schools"] = [school["id"]]
    _quietly(district, "schools", school)
    _quietly(district, "users", teacher)
    section = ids(district, "sections")[0]
    district.order("co_teacher", section=section, add=teacher["id"])
    follow()
    assert row(district, "after", "schools", school["id"])


def test_s19_who_is_known_already_is_not_read_because_a_section_names_them(district, before):
    district.order("rename", kind="sections", id=ids(district, "sections")[0], name="Algebra")
    asked(district)
    district.delta("after", before)
    assert not [path for path in asked(district) if "/users" in path]


def test_s19_a_section_that_names_nobody_known_goes_on_naming_them(district, before, follow):
    section, nobody = ids(district, "sections")[0], "6f0000000001000000000009"
    district.world.update("sections", district.world.draft("sections", section) | {"students": [nobody, "no id?"]})
    follow()
    assert row(district, "after", "sections", section).students == (nobody, "no id?")


def test_s06_a_record_that_cannot_be_read_any_more_is_rejected_and_one_that_can_is_not(district, before, follow):
    one, other = ids(district, "users", "student")[5], ids(district, "sections")[3]
    for kind, record, field in (("users", one, "email"), ("sections", other, "students")):
        district.world.update(kind, district.world.draft(kind, record) | {field: 5})
    first = promoted("after", follow())
    rejected = [line.partition(b" ") for line in district.texts("after")["snapshot/rejected.jsonl.gz"]]
    assert [(kind, Rejected.model_validate_json(body).id) for kind, _, body in rejected] == [
        (b"sections", other),
        (b"users", one),
    ]
    assert first.sourced == before.sourced
    district.order("email", user=one, email="mended@harbor.example")
    assert follow(first, prefix="later").sourced == before.sourced
    assert len(district.texts("later")["snapshot/rejected.jsonl.gz"]) == 1
    assert row(district, "later", "users", one) is not None


def test_s06_a_rejected_record_that_is_gone_leaves_no_line(district, before, follow):
    person = ids(district, "users", "student")[5]
    district.world.update("users", district.world.draft("users", person) | {"email": 5})
    first = promoted("after", follow())
    district.world.delete("users", person)
    assert follow(first, prefix="later").sourced["users"] == before.sourced["users"] - 1
    assert district.texts("later")["snapshot/rejected.jsonl.gz"] == []


def test_s06_a_rejected_person_counts_as_known(district, before, follow):
    section = ids(district, "sections")[0]
    person = district.world.need("sections", section)["students"][0]
    district.world.update("users", district.world.draft("users", person) | {"email": 5})
    first = promoted("after", follow())
    district.order("rename", kind="sections", id=section, name="Algebra")
    asked(district)
    district.delta("later", first)
    assert not [path for path in asked(district) if "/users" in path]


def test_s17_a_pause_at_the_source_is_seen_with_and_without_its_event(district, before, follow):
    assert follow().district_state == "running"
    paused = district.world.draft("districts", district.world.roster.district) | {"state": "paused"}
    _quietly(district, "districts", paused)
    assert follow(prefix="later").district_state == "paused"
    district.order("pause", start="2026-06-07", end="2026-08-20")
    assert follow(prefix="at last").district_state == "paused"


def test_s12_the_sources_own_syncs_change_nothing(district, before, follow):
    district.order("synced")
    assert promoted("after", follow()).fingerprint == before.fingerprint


def test_s12_no_record_is_read_twice(district, before):
    """Not even the district's own, and somebody new whom a changed section names."""
    district.order("synced")
    district.order("admit", section=ids(district, "sections")[0], first="Bao", last="Ito")
    asked(district)
    district.delta("after", before)
    records = [path for path in asked(district) if path.count("/") == 3]
    assert len(records) == len(set(records)) == 2
    assert not [path for path in records if "districts" in path]


def test_s06_a_district_record_that_cannot_be_read_is_rejected_until_it_can(district, before, follow):
    ours = district.world.roster.district
    district.world.update("districts", district.world.draft("districts", ours) | {"state": 5})
    spoiled = follow()
    assert spoiled.district_state == ""
    district.order("pause")
    assert follow(promoted("after", spoiled), prefix="later").district_state == "paused"


# --- When everything must be read ---


@pytest.mark.parametrize(("days", "read"), [(27, "events"), (29, "everything")])
def test_s19_a_cursor_older_than_28_days_forces_reading_everything(district, days, read):
    """DELTA-12. The sandbox keeps events for 30 days: at 29 they would all be there, which nobody can know."""
    district.order("synced")
    before = district.full("before")
    district.wait(days=days)
    district.order("synced")
    asked(district)
    fetched = district.delta("after", before)
    assert (fetched is not None) is (read == "events")
    assert bool(asked(district)) is (read == "events")


def test_s19_an_expired_cursor_that_silently_restarts_forces_reading_everything(district, before):
    """The age is not all: Clever may keep less than it says, and answers with all that it has."""
    for grade in "123456":
        district.order("grade", user=ids(district, "users", "student")[5], grade=grade)
    forget(district, 5)
    assert district.delta("after", before) is None
    assert not (district.room / "after").exists()


def test_s19_a_feed_that_forgot_everything_forces_reading_everything(district, before):
    forget(district, 3)
    assert district.delta("after", before) is None


def forget(district, count):
    """Let the sandbox forget its oldest events before their time."""
    del district.world.feed._events[:count]
    del district.world.feed._ids[:count]


@pytest.mark.parametrize("cursor", ["", "c0", "0" * 24])
def test_s19_no_cursor_or_one_that_tells_nothing_forces_reading_everything(district, before, cursor):
    asked(district)
    assert district.delta("after", before.model_copy(update={"cursor": cursor})) is None
    assert asked(district) == []


def test_s19_without_a_roster_in_force_everything_is_read(district, before):
    assert district.delta("after", Promoted(cursor=before.cursor)) is None


def test_s19_the_rows_of_a_promoted_undo_are_those_of_the_run_before_it(district, before):
    undone = before.model_copy(update={"prefix": "undo", "snapshot": "before"})
    district.order("hire", school=ids(district, "schools")[0], first="Ada", last="Fox", email="f@harbor.example")
    assert district.delta("after", undone) is not None
    district.full("full")
    assert district.texts("after") == district.texts("full")


def _name_nobody(district, count):
    section, nobody = ids(district, "sections")[0], [f"6f{n:022x}" for n in range(count)]
    district.world.update("sections", district.world.draft("sections", section) | {"students": nobody})


def _touch(district, count):
    for n in range(count):
        district.world.feed.append("users.updated", {"id": f"6f{n:022x}"}, None, district.now)


def test_s19_too_many_records_force_reading_everything(district, before):
    _touch(district, MOST_RECORDS)
    assert district.delta("after", before) is not None
    _touch(district, MOST_RECORDS + 1)
    asked(district)
    assert district.delta("later", before) is None
    assert not [path for path in asked(district) if "events" not in path]


@pytest.mark.parametrize(("count", "followed"), [(MOST_RECORDS, True), (MOST_RECORDS + 1, False)])
def test_s19_too_many_unknown_people_in_sections_force_reading_everything(district, before, count, followed):
    _name_nobody(district, count)
    asked(district)
    assert (district.delta("after", before) is not None) is followed
    assert len([path for path in asked(district) if "/users/" in path]) == (MOST_RECORDS if followed else 0)


def test_s19_whom_sections_name_and_what_those_name_count_together(district, before):
    school = [f"6e{n:022x}" for n in range(MOST_RECORDS // 2)]
    teacher = district.world.draft("users", ids(district, "users", "teacher")[0]) | {"id": "6d0000000001000000000009"}
    teacher["roles"]["teacher"]["schools"] = school
    _quietly(district, "users", teacher)
    section = ids(district, "sections")[0]
    _name_nobody(district, MOST_RECORDS // 2)
    assert district.delta("after", before) is not None
    district.order("co_teacher", section=section, add=teacher["id"])
    assert district.delta("later", before) is None


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda d, b: b.model_copy(update={"prefix": ""}), "no_snapshot"),
        (lambda d, b: b.model_copy(update={"cursor": ""}), "cursor_old"),
        (lambda d, b: b.model_copy(update={"cursor": b.cursor[:-1] + "f"}), "events_lost"),
        (lambda d, b: _touch(d, MOST_RECORDS + 1) or b, "many_records"),
        (lambda d, b: _name_nobody(d, MOST_RECORDS + 1) or b, "many_named"),
    ],
)
def test_s19_the_log_says_why_everything_is_read(district, before, told, spoil, reason):
    district.order("synced")
    assert district.delta("after", spoil(district, before)) is None
    assert [line["reason"] for line in told] == [reason]


def test_x05_the_log_of_a_reading_by_events_counts_and_names_nobody(district, before, told):
    district.world.feed.append("Zenobia", {"id": "x"}, None, district.now)
    district.order("email", user=ids(district, "users", "student")[5], email="zq@harbor.example")
    district.delta("after", before)
    assert told == [{"message": "read by events", "events": 2, "unknown": 1, "read": 2}]


# --- Faults ---


@pytest.mark.parametrize("where", ["/events", "/districts", "middle"])
@pytest.mark.parametrize(
    ("kind", "fault"), [("401", SourceRefused), ("truncated", SourceNotJson), ("500", SourceFailed)]
)
def test_s07_a_fault_raises_and_leaves_no_file(district, before, where, kind, fault):
    people = ids(district, "users", "student")[3:6]
    for person in people:
        district.order("grade", user=person, grade="9")
    district.client.fail(f"/users/{people[1]}" if where == "middle" else where, kind)
    with pytest.raises(fault):
        district.delta("after", before)
    assert not (district.room / "after").exists()


def test_s07_a_list_of_events_that_answers_404_is_not_no_news(district, before):
    district.client.fail("/events", "html404")
    with pytest.raises(SourceUnexpected):
        district.delta("after", before)


def test_w03_a_record_of_another_district_stops_the_run(district, before):
    person = ids(district, "users", "student")[5]
    foreign = district.world.draft("users", person) | {"district": "5d0a9e5d0958b300014e49d2"}
    district.world.collections["users"].put(foreign)
    district.world.feed.append("users.updated", {"id": person}, None, district.now)
    with pytest.raises(SourceForeign):
        district.delta("after", before)


def test_s07_events_that_leave_no_section_at_all_are_a_fault_as_an_empty_list_is(district, before):
    for section in ids(district, "sections"):
        district.world.delete("sections", section)
    with pytest.raises(SourceEmpty):
        district.delta("after", before)


# --- Over a socket ---


def test_s19_over_http_following_is_reading_everything(tmp_path):
    district = Followed(tmp_path)
    with running(Settings(port=0, people=130, today=date(2026, 9, 15), rate_limit=False)) as sandbox:
        district.world = sandbox.worlds[0]
        district.now = district.world.clock()
        token = DistrictToken(district.world.roster.district, SecretStr(district.world.token), NOW, ())
        district.source = CleverSource(CleverApi(api_url=sandbox.url, page_size=50), token)
        before = district.full("before")
        school, student = ids(district, "schools")[0], ids(district, "users", "student")[5]
        hired = district.order("hire", school=school, first="Ada", last="Fox", email="f@harbor.example")
        rekeyed = district.order("rekey", user=student)
        fetched = district.delta("after", before)
        in_full = district.full("full")
    assert district.texts("after") == district.texts("full")
    assert fetched.cursor == in_full.cursor > before.cursor
    people = {person.id for person in district.rows("after")["users"]}
    assert {hired, rekeyed} <= people
    assert student not in people
