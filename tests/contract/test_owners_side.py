"""J-02, J-06, J-09, C-06 to C-08: codes as owners change them, joins that wait, and leaving, on every engine."""

from contextlib import nullcontext
from datetime import timedelta

import pytest

from homeroom.classes.ids import ClassId, ClassNotFound
from homeroom.classes.rules.coaching import ClassIsRostered, NotAStudent, NotATeacher
from homeroom.classes.rules.code_changes import CodeChange
from homeroom.classes.rules.joins import (
    AlreadyMember,
    CodeNotFound,
    NobodyWaits,
    StudentNotFound,
    WaitsForGuardian,
)
from homeroom.classes.rules.limits import ClassFull, TeacherFull
from homeroom.classes.store import ClassItem, MemberItem
from homeroom.classes.store.independent import IndependentItem, SeatItem, pk_of
from homeroom.runtime.errors import InvalidInput
from tests.support.joining import NOW, School

CODE, OTHER = "ABCDEFGH", "BCDEFGHJ"
LATER = NOW + timedelta(hours=1)
CHILD = {"birth_date": "2015-01-01", "guardian": "p@x.example", "guardian_asked": NOW}
ROTATE, DISABLE, ENABLE = (CodeChange(action) for action in ("rotate", "disable", "enable"))


@pytest.fixture
def school(make_table):
    made = School(make_table("ClassesTable"), make_table("UsersTable"), make_table("TransientTable"))
    for name in ("rivera", "ada", "bob"):
        made.account(name)
    return made


def changed(school, klass, change, key="", at=NOW):
    teacher = school.profiles.get("rivera")
    return school.owner_codes.change(teacher, klass, change, key, school.stamp("rivera", at))


def test_j06_a_rotated_code_lets_nobody_in_and_the_new_one_does(school):
    klass = school.a_class("rivera", CODE)
    new = changed(school, klass, ROTATE).code.code
    with pytest.raises(CodeNotFound):
        school.join("ada", CODE)
    assert school.join("ada", new).outcome == "joined"
    assert school.codes.many([CODE])[CODE].state == "rotated"
    assert school.audited(klass)[0] == ("class.code", f"class:{klass.text}")


def test_x03_a_rotation_that_is_repeated_with_its_key_rotates_once(school):
    klass = school.a_class("rivera", CODE)
    first, again = changed(school, klass, ROTATE, "k1"), changed(school, klass, ROTATE, "k1")
    assert first == again
    assert changed(school, klass, ROTATE, "k2").code.code not in {CODE, first.code.code}
    assert len(school.audited(klass)) == 2


def test_j06_disabled_enabled_and_with_an_end(school):
    klass = school.a_class("rivera", CODE)
    assert changed(school, klass, DISABLE).code.state == "disabled"
    assert changed(school, klass, DISABLE).code.state == "disabled"
    with pytest.raises(CodeNotFound):
        school.join("ada", CODE)
    ends = changed(school, klass, CodeChange("enable", ends=True, expires=LATER))
    assert (ends.code.state, ends.code.expires) == ("active", LATER)
    assert school.join("ada", CODE).outcome == "joined"
    with pytest.raises(CodeNotFound):
        school.join("bob", CODE, at=LATER)
    assert changed(school, klass, CodeChange(ends=True)).code.expires is None
    assert school.join("bob", CODE, at=LATER).outcome == "joined"
    assert [action for action, _ in school.audited(klass)].count("class.code") == 3


def test_j06_approval_is_for_the_joins_after_it(school):
    klass = school.a_class("rivera", CODE)
    school.join("ada", CODE)
    assert changed(school, klass, CodeChange(approval=True)).approval
    assert school.join("bob", CODE).outcome == "waiting_for_teacher"
    assert not changed(school, klass, CodeChange(approval=False)).approval
    assert school.join("bob", CODE).outcome == "joined"
    assert school.members(klass) == ["ada", "bob"]


