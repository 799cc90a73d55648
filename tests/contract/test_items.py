"""X-06, S-13: items say all that an entry says, under keys that hold the district, on every engine."""

from datetime import UTC, datetime

import pytest

from homeroom.classes import store as classes_store
from homeroom.classes.store import ClassItem, MemberItem, class_pk, ended_item, member_item
from homeroom.roster.entries import ClassEntry, PersonEntry, SchoolEntry, TermEntry
from homeroom.roster.store import items
from homeroom.runtime import aws
from homeroom.runtime.dynamo import bind, wire

AT = datetime(2026, 9, 15, 7, tzinfo=UTC)
A, B = "a" * 24, "b" * 24
PERSON = PersonEntry(
    id="p1", first="Zoë", last="O'Neil 李", email="Zoe@X.example", address="zoe@x.example",
    roles=("student", "teacher"),
    school="s1", schools=("s1", "s2"), grade="13", birth_date="2014-02", student_sis_id="1", teacher_sis_id="2",
    staff_sis_id="3", title="T", admin="schools", admin_schools=("s2",),
)  # fmt: skip
CLASS = ClassEntry(
    id="c1", name="Math", school="s1", term="t1", ends="2027-06-10", course="M", subject="math", grade="5", sis_id="9",
    state="ended", teacher="p1", co_teachers=("p2",), students=("p3",),
)  # fmt: skip


@pytest.fixture
def table(make_table):
    name = make_table("ClassesTable")
    bind(name, *items.MODELS, *classes_store.MODELS)
    return name


def back(item):
    """The item after a way through the table, by the batch that the sync uses."""
    model = type(item)
    aws.dynamodb().batch_write_item(RequestItems={model.Meta.table_name: [{"PutRequest": {"Item": wire(item)}}]})
    return model.get(item.pk, item.sk, consistent_read=True)


def plain(item):
    """Its fields that say something of the entry."""
    return {name: value for name, value in item.attribute_values.items() if value is not None}


def test_a_person_comes_back_whole(table):
    found = back(items.person_item(A, PERSON, 7))
    said = PERSON.model_dump(exclude={"id", "archived", "left", "over"})
    sets = {name: set(said[name]) for name in ("roles", "schools", "admin_schools")}
    assert plain(found).items() >= (said | sets | {"person": "p1", "district": A, "state": "live", "run": 7}).items()


def test_an_empty_person_comes_back_empty(table):
    found = plain(back(items.person_item(A, PersonEntry(id="p1"), 7)))
    assert found.keys() == {"pk", "sk", "district", "person", "state", "run"}


def test_s13_an_archived_record_says_by_which_run(table):
    for made in (
        items.person_item(A, PERSON.model_copy(update={"archived": 5}), 5),
        items.school_item(A, SchoolEntry(id="s1", archived=5), 5),
        items.term_item(A, TermEntry(id="t1", archived=5), 5),
        items.class_item(A, CLASS.model_copy(update={"archived": 5}), 5),
    ):
        found = back(made)
        assert (found.state, found.archived_run) == ("archived", 5)


def test_s14_somebody_in_their_grace_is_leaving_and_later_archived(table):
    gone = PERSON.model_copy(update={"archived": 5, "left": "2026-11-23"})
    found = back(items.person_item(A, gone, 5))
    assert (found.state, found.left, found.archived_run) == ("leaving", "2026-11-23", 5)
    assert back(items.person_item(A, gone.model_copy(update={"over": True}), 6)).state == "archived"


def test_s15_a_frozen_class_says_until_when_it_stands(table):
    frozen = CLASS.model_copy(update={"state": "frozen", "until": "2027-06-30"})
    found = back(items.class_item(A, frozen, 5))
    assert (found.state, found.until) == ("frozen", "2027-06-30")


def test_schools_and_terms_come_back_whole(table):
    school = SchoolEntry(id="s1", name="North", sis_id="9", low_grade="Kindergarten", high_grade="5")
    term = TermEntry(id="t1", name="Fall", starts="2026-08-20", ends="2026-12-18")
    assert plain(back(items.school_item(A, school, 7))).items() >= school.model_dump(exclude={"id", "archived"}).items()
    assert plain(back(items.term_item(A, term, 7))).items() >= term.model_dump(exclude={"id", "archived"}).items()


def test_a_class_comes_back_without_its_members(table):
    found = back(items.class_item(A, CLASS, 7))
    said = CLASS.model_dump(exclude={"id", "archived", "co_teachers", "students", "until", "lost"})
    assert plain(found).items() >= (said | {"section": "c1", "district": A}).items()


def test_s01_a_classes_state_is_its_entrys(table):
    assert back(items.class_item(A, CLASS, 7)).state == "ended"
    assert back(items.class_item(A, CLASS.model_copy(update={"state": "active"}), 7)).state == "active"


def test_a_members_classes_are_listed(table):
    for role, key in (("student", "S#p1"), ("primary", "T#p1")):
        back(member_item(A, f"of-{role}", key, role, 7, AT))
    back(ended_item(A, "gone", "S#p1", "student", 7, AT))
    listed = aws.dynamodb().query(
        TableName=table, IndexName="listing", KeyConditionExpression="list_pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"D#{A}#P#p1"}},
    )["Items"]  # fmt: skip
    assert {(item["list_sk"]["S"], item["role"]["S"]) for item in listed} == {
        (class_pk(A, "of-student"), "student"), (class_pk(A, "of-primary"), "primary"),
    }  # fmt: skip


def test_s02_the_members_of_a_class_lie_beside_it(table):
    back(items.class_item(A, CLASS, 7))
    for key, role in CLASS.members().items():
        back(member_item(A, "c1", key, role, 7, AT))
    teachers = MemberItem.query(class_pk(A, "c1"), MemberItem.sk.startswith("T#"), consistent_read=True)
    assert {item.sk: item.role for item in teachers} == {"T#p1": "primary", "T#p2": "co_teacher"}
    assert ClassItem.get(class_pk(A, "c1"), "CLASS").teacher == "p1"
    assert MemberItem.get(class_pk(A, "c1"), "S#p3").started == AT


def test_x06_the_same_ids_in_two_districts_are_two_items():
    made = [
        {
            (items.school_item(d, SchoolEntry(id="1"), 1).pk, "SCHOOL#1"),
            (items.term_item(d, TermEntry(id="1"), 1).pk, "TERM#1"),
            (items.person_item(d, PERSON, 1).pk, "PERSON"),
            (items.claim_item(d, PERSON, 1).pk, items.claim_item(d, PERSON, 1).sk),
            (items.class_item(d, CLASS, 1).pk, "CLASS"),
        }
        for d in (A, B)
    ]
    assert not made[0] & made[1]


def test_a01_the_claims_of_an_address_lie_together_in_all_districts(table):
    for district in (A, B):
        back(items.claim_item(district, PERSON, 7))
    claims = list(items.ClaimItem.query("E#zoe@x.example", consistent_read=True))
    assert [(claim.district, claim.person, claim.source) for claim in claims] == [
        (A, "p1", "roster"),
        (B, "p1", "roster"),
    ]
