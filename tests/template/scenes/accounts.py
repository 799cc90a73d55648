"""Accounts: a child with a guardian, people of a roster who activate in all ways, and what they are in and leave."""

from tests.support import taught
from tests.support.people import Machine, Person
from tests.support.rostered import Rostered
from tests.support.served import Served
from tests.template.scenes._people import ADA, BEN, CYD, done, grown_up, invited, mailed, own_class

TEACHER = Person.named("teacher")


def play(api: Served) -> None:
    """Everything that somebody does with their own account."""
    child(api)
    moved(api)
    roster = Rostered(taught.DISTRICT)
    roster.person("t1", "teacher", address=TEACHER.address)
    for person, who in ((BEN, "s1"), (CYD, "s2")):
        roster.person(who, address=f"{who}@district.example" if person is CYD else person.address)
    klass = roster.klass("k1", "s1", "s2", teacher="t1", name="Biology")
    taught.linked(TEACHER, "t1")
    activations(api, done(api, "GET", f"/classes/{klass.text}", as_=TEACHER)["code"])
    alias(api)
    for place in ("/me", "/me/classes", "/me/coaches"):
        done(api, "GET", place, as_=BEN)
    done(api, "GET", f"/accounts/{BEN.account}/permissions", as_=Machine())


def child(api: Served) -> None:
    """Under 13: accepts, waits for the guardian's yes, is in, and leaves."""
    done(api, "PATCH", "/me", {"birth_date": "2017-03-04"}, as_=ADA)
    done(api, "POST", "/me/guardian", {"address": "parent@people.example"}, as_=ADA)
    yes = {"token": mailed(api)["parent@people.example"], "answer": "yes"}
    klass = own_class(api, TEACHER)
    tokens = invited(api, klass, TEACHER, ADA)
    done(api, "POST", "/invitations/accept", {"token": tokens[ADA.address]}, as_=ADA)
    # Where the teacher's yes is wanted as well, the guardian's is only the first.
    asking = own_class(api, TEACHER)
    code = done(api, "POST", f"{asking}/code", {"approval": True}, as_=TEACHER)["code"]
    done(api, "POST", "/join", {"code": code}, as_=ADA)
    done(api, "POST", "/guardian-approvals", yes)
    done(api, "GET", "/me/classes", as_=ADA)
    done(api, "GET", "/me/coaches", as_=ADA)
    done(api, "DELETE", f"/me/coaches/{TEACHER.account}", as_=ADA)
    done(api, "DELETE", f"/me/{klass.strip('/')}", as_=ADA)


def moved(api: Served) -> None:
    """Somebody whose login has another address than before."""
    grown_up(api, CYD)
    done(api, "GET", "/me", as_=Person(CYD.account, "moved@people.example"))
    done(api, "GET", "/me", as_=CYD)


def activations(api: Served, code: str) -> None:
    """By the login's own address; and by a code, with a mail to the roster's address."""
    assert done(api, "POST", "/activations", as_=BEN)["linked"]
    asked = {"code": code, "email": "s2@district.example"}
    done(api, "POST", "/activations", asked, as_=CYD)
    proof = {"token": mailed(api)["s2@district.example"], "agreed": True}
    assert done(api, "POST", "/activations/confirm", proof, as_=CYD)["linked"]


def alias(api: Served) -> None:
    """A second address of somebody who is linked: their record has it too."""
    second = "second@people.example"
    done(api, "POST", "/me/aliases", {"address": second}, as_=BEN)
    done(api, "POST", "/activations/confirm", {"token": mailed(api)[second]}, as_=BEN)