@pytest.mark.parametrize(
    ("change", "field"), [(CodeChange(), "action"), (CodeChange(ends=True, expires=NOW), "expires")]
)
def test_j06_what_makes_no_sense_is_refused_by_its_field(school, change, field):
    klass = school.a_class("rivera", CODE)
    with pytest.raises(InvalidInput) as error:
        changed(school, klass, change)
    assert error.value.field == field


def test_x01_only_who_owns_the_class_changes_its_code(school):
    klass = school.a_class("rivera", CODE)
    school.join("ada", CODE)
    for account, refusal in (("ada", NotATeacher), ("bob", ClassNotFound)):
        with pytest.raises(refusal):
            school.owner_codes.change(school.profiles.get(account), klass, ROTATE, "", school.stamp(account))
    assert school.codes.many([CODE])[CODE].state == "active"


def a_district_class(section="s1", students=(), teacher="t1"):
    klass = ClassId("district", "d1", section)
    ClassItem(pk_of(klass), "CLASS", district="d1", section=section, state="active", name="Rostered", run=1).save()
    roles = {f"T#{teacher}": "primary"} | {f"S#{person}": "student" for person in students}
    for key, role in roles.items():
        person = key.partition("#")[2]
        MemberItem(
            pk_of(klass), key, list_pk=f"D#d1#P#{person}", list_sk=pk_of(klass), role=role, source="roster", run=1
        ).save()
    return klass


def test_j02_a_district_class_gets_one_code_and_keeps_it(school):
    one, two = a_district_class("s1"), a_district_class("s2")
    codes = school.owner_codes.ensure([one, two], NOW)
    assert codes == school.owner_codes.ensure([two, one], LATER)
    assert len(set(codes.values())) == 2
    assert school.codes.many(codes.values())[codes[one]].klass == one
    school.account("rivera", links={"d1#t1"})
    rotated = changed(school, one, ROTATE).code.code
    assert school.owner_codes.ensure([one], LATER) == {one: rotated}
    with pytest.raises(InvalidInput):
        changed(school, one, CodeChange(approval=True))


def waiting_for(school, *names, code=CODE):
    for name in names:
        school.account(name)
        school.join(name, code)


def teacher(school):
    return school.profiles.get("rivera")


def test_j06_the_teacher_sees_who_waits_and_lets_them_in_or_not(school):
    klass = school.a_class("rivera", CODE, approval=True)
    waiting_for(school, "ada", "bob")
    seen = [(one.seat.account, one.name) for one in school.waiting.waiting(teacher(school), klass, NOW)]
    assert seen == [("ada", "Ada"), ("bob", "Bob")]
    outcomes = [school.waiting.approve(teacher(school), klass, "ada", school.stamp("rivera", LATER)) for _ in "12"]
    assert outcomes == ["joined", "already_member"]
    assert school.seat(klass, "ada").started == LATER
    for _ in "12":
        school.waiting.reject(teacher(school), klass, "bob", school.stamp("rivera"))
    assert (school.members(klass), school.state(klass, "bob")) == (["ada"], "rejected")
    assert (school.students(klass), school.places("rivera")) == (1, 1)
    assert school.waiting.waiting(teacher(school), klass, NOW) == []
    with pytest.raises(AlreadyMember):
        school.waiting.reject(teacher(school), klass, "ada", school.stamp("rivera"))
    for nobody in ("bob", "stranger"):
        with pytest.raises(NobodyWaits):
            school.waiting.approve(teacher(school), klass, nobody, school.stamp("rivera"))


def test_c06_approving_never_exceeds_a_limit(school):
    klass = school.a_class("rivera", CODE, approval=True)
    waiting_for(school, "ada")
    school.has("rivera", 1000)
    with pytest.raises(TeacherFull):
        school.waiting.approve(teacher(school), klass, "ada", school.stamp("rivera"))
    item = IndependentItem.get(pk_of(klass), "CLASS")
    item.students = 100
    item.save()
    with pytest.raises(ClassFull):
        school.waiting.approve(teacher(school), klass, "ada", school.stamp("rivera"))
    assert school.state(klass, "ada") == "waiting teacher"


