"""Who may activate what: A-01, A-03, A-04, A-05, A-07, A-08, A-11. Pure."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.accounts.account import Account, LinkEnd
from homeroom.roster.activation.model import Claim, Decision, Evidence, Facts, Record
from homeroom.roster.activation.refusals import ERRORS
from homeroom.roster.activation.rules import DETAILS, blocks, copied_birth_date, decide, will_see

ME = "me"
NOW = datetime(2026, 9, 15, tzinfo=UTC)
ADDRESS = "ada@d.example"
OWNED = Evidence(frozenset({ADDRESS}))


def record(person: str = "p1", *roles: str, district: str = "d1", **fields: Any) -> Record:
    usual = {"state": "live", "address": ADDRESS}
    return Record(LinkEnd(district, person), roles=frozenset(roles or {"student"}), **{**usual, **fields})


def facts(*records: Record, active: bool = False, out_of_class: tuple[str, ...] = (), **fields: Any) -> Facts:
    claims = tuple(Claim(one.address, one.end) for one in records if one.address)
    enrolled = frozenset(one.end for one in records if one.student and one.end.person not in out_of_class)
    known = {one.end: one for one in records}
    return Facts(**{"claims": claims, "records": known, "enrolled": enrolled, "active": active, **fields})


def account(*links: LinkEnd) -> Account:
    return Account(ME, NOW, links=frozenset(links))


def verdicts(found: list[Decision]) -> list[tuple[str, list[str], str, str | None]]:
    return [(one.district, [r.end.person for r in one.records], one.verdict, one.reason) for one in found]


def test_a_new_account_links_by_itself_by_an_equal_address_a_01_a_04() -> None:
    assert verdicts(decide(account(), OWNED, facts(record()))) == [("d1", ["p1"], "link", None)]


def test_an_account_with_activity_is_asked_first_a_04() -> None:
    assert verdicts(decide(account(), OWNED, facts(record(), active=True))) == [("d1", ["p1"], "confirm", None)]


@pytest.mark.parametrize("shown", [Evidence(), Evidence(frozenset({"other@d.example"}))])
def test_another_address_or_none_is_nobodys_record_a_01(shown: Evidence) -> None:
    assert decide(account(), shown, facts(record())) == []


def test_a_claim_that_the_record_no_longer_bears_out_is_none_a_01() -> None:
    moved = record(address="new@d.example")
    assert decide(account(), OWNED, facts(moved, claims=(Claim(ADDRESS, moved.end),))) == []


def test_an_alias_activates_the_same_record_a_05() -> None:
    own = record(address="own@d.example")
    found = decide(account(), OWNED, facts(own, claims=(Claim(ADDRESS, own.end, alias=True),)))
    assert verdicts(found) == [("d1", ["p1"], "link", None)]


def test_a_student_without_a_class_waits_for_one_a_03() -> None:
    found = decide(account(), OWNED, facts(record(), out_of_class=("p1",)))
    assert verdicts(found) == [("d1", ["p1"], "refused", "no_section")]


def test_a_teacher_needs_no_class_a_03() -> None:
    assert decide(account(), OWNED, facts(record("t1", "teacher")))[0].verdict == "link"


def test_losing_the_last_class_takes_no_link_away_a_03() -> None:
    mine = record(account=ME)
    assert decide(account(mine.end), OWNED, facts(mine, out_of_class=("p1",)))[0].verdict == "linked"


@pytest.mark.parametrize("roles", [("student",), ("teacher",), ("staff",), ("district_admin",)])
def test_a_student_and_anybody_else_block_the_address_there_a_05(roles: tuple[str, ...]) -> None:
    found = decide(account(), OWNED, facts(record(), record("p2", *roles)))
    assert verdicts(found) == [("d1", ["p1", "p2"], "refused", "address_blocked")]


def test_records_of_other_districts_never_block_a_05_a_11() -> None:
    found = decide(account(), OWNED, facts(record(), record("p2", "teacher", district="d2")))
    assert verdicts(found) == [("d1", ["p1"], "link", None), ("d2", ["p2"], "link", None)]


def test_an_alias_blocks_as_an_address_does_a_05() -> None:
    other = record("p2", address="own@d.example")
    claims = (Claim(ADDRESS, record().end), Claim(ADDRESS, other.end, alias=True))
    assert decide(account(), OWNED, facts(record(), other, claims=claims))[0].reason == "address_blocked"


def test_employees_who_share_an_address_are_one_person_a_08() -> None:
    both = (record("t1", "teacher"), record("s1", "staff"))
    assert verdicts(decide(account(), OWNED, facts(*both))) == [("d1", ["s1", "t1"], "link", None)]


def test_the_rest_of_an_employee_links_without_asking_again_a_08() -> None:
    mine, new = record("t1", "teacher", account=ME), record("s1", "staff")
    found = decide(account(mine.end), OWNED, facts(mine, new, active=True))
    assert verdicts(found) == [("d1", ["s1", "t1"], "link", None)]


def test_who_has_left_blocks_nobody_and_activates_nothing_a_05() -> None:
    gone = record("p2", state="archived")
    assert verdicts(decide(account(), OWNED, facts(record(), gone))) == [("d1", ["p1"], "link", None)]
    assert verdicts(decide(account(), OWNED, facts(gone))) == [("d1", ["p2"], "refused", "not_on_roster")]


def test_who_is_leaving_may_still_activate_unless_somebody_has_the_address_now_s_14() -> None:
    leaving = record("p2", state="leaving")
    assert decide(account(), OWNED, facts(leaving))[0].verdict == "link"
    assert verdicts(decide(account(), OWNED, facts(record(), leaving))) == [("d1", ["p1"], "link", None)]


def test_a_record_that_another_account_has_is_a_conflict_a_10() -> None:
    found = decide(account(), OWNED, facts(record(account="somebody")))
    assert verdicts(found) == [("d1", ["p1"], "refused", "already_linked")]


@pytest.mark.parametrize(("mine", "new"), [("student", "student"), ("student", "teacher"), ("teacher", "student")])
def test_a_student_never_merges_with_anybody_a_08(mine: str, new: str) -> None:
    own = record("p1", mine, address="old@d.example", account=ME)
    found = decide(account(own.end), OWNED, facts(own, record("p2", new)))
    assert verdicts(found) == [("d1", ["p2"], "refused", "linked_here")]


@pytest.mark.parametrize("state", ["leaving", "archived"])
def test_an_old_record_stands_in_no_new_ones_way_a_09(state: Any) -> None:
    old = record("p1", address="old@d.example", account=ME, state=state)
    assert decide(account(old.end), OWNED, facts(old, record("p2"), active=True))[0].verdict == "confirm"


def test_of_two_people_in_a_district_the_owner_says_which_a_08() -> None:
    both = frozenset({ADDRESS, "two@d.example"})
    found = decide(account(), Evidence(both), facts(record(), record("p2", address="two@d.example")))
    assert [one.verdict for one in found] == ["confirm", "confirm"]


def test_clever_names_the_record_whatever_its_address_a_04() -> None:
    named = record(address="")
    shown = Evidence(clever=named.end)
    assert verdicts(decide(account(), shown, facts(named))) == [("d1", ["p1"], "link", None)]


def test_an_address_that_blocks_is_no_matter_to_clevers_id_a_04_a_05() -> None:
    found = decide(account(), Evidence(clever=LinkEnd("d1", "p1")), facts(record(), record("p2", "teacher")))
    assert verdicts(found) == [("d1", ["p1"], "link", None)]


def test_clever_brings_an_employees_other_records_along_a_08() -> None:
    found = decide(
        account(), Evidence(clever=LinkEnd("d1", "t1")), facts(record("t1", "teacher"), record("s1", "staff"))
    )
    assert verdicts(found) == [("d1", ["s1", "t1"], "link", None)]


def test_clever_names_nobody_who_is_not_on_the_roster_a_04() -> None:
    assert decide(account(), Evidence(clever=LinkEnd("d1", "nobody")), facts(record())) == []


def test_the_district_is_named_and_what_it_will_see_a_04() -> None:
    told = will_see("Grand Bend", [record()])
    assert any("progress from now on" in line for line in told)
    assert any("before" in line for line in told)
    assert any(
        "reports of Grand Bend" in line for line in will_see("Grand Bend", [record("a", "staff", admin="schools")])
    )


def test_the_birth_date_that_permits_least_is_copied_a_07() -> None:
    one, other = record(birth_date="2014-05-01"), record("p2", birth_date="2014-05")
    assert copied_birth_date([one, other]) == "2014-05"
    assert copied_birth_date([record("t1", "teacher", birth_date="1980-01-01")]) == ""


def test_every_reason_has_its_error_and_its_words() -> None:
    assert set(ERRORS) == set(DETAILS)
    assert {reason: error.code for reason, error in ERRORS.items()} == {reason: reason for reason in ERRORS}


RECORDS = st.builds(
    lambda person, district, roles, state, owner, address: record(
        person, *roles, district=district, state=state, account=owner, address=address
    ),
    st.sampled_from(["p1", "p2", "p3"]),
    st.sampled_from(["d1", "d2"]),
    st.sets(st.sampled_from(["student", "teacher", "staff"]), min_size=1),
    st.sampled_from(["live", "leaving", "archived"]),
    st.sampled_from(["", "", ME, "other"]),
    st.sampled_from([ADDRESS, "two@d.example", "three@d.example", ""]),
)


@given(records=st.lists(RECORDS, unique_by=lambda one: one.end), active=st.booleans(), both=st.booleans())
def test_whatever_the_roster_nobody_gets_what_is_not_theirs(records: list[Record], *, active: bool, both: bool) -> None:
    """A-01, A-05, A-08: only owned addresses, nobody else's record, no archived one, no blocked one, one student."""
    shown = Evidence(frozenset({ADDRESS, "two@d.example"} if both else {ADDRESS}))
    mine = [one.end for one in records if one.account == ME]
    found = decide(account(*mine), shown, facts(*records, active=active))
    for one in found:
        if one.verdict not in {"link", "confirm"}:
            continue
        assert {r.address for r in one.records} <= shown.addresses
        assert all(r.state != "archived" and r.account in {"", ME} for r in one.records)
        assert not blocks(one.records)
        assert {r.end.district for r in one.records} == {one.district}
        # With activity, only the rest of who is linked already links without asking.
        assert one.verdict == "confirm" or not active or any(r.account == ME for r in one.records)
    for district in ("d1", "d2"):
        linking = [r for one in found if one.district == district and one.verdict == "link" for r in one.records]
        assert len(linking) <= 1 or not any(r.student for r in linking)
