"""A-05, A-09, S-06, S-09: who is who for others, and who has moved. docs/vectors.md lists them all."""

from homeroom.roster.entries import PersonEntry
from homeroom.roster.rules.projection import Projection
from homeroom.roster.rules.rekey import Rekeys
from homeroom.roster.settings import DistrictSettings
from tests.support.rows import known, section, staff, student, teacher
from tests.support.vectors import applied
from tests.unit.roster.rules.planned import TODAY, Plan, klass
from tests.unit.roster.vectors.activating import by_address


def projected(users, sections=()):
    """The people and classes of some rows, and the findings as (code, id)."""
    found = []
    projection = Projection(DistrictSettings(), TODAY, known(people=()), found.append)
    entries = list(projection.people(users)), list(projection.classes(sections, lambda _: False))
    projection.closing("d")
    return *entries, {(finding.code, finding.id) for finding in found}


@applied("CORR-01")
def test_a09_the_sources_id_decides_and_not_the_address(vector):
    incoming, local = vector["given"]["incoming"], vector["given"]["local"][0]
    old = PersonEntry(id=local["clever_id"], address=local["email"], roles=("student",))
    new = old.model_copy(update={"address": incoming["email"]})
    plan = Plan([old], [new])
    assert plan.ops() == [("update", incoming["clever_id"])]
    assert (plan.entries, plan.matches) == ([new], [])


@applied("CORR-03")
def test_a05_an_address_that_another_record_has_merges_nobody(vector):
    incoming, other = vector["given"]["incoming"], vector["given"]["local"][1]
    users = [student(incoming["clever_id"], email=incoming["email"]), student(other["id"], email=other["email"])]
    entries, _, codes = projected(users)
    assert [entry.id for entry in entries] == [user.id for user in users]
    assert {("address_duplicate", user.id) for user in users} <= codes
    assert by_address(entries, incoming["email"]) == [("refused", "address_blocked")]


@applied("CORR-05")
def test_a05_a_student_and_a_teacher_with_one_address_are_two_people_and_a_finding(vector):
    make = {"student": student, "teacher": teacher}
    users = [make[row["role"]](row["clever_id"], email=row["email"]) for row in vector["given"]["incoming"]]
    entries, _, codes = projected(users)
    assert len(entries) == len(users)
    assert {("address_duplicate", user.id) for user in users} <= codes
    assert by_address(entries, users[0].email) == [("refused", "address_blocked")]


@applied("CORR-06")
def test_s06_who_has_no_address_is_rostered_and_listed(vector):
    incoming = vector["given"]["incoming"]
    entries, _, codes = projected([student(incoming["clever_id"], email=incoming["email"] or "")])
    assert [(entry.id, entry.address) for entry in entries] == [(incoming["clever_id"], "")]
    assert ("student_without_address", incoming["clever_id"]) in codes
    assert by_address(entries, "any@d.org") == []


@applied("CORR-07")
def test_x06_the_same_sis_id_in_two_districts_is_two_people(vector):
    one, other = Rekeys(), Rekeys()
    sis_id = vector["given"]["sis_id"].split()[0]
    one.gone(PersonEntry(id="p1", roles=("student",), student_sis_id=sis_id), now=True)
    other.came(PersonEntry(id="p2", roles=("student",), student_sis_id=sis_id))
    assert one.matches() == other.matches() == []


@applied("CORR-09")
def test_s13_the_same_id_again_is_the_same_person(vector):
    there = PersonEntry(id="p1", first="Ann", roles=("student",))
    gone = Plan([there], []).entries
    back = Plan(gone, [there])
    assert (back.ops() == [("restore", "p1")]) == vector["given"]["deleted_then_reappears_same_id"]
    assert back.entries == [there]


@applied("CORR-13")
def test_s06_what_a_section_names_in_vain_is_a_finding_each_and_nothing_is_made_of_it(vector):
    rows = [section("c1", students=("s1", "nobody"), teachers=("t1", "no-one"), course="none")]
    _, [made], codes = projected([student("s1"), staff("f1"), teacher("t1")], rows)
    named = {code for code, record in codes if record == "c1"}
    assert named == {"unknown_student", "unknown_teacher", "unknown_course"}
    assert len(named) == len(vector["given"]["rows"])
    assert (made.students, made.co_teachers, made.course) == (("s1",), (), "")


@applied("MOVE-01")
def test_s09_who_changes_classes_in_one_snapshot_has_moved(vector):
    person, _, first = vector["given"]["student"].split()
    second = vector["when"]["provider"].split()[2].rstrip(",")
    pupil = PersonEntry(id=person, roles=("student",))
    plan = Plan([pupil, klass(first, [person]), klass(second)], [pupil, klass(first), klass(second, [person])])
    assert plan.ops() == [("remove", f"{first}/S#{person}"), ("create", f"{second}/S#{person}")]
    assert plan.tallies.counts()["membership", ""].removed == 0
