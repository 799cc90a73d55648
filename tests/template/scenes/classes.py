"""Classes of teachers: students, invitations, other teachers, another owner; a district class and its administrator."""

import pytest

from homeroom.classes.rules import invitations as rules
from tests.support import taught
from tests.support.people import Person
from tests.support.rostered import Rostered
from tests.support.served import Served
from tests.template.scenes._people import ADA, BEN, CYD, DAN, done, grown_up, invited, mailed, own_class

TEACHER, OTHER, HEAD = (Person.named(name) for name in ("teacher", "other", "head"))


def play(api: Served) -> None:
    """All that owners do with their classes, and an administrator with a district's."""
    place = own_class(api, TEACHER)
    done(api, "GET", "/classes", as_=TEACHER)
    done(api, "PATCH", place, {"name": "More mathematics"}, as_=TEACHER)
    invitations(api, place)
    students(api, place)
    codes(api, place)
    co_teacher(api, place)
    for method, rest in (("POST", "/archive"), ("POST", "/restore"), ("DELETE", ""), ("GET", "")):
        done(api, method, place + rest, as_=TEACHER)
    transfer(api)
    district_class(api)


def invitations(api: Served, place: str) -> None:
    """Sent, sent again, listed, withdrawn."""
    invited(api, place, TEACHER, ADA, BEN)
    first, *_ = done(api, "GET", f"{place}/invitations", as_=TEACHER)["items"]
    one = f"{place}/invitations/{first['id']}"
    done(api, "POST", f"{one}/resend", as_=TEACHER)
    done(api, "DELETE", one, as_=TEACHER)
    # More than the day has left (I-06).
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, "A_TEACHER_A_DAY", 4)
        wanted = {"addresses": [CYD.address, DAN.address]}
        found = done(api, "POST", f"{place}/invitations", wanted, as_=TEACHER)["items"]
    assert [one["outcome"] for one in found] == ["invited", "over_quota"]


def students(api: Served, place: str) -> None:
    """One who has accepted."""
    grown_up(api, CYD)
    tokens = invited(api, place, TEACHER, CYD)
    done(api, "POST", "/invitations/accept", {"token": tokens[CYD.address]}, as_=CYD)
    assert len(done(api, "GET", f"{place}/students", as_=TEACHER)["items"]) == 1
    done(api, "DELETE", f"{place}/students/{CYD.account}", as_=TEACHER)


def codes(api: Served, place: str) -> None:
    """Changed, and those who wait to be let in by one."""
    grown_up(api, ADA, BEN)
    rotated = done(api, "POST", f"{place}/code", {"action": "rotate", "approval": True}, as_=TEACHER)
    for action in ("disable", "enable"):
        done(api, "POST", f"{place}/code", {"action": action}, as_=TEACHER)
    for person in (ADA, BEN):
        done(api, "POST", "/join", {"code": rotated["code"]}, as_=person)
    assert len(done(api, "GET", f"{place}/joins", as_=TEACHER)["items"]) == 2
    for person, word in ((ADA, "approve"), (BEN, "reject")):
        done(api, "POST", f"{place}/joins/{person.account}/{word}", as_=TEACHER)


def co_teacher(api: Served, place: str) -> None:
    """Invited, accepts, and is removed."""
    done(api, "POST", f"{place}/teachers", {"address": OTHER.address}, as_=TEACHER)
    done(api, "PATCH", "/me", {"role": "teacher"}, as_=OTHER)
    done(api, "POST", "/invitations/accept", {"token": mailed(api)[OTHER.address]}, as_=OTHER)
    assert len(done(api, "GET", f"{place}/teachers", as_=TEACHER)["items"]) == 2
    done(api, "DELETE", f"{place}/teachers/{OTHER.account}", as_=TEACHER)


def transfer(api: Served) -> None:
    """A class that is handed over; the old owner stays."""
    place = own_class(api, TEACHER)
    done(api, "PATCH", "/me", {"role": "teacher"}, as_=OTHER)
    offered = done(
        api, "POST", f"{place}/transfer", {"address": OTHER.address, "stay_as_co_teacher": True}, as_=TEACHER
    )
    api.deliver()
    done(api, "POST", f"/transfers/{offered['id']}/accept", as_=OTHER)


def district_class(api: Served) -> None:
    """Of the roster, with an administrator in it for some days."""
    place = f"/classes/{taught.rostered(['s1'], {'t1': 'primary'})}"
    taught.linked(TEACHER, "t1")
    taught.administrator(HEAD)
    for path in ("/classes", f"{place}/students"):
        done(api, "GET", path, as_=TEACHER)
    requested(api, place, done(api, "GET", place, as_=TEACHER)["code"])
    # A login whose address has changed meanwhile.
    done(api, "GET", "/classes", as_=Person(TEACHER.account, "moved@people.example"))
    done(api, "POST", f"{place}/admin-access", {"days": 3}, as_=HEAD)
    done(api, "DELETE", f"{place}/admin-access", as_=HEAD)


def requested(api: Served, place: str, code: str) -> None:
    """A student whom no mail reaches: the teacher says who they are."""
    Rostered(taught.DISTRICT).person("s1")
    asked = {"code": code, "email": f"s1@{taught.DISTRICT}.example", "by": "teacher", "agreed": True}
    done(api, "POST", "/activations", asked, as_=ADA)
    (waiting,) = done(api, "GET", f"{place}/joins", as_=TEACHER)["items"]
    done(api, "POST", f"{place}/joins/{waiting['account']}/approve", as_=TEACHER)
