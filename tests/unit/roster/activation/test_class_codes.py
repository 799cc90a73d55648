"""Codes of district classes: J-05, A-03, A-04, S-16; and a teacher's word for who gets no mail (A-04, X-04)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from homeroom.accounts.account import Account, LinkEnd
from homeroom.accounts.linking import Stamp
from homeroom.accounts.proof import ProofInvalid, asked_for
from homeroom.accounts.service.proofs import Proofs
from homeroom.accounts.store import UserAuditItem
from homeroom.accounts.store.links import LinkStore
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.accounts.store.proofs import ProofStore
from homeroom.classes.ids import ClassId, ClassNotFound
from homeroom.classes.model import Seat
from homeroom.classes.rules.coaching import ClassIsRostered, NotATeacher
from homeroom.classes.rules.joins import NobodyWaits
from homeroom.classes.service.entrance import Attempt, Entrance
from homeroom.classes.service.sight import Sight
from homeroom.classes.store.codes import CodeStore
from homeroom.classes.store.independent import CodeItem, SeatItem, seat_item
from homeroom.classes.store.standings import StandingStore
from homeroom.roster.activation.model import Evidence
from homeroom.roster.activation.refusals import (
    AlreadyLinked,
    ConfirmFirst,
    LinkedHere,
    NoSection,
    NotOnRoster,
    OwnerConfirms,
)
from homeroom.roster.activation.service import Activations
from homeroom.roster.activation.service.codes import CodeActivations
from homeroom.roster.activation.service.requests import ActivationRequests
from homeroom.roster.activation.store import FactStore
from homeroom.roster.activation.store.requests import RequestItem, RequestStore
from homeroom.runtime import aws
from homeroom.runtime.auth import Caller
from homeroom.runtime.counters import Counters
from homeroom.runtime.dynamo import bind
from homeroom.runtime.errors import InvalidInput
from homeroom.runtime.outbox import Outbox
from homeroom.runtime.proofs import make_proof
from tests.support.rostered import Rostered

NOW = datetime(2026, 9, 15, 15, 0, tzinfo=UTC)
ADA, CODE = LinkEnd("d1", "ada"), "ABCDEFGH"


@pytest.fixture
def klass(roster: Rostered) -> ClassId:
    """A class with a code: t1 teaches Ada and Bo, and a member of staff sits in it as a student."""
    for person in ("ada", "bo"):
        roster.person(person)
    roster.person("t1", "teacher")
    roster.person("boss", "student", "staff", admin="schools", admin_schools=("s1",))
    made = roster.klass("sec1", "ada", "bo", "boss", teacher="t1")
    bind("classes", CodeItem, SeatItem)
    CodeItem(f"CODE#{CODE}", "CODE", klass=made.text, state="active", made=NOW).save()
    return made


@pytest.fixture
def proofs(tables: Any) -> Proofs:
    client = aws.dynamodb()
    return Proofs(ProofStore("transient", client), Counters("transient", client), Outbox("outbox", client))


@pytest.fixture
def codes(activations: Activations, facts: FactStore, profiles: ProfileStore, proofs: Proofs) -> CodeActivations:
    client = aws.dynamodb()
    entrance = Entrance(profiles, CodeStore("classes", client), Counters("transient", client), client)
    return CodeActivations(activations, facts, RequestStore("classes"), entrance, proofs)


@pytest.fixture
def requests(activations: Activations, facts: FactStore, profiles: ProfileStore) -> ActivationRequests:
    sight = Sight(StandingStore("classes", aws.dynamodb()), co_teaching=False)
    return ActivationRequests(sight, RequestStore("classes"), activations, facts, profiles)


def stamp(account: str, at: datetime = NOW) -> Stamp:
    return Stamp(account, at, "request:r1")


def by_code(activations: Activations, account: Account, verified: str, klass: ClassId) -> str:
    return activations.by_code(account, verified, klass, stamp(account.id))


def linked(activations: Activations, profiles: ProfileStore, account: str, person: str) -> Account:
    """An account that has activated that record."""
    end = LinkEnd("d1", person)
    return activations.confirm(profiles.begin(account, "", NOW), Evidence(clever=end), end, stamp(account)).account


def test_a_rostered_person_activates_by_their_verified_address_j_05(
    activations: Activations, profiles: ProfileStore, links: LinkStore, klass: ClassId
) -> None:
    account = profiles.begin("a1", "ada@d1.example", NOW)
    assert by_code(activations, account, "ada@d1.example", klass) == "activated"
    link = links.get(ADA)
    assert link
    assert link.account == "a1"


def test_who_is_linked_is_in_already_or_told_that_the_roster_decides_j_05_s_16(
    activations: Activations, profiles: ProfileStore, roster: Rostered, klass: ClassId
) -> None:
    ada = linked(activations, profiles, "a1", "ada")
    assert by_code(activations, ada, "", klass) == "already_member"
    with pytest.raises(ClassIsRostered):
        by_code(activations, ada, "", roster.klass("sec2", "bo"))


def test_a_teacher_of_the_class_is_in_it_too_j_05(
    activations: Activations, profiles: ProfileStore, klass: ClassId
) -> None:
    assert by_code(activations, linked(activations, profiles, "a9", "t1"), "", klass) == "already_member"


def test_who_has_no_verified_address_is_pointed_to_activations_j_05(
    activations: Activations, profiles: ProfileStore, klass: ClassId
) -> None:
    with pytest.raises(NotOnRoster) as refused:
        by_code(activations, profiles.begin("a1", "ada@d1.example", NOW), "", klass)
    assert "POST /activations" in refused.value.detail


def test_anyone_else_is_refused_with_the_reason_j_05(
    activations: Activations, profiles: ProfileStore, roster: Rostered, klass: ClassId
) -> None:
    address = roster.person("out")
    with pytest.raises(NoSection):
        by_code(activations, profiles.begin("a1", address, NOW), address, klass)
    stranger = profiles.begin("a2", "stranger@x.example", NOW)
    with pytest.raises(NotOnRoster):
        by_code(activations, stranger, "stranger@x.example", klass)
    linked(activations, profiles, "a3", "ada")
    with pytest.raises(AlreadyLinked):
        by_code(activations, profiles.begin("a4", "ada@d1.example", NOW), "ada@d1.example", klass)


def test_a_code_of_another_district_activates_nobody_j_05(
    activations: Activations, profiles: ProfileStore, links: LinkStore, klass: ClassId
) -> None:
    other = Rostered("d2").klass("sec1", "x")
    with pytest.raises(NotOnRoster):
        by_code(activations, profiles.begin("a1", "ada@d1.example", NOW), "ada@d1.example", other)
    assert links.get(ADA) is None


def test_who_has_activity_is_shown_what_the_district_sees_first_j_05_a_04(
    activations: Activations, profiles: ProfileStore, links: LinkStore, klass: ClassId
) -> None:
    seat_item(ClassId("independent", "somebody", "k1"), Seat("a1", "active")).save()
    with pytest.raises(ConfirmFirst):
        by_code(activations, profiles.begin("a1", "ada@d1.example", NOW), "ada@d1.example", klass)
    assert links.get(ADA) is None


def ask(codes: CodeActivations, account: str, address: str, at: datetime = NOW, *, agreed: bool = False) -> None:
    attempt = Attempt(Caller(account, f"{account}@home.example"), CODE, "203.0.113.7", at)
    codes.ask(attempt, address, "teacher", agreed=agreed)


def waiting(
    requests: ActivationRequests, teacher: Account, klass: ClassId, at: datetime = NOW
) -> list[tuple[str, str]]:
    return [(one.request.account, one.student) for one in requests.waiting(teacher, klass, at)]


def test_a_teacher_confirms_a_student_of_their_class_a_04_x_04(
    codes: CodeActivations, requests: ActivationRequests, activations: Activations, profiles: ProfileStore,
    links: LinkStore, klass: ClassId,
) -> None:  # fmt: skip
    teacher = linked(activations, profiles, "t", "t1")
    ask(codes, "a1", "ada@d1.example")
    assert links.get(ADA) is None
    assert waiting(requests, teacher, klass) == [("a1", "Ada Lee")]
    requests.approve(teacher, klass, "a1", stamp("t"))
    link = links.get(ADA)
    assert link
    assert (link.account, link.by) == ("a1", "teacher")
    assert waiting(requests, teacher, klass) == []
    requests.approve(teacher, klass, "a1", stamp("t"))
    (row,) = UserAuditItem.query("U#a1", UserAuditItem.sk.startswith("AUDIT#"))
    assert row.actor == "t"


@pytest.mark.parametrize("address", ["nobody@d1.example", "t1@d1.example", "boss@d1.example", "out@d1.example"])
def test_teachers_are_asked_for_plain_students_of_the_class_alone_a_04(
    codes: CodeActivations, requests: ActivationRequests, activations: Activations, profiles: ProfileStore,
    roster: Rostered, klass: ClassId, address: str,
) -> None:  # fmt: skip
    """Else their word could make somebody a teacher, or an administrator."""
    roster.person("out")
    roster.klass("sec2", "out")
    ask(codes, "a1", address)
    bind("classes", RequestItem)
    assert list(RequestItem.query("C#D#d1#sec1", RequestItem.sk.startswith("R#"))) == []


def test_who_is_rejected_waits_no_more_and_is_not_linked_a_04(
    codes: CodeActivations, requests: ActivationRequests, activations: Activations, profiles: ProfileStore,
    links: LinkStore, klass: ClassId,
) -> None:  # fmt: skip
    teacher = linked(activations, profiles, "t", "t1")
    ask(codes, "a1", "ada@d1.example")
    requests.reject(teacher, klass, "a1", stamp("t"))
    assert (waiting(requests, teacher, klass), links.get(ADA)) == ([], None)
    for settle in (requests.approve, requests.reject):
        with pytest.raises(NobodyWaits):
            settle(teacher, klass, "a1", stamp("t"))


def test_nobody_else_says_who_a_student_is_x_01(
    codes: CodeActivations, requests: ActivationRequests, activations: Activations, profiles: ProfileStore,
    klass: ClassId,
) -> None:  # fmt: skip
    ask(codes, "a1", "ada@d1.example")
    bo, stranger = linked(activations, profiles, "b", "bo"), profiles.begin("s", "", NOW)
    for who, refused in ((bo, NotATeacher), (stranger, ClassNotFound)):
        with pytest.raises(refused):
            requests.waiting(who, klass, NOW)
        with pytest.raises(refused):
            requests.approve(who, klass, "a1", stamp(who.id))


def test_a_request_ends_after_a_month_a_04(
    codes: CodeActivations, requests: ActivationRequests, activations: Activations, profiles: ProfileStore,
    klass: ClassId,
) -> None:  # fmt: skip
    teacher = linked(activations, profiles, "t", "t1")
    ask(codes, "a1", "ada@d1.example")
    late = NOW + timedelta(days=30)
    assert waiting(requests, teacher, klass, late) == []
    with pytest.raises(NobodyWaits):
        requests.approve(teacher, klass, "a1", stamp("t", late))


def test_of_two_who_say_they_are_one_student_one_is_linked_a_04(
    codes: CodeActivations, requests: ActivationRequests, activations: Activations, profiles: ProfileStore,
    klass: ClassId,
) -> None:  # fmt: skip
    teacher = linked(activations, profiles, "t", "t1")
    for account in ("a1", "a2"):
        ask(codes, account, "ada@d1.example")
    requests.approve(teacher, klass, "a2", stamp("t"))
    with pytest.raises(AlreadyLinked):
        requests.approve(teacher, klass, "a1", stamp("t"))


def test_a_teachers_word_makes_nobody_a_second_student_as_clevers_would_a_04_a_09(
    codes: CodeActivations, requests: ActivationRequests, activations: Activations, profiles: ProfileStore,
    links: LinkStore, roster: Rostered, klass: ClassId,
) -> None:  # fmt: skip
    teacher = linked(activations, profiles, "t", "t1")
    ask(codes, "a1", "ada@d1.example", agreed=True)
    linked(activations, profiles, "a1", "bo")
    roster.person("bo", archived=1)
    with pytest.raises(LinkedHere):
        requests.approve(teacher, klass, "a1", stamp("t"))
    assert links.get(ADA) is None


def test_nobody_becomes_another_student_under_the_teachers_eyes_a_04(
    codes: CodeActivations, requests: ActivationRequests, activations: Activations, profiles: ProfileStore,
    links: LinkStore, klass: ClassId,
) -> None:  # fmt: skip
    """The teacher has read one name, and says yes to the account."""
    teacher = linked(activations, profiles, "t", "t1")
    ask(codes, "a1", "ada@d1.example")
    ask(codes, "a1", "bo@d1.example")
    assert waiting(requests, teacher, klass) == [("a1", "Ada Lee")]
    requests.reject(teacher, klass, "a1", stamp("t"))
    ask(codes, "a1", "bo@d1.example")
    assert waiting(requests, teacher, klass) == [("a1", "Bo Lee")]
    ask(codes, "a1", "ada@d1.example", NOW + timedelta(days=30))
    assert waiting(requests, teacher, klass, NOW + timedelta(days=30)) == [("a1", "Ada Lee")]


def test_who_has_come_to_have_activity_agrees_before_a_teachers_word_counts_a_04(
    codes: CodeActivations, requests: ActivationRequests, activations: Activations, profiles: ProfileStore,
    links: LinkStore, klass: ClassId,
) -> None:  # fmt: skip
    teacher = linked(activations, profiles, "t", "t1")
    ask(codes, "a1", "ada@d1.example")
    seat_item(ClassId("independent", "somebody", "k1"), Seat("a1", "active")).save()
    with pytest.raises(OwnerConfirms):
        requests.approve(teacher, klass, "a1", stamp("t"))
    assert links.get(ADA) is None
    with pytest.raises(ConfirmFirst):
        ask(codes, "a1", "ada@d1.example")
    ask(codes, "a1", "ada@d1.example", agreed=True)
    requests.approve(teacher, klass, "a1", stamp("t"))
    assert links.get(ADA)


def test_who_has_come_to_be_more_than_a_student_is_nobody_to_vouch_for_a_04(
    codes: CodeActivations, requests: ActivationRequests, activations: Activations, profiles: ProfileStore,
    links: LinkStore, roster: Rostered, klass: ClassId,
) -> None:  # fmt: skip
    """A run came in between."""
    teacher = linked(activations, profiles, "t", "t1")
    ask(codes, "a1", "ada@d1.example")
    roster.person("ada", "student", "staff", admin="district")
    with pytest.raises(NobodyWaits):
        requests.approve(teacher, klass, "a1", stamp("t"))
    assert links.get(ADA) is None


def test_the_code_of_an_independent_class_asks_nobody(codes: CodeActivations, klass: ClassId) -> None:
    other = ClassId("independent", "o1", "k1")
    CodeItem(f"CODE#{CODE}", "CODE", klass=other.text, state="active", made=NOW).save()
    with pytest.raises(InvalidInput):
        ask(codes, "a1", "ada@d1.example")


def test_a_mailed_link_that_is_used_twice_at_once_links_once_a_04(
    codes: CodeActivations, proofs: Proofs, profiles: ProfileStore, links: LinkStore, klass: ClassId
) -> None:
    """The second had read the proof before the first used it up."""
    account = profiles.begin("a1", "", NOW)
    proof = asked_for("activation", "a1", "ada@d1.example", NOW, district="d1", person="ada")
    token, digest = make_proof(proof.id, lambda size: b"7" * size)
    proofs.send(proof, NOW)
    proofs.store.stamp(proof, digest)
    shown = proofs.redeem(token, "a1", NOW)
    aws.dynamodb().delete_item(TableName="transient", Key={"pk": {"S": f"V#{proof.id}"}, "sk": {"S": "PROOF"}})
    with pytest.raises(ProofInvalid):
        codes.confirm(account, shown, token, stamp("a1"), agreed=False)
    assert links.get(ADA) is None