def test_x01_nobody_else_sees_or_settles_who_waits(school):
    klass = school.a_class("rivera", CODE, approval=True)
    waiting_for(school, "ada")
    other = school.profiles.get("bob")
    for asked in (
        lambda: school.waiting.waiting(other, klass, NOW),
        lambda: school.waiting.approve(other, klass, "ada", school.stamp("bob")),
        lambda: school.waiting.reject(other, klass, "ada", school.stamp("bob")),
    ):
        with pytest.raises(ClassNotFound):
            asked()
    assert school.state(klass, "ada") == "waiting teacher"


def kim(school, state):
    school.account("kim", guardian_state=state, **CHILD)


def test_j09_a_guardians_yes_lets_in_wherever_they_wait(school):
    plain, asks = school.a_class("rivera", CODE), school.a_class("rivera", OTHER, approval=True)
    full = school.a_class("rivera", "CDEFGHJK")
    kim(school, "asked")
    for code in (CODE, OTHER, "CDEFGHJK"):
        school.join("kim", code)
    with pytest.raises(WaitsForGuardian):
        school.waiting.approve(teacher(school), asks, "kim", school.stamp("rivera"))
    assert set(school.release.of_guardian("kim", NOW).values()) == {"waiting_for_guardian"}
    item = IndependentItem.get(pk_of(full), "CLASS")
    item.students = 100
    item.save()
    kim(school, "approved")
    told = school.release.of_guardian("kim", LATER)
    assert told == {plain: "joined", asks: "waiting_for_teacher", full: "class_full"}
    assert [school.state(klass, "kim") for klass in (plain, asks, full)] == [
        "active", "waiting teacher", "waiting guardian",
    ]  # fmt: skip
    assert school.release.of_guardian("kim", LATER) == {full: "class_full"}
    assert (school.students(plain), school.places("rivera")) == (1, 1)
    assert school.waiting.approve(teacher(school), asks, "kim", school.stamp("rivera")) == "joined"


def test_j06_j09_whom_a_full_class_kept_waiting_the_teacher_lets_in_when_there_is_room(school):
    """The guardian has agreed, and is not asked again: it must not be said that they are waited for."""
    klass = school.a_class("rivera", CODE, approval=True)
    kim(school, "asked")
    school.join("kim", CODE)
    item = IndependentItem.get(pk_of(klass), "CLASS")
    item.update([IndependentItem.students.set(100), IndependentItem.approval.set(False)])
    kim(school, "approved")
    assert school.release.of_guardian("kim", NOW) == {klass: "class_full"}
    with pytest.raises(ClassFull):
        school.waiting.approve(teacher(school), klass, "kim", school.stamp("rivera"))
    item.update([IndependentItem.students.set(0)])
    assert school.waiting.approve(teacher(school), klass, "kim", school.stamp("rivera")) == "joined"
    assert (school.students(klass), school.places("rivera")) == (1, 1)


def test_j09_nobody_is_let_in_against_a_guardians_no(school):
    """A no that has not come to this class yet, of a child whom a district knows by now."""
    klass = school.a_class("rivera", CODE)
    kim(school, "asked")
    school.join("kim", CODE)
    school.account("kim", guardian_state="refused", links={"d1#kim"}, **CHILD)
    with pytest.raises(WaitsForGuardian):
        school.waiting.approve(teacher(school), klass, "kim", school.stamp("rivera"))
    assert school.students(klass) == 0


def test_j09_a_guardians_no_rejects_what_waits_and_nothing_else(school):
    waits, member = school.a_class("rivera", CODE), school.a_class("rivera", OTHER)
    kim(school, "approved")
    school.join("kim", OTHER)
    kim(school, "asked")
    school.join("kim", CODE)
    kim(school, "refused")
    assert school.release.of_guardian("kim", NOW) == {waits: "rejected"}
    assert (school.state(waits, "kim"), school.state(member, "kim")) == ("rejected", "active")
    assert school.release.of_guardian("nobody", NOW) == {}


