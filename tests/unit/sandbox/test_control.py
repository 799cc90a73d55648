"""Orders that change the roster, and the events that Clever would emit for them."""

import pytest

HOMEROOM = "5f4000000001000000009100"
MATH = "5f4000000001000000009000"
TWIN = "5f5000000001000000009004"


@pytest.fixture
def news(api):
    """What the feed says after the cursor taken at the start: [(type, id of the object, previous_attributes)]."""
    cursor = api.newest_event()

    def read() -> list[tuple[str, str, object]]:
        events = api.events_since(cursor)
        return [(row["type"], row["data"]["object"]["id"], row["data"].get("previous_attributes")) for row in events]

    return read


def test_join_and_leave_update_the_section_with_the_old_list(api, news) -> None:
    before = api.one("sections", MATH)["students"]
    assert api.control(join={"student": TWIN, "section": MATH}).status == 200
    joined = api.one("sections", MATH)["students"]
    assert joined == sorted([*before, TWIN])
    api.control(leave={"student": TWIN, "section": MATH})
    old = [previous["students"] for _, _, previous in news()]
    assert (old, api.one("sections", MATH)["students"]) == ([before, joined], before)
    assert {kind for kind, _, _ in news()} == {"sections.updated"}


def test_previous_attributes_lie_inside_data_beside_the_whole_object(api) -> None:
    api.control(grade={"user": TWIN, "grade": "13"})
    event = api.get("/v3.0/events?ending_before=last&limit=1").rows[0]
    assert event["type"] == "users.updated"
    assert set(event["data"]) == {"object", "previous_attributes"}
    assert event["data"]["previous_attributes"]["roles"] == {"student": {"grade": "7"}}
    assert event["data"]["object"] == api.one("users", TWIN)
    assert api.get(f"/v3.0/events/{event['id']}").body["data"] == event


def test_a_move_is_two_section_updates(api, news) -> None:
    api.control(move={"student": TWIN, "from": HOMEROOM, "to": MATH})
    assert [(kind, uid) for kind, uid, _ in news()] == [("sections.updated", MATH), ("sections.updated", HOMEROOM)]
    assert TWIN not in api.one("sections", HOMEROOM)["students"]


def test_a_section_that_loses_its_last_student_disappears(api, news) -> None:
    for student in api.one("sections", MATH)["students"]:
        api.control(leave={"student": student, "section": MATH})
    assert api.get(f"/v3.0/sections/{MATH}").status == 404
    assert news()[-1] == ("sections.deleted", MATH, None)


def test_rekey_gives_a_new_id_with_the_same_sis_id_everywhere(api, news) -> None:
    old = api.one("users", TWIN)
    new = api.control(rekey={"user": TWIN}).body["results"]["rekey"]
    assert api.get(f"/v3.0/users/{TWIN}").status == 404
    assert {**api.one("users", new), "id": TWIN} == old
    students = api.one("sections", HOMEROOM)["students"]
    assert new in students
    assert TWIN not in students
    assert [kind for kind, _, _ in news()] == ["users.created", "sections.updated", "users.deleted"]
    assert new in [row["id"] for row in api.walk("/v3.0/users?limit=50")]


def test_unshare_takes_a_person_out_of_every_section(api, news) -> None:
    teacher = api.one("sections", MATH)["teacher"]
    api.control(unshare={"kind": "users", "id": teacher})
    assert all(teacher not in row["teachers"] for row in api.walk("/v3.0/sections?limit=1000"))
    assert api.one("sections", MATH)["teacher"] != teacher
    assert news()[-1][0] == "users.deleted"


def test_an_unshared_school_takes_its_sections_along(api) -> None:
    school = api.one("sections", MATH)["school"]
    api.control(unshare={"kind": "schools", "id": school})
    assert all(row["school"] != school for row in api.walk("/v3.0/sections?limit=1000"))


def test_teachers_change(api) -> None:
    primary, second = api.one("sections", MATH)["teachers"]
    api.control(teacher={"section": MATH, "teacher": second})
    row = api.one("sections", MATH)
    assert (row["teacher"], row["teachers"]) == (second, [second, primary])
    api.control(co_teacher={"section": MATH, "remove": primary})
    assert api.one("sections", MATH)["teachers"] == [second]
    api.control(teacher={"section": MATH, "teachers": []})
    assert api.one("sections", MATH)["teacher"] == ""


