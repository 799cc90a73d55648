"""A-09: the same person under a new id is recognised and proposed for re-linking, never linked by itself."""

import time
import tracemalloc
from itertools import permutations

import pytest

from homeroom.roster.entries import PersonEntry
from homeroom.roster.rules.findings import told
from homeroom.roster.rules.rekey import Match, Rekeys, findings


def person(name, sis_id="", address="", role="student", **fields):
    own = {f"{role}_sis_id": sis_id} if sis_id else {}
    return PersonEntry(id=name, roles=(role,), address=address, **{**own, **fields})


def matched(gone, came, before=()):
    """The pairs (new, old, by); `before` are people who were gone before the run."""
    rekeys = Rekeys()
    for entry in came:
        rekeys.came(entry)
    for entry in before:
        rekeys.gone(entry, now=False)
    for entry in gone:
        rekeys.gone(entry, now=True)
    return [(match.new, match.old, match.by) for match in rekeys.matches()]


@pytest.mark.parametrize("role", ["student", "teacher", "staff"])
def test_a09_role_and_sis_id_recognise_a_person(role):
    old, new = person("old", "7", "a@x.example", role), person("new", "7", "b@x.example", role)
    assert matched([old], [new]) == [("new", "old", "sis_id")]


@pytest.mark.parametrize("role", ["student", "teacher", "staff", "district_admin"])
@pytest.mark.parametrize("sis_id", ["", "8"])
def test_a09_else_role_and_address_do(role, sis_id):
    """The SIS id may be missing or another one: after a migration of the SIS all are."""
    number = "" if role == "district_admin" else sis_id
    assert matched([person("old", "", "a@x.example", role)], [person("new", number, "a@x.example", role)]) == [
        ("new", "old", "address")
    ]


def test_a09_the_sis_id_goes_before_the_address():
    """Addresses pass from one person to another when the first is gone."""
    olds = [person("old1", "1", "ann@x.example"), person("old2", "2", "bo@x.example")]
    news = [person("new1", "1", "bo@x.example"), person("new2", "2", "ann@x.example")]
    assert matched(olds, news) == [("new1", "old1", "sis_id"), ("new2", "old2", "sis_id")]


@pytest.mark.parametrize(("one", "other"), [("student", "teacher"), ("teacher", "staff"), ("staff", "district_admin")])
def test_a09_another_role_is_another_person(one, other):
    number = "" if other == "district_admin" else "7"
    old, new = person("old", "7", "a@x.example", one), person("new", number, "a@x.example", other)
    assert matched([old], [new]) == []


def test_a09_nothing_in_common_is_no_match():
    assert matched([person("old")], [person("new")]) == []
    assert matched([person("old", "1", "a@x.example")], [person("new", "2", "b@x.example")]) == []
    assert matched([person("old", "1")], []) == matched([], [person("new", "1")]) == []


def test_a09_two_who_could_be_the_old_one_are_no_match_not_even_by_address():
    olds = [person("old1", "7", "a@x.example"), person("old2", "7", "b@x.example")]
    assert matched(olds, [person("new", "7", "a@x.example")]) == []


def test_a09_two_who_could_be_the_new_one_are_no_match_not_even_by_address():
    news = [person("new1", "7", "a@x.example"), person("new2", "7", "b@x.example")]
    assert matched([person("old", "7", "a@x.example")], news) == []


def test_a09_an_address_of_two_is_no_match():
    assert matched([person("old", "", "a@x.example")], [person(f"new{n}", "", "a@x.example") for n in range(2)]) == []


def test_a09_ids_of_two_roles_that_speak_for_two_people_are_no_match():
    new = PersonEntry(id="new", roles=("teacher", "staff"), teacher_sis_id="1", staff_sis_id="2")
    assert matched([person("old1", "1", role="teacher"), person("old2", "2", role="staff")], [new]) == []
    assert matched([person("old1", "1", role="teacher"), person("old2", "3", role="staff")], [new]) == [
        ("new", "old1", "sis_id")
    ]


def test_a09_of_those_gone_at_different_times_the_last_counts():
    """Where every year brings new ids, the same person is gone several times."""
    first, second = person("old1", "7", archived=3), person("old2", "7", archived=9)
    assert matched([], [person("new", "7")], [first, second]) == [("new", "old2", "sis_id")]
    assert matched([person("old3", "7")], [person("new", "7")], [first, second]) == [("new", "old3", "sis_id")]
    assert matched([], [person("new", "7")], [first, person("old2", "7", archived=3)]) == []
    assert matched([], [person("new", "7"), person("other", "", "a@x.example")], [
        person("old1", "7", "a@x.example", archived=3), second,
    ]) == [("new", "old2", "sis_id")]  # fmt: skip


def test_a09_a_match_tells_what_both_are_where_they_are_and_whether_it_is_news():
    old = PersonEntry(id="old", roles=("teacher", "staff"), teacher_sis_id="1", staff_sis_id="2",
                      school="a", schools=("a", "b"))  # fmt: skip
    new = PersonEntry(id="new", roles=("student", "teacher", "staff"), teacher_sis_id="1", staff_sis_id="2", school="c")
    for now, schools in ((True, ("a", "b")), (False, ())):
        rekeys = Rekeys()
        rekeys.gone(old, now=now)
        rekeys.came(new)
        assert rekeys.matches() == [Match("new", "old", ("teacher", "staff"), "sis_id", now, "c", schools)]


def test_a09_the_order_in_which_they_come_does_not_matter():
    olds = [person("old1", "1", "a@x.example"), person("old2", "2", "b@x.example"), person("old3", "", "c@x.example")]
    news = [person("new1", "1", "b@x.example"), person("new2", "", "c@x.example"), person("new3", "2")]
    expected = [("new1", "old1", "sis_id"), ("new2", "old3", "address"), ("new3", "old2", "sis_id")]
    assert all(matched(gone, came) == expected for gone in permutations(olds) for came in permutations(news))


def test_a09_a_proposal_names_both_records_by_id_and_how_they_were_recognised():
    rekeys = Rekeys()
    rekeys.gone(person("old", "7", "a@x.example", first="Ann"), now=True)
    rekeys.came(person("new", "7", "a@x.example", first="Ann", school="a"))
    [finding] = findings(rekeys.matches())
    assert (finding.code, finding.kind, finding.id, finding.school) == ("person_rekeyed", "person", "new", "a")
    assert finding.data == {"old": "old", "by": "sis_id"}
    assert told(finding)["severity"] == "warning"
    assert "old" in told(finding)["what"]
    assert not {"Ann", "a@x.example"} & {*finding.data.values(), finding.label}


def test_a09_a_value_that_all_share_matches_nobody_and_costs_no_square():
    crowd = 3000
    olds = [person(f"old{n}", "0", "none@x.example") for n in range(crowd)]
    news = [person(f"new{n}", "0", "none@x.example") for n in range(crowd)]
    began = time.process_time()
    assert matched(olds, news) == []
    assert time.process_time() - began < 2


def test_a09_a_district_that_gets_all_new_ids_takes_a_kilobyte_and_a_half_a_person():
    """Both records and the search for their match together; a district may have 460,000 students."""
    people = 5_000
    rekeys = Rekeys()
    tracemalloc.start()
    for n in range(people):
        fields = {"sis_id": f"{n:09d}", "address": f"student.{n}@district.example", "schools": (f"{n % 50:024d}",)}
        rekeys.gone(person(f"a{n:023d}", **fields), now=True)
        rekeys.came(person(f"b{n:023d}", **fields))
    assert len(rekeys.matches()) == people
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1500 * people
