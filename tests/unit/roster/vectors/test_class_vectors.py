"""S-02, S-16: a class's teachers and name as others have them. docs/vectors.md lists them all."""

from homeroom.roster.rules.classes import class_entry, class_findings
from tests.support.rows import known, section
from tests.support.vectors import applied
from tests.unit.roster.rules.planned import Plan, klass


@applied("COT-03")
def test_s02_nine_co_teachers_stay_and_the_others_are_reported(vector):
    crowd = tuple(f"t{at}" for at in range(vector["given"]["teachers"]))
    around, given = known(("s1", "s2", *crowd)), section("c", teacher=crowd[0], teachers=crowd)
    entry = class_entry(given, around, "current")
    assert (entry.teacher, entry.co_teachers) == (crowd[0], crowd[1:10])
    codes = {found.code: found.data for found in class_findings(given, entry, around)}
    assert codes["too_many_teachers"] == {"count": str(len(crowd) - 1)}


@applied("COT-04")
def test_s02_primary_and_co_teacher_change_places_and_the_class_stays(vector):
    old, new = vector["given"], vector["then"]
    plan = Plan(
        [klass("c", ("s1",), teacher=old["primary"], co_teachers=tuple(old["co"]))],
        [klass("c", ("s1",), teacher=new["primary"], co_teachers=tuple(new["co"]))],
    )
    assert {op for op, _ in plan.ops()} == {"update"}
    roles = {change.id: change.after["role"] for change in plan.changes if "/T#" in change.id}
    assert roles == {f"c/T#{new['primary']}": "primary", **{f"c/T#{one}": "co_teacher" for one in new["co"]}}
    assert plan.entries[0].students == ("s1",)


@applied("STICK-01")
def test_s16_a_class_is_called_what_the_roster_calls_it(vector):
    old, new = vector["given"]["synced_name"], vector["given"]["provider"]
    plan = Plan([klass("c", name=old)], [klass("c", name=new)])
    assert [(change.op, change.after["name"]) for change in plan.changes] == [("update", vector["then"]["synced_name"])]
