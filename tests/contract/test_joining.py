"""J-01 to J-09, C-06, I-07: joining by code, on every engine."""

from datetime import timedelta

import pytest

from homeroom.classes.model import Seat
from homeroom.classes.rules.coaching import ClassArchived
from homeroom.classes.rules.joins import CodeNotFound, GuardianRefused, GuardianRequired, OwnClass
from homeroom.classes.rules.limits import ClassFull, TeacherFull
from homeroom.classes.store.independent import CodeItem, IndependentItem, SeatItem, code_pk, pk_of
from homeroom.classes.store.invitations import InvitationItem
from homeroom.runtime.proofs import hashed
from homeroom.runtime.transact import transact
from tests.support.joining import NOW, School, calls

CODE = "ABCDEFGH"


@pytest.fixture
def school(make_table):
    made = School(make_table("ClassesTable"), make_table("UsersTable"), make_table("TransientTable"))
    for name in ("rivera", "ada", "bob"):
        made.account(name)
    return made


def test_j01_a_code_makes_a_member_and_the_same_again_changes_nothing(school):
    klass = school.a_class("rivera", CODE)
    joined = school.join("ada", CODE)
    assert joined == ("joined", klass, "Class ABCDEFGH", "Rivera")
    before = (school.seat(klass, "ada"), school.students(klass), school.places("rivera"), school.audited(klass))
    assert school.join("ada", CODE, at=NOW + timedelta(hours=1)).outcome == "already_member"
    after = (school.seat(klass, "ada"), school.students(klass), school.places("rivera"), school.audited(klass))
    assert before == after
    assert before[1:] == (1, 1, [("class.join", "account:ada")])


def test_j01_a_join_is_one_read_and_one_transaction(school):
    school.a_class("rivera", CODE)
    with calls() as made:
        assert school.join("ada", CODE).outcome == "joined"
    assert made == ["BatchGetItem", "TransactWriteItems"]


def test_a_code_that_knows_nothing_learns_at_the_first_join(school):
    school.a_class("rivera", CODE, known=False)
    assert school.join("ada", CODE)[2:] == ("Class ABCDEFGH", "Rivera")
    with calls() as made:
        assert school.join("bob", CODE)[2:] == ("Class ABCDEFGH", "Rivera")
    assert made == ["BatchGetItem", "TransactWriteItems"]


@pytest.mark.parametrize("changed", ["name", "approval", "owner", "teacher"])
def test_what_a_code_knows_may_be_late_and_is_never_believed(school, changed):
    klass = school.a_class("rivera", CODE)
    school.account("okafor")
    if changed == "teacher":
        school.account("rivera", name="Ms. Rivera")
    else:
        item = IndependentItem.get(pk_of(klass), "CLASS")
        setattr(item, changed, {"name": "Renamed", "approval": True, "owner": "okafor"}[changed])
        item.save()
    outcome, _, name, teacher = school.join("ada", CODE)
    assert outcome == ("waiting_for_teacher" if changed == "approval" else "joined")
    assert name == ("Renamed" if changed == "name" else "Class ABCDEFGH")
    assert teacher == {"owner": "Okafor", "teacher": "Ms. Rivera"}.get(changed, "Rivera")
    assert school.places("okafor") == (changed == "owner")
    with calls() as made:
        school.join("bob", CODE)
    assert made == ["BatchGetItem", "TransactWriteItems"]


@pytest.mark.parametrize("said", ["abcdefgh", " ABC-DEF GH ", "\uff21BCDEFG\uff28", "abcd\u2011efgh\u200b"])
def test_j02_however_it_is_written(school, said):
    klass = school.a_class("rivera", CODE)
    school.join("ada", said)
    assert school.members(klass) == ["ada"]


@pytest.mark.parametrize("left", ["left", "removed", "rejected"])
def test_code_07_who_left_comes_back_to_their_place_with_what_others_keep_there(school, left):
    klass = school.a_class("rivera", CODE)
    SeatItem(pk_of(klass), "S#ada", role="student", account="ada", state=left, source="invitation", ended=NOW).save()
    key = {"pk": {"S": pk_of(klass)}, "sk": {"S": "S#ada"}}
    school.client.update_item(
        TableName=school.seats.table, Key=key, UpdateExpression="SET kept = :kept",
        ExpressionAttributeValues={":kept": {"S": "by others"}},
    )  # fmt: skip
    assert school.join("ada", CODE, at=NOW + timedelta(days=1)).outcome == "joined"
    seat = school.seat(klass, "ada")
    assert (seat.state, seat.source, seat.started, seat.ended) == ("active", "code", NOW + timedelta(days=1), None)
    item = school.client.get_item(TableName=school.seats.table, Key=key)["Item"]
    assert (item["kept"], item["list_sk"]) == ({"S": "by others"}, {"S": pk_of(klass)})