def test_j09_a_guardians_no_lets_no_child_in_whom_a_district_knows_by_now(school):
    """Linked, they would need no guardian; the answer itself must not open the door."""
    waits = school.a_class("rivera", CODE)
    kim(school, "asked")
    school.join("kim", CODE)
    school.account("kim", guardian_state="refused", links={"d1#kim"}, **CHILD)
    assert school.release.of_guardian("kim", LATER) == {waits: "rejected"}
    assert (school.state(waits, "kim"), school.students(waits)) == ("rejected", 0)


def test_j09_who_joined_while_linked_and_is_so_no_more_waits_for_a_guardian_first(school):
    asks = school.a_class("rivera", CODE, approval=True)
    school.account("kim", birth_date="2015-01-01", links={"d1#kim"})
    assert school.join("kim", CODE).outcome == "waiting_for_teacher"
    school.account("kim", birth_date="2015-01-01")
    with pytest.raises(WaitsForGuardian):
        school.waiting.approve(teacher(school), asks, "kim", school.stamp("rivera"))
    assert (school.state(asks, "kim"), school.students(asks)) == ("waiting teacher", 0)
    kim(school, "asked")
    assert school.join("kim", CODE).outcome == "waiting_for_guardian"
    kim(school, "approved")
    assert school.release.of_guardian("kim", LATER) == {asks: "waiting_for_teacher"}
    assert school.waiting.approve(teacher(school), asks, "kim", school.stamp("rivera")) == "joined"


def test_c08_leaving_gives_the_place_back_once(school):
    klass = school.a_class("rivera", CODE)
    school.join("ada", CODE)
    ada = school.profiles.get("ada")
    for _ in "12":
        school.leaving.leave(ada, klass, school.stamp("ada", LATER))
    seat = school.seat(klass, "ada")
    assert (seat.state, seat.started, seat.ended) == ("left", NOW, LATER)
    assert (school.students(klass), school.places("rivera")) == (0, 0)
    assert school.audited(klass) == [("class.join", "account:ada"), ("class.leave", "account:ada")]
    assert school.sight.classes(ada, NOW) == []
    assert school.join("ada", CODE).outcome == "joined"


def test_who_waits_can_leave_and_be_removed(school):
    klass = school.a_class("rivera", CODE, approval=True)
    waiting_for(school, "ada", "bob")
    school.leaving.leave(school.profiles.get("ada"), klass, school.stamp("ada"))
    school.leaving.remove(teacher(school), klass, "bob", school.stamp("rivera"))
    assert [school.state(klass, name) for name in ("ada", "bob")] == ["left", "removed"]
    assert (school.students(klass), school.places("rivera")) == (0, 0)


def test_a_teacher_removes_a_student_and_only_one_who_was_there(school):
    klass = school.a_class("rivera", CODE)
    school.join("ada", CODE)
    for _ in "12":
        school.leaving.remove(teacher(school), klass, "ada", school.stamp("rivera"))
    assert (school.state(klass, "ada"), school.students(klass), school.places("rivera")) == ("removed", 0, 0)
    with pytest.raises(StudentNotFound):
        school.leaving.remove(teacher(school), klass, "bob", school.stamp("rivera"))
    with pytest.raises(ClassNotFound):
        school.leaving.remove(school.profiles.get("bob"), klass, "ada", school.stamp("bob"))


def test_leaving_is_for_students_who_are_there(school):
    klass = school.a_class("rivera", CODE)
    with pytest.raises(NotAStudent):
        school.leaving.leave(teacher(school), klass, school.stamp("rivera"))
    with pytest.raises(ClassNotFound):
        school.leaving.leave(school.profiles.get("bob"), klass, school.stamp("bob"))


