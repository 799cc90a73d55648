"""Students join by a code: one looks first, one mistypes it, one was invited, one activates by a district's code."""

from tests.support import taught
from tests.support.people import Person
from tests.support.rostered import Rostered
from tests.support.served import Served
from tests.template.scenes._people import ADA, BEN, done, grown_up, invited, own_class

TEACHER, PUPIL = Person.named("teacher"), Person.named("pupil")


def play(api: Served) -> None:
    """Of a teacher's own class, and of a district's."""
    grown_up(api, ADA, BEN)
    klass = own_class(api, TEACHER)
    code = done(api, "GET", klass, as_=TEACHER)["code"]
    invited(api, klass, TEACHER, BEN)
    done(api, "GET", f"/join/{code}", as_=ADA)
    assert api.call("POST", "/join", {"code": "ABCDEFGH"}, as_=ADA).status == 404
    for person in (ADA, ADA, BEN):
        done(api, "POST", "/join", {"code": code}, as_=person)
        # The code has to learn of this from the next join.
        done(api, "PATCH", klass, {"name": "More mathematics"}, as_=TEACHER)
    newcomer(api, code)
    district_class(api)


def newcomer(api: Served, code: str) -> None:
    """Somebody whose first request it is, and who comes back with another address."""
    new = Person.named("new")
    for person in (new, Person(new.account, "newer@people.example")):
        done(api, "GET", f"/join/{code}", as_=person)


def district_class(api: Served) -> None:
    """Its code lets nobody in, and brings those of its roster to their record."""
    roster = Rostered(taught.DISTRICT)
    roster.person("t1", "teacher", address=TEACHER.address)
    roster.person("s1", address=PUPIL.address)
    klass = roster.klass("k1", "s1", teacher="t1", name="Biology")
    taught.linked(TEACHER, "t1")
    code = done(api, "GET", f"/classes/{klass.text}", as_=TEACHER)["code"]
    done(api, "POST", "/join", {"code": code}, as_=PUPIL)