def test_names_addresses_and_birth_dates_change(api) -> None:
    api.control(rename={"kind": "users", "id": TWIN, "name": {"first": "Zoë"}})
    api.control(email={"user": TWIN, "email": "zoe@harbor.example"})
    api.control(dob={"user": TWIN, "dob": "2/30/2014"}, rename={"kind": "sections", "id": MATH, "name": "Algebra"})
    row = api.one("users", TWIN)
    assert (row["name"]["first"], row["email"]) == ("Zoë", "zoe@harbor.example")
    assert (row["roles"]["student"]["email"], row["roles"]["student"]["dob"]) == ("zoe@harbor.example", "2/30/2014")
    assert api.one("sections", MATH)["name"] == "Algebra"


def test_a_change_that_changes_nothing_is_no_event(api, news) -> None:
    api.control(email={"user": TWIN, "email": api.one("users", TWIN)["email"]})
    assert news() == []


def test_new_people_come(api, news) -> None:
    school = api.one("sections", MATH)["school"]
    person = {"first": "Bao", "last": "Ito", "email": "bao@harbor.example", "dob": "1/2/2014", "grade": "7"}
    student = api.control(admit={**person, "section": MATH}).body["results"]["admit"]
    hired = {"school": school, "first": "Ada", "last": "Fox", "email": "ada@harbor.example"}
    teacher = api.control(hire=hired).body["results"]["hire"]
    assert student in api.one("sections", MATH)["students"]
    assert api.one("users", teacher)["roles"]["teacher"]["schools"] == [school]
    assert [kind for kind, _, _ in news()] == ["users.created", "sections.updated", "users.created"]


def test_pause_and_resume(api) -> None:
    api.control(pause={"start": "2026-06-07", "end": "2026-08-20"})
    row = api.get("/v3.1/districts").rows[0]
    assert (row["state"], row["pause_start"], row["pause_end"]) == ("paused", "2026-06-07", "2026-08-20")
    api.control(resume={}, synced={})
    row = api.get("/v3.1/districts").rows[0]
    assert row["state"] == "running"
    assert api.get("/v3.1/events?ending_before=last&limit=1").rows[0]["type"] == "districts.updated"


def test_drop_leaves_out_the_smallest_ids(api) -> None:
    ids = [row["id"] for row in api.walk("/v3.0/users?limit=1000")]
    api.control(drop={"kind": "users", "fraction": 0.6})
    assert [row["id"] for row in api.walk("/v3.0/users?limit=100")] == ids[round(len(ids) * 0.6) :]
    assert [row["id"] for row in api.walk("/v3.0/users?limit=100&ending_before=last", "prev")] == ids[
        round(len(ids) * 0.6) :
    ]
    assert api.get(f"/v3.0/users/{ids[0]}").status == 404
    api.control(drop={"kind": "users", "fraction": 1})
    assert api.get("/v3.0/users").rows == []


def test_patch_is_raw_and_edit_has_an_event(api, news) -> None:
    api.control(patch={"kind": "users", "id": TWIN, "merge": {"name": {"last": "Raw"}}})
    api.control(patch={"kind": "terms", "id": "0" * 24, "merge": {"name": "T0"}})
    api.control(patch={"kind": "sections", "id": MATH, "delete": True})
    assert api.one("users", TWIN)["name"]["last"] == "Raw"
    assert api.get("/v3.0/terms?limit=1").rows == [{"id": "0" * 24, "name": "T0"}]
    assert api.get(f"/v3.0/sections/{MATH}").status == 404
    assert news() == []
    api.control(edit={"kind": "users", "id": TWIN, "merge": {"name": {"last": "Told"}}})
    assert [previous["name"] for _, _, previous in news()] == [{"last": "Raw"}]


def test_reset_restores_records_events_and_faults(api) -> None:
    users, events = api.get("/v3.0/users?limit=10000").raw, len(api.walk("/v3.0/events"))
    api.control(unshare={"kind": "users", "id": TWIN}, fault={"path": "/users", "kind": "500"})
    api.control(reset=True)
    assert api.get("/v3.0/users?limit=10000").raw == users
    assert len(api.walk("/v3.0/events")) == events


def test_orders_reach_the_district_that_they_name(api) -> None:
    second = api.sandbox.worlds[1]
    counts = api.control(district=second.roster.district, drop={"kind": "users", "fraction": 1}).body["counts"]
    assert (counts["users"], len(api.get("/v3.0/users").rows)) == (0, 100)
    api.control(district=second.roster.district, reset=True)
    assert len(second.collections["users"]) > 500


def test_an_unknown_id_is_404_and_changes_nothing(api, news) -> None:
    assert api.control(leave={"student": TWIN, "section": "f" * 24}).status == 404
    assert api.control(join={"student": "f" * 24, "section": MATH}).status == 404
    assert news() == []