def change(code, **fields):
    item = CodeItem.get(code_pk(code), "CODE")
    for name, value in fields.items():
        setattr(item, name, value)
    item.save()


CLOSED = {
    "disabled": {"state": "disabled"},
    "rotated": {"state": "rotated"},
    "expired": {"expires": NOW},
}


@pytest.mark.parametrize("closed", [*CLOSED, "unknown", "malformed"])
def test_j03_codes_that_let_nobody_in_are_one_refusal(school, closed):
    klass = school.a_class("rivera", CODE)
    if closed in CLOSED:
        change(CODE, **CLOSED[closed])
    code = {"unknown": "ABCDEFGJ", "malformed": "1"}.get(closed, CODE)
    for refused in (lambda: school.join("ada", code), lambda: school.previews.preview(school.attempt("ada", code))):
        with pytest.raises(CodeNotFound) as error:
            refused()
        assert error.value.detail == "Check it with your teacher: codes have eight letters and digits."
        assert (error.value.field, error.value.extra) == (None, {})
    assert school.members(klass) == []


def test_j03_every_closed_code_costs_the_same_calls(school):
    school.a_class("rivera", CODE)
    seen = set()
    for number, closed in enumerate([*CLOSED, "unknown", "malformed"]):
        school.account(f"guesser{number}")
        change(CODE, state="active", expires=None)
        change(CODE, **CLOSED.get(closed, {}))
        code = {"unknown": "ABCDEFGJ", "malformed": "not a code at all"}.get(closed, CODE)
        with calls() as made, pytest.raises(CodeNotFound):
            school.join(f"guesser{number}", code, address=f"203.0.113.{number}")
        seen.add(tuple(made))
    assert len(seen) == 1


def test_code_12_a_code_lets_in_until_the_moment_of_its_end(school):
    klass = school.a_class("rivera", CODE)
    change(CODE, expires=NOW)
    with pytest.raises(CodeNotFound):
        school.join("bob", CODE)
    assert school.join("ada", CODE, at=NOW - timedelta(microseconds=1)).outcome == "joined"
    assert school.members(klass) == ["ada"]


def test_j07_nobody_joins_their_own_class(school):
    klass = school.a_class("rivera", CODE)
    with pytest.raises(OwnClass):
        school.join("rivera", CODE)
    assert school.seat(klass, "rivera") is None
    school.whole(klass, "rivera")


def test_c06_a_full_class_and_a_full_teacher_say_which_they_are(school):
    klass = school.a_class("rivera", CODE, students=100)
    with pytest.raises(ClassFull):
        school.join("ada", CODE)
    other = school.a_class("rivera", "BCDEFGHJ")
    school.has("rivera", 1000)
    with pytest.raises(TeacherFull):
        school.join("ada", "BCDEFGHJ")
    school.has("rivera", 999)
    assert school.join("ada", "BCDEFGHJ").outcome == "joined"
    assert (school.students(klass), school.students(other), school.places("rivera")) == (100, 1, 1000)


def test_c09_an_archived_class_takes_nobody_in(school):
    klass = school.a_class("rivera", CODE, state="archived")
    with pytest.raises(ClassArchived):
        school.join("ada", CODE)
    with pytest.raises(ClassArchived):
        school.previews.preview(school.attempt("ada", CODE))
    assert school.seat(klass, "ada") is None


def test_j06_with_approval_a_join_waits_and_takes_no_place(school):
    klass = school.a_class("rivera", CODE, approval=True)
    with calls() as made:
        assert school.join("ada", CODE).outcome == "waiting_for_teacher"
    assert made == ["BatchGetItem", "TransactWriteItems"]
    asked = school.seat(klass, "ada")
    assert school.join("ada", CODE, at=NOW + timedelta(hours=1)).outcome == "waiting_for_teacher"
    assert (school.seat(klass, "ada"), school.students(klass), school.places("rivera")) == (asked, 0, 0)
    assert school.audited(klass) == []


