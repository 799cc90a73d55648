"""Many at once on one class, or on a teacher's last place for one: the limit holds, each loser has its code (C-06).

The services, on the deployed tables: a function answers one request at a time, and there are many of it.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.classes.routes import deps
from homeroom.accounts.linking import Stamp
from homeroom.accounts.store.profiles import ProfileStore, TeachingItem
from homeroom.classes.rules.transfers import NOTICE
from homeroom.classes.service.transfer import Offer
from homeroom.classes.store.independent import CLASS as CLASS_SK
from homeroom.classes.store.independent import IndependentItem, pk_of
from homeroom.runtime import aws
from homeroom.runtime.dynamo import bind
from homeroom.runtime.errors import HomeroomError
from tests.support.invited import ID, OWNER, account, klass, seated
from tests.support.people import Person
from tests.support.serial import one_at_a_time
from tests.support.served import START, served

RITA, ZOE = Person.named("rita"), Person.named("zoe")


@pytest.fixture(scope="module")
def on():
    with served(ClassTransfer="on") as made, one_at_a_time():
        yield made


@pytest.fixture
def api(on):
    on.wipe()
    on.become("ClassesFunction")
    account(OWNER)
    account(RITA)
    return on


def known(someone):
    return ProfileStore("users", aws.dynamodb()).get(someone.account)


def stamp(someone, request="r", at=START):
    return Stamp(someone.account, at, f"request:{request}")


def at_once(*asked):
    """What comes of each of these, all begun at the same moment: `done`, or the code of what refuses it."""

    def outcome(request):
        try:
            request()
        except HomeroomError as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(len(asked)) as pool:
        return list(pool.map(outcome, asked))


def counters(someone, **numbers):
    bind("users", TeachingItem)
    TeachingItem(f"U#{someone.account}", "TEACHING", **numbers).save()


def counted(someone):
    item = next(iter(TeachingItem.query(f"U#{someone.account}", TeachingItem.sk == "TEACHING")), None)
    return (int(item.classes or 0), int(item.places or 0)) if item else (0, 0)


def create(number, key=""):
    return lambda: deps.classes().create(known(OWNER), "Last", key, stamp(OWNER, str(number)))


def offered():
    """The class's offer to rita."""
    deps.transfers().offer(known(OWNER), OWNER.address, ID, Offer(RITA.address), stamp(OWNER))
    return deps.transfers()._store.look(ID)[0].id


def accepting(offer):
    """Once the students have had their time to leave."""
    return lambda: deps.transfers().accept(known(RITA), RITA.address, offer, stamp(RITA, at=START + NOTICE))


def archiving(number=0):
    return lambda: deps.classes().archive(known(OWNER), ID, stamp(OWNER, str(number)))


def of_kind(api, sk, pk="C#U#"):
    return [one for one in api.items("ClassesTable") if one["sk"]["S"] == sk and one["pk"]["S"].startswith(pk)]


def test_c06_of_fifty_that_create_the_hundredth_class_one_does(api):
    counters(OWNER, classes=99)
    found = at_once(*map(create, range(50)))
    assert Counter(found) == {"done": 1, "too_many_classes": 49}
    assert counted(OWNER) == (100, 0)
    assert len(of_kind(api, "CLASS")) == len(of_kind(api, f"T#{OWNER.account}")) == 1
    assert len(of_kind(api, "CODE", "CODE#")) == 1


def test_x03_fifty_times_the_same_request_make_one_class(api):
    assert at_once(*(create(number, "monday") for number in range(50))) == ["done"] * 50
    assert counted(OWNER) == (1, 0)
    assert len(of_kind(api, "CLASS")) == len(of_kind(api, "CODE", "CODE#")) == 1


def test_c09_archived_by_many_at_once_it_is_given_back_once(api):
    klass(students=3)
    counters(OWNER, classes=5, places=50)
    assert at_once(*map(archiving, range(20))) == ["done"] * 20
    assert counted(OWNER) == (4, 47)
    restoring = (lambda n=n: deps.classes().restore(known(OWNER), ID, stamp(OWNER, str(n))) for n in range(20))
    assert at_once(*restoring) == ["done"] * 20
    assert counted(OWNER) == (5, 50)


@pytest.mark.parametrize("turn", range(10))
def test_b02_of_a_transfer_and_an_archive_one_is_first_and_no_counter_is_lost(api, turn):
    klass(students=1)
    seated(ZOE)
    counters(OWNER, classes=1, places=1)
    accept, archive = accepting(offered()), archiving()
    accepted, archived = at_once(accept, archive) if turn % 2 else at_once(archive, accept)[::-1]
    item = IndependentItem.get(pk_of(ID), CLASS_SK, consistent_read=True)
    if accepted == "done":
        assert (archived, item.owner, item.state) == ("class_not_found", RITA.account, "active")
        assert (counted(OWNER), counted(RITA)) == ((0, 0), (1, 1))
    else:
        assert (accepted, archived, item.owner, item.state) == ("class_archived", "done", OWNER.account, "archived")
        assert (counted(OWNER), counted(RITA)) == ((0, 0), (0, 0))


def test_b02_accepted_many_times_at_once_it_is_handed_over_once(api):
    klass(students=1)
    counters(OWNER, classes=1, places=1)
    assert at_once(*[accepting(offered())] * 10) == ["done"] * 10
    assert (counted(OWNER), counted(RITA)) == ((0, 0), (1, 1))
    assert len(of_kind(api, f"T#{RITA.account}")) == 1
    assert not of_kind(api, f"T#{OWNER.account}")


def test_b02_c07_students_who_leave_while_it_is_handed_over_count_nowhere(api):
    students = [Person.named(f"s{n}") for n in range(8)]
    klass(students=8)
    for one in students:
        account(one)
        seated(one)
    counters(OWNER, classes=1, places=8)
    leaving = (lambda one=one: deps.leaving().leave(known(one), ID, stamp(one)) for one in students[:5])
    assert set(at_once(*leaving, accepting(offered()))) == {"done"}
    assert (counted(OWNER), counted(RITA)) == ((0, 0), (1, 3))
    assert IndependentItem.get(pk_of(ID), CLASS_SK, consistent_read=True).students == 3