def test_c08_dropping_a_coach_leaves_all_their_classes_and_nobody_elses(school):
    school.account("okafor")
    first, second = school.a_class("rivera", CODE), school.a_class("rivera", OTHER)
    others = school.a_class("okafor", "CDEFGHJK")
    for code in (CODE, OTHER, "CDEFGHJK"):
        school.join("ada", code)
    # An archived class supports no coaching, and would again if it were restored.
    item = IndependentItem.get(pk_of(second), "CLASS")
    item.state = "archived"
    item.save()
    school.has("rivera", 1)
    ada, coach = school.profiles.get("ada"), teacher(school)
    assert school.leaving.drop_coach(ada, coach, school.stamp("ada")) == [first, second]
    assert [school.state(klass, "ada") for klass in (first, second, others)] == ["left", "left", "active"]
    assert (school.students(second), school.places("rivera"), school.places("okafor")) == (0, 0, 1)
    assert not school.sight.coaches(coach, ada, NOW)
    assert school.leaving.drop_coach(ada, coach, school.stamp("ada")) == []


def test_c08_who_drops_a_coach_waits_for_no_class_of_theirs(school):
    """The teacher could let them in later, and would coach them again."""
    school.a_class("rivera", CODE)
    pending = school.a_class("rivera", OTHER, approval=True)
    others = school.a_class(school.account("okafor"), "CDEFGHJK", approval=True)
    for code in (CODE, OTHER, "CDEFGHJK"):
        school.join("ada", code)
    assert [school.state(klass, "ada") for klass in (pending, others)] == ["waiting teacher"] * 2
    school.leaving.drop_coach(school.profiles.get("ada"), teacher(school), school.stamp("ada"))
    assert [school.state(klass, "ada") for klass in (pending, others)] == ["left", "waiting teacher"]
    with pytest.raises(NobodyWaits):
        school.waiting.approve(teacher(school), pending, "ada", school.stamp("rivera"))


def test_c08_who_joined_a_moment_ago_drops_the_coach_as_well(school):
    """The index lists a place some time after it was taken; then the coach would be back."""
    klass = school.a_class("rivera", CODE)
    school.join("ada", CODE)
    late = SeatItem.get(pk_of(klass), "S#ada")
    late.update([SeatItem.list_pk.remove(), SeatItem.list_sk.remove()])
    assert school.leaving.drop_coach(school.profiles.get("ada"), teacher(school), school.stamp("ada")) == [klass]
    assert (school.state(klass, "ada"), school.students(klass)) == ("left", 0)


@pytest.mark.parametrize(("until", "refused"), [("2026-09-14", False), ("2026-12-31", True)])
def test_c08_s01_a_class_through_which_nobody_coaches_any_more_keeps_no_coach(school, until, refused):
    """C-07: its term and its school year are over, and it is kept for good."""
    klass, rostered = school.a_class("rivera", CODE), a_district_class(students=["p1"])
    item = ClassItem.get(pk_of(rostered), "CLASS")
    item.update([ClassItem.state.set("ended"), ClassItem.until.set(until)])
    school.account("rivera", links={"d1#t1"})
    school.account("ada", links={"d1#p1"})
    school.join("ada", CODE)
    ada, coach = school.profiles.get("ada"), teacher(school)
    with pytest.raises(ClassIsRostered) if refused else nullcontext():
        assert school.leaving.drop_coach(ada, coach, school.stamp("ada")) == [klass]
    assert school.sight.shared(coach, ada, NOW) == ([rostered, klass] if refused else [])


def test_s16_a_coach_of_a_district_class_is_not_dropped_and_nothing_changes(school):
    klass = school.a_class("rivera", CODE)
    rostered = a_district_class(students=["p1"])
    school.account("rivera", links={"d1#t1"})
    school.account("ada", links={"d1#p1"})
    school.join("ada", CODE)
    ada = school.profiles.get("ada")
    with pytest.raises(ClassIsRostered):
        school.leaving.drop_coach(ada, teacher(school), school.stamp("ada"))
    for refused in (
        lambda: school.leaving.leave(ada, rostered, school.stamp("ada")),
        lambda: school.leaving.remove(teacher(school), rostered, "ada", school.stamp("rivera")),
    ):
        with pytest.raises(ClassIsRostered):
            refused()
    assert school.members(klass) == ["ada"]
    assert school.sight.coaches(teacher(school), ada, NOW)