@pytest.mark.parametrize(
    ("there", "wanted", "got"),
    [
        (("guardian", "code"), ("guardian", "code"), False),
        (("guardian", "code"), ("guardian", "invitation"), True),
        (("guardian", "invitation"), ("guardian", "code"), False),
        (("guardian", "invitation"), ("guardian", "invitation"), False),
        (("guardian", "invitation"), ("teacher", "code"), False),
        (("guardian", "invitation"), ("", "code"), True),
        (("guardian", "code"), ("teacher", "code"), True),
        (("teacher", "code"), ("guardian", "invitation"), True),
        (("", "code"), ("guardian", "invitation"), False),
        (("", "code"), ("", "invitation"), False),
    ],
)
def test_j06_waiting_as_one_who_was_invited_takes_the_place_of_waiting_by_a_code_only(school, there, wanted, got):
    klass = school.a_class("rivera", CODE)
    first, second = (
        Seat("ada", "waiting" if waits else "active", source, waits, asked=NOW) for waits, source in (there, wanted)
    )
    assert not transact(school.client, [school.seats.sit(klass, first)])
    assert (not transact(school.client, [school.seats.sit(klass, second)])) == got
    seat = school.seat(klass, "ada")
    assert (seat.waits_for, seat.source) == (wanted if got else there)


@pytest.mark.parametrize("born", ["2015-01-01", None])
def test_j09_a_child_names_a_guardian_first_and_then_waits(school, born):
    klass = school.a_class("rivera", CODE, approval=True)
    school.account("kim", birth_date=born)
    with pytest.raises(GuardianRequired):
        school.join("kim", CODE)
    assert school.state(klass, "kim") == ""
    school.account("kim", birth_date=born, guardian="p@x.example", guardian_state="asked", guardian_asked=NOW)
    assert school.join("kim", CODE).outcome == "waiting_for_guardian"
    assert school.join("kim", CODE).outcome == "waiting_for_guardian"
    assert (school.state(klass, "kim"), school.students(klass)) == ("waiting guardian", 0)
    # With the guardian's yes the same join goes on to the teacher, even if nobody took it there.
    school.account("kim", birth_date=born, guardian="p@x.example", guardian_state="approved", guardian_asked=NOW)
    assert school.join("kim", CODE).outcome == "waiting_for_teacher"
    assert school.state(klass, "kim") == "waiting teacher"


def test_j09_a_guardians_no_is_told_and_a_child_who_is_in_already_stays(school):
    klass = school.a_class("rivera", CODE)
    refused = {"guardian": "p@x.example", "guardian_state": "refused", "guardian_asked": NOW}
    school.account("kim", birth_date="2015-01-01", **refused)
    with pytest.raises(GuardianRefused):
        school.join("kim", CODE)
    school.account("lee")
    school.join("lee", CODE)
    school.account("lee", birth_date="2015-01-01")
    assert school.join("lee", CODE).outcome == "already_member"
    assert school.members(klass) == ["lee"]


def test_j09_a_child_of_a_district_and_an_approved_one_join_at_once(school):
    klass = school.a_class("rivera", CODE)
    school.account("kim", birth_date="2015-01-01", links={"d1#p1"})
    school.account(
        "lee", birth_date="2015-01-01", guardian="p@x.example", guardian_state="approved", guardian_asked=NOW
    )
    assert [school.join(name, CODE).outcome for name in ("kim", "lee")] == ["joined", "joined"]
    assert school.members(klass) == ["kim", "lee"]


def test_i07_joining_settles_the_invitation_of_each_address_that_is_theirs(school):
    klass = school.a_class("rivera", CODE)
    school.account("ada", addresses={"ada@work.example"})
    for address in ("ada@people.example", "ada@work.example", "bob@people.example"):
        InvitationItem(
            pk_of(klass), f"I#{hashed(address)}", kind="student", address=address, state="open", digest="d",
            list_pk=f"E#{address}", list_sk=pk_of(klass),
        ).save()  # fmt: skip
    with calls() as made:
        school.join("ada", CODE)
    assert made == ["BatchGetItem", "TransactWriteItems"]
    states = {one.sk: one.state for one in InvitationItem.query(pk_of(klass), InvitationItem.sk.startswith("I#"))}
    assert states == {
        f"I#{hashed('ada@people.example')}": "settled", f"I#{hashed('ada@work.example')}": "settled",
        f"I#{hashed('bob@people.example')}": "open",
    }  # fmt: skip


def test_j03_the_preview_shows_class_and_teacher_and_changes_nothing(school):
    klass = school.a_class("rivera", CODE)
    card = school.previews.preview(school.attempt("ada", "abcd efgh"))
    assert card == (klass, "Class ABCDEFGH", "Rivera")
    assert school.seat(klass, "ada") is None


def test_an_account_that_was_never_seen_is_made_and_must_name_a_guardian(school):
    school.a_class("rivera", CODE)
    with pytest.raises(GuardianRequired):
        school.join("new", CODE)
    assert school.profiles.get("new").address == "new@people.example"


def test_a_wrong_code_makes_no_account(school):
    with pytest.raises(CodeNotFound):
        school.join("new", CODE)
    assert school.profiles.get("new") is None
